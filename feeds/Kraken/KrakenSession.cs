using System;
using System.Linq;
using LowLatency.Engine.Ring;
using LowLatency.Feeds.Scan;

namespace LowLatency.Feeds.Kraken;

/// <summary>
/// One Kraken connection: objects are version 2; arrays, and objects with <c>event</c>, are version 1. Each message's
/// checksum is compared with the session's copy of the book before any of it is published.
/// </summary>
internal sealed class KrakenSession : FeedSession
{
    private readonly BookFeed[] _feeds;
    private readonly SymbolTable _symbols;
    private readonly KrakenScanner _scanner;

    public KrakenSession(BookFeed[] feeds, InputPublisher publisher, BadInputLog badInputs, bool carriesBooks)
        : base(publisher, badInputs, feeds, carriesBooks)
    {
        _feeds = feeds;
        _symbols = new SymbolTable(feeds.Select(feed => feed.Symbol).ToArray());
        _scanner = new KrakenScanner(feeds);
    }

    /// <summary>true for messages of version 1.</summary>
    public static bool IsVersion1(ReadOnlySpan<byte> frame)
    {
        int first = frame.IndexOfAnyExcept(" \t\r\n"u8);
        return first >= 0 && frame[first] == '[';
    }

    private protected override bool HasScanner => true;

    private protected override bool TryScan(
        ReadOnlySpan<byte> frame, long receiveTimeNs, EventBatch batch, out ParsedMessage message) =>
        WidestScan.TryRead(in _scanner, frame, receiveTimeNs, batch, out message);

    private protected override ParsedMessage Parse(
        ReadOnlySpan<byte> frame, int item, long receiveTimeNs, EventBatch batch)
    {
        return IsVersion1(frame)
            ? new KrakenV1Parser(frame, receiveTimeNs, batch).ReadMessage(_symbols, _feeds)
            : new KrakenParser(frame, receiveTimeNs, batch).ReadMessage(item, _symbols, _feeds);
    }
}
