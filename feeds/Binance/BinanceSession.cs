using System;
using System.Linq;
using System.Text;
using LowLatency.Engine.Ring;
using LowLatency.Feeds.Scan;

namespace LowLatency.Feeds.Binance;

/// <summary>The market data of one Binance connection. Spot and USD-M differ only in the sync rule.</summary>
internal sealed class BinanceSession : FeedSession
{
    private readonly BookFeed[] _feeds;
    private readonly SymbolTable _streams;
    private readonly BinanceScanner _scanner;

    public BinanceSession(BookFeed[] feeds, InputPublisher publisher, BadInputLog badInputs, bool carriesBooks)
        : base(publisher, badInputs, feeds, carriesBooks)
    {
        _feeds = feeds;
        byte[][] names = feeds.Select(feed => Encoding.UTF8.GetBytes(StreamName(feed.Instrument.Symbol))).ToArray();
        _streams = new SymbolTable(names);
        _scanner = new BinanceScanner(names, feeds);
    }

    /// <summary>The symbol in lower case, as in stream names.</summary>
    public static string StreamName(string symbol)
    {
#pragma warning disable CA1308 // The venue's stream names are lower case: this is no normalisation.
        return symbol.ToLowerInvariant();
#pragma warning restore CA1308
    }

    private protected override bool HasScanner => true;

    private protected override bool TryScan(
        ReadOnlySpan<byte> frame, long receiveTimeNs, EventBatch batch, out ParsedMessage message) =>
        WidestScan.TryRead(in _scanner, frame, receiveTimeNs, batch, out message);

    private protected override ParsedMessage Parse(
        ReadOnlySpan<byte> frame, int item, long receiveTimeNs, EventBatch batch) =>
        new BinanceParser(frame, receiveTimeNs, batch).ReadMessage(_streams, _feeds);

    private protected override ParsedMessage ParseSnapshot(
        int symbol, ReadOnlySpan<byte> body, long receiveTimeNs, EventBatch batch) =>
        new BinanceParser(body, receiveTimeNs, batch).ReadSnapshot(_feeds[symbol], symbol);
}
