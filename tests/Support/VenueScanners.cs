using System.Linq;
using System.Text;
using LowLatency.Feeds;
using LowLatency.Feeds.Binance;
using LowLatency.Feeds.Bybit;
using LowLatency.Feeds.Okx;
using LowLatency.Feeds.Poloniex;

namespace LowLatency.Tests.Support;

/// <summary>The scanners, each beside its parser.</summary>
internal static class VenueScanners
{
    /// <summary>Creates a venue's, for symbols whose numbers all have so many decimals; null where it has none.
    /// </summary>
    public static IScannerUnderTest? Create(string venue, string[] symbols, int decimals) => venue switch
    {
        "binance" or "binance-futures" => Binance(symbols, decimals),
        "okx" => Okx(symbols, decimals),
        "bybit" => Bybit(symbols, decimals),
        "poloniex" => Poloniex(symbols, decimals),
        _ => null,
    };

    private static ScannerUnderTest<BinanceScanner> Binance(string[] symbols, int decimals)
    {
        BookFeed[] feeds = ParserUnderTest.Feeds(symbols, decimals);
        byte[][] names = symbols.Select(symbol => Encoding.UTF8.GetBytes(BinanceSession.StreamName(symbol))).ToArray();
        var streams = new SymbolTable(names);
        return new ScannerUnderTest<BinanceScanner>(
            new BinanceScanner(names, feeds),
            (frame, batch) => new BinanceParser(frame, 1, batch).ReadMessage(streams, feeds));
    }

    private static ScannerUnderTest<OkxScanner> Okx(string[] symbols, int decimals)
    {
        BookFeed[] feeds = ParserUnderTest.Feeds(symbols, decimals);
        var table = new SymbolTable(feeds.Select(feed => feed.Symbol).ToArray());
        return new ScannerUnderTest<OkxScanner>(
            new OkxScanner(feeds), (frame, batch) => new OkxParser(frame, 1, batch).ReadMessage(0, table, feeds));
    }

    private static ScannerUnderTest<BybitScanner> Bybit(string[] symbols, int decimals)
    {
        BookFeed[] feeds = ParserUnderTest.Feeds(symbols, decimals);
        var table = new SymbolTable(feeds.Select(feed => feed.Symbol).ToArray());
        return new ScannerUnderTest<BybitScanner>(
            new BybitScanner(feeds), (frame, batch) => new BybitParser(frame, 1, batch).ReadMessage(table, feeds));
    }

    private static ScannerUnderTest<PoloniexScanner> Poloniex(string[] symbols, int decimals)
    {
        BookFeed[] feeds = ParserUnderTest.Feeds(symbols, decimals);
        var table = new SymbolTable(feeds.Select(feed => feed.Symbol).ToArray());
        return new ScannerUnderTest<PoloniexScanner>(
            new PoloniexScanner(feeds),
            (frame, batch) => new PoloniexParser(frame, 1, batch).ReadMessage(0, table, feeds));
    }
}
