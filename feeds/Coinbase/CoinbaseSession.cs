using System;
using System.Linq;
using LowLatency.Engine.Ring;
using LowLatency.Feeds.Scan;

namespace LowLatency.Feeds.Coinbase;

/// <summary>One Coinbase Exchange connection: <c>snapshot</c> and <c>l2update</c>, <c>match</c>, <c>ticker</c>,
/// <c>heartbeat</c>. Book messages have no numbers; a loss shows when a heartbeat names a trade that never came.
/// </summary>
internal sealed class CoinbaseSession : FeedSession
{
    private readonly BookFeed[] _feeds;
    private readonly SymbolTable _symbols;
    private readonly CoinbaseScanner _scanner;

    public CoinbaseSession(BookFeed[] feeds, InputPublisher publisher, BadInputLog badInputs, bool carriesBooks)
        : base(publisher, badInputs, feeds, carriesBooks)
    {
        _feeds = feeds;
        _symbols = new SymbolTable(feeds.Select(feed => feed.Symbol).ToArray());
        _scanner = new CoinbaseScanner(feeds);
    }

    private protected override bool HasScanner => true;

    private protected override bool TryScan(
        ReadOnlySpan<byte> frame, long receiveTimeNs, EventBatch batch, out ParsedMessage message) =>
        WidestScan.TryRead(in _scanner, frame, receiveTimeNs, batch, out message);

    private protected override ParsedMessage Parse(
        ReadOnlySpan<byte> frame, int item, long receiveTimeNs, EventBatch batch) =>
        new CoinbaseParser(frame, receiveTimeNs, batch).ReadMessage(_symbols, _feeds);
}
