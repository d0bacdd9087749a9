using System;
using System.Linq;
using LowLatency.Engine.Ring;
using LowLatency.Feeds.Scan;

namespace LowLatency.Feeds.Okx;

/// <summary>
/// One OKX connection: <c>books</c> and <c>trades</c>. The book starts with the stream's snapshot or, if the stream's
/// first message is not one, with a REST snapshot. Checksums are verified if the venue still sends them.
/// </summary>
internal sealed class OkxSession : FeedSession
{
    private readonly BookFeed[] _feeds;
    private readonly SymbolTable _symbols;
    private readonly OkxScanner _scanner;

    public OkxSession(BookFeed[] feeds, InputPublisher publisher, BadInputLog badInputs, bool carriesBooks)
        : base(publisher, badInputs, feeds, carriesBooks)
    {
        _feeds = feeds;
        _symbols = new SymbolTable(feeds.Select(feed => feed.Symbol).ToArray());
        _scanner = new OkxScanner(feeds);
    }

    private protected override bool HasScanner => true;

    private protected override bool TryScan(
        ReadOnlySpan<byte> frame, long receiveTimeNs, EventBatch batch, out ParsedMessage message) =>
        WidestScan.TryRead(in _scanner, frame, receiveTimeNs, batch, out message);

    private protected override ParsedMessage Parse(
        ReadOnlySpan<byte> frame, int item, long receiveTimeNs, EventBatch batch) =>
        new OkxParser(frame, receiveTimeNs, batch).ReadMessage(item, _symbols, _feeds);

    private protected override ParsedMessage ParseSnapshot(
        int symbol, ReadOnlySpan<byte> body, long receiveTimeNs, EventBatch batch) =>
        new OkxParser(body, receiveTimeNs, batch).ReadSnapshot(_feeds[symbol], symbol);
}
