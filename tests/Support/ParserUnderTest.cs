using System;
using System.Linq;
using System.Text;
using System.Text.Unicode;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;
using LowLatency.Feeds;
using LowLatency.Feeds.Binance;
using LowLatency.Feeds.Bitstamp;
using LowLatency.Feeds.Bybit;
using LowLatency.Feeds.Coinbase;
using LowLatency.Feeds.Kraken;
using LowLatency.Feeds.Okx;
using LowLatency.Feeds.Poloniex;

namespace LowLatency.Tests.Support;

/// <summary>Only a venue's parser, without synchronisation and with fixed increments.</summary>
internal sealed class ParserUnderTest
{
    private readonly string _venue;
    private readonly BookFeed[] _feeds;
    private readonly SymbolTable _symbols;
    private readonly EventBatch _batch = new();

    public ParserUnderTest(string venue, string[] symbols, int decimals)
    {
        _venue = venue;
        _feeds = Feeds(symbols, decimals);
        _symbols = new SymbolTable(symbols
            .Select(symbol => Encoding.UTF8.GetBytes(
                venue.StartsWith("binance", StringComparison.Ordinal) ? BinanceSession.StreamName(symbol) : symbol))
            .ToArray());
    }

    /// <summary>State of symbols whose numbers all have this many decimals.</summary>
    public static BookFeed[] Feeds(string[] symbols, int decimals) => symbols
        .Select((symbol, id) => new BookFeed(
            Fixture.Spot((ushort)id) with
            {
                Symbol = symbol,
                Scale = new InstrumentScale(decimals, decimals, 1, 1),
            },
            Encoding.UTF8.GetBytes(symbol),
            new CoinbaseSyncRule()))
        .ToArray();

    /// <summary>The events of the last message.</summary>
    public Span<EngineInput> Events => _batch.Items;

    public ParsedMessage Read(byte[] frame)
    {
        _batch.Clear();
        if (!Utf8.IsValid(frame))
        {
            return new ParsedMessage { Fault = BadInputKind.InvalidUtf8 };
        }

        int first = frame.AsSpan().IndexOfAnyExcept(" \t\r\n"u8);
        return _venue switch
        {
            "coinbase" => new CoinbaseParser(frame, 1, _batch).ReadMessage(_symbols, _feeds),
            "kraken" when first >= 0 && frame[first] == '[' =>
                new KrakenV1Parser(frame, 1, _batch).ReadMessage(_symbols, _feeds),
            "kraken" => new KrakenParser(frame, 1, _batch).ReadMessage(0, _symbols, _feeds),
            "bitstamp" => new BitstampParser(frame, 1, _batch).ReadMessage(_symbols, _feeds),
            "poloniex" => new PoloniexParser(frame, 1, _batch).ReadMessage(0, _symbols, _feeds),
            "okx" => new OkxParser(frame, 1, _batch).ReadMessage(0, _symbols, _feeds),
            "bybit" => new BybitParser(frame, 1, _batch).ReadMessage(_symbols, _feeds),
            _ => new BinanceParser(frame, 1, _batch).ReadMessage(_symbols, _feeds),
        };
    }
}
