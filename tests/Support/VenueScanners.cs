using System;
using System.Linq;
using System.Text;
using LowLatency.Feeds;
using LowLatency.Feeds.Binance;
using LowLatency.Feeds.Bitstamp;
using LowLatency.Feeds.Bybit;
using LowLatency.Feeds.Coinbase;
using LowLatency.Feeds.Kraken;
using LowLatency.Feeds.Okx;
using LowLatency.Feeds.Poloniex;

namespace LowLatency.Tests.Support;

/// <summary>The scanners, each with its parser.</summary>
internal static class VenueScanners
{
    /// <summary>
    /// Creates a venue's scanner, for symbols whose numbers all have this many decimals; null if it has none.
    /// </summary>
    public static IScannerUnderTest? Create(string venue, string[] symbols, int decimals) => venue switch
    {
        "binance" or "binance-futures" => Binance(symbols, decimals),
        "bitstamp" => Bitstamp(symbols, decimals),
        "coinbase" => Coinbase(symbols, decimals),
        "kraken" => Kraken(symbols, decimals),
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

    private static ScannerUnderTest<BitstampScanner> Bitstamp(string[] symbols, int decimals)
    {
        BookFeed[] feeds = ParserUnderTest.Feeds(symbols, decimals);
        var pairs = new SymbolTable(feeds.Select(feed => feed.Symbol).ToArray());
        return new ScannerUnderTest<BitstampScanner>(
            new BitstampScanner(feeds),
            (frame, batch) => new BitstampParser(frame, 1, batch).ReadMessage(pairs, feeds));
    }

    private static ScannerUnderTest<CoinbaseScanner> Coinbase(string[] symbols, int decimals)
    {
        BookFeed[] feeds = ParserUnderTest.Feeds(symbols, decimals);
        var products = new SymbolTable(feeds.Select(feed => feed.Symbol).ToArray());
        return new ScannerUnderTest<CoinbaseScanner>(
            new CoinbaseScanner(feeds),
            (frame, batch) => new CoinbaseParser(frame, 1, batch).ReadMessage(products, feeds));
    }

    // Version 1 computes checksums over padded texts, so a message changes the symbol's last decimals. Each of the two
    // keeps its own state, starting from the same one.
    private static ScannerUnderTest<KrakenScanner> Kraken(string[] symbols, int decimals)
    {
        BookFeed[] parsed = ParserUnderTest.Feeds(symbols, decimals);
        BookFeed[] scanned = ParserUnderTest.Feeds(symbols, decimals);
        var table = new SymbolTable(parsed.Select(feed => feed.Symbol).ToArray());
        return new ScannerUnderTest<KrakenScanner>(
            new KrakenScanner(scanned),
            (frame, batch) =>
            {
                for (int i = 0; i < parsed.Length; i++)
                {
                    parsed[i].WireDecimals = scanned[i].WireDecimals = new WireDecimals(-1, -1);
                }

                return frame.TrimStart(" \t\r\n"u8).StartsWith("["u8)
                    ? new KrakenV1Parser(frame, 1, batch).ReadMessage(table, parsed)
                    : new KrakenParser(frame, 1, batch).ReadMessage(0, table, parsed);
            },
            symbol => parsed[symbol].WireDecimals == scanned[symbol].WireDecimals);
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
