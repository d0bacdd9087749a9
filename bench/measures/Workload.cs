using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;
using LowLatency.Engine;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Risk;
using LowLatency.Engine.Runtime;
using LowLatency.Engine.Strategies;
using LowLatency.Feeds;

namespace LowLatency.Measures;

/// <summary>A session for benches: one symbol, synchronised, with messages in the venue's format.</summary>
internal sealed class Workload
{
    private const int LevelsASide = 1000;
    private const int IdDigits = 13;

    // Leading zeros are not valid JSON, so the ids begin with a one.
    private const long FirstId = 1_000_000_000_000;

    private readonly FeedSession _session;
    private long _updateId = FirstId;
    private readonly byte[] _depth = Encoding.ASCII.GetBytes(Depth(FirstId, FirstId, 17));
    private readonly int _firstId;
    private readonly int _lastId;
    private readonly int _tradeIdPlace;
    private long _tradeId = FirstId;

    /// <param name="makeCore">Makes the core; null for one on the caller's thread, with a paper venue.</param>
    public Workload(Func<InstrumentSetup, TradingCore>? makeCore = null)
    {
        var instrument = new Instrument
        {
            Id = 0,
            Venue = "binance",
            Symbol = "BTCUSDT",
            BaseAsset = "BTC",
            QuoteAsset = "USDT",
            Scale = new InstrumentScale(2, 5, 1, 1),
            MinQuantityLots = 1,
            MakerFeePpm = 1000,
            TakerFeePpm = 1000,
        };
        var limits = new RiskLimits
        {
            MaxOrderTickLots = long.MaxValue,
            MaxPositionTickLots = long.MaxValue,
            MaxOpenOrders = 1000,
            CollarPpm = 1_000_000,
        };
        var mask = new DirectionMaskSettings { OrderNotional = 1000 };
        var setup = new InstrumentSetup(instrument, limits, new DirectionMaskStrategy(mask, instrument));
        Core = makeCore?.Invoke(setup)
            ?? TradingCore.OnOneThread([setup], new EngineOptions { MaxOrders = 4096 }, 65_536, hasPaperVenue: true);
        _session = Venues.Find("binance").CreateSession(
            [instrument], Core.NewPublisher(1), new BadInputLog(), true);
        _firstId = _depth.AsSpan().IndexOf("\"U\":"u8) + 4;
        _tradeIdPlace = _trade.AsSpan().IndexOf("\"t\":"u8) + 4;
        _lastId = _depth.AsSpan().IndexOf("\"u\":"u8) + 4;
        _session.OnConnected(1, "bench");
        Send(_depth);
        _session.OnSnapshot(0, Encoding.ASCII.GetBytes(Snapshot()), 1);
    }

    public TradingCore Core { get; }

    /// <summary>The session, synchronised.</summary>
    public FeedSession Session => _session;

    /// <summary>Latency stamp of the next messages.</summary>
    public uint WireStamp { get; set; }

    public byte[] TopOfBook { get; } = Encoding.ASCII.GetBytes(
        """{"stream":"btcusdt@bookTicker","data":{"u":1,"s":"BTCUSDT","b":"60000.00000000","B":"1.50000000","a":"60000.01000000","A":"2.50000000"}}""");

    private readonly byte[] _trade = Encoding.ASCII.GetBytes(
        """{"stream":"btcusdt@trade","data":{"e":"trade","E":1700000000000,"s":"BTCUSDT","t":1000000000000,"p":"60000.01000000","q":"0.02000000","T":1700000000000,"m":false,"M":true}}""");

    /// <summary>Sends one message and lets the engine handle its events.</summary>
    public void Send(byte[] frame)
    {
        _session.OnFrame(frame, 1, WireStamp);
    }

    /// <summary>Sends a trade with the next id; the session would drop a repeated one.</summary>
    public void SendTrade()
    {
        _tradeId++;
        _tradeId.TryFormat(_trade.AsSpan(_tradeIdPlace, IdDigits), out _, "D13", CultureInfo.InvariantCulture);
        Send(_trade);
    }

    /// <summary>
    /// Sends a depth message with the next id and 34 levels, the median of the captured futures market.
    /// </summary>
    public void SendDepth()
    {
        // Both ids of the message are the same number of thirteen digits, rewritten in place.
        _updateId++;
        _updateId.TryFormat(_depth.AsSpan(_firstId, IdDigits), out _, "D13", CultureInfo.InvariantCulture);
        _updateId.TryFormat(_depth.AsSpan(_lastId, IdDigits), out _, "D13", CultureInfo.InvariantCulture);
        Send(_depth);
    }

    private static string Depth(long first, long last, int levels)
    {
        var bids = new List<string>();
        var asks = new List<string>();
        for (int i = 0; i < levels; i++)
        {
            bids.Add(Level(6_000_000 - (i * 7), 1000 + i));
            asks.Add(Level(6_000_001 + (i * 7), 1000 + i));
        }

        return $"{{\"stream\":\"btcusdt@depth@100ms\",\"data\":{{\"e\":\"depthUpdate\",\"E\":1,\"s\":\"BTCUSDT\","
            + $"\"U\":{first},\"u\":{last},\"b\":[{string.Join(',', bids)}],\"a\":[{string.Join(',', asks)}]}}}}";
    }

    private static string Snapshot()
    {
        var bids = new List<string>();
        var asks = new List<string>();
        for (int i = 0; i < LevelsASide; i++)
        {
            bids.Add(Level(6_000_000 - i, 1000));
            asks.Add(Level(6_000_001 + i, 1000));
        }

        return $"{{\"lastUpdateId\":{FirstId},\"bids\":[{string.Join(',', bids)}],"
            + $"\"asks\":[{string.Join(',', asks)}]}}";
    }

    private static string Level(long ticks, long lots) => string.Create(
        CultureInfo.InvariantCulture, $"[\"{ticks / 100m:0.00000000}\",\"{lots / 100_000m:0.00000000}\"]");
}
