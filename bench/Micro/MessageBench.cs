using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text.Json;
using BenchmarkDotNet.Attributes;
using LowLatency.Bench.Rivals;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Ring;
using LowLatency.Feeds;
using LowLatency.Measures;

namespace LowLatency.Bench.Micro;

/// <summary>From a Binance futures message to numbers: the session's scanner, the platform's reader to exact integers,
/// and the platform's document to decimals. All compute a sum of what they read.
/// <para>With a repeated message, the processor learns its lengths and branches; <c>parse</c> has the figures of a
/// whole recording.</para>
/// </summary>
[MemoryDiagnoser]
public class MessageBench
{
    private readonly FeedSession _session = CreateSession();
    private readonly JsonReaderRival<long, IncrementReader> _reader =
        new(MicroMarket.Scale.PriceDecimals, MicroMarket.Scale.QuantityDecimals);

    private byte[] _message = [];

    /// <summary>Message types: a depth message has 34 levels.</summary>
    public static IEnumerable<string> Kinds => ["BookTicker", "Trade", "Depth"];

    /// <summary>Which message.</summary>
    [ParamsSource(nameof(Kinds))]
    public string Kind { get; set; } = "BookTicker";

    /// <summary>Selects the message.</summary>
    [GlobalSetup]
    public void Choose()
    {
        _message = Kind switch
        {
            "BookTicker" => MicroMarket.BookTicker,
            "Trade" => MicroMarket.Trade,
            _ => MicroMarket.Depth,
        };
        _session.ReadAlone(_message, isSnapshot: false, 1, out ParsedMessage message);
        if (!message.IsScanned)
        {
            throw new InvalidOperationException("the scanner left the message to the parser");
        }
    }

    /// <summary>The session's parsing, to events; the scanner takes all of these messages.</summary>
    [Benchmark]
    public long SessionReadAlone()
    {
        long sum = 0;
        foreach (ref readonly EngineInput read in _session.ReadAlone(_message, isSnapshot: false, 1, out _))
        {
            sum += read.Price + read.Quantity;
        }

        return sum;
    }

    /// <summary><see cref="System.Text.Json.Utf8JsonReader"/>, and digit by digit to whole increments.</summary>
    [Benchmark(Baseline = true)]
    public ulong Utf8JsonReaderToIncrements()
    {
        SummingSink sink = default;
        _reader.Read(_message, isSnapshot: false, ref sink);
        return sink.Sum;
    }

    /// <summary><see cref="System.Text.Json.JsonDocument"/>, and each number's text to a decimal.</summary>
    [Benchmark]
    public decimal JsonDocumentToDecimals()
    {
        using var document = JsonDocument.Parse(_message);
        JsonElement data = document.RootElement.GetProperty("data");
        return document.RootElement.GetProperty("stream").GetString()!.Split('@')[1] switch
        {
            "bookTicker" => data.GetProperty("u").GetInt64() + Number(data.GetProperty("b"))
                + Number(data.GetProperty("B")) + Number(data.GetProperty("a")) + Number(data.GetProperty("A")),
            "trade" => data.GetProperty("t").GetInt64() + data.GetProperty("T").GetInt64()
                + Number(data.GetProperty("p")) + Number(data.GetProperty("q")),
            _ => data.GetProperty("U").GetInt64() + data.GetProperty("u").GetInt64()
                + Levels(data.GetProperty("b")) + Levels(data.GetProperty("a")),
        };
    }

    private static decimal Levels(JsonElement levels)
    {
        decimal sum = 0;
        foreach (JsonElement level in levels.EnumerateArray())
        {
            sum += Number(level[0]) + Number(level[1]);
        }

        return sum;
    }

    private static decimal Number(JsonElement element) =>
        decimal.Parse(element.GetString()!, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture);

    private static FeedSession CreateSession()
    {
        var instrument = new Instrument
        {
            Id = 0,
            Venue = "binance-futures",
            Symbol = "BTCUSDT",
            BaseAsset = "BTC",
            QuoteAsset = "USDT",
            Scale = MicroMarket.Scale,
            MinQuantityLots = 1,
            MakerFeePpm = 200,
            TakerFeePpm = 500,
        };
        var ring = new SingleProducerRing<EngineInput>(65_536, WaitStrategies.Create(WaitStrategyKind.Block));
        return Venues.Find(instrument.Venue).CreateSession(
            [instrument], new InputPublisher(new RingInputStream(ring), NullInputLog.Instance, 1), new BadInputLog(),
            carriesBooks: true);
    }
}
