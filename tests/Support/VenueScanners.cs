using System.Linq;
using System.Text;
using LowLatency.Feeds;
using LowLatency.Feeds.Binance;

namespace LowLatency.Tests.Support;

/// <summary>The scanners, each beside its parser.</summary>
internal static class VenueScanners
{
    /// <summary>Creates a venue's, for symbols whose numbers all have so many decimals; null where it has none.
    /// </summary>
    public static IScannerUnderTest? Create(string venue, string[] symbols, int decimals) => venue switch
    {
        "binance" or "binance-futures" => Binance(symbols, decimals),
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
}
