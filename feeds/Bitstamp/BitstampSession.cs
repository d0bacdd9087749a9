using System;
using System.Linq;
using LowLatency.Engine.Ring;
using LowLatency.Feeds.Scan;

namespace LowLatency.Feeds.Bitstamp;

/// <summary>One Bitstamp connection: <c>diff_order_book</c>, joined with a REST snapshot by microtimestamps, and
/// <c>live_trades</c>.
/// </summary>
internal sealed class BitstampSession : FeedSession
{
    private readonly BookFeed[] _feeds;
    private readonly SymbolTable _symbols;
    private readonly BitstampScanner _scanner;

    public BitstampSession(BookFeed[] feeds, InputPublisher publisher, BadInputLog badInputs, bool carriesBooks)
        : base(publisher, badInputs, feeds, carriesBooks)
    {
        _feeds = feeds;
        _symbols = new SymbolTable(feeds.Select(feed => feed.Symbol).ToArray());
        _scanner = new BitstampScanner(feeds);
    }

    private protected override bool HasScanner => true;

    private protected override bool TryScan(
        ReadOnlySpan<byte> frame, long receiveTimeNs, EventBatch batch, out ParsedMessage message) =>
        WidestScan.TryRead(in _scanner, frame, receiveTimeNs, batch, out message);

    private protected override ParsedMessage Parse(
        ReadOnlySpan<byte> frame, int item, long receiveTimeNs, EventBatch batch) =>
        new BitstampParser(frame, receiveTimeNs, batch).ReadMessage(_symbols, _feeds);

    private protected override ParsedMessage ParseSnapshot(
        int symbol, ReadOnlySpan<byte> body, long receiveTimeNs, EventBatch batch) =>
        new BitstampParser(body, receiveTimeNs, batch).ReadSnapshot(_feeds[symbol], symbol);
}
