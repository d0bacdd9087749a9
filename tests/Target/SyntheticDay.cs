using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using LowLatency.Engine;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Risk;
using LowLatency.Engine.Runtime;
using LowLatency.Engine.Strategies;

namespace LowLatency.TestTarget;

/// <summary>
/// A seeded day of a market made of events: one instrument per strategy of the engine, and one that requests every kind
/// of order. Prices have momentum, so that directions, bands and quotes have something to follow; now and then a book
/// becomes stale, jumps by half or is rescaled. The same seed gives the same decisions on every runtime.
/// </summary>
internal sealed class SyntheticDay
{
    private const int Depth = 12;
    private const long DayNs = 86_400_000_000_000;
    private const long StartNs = 1_700_006_400_000_000_000;
    private const long TimerNs = 100_000_000;

    private readonly TradingCore _engine;
    private readonly SyntheticBook[] _books;
    private ulong _random;
    private long _nowNs = StartNs;
    private long _timerNs = StartNs;
    private long _updateId;

    public SyntheticDay(int seed, Func<string, bool>? filter = null)
    {
        _random = ((ulong)seed * 0x9e3779b97f4a7c15UL) + 1;
        string[] names = StrategyCatalog.BuiltIn.Strategies.Select(strategy => strategy.Name).Append("EveryOrderType")
            .Where(name => filter is null || filter(name)).ToArray();
        InstrumentSetup[] setups = names.Select((name, id) => Setup(name, (ushort)id, seed)).ToArray();
        _books = setups.Select(_ => new SyntheticBook()).ToArray();
        var options = new EngineOptions { MaxOrders = 1024, MaxComposites = 64, AnswerTimeoutNs = long.MaxValue };
        _engine = TradingCore.OnOneThread(setups, options, 4096, hasPaperVenue: true);
        for (int id = 0; id < _books.Length; id++)
        {
            Snapshot(id, 60_000);
        }
    }

    public EngineLoop Engine => _engine.Engine;

    public long Events { get; private set; }

    /// <summary>Plays a number of events, spread over a day.</summary>
    /// <returns>The result, in one line.</returns>
    public string Run(long events)
    {
        Play(events, DayNs / Math.Max(1, events));
        long placed = Enumerable.Range(0, _books.Length)
            .Sum(id => Engine.View(id).Buys.Placed + Engine.View(id).Sells.Placed);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Events} events, {placed} orders, {Engine.Decisions.Count} decisions, hash {Engine.Decisions.Value:x16}");
    }

    /// <summary>Plays more events, at a fixed interval.</summary>
    public void Play(long events, long stepNs)
    {
        long end = Events + events;
        while (Events < end)
        {
            _nowNs += stepNs;
            if (_nowNs - _timerNs >= TimerNs)
            {
                _timerNs = _nowNs;
                Publish(new EngineInput { Kind = EventKind.Timer });
            }

            Message(Draw(_books.Length));
        }
    }

    private void Message(int id)
    {
        SyntheticBook book = _books[id];
        int what = Draw(10_000);
        if (what < 2)
        {
            Publish(new EngineInput
            {
                Kind = EventKind.BookStale,
                InstrumentId = (ushort)id,
                StaleReason = StaleReason.SequenceGap,
            });
            Snapshot(id, what == 0 ? Math.Clamp(book.Bid * (Draw(2) == 0 ? 3 : 1) / 2, 20_000, 200_000) : book.Bid);
        }
        else if (what < 2_500)
        {
            Side side = Draw(2) == 0 ? Side.Buy : Side.Sell;
            Publish(new EngineInput
            {
                Kind = EventKind.Trade,
                InstrumentId = (ushort)id,
                Side = side,
                Price = side == Side.Buy ? book.Ask : book.Bid,
                Quantity = 1 + Draw(40),
            });
        }
        else
        {
            if (what < 6_000)
            {
                book.Momentum = Draw(12) == 0 ? -book.Momentum : book.Momentum;
                Move(id, book, book.Momentum);
            }
            else
            {
                Side side = Draw(2) == 0 ? Side.Buy : Side.Sell;
                long away = Draw(Depth);
                Level(id, side, side == Side.Buy ? book.Bid - away : book.Ask + away, 1 + Draw(500));
            }

            Commit(id);
        }
    }

    // One tick up or down; the far ends follow, so that both sides keep their depth.
    private void Move(int id, SyntheticBook book, int direction)
    {
        if (direction > 0)
        {
            Level(id, Side.Sell, book.Ask, 0);
            Level(id, Side.Sell, book.Ask + Depth, 1 + Draw(500));
            Level(id, Side.Buy, book.Bid + 1, 1 + Draw(500));
            Level(id, Side.Buy, book.Bid - Depth + 1, 0);
        }
        else
        {
            Level(id, Side.Buy, book.Bid, 0);
            Level(id, Side.Buy, book.Bid - Depth, 1 + Draw(500));
            Level(id, Side.Sell, book.Ask - 1, 1 + Draw(500));
            Level(id, Side.Sell, book.Ask + Depth - 1, 0);
        }

        book.Bid += direction;
        book.Ask += direction;
    }

    private void Snapshot(int id, long bid)
    {
        SyntheticBook book = _books[id];
        (book.Bid, book.Ask) = (bid, bid + 2);
        Publish(new EngineInput { Kind = EventKind.SnapshotBegin, InstrumentId = (ushort)id });
        for (int depth = 0; depth < Depth; depth++)
        {
            Level(id, Side.Buy, book.Bid - depth, 1 + Draw(500));
            Level(id, Side.Sell, book.Ask + depth, 1 + Draw(500));
        }

        Commit(id);
    }

    private void Level(int id, Side side, long price, long quantity) => Publish(new EngineInput
    {
        Kind = EventKind.LevelUpdate,
        InstrumentId = (ushort)id,
        Side = side,
        Price = price,
        Quantity = quantity,
    });

    private void Commit(int id) => Publish(new EngineInput
    {
        Kind = EventKind.BookCommit,
        InstrumentId = (ushort)id,
        UpdateId = ++_updateId,
        ExchangeTimeNs = _nowNs,
    });

    private void Publish(in EngineInput item)
    {
        Events++;
        EngineInput timed = item;
        timed.ReceiveTimeNs = _nowNs;
        _engine.Inputs.Put(new ReadOnlySpan<EngineInput>(in timed));
    }

    // Xorshift: the same numbers everywhere, and no allocation.
    private int Draw(int below)
    {
        _random ^= _random << 13;
        _random ^= _random >> 7;
        _random ^= _random << 17;
        return (int)((_random >> 33) % (ulong)below);
    }

    private static InstrumentSetup Setup(string name, ushort id, int seed)
    {
        var instrument = new Instrument
        {
            Id = id,
            Venue = "synthetic",
            Symbol = name,
            BaseAsset = name,
            QuoteAsset = "USDT",
            Scale = new InstrumentScale(0, 3, 1, 1),
            MinQuantityLots = 1,
            MakerFeePpm = 100,
            TakerFeePpm = 400,
        };
        var limits = new RiskLimits
        {
            MaxOrderTickLots = 100_000_000,
            MaxPositionTickLots = 1_000_000_000,
            MaxOpenOrders = 40,
            CollarPpm = 50_000,
        };
        var values = new Dictionary<string, string>();
        if (name == "BollingerRsi")
        {
            (values["CandleSeconds"], values["SignalDistanceSeconds"], values["BandDeviations"]) = ("10", "20", "1.5");
        }

#pragma warning disable CA5394 // Repeatable numbers, not secret ones.
        IStrategy strategy = name == "EveryOrderType"
            ? new EveryOrderType(new Random(seed))
            : StrategyCatalog.BuiltIn.Find(name)!.Create(values, instrument);
#pragma warning restore CA5394
        return new InstrumentSetup(instrument, limits, strategy);
    }

    private sealed class SyntheticBook
    {
        public long Bid { get; set; }

        public long Ask { get; set; }

        public int Momentum { get; set; } = 1;
    }
}
