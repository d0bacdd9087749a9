using System;
using System.Linq;
using LowLatency.Engine.Ring;
using LowLatency.Feeds.Scan;

namespace LowLatency.Feeds.Poloniex;

/// <summary>One Poloniex connection: <c>book_lv2</c>, <c>trades</c>, and the exchange's state.</summary>
internal sealed class PoloniexSession : FeedSession
{
    private readonly BookFeed[] _feeds;
    private readonly SymbolTable _symbols;
    private readonly PoloniexScanner _scanner;

    public PoloniexSession(BookFeed[] feeds, InputPublisher publisher, BadInputLog badInputs, bool carriesBooks)
        : base(publisher, badInputs, feeds, carriesBooks)
    {
        _feeds = feeds;
        _symbols = new SymbolTable(feeds.Select(feed => feed.Symbol).ToArray());
        _scanner = new PoloniexScanner(feeds);
    }

    private protected override bool HasScanner => true;

    private protected override bool TryScan(
        ReadOnlySpan<byte> frame, long receiveTimeNs, EventBatch batch, out ParsedMessage message) =>
        WidestScan.TryRead(in _scanner, frame, receiveTimeNs, batch, out message);

    private protected override ParsedMessage Parse(
        ReadOnlySpan<byte> frame, int item, long receiveTimeNs, EventBatch batch) =>
        new PoloniexParser(frame, receiveTimeNs, batch).ReadMessage(item, _symbols, _feeds);
}
