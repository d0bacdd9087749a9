using System;
using System.Linq;
using System.Text;
using LowLatency.Engine.Ring;
using LowLatency.Feeds.Scan;

namespace LowLatency.Feeds.Bybit;

/// <summary>One Bybit connection: <c>orderbook.50</c> and <c>publicTrade</c> of version 5, and for recordings
/// <c>orderBookL2_25</c> and <c>trade</c> of the 2021 API.
/// </summary>
internal sealed class BybitSession : FeedSession
{
    private readonly BookFeed[] _feeds;
    private readonly SymbolTable _symbols;
    private readonly BybitScanner _scanner;

    public BybitSession(BookFeed[] feeds, InputPublisher publisher, BadInputLog badInputs, bool carriesBooks)
        : base(publisher, badInputs, feeds, carriesBooks)
    {
        _feeds = feeds;
        _symbols = new SymbolTable(feeds.Select(feed => Encoding.UTF8.GetBytes(feed.Instrument.Symbol)).ToArray());
        _scanner = new BybitScanner(feeds);
    }

    private protected override bool HasScanner => true;

    private protected override bool TryScan(
        ReadOnlySpan<byte> frame, long receiveTimeNs, EventBatch batch, out ParsedMessage message) =>
        WidestScan.TryRead(in _scanner, frame, receiveTimeNs, batch, out message);

    private protected override ParsedMessage Parse(
        ReadOnlySpan<byte> frame, int item, long receiveTimeNs, EventBatch batch) =>
        new BybitParser(frame, receiveTimeNs, batch).ReadMessage(_symbols, _feeds);
}
