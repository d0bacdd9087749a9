using System;
using System.Collections.Generic;
using System.Globalization;
using LowLatency.Engine;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Risk;
using LowLatency.Engine.Runtime;
using LowLatency.Engine.Strategies;

namespace LowLatency.Testing;

/// <summary>
/// Runs a strategy in the real engine, on the test's thread: the test feeds books, trades and time, and checks the
/// decisions. Every call returns once the strategy has handled it. Orders rest until the test fills or cancels them,
/// or, with <c>fillsOnPaper</c>, are filled by the market as in paper trading. One thread.
/// <code>
/// var tester = new StrategyTester(facts => new MyStrategy(new MySettings(), facts));
/// tester.Book(bidTicks: 10_000, askTicks: 10_002);
/// TestDecision order = Assert.Single(tester.Decisions);
/// tester.Fill(in order);
/// </code>
/// </summary>
public sealed class StrategyTester
{
    private const int RingCapacity = 4096;
    private const int MaxOrders = 1024;
    private const long StartNs = 1_700_000_000_000_000_000;

    private readonly TradingCore _core;
    private long _updateId;
    private long _tradeId;

    /// <summary>Starts a strategy.</summary>
    /// <param name="create">Makes the strategy for the instrument.</param>
    /// <param name="facts">What it trades; null for <see cref="SampleInstrument"/>.</param>
    /// <param name="limits">Limits of the risk gate; null for <see cref="SampleLimits"/>.</param>
    /// <param name="fillsOnPaper">true to have the market acknowledge and fill orders.</param>
    public StrategyTester(
        Func<Instrument, IStrategy> create, Instrument? facts = null, RiskLimits? limits = null,
        bool fillsOnPaper = false)
    {
        ArgumentNullException.ThrowIfNull(create);
        Facts = facts ?? SampleInstrument;
        IStrategy strategy = create(Facts);
        var setup = new InstrumentSetup(Facts, limits ?? SampleLimits, strategy)
        {
            StrategyName = strategy.GetType().Name,
        };
        _core = TradingCore.OnOneThread(
            [setup],
            new EngineOptions
            {
                MaxOrders = MaxOrders,
                AnswerTimeoutNs = long.MaxValue,
                StrategyLogCapacity = RingCapacity,
            },
            RingCapacity,
            fillsOnPaper);
        _core.OnOutput = output =>
        {
            if (TestDecision.IsDecision(in output))
            {
                Decisions.Add(TestDecision.Of(in output, Facts.Symbol));
            }
        };
    }

    /// <summary>BTCUSDT: a tick is 0.01, a lot 0.00001, fees are 0.1 %.</summary>
    public static Instrument SampleInstrument { get; } = new()
    {
        Id = 0,
        Venue = "test",
        Symbol = "BTCUSDT",
        BaseAsset = "BTC",
        QuoteAsset = "USDT",
        Scale = new InstrumentScale(2, 5, 1, 1),
        MinQuantityLots = 1,
        MakerFeePpm = 1000,
        TakerFeePpm = 1000,
    };

    /// <summary>Limits of the risk gate that never apply, except for a price collar of 10 %.</summary>
    public static RiskLimits SampleLimits { get; } = new()
    {
        MaxOrderTickLots = long.MaxValue,
        MaxPositionTickLots = long.MaxValue,
        MaxOpenOrders = MaxOrders,
        CollarPpm = 100_000,
    };

    /// <summary>The instrument.</summary>
    public Instrument Facts { get; }

    /// <summary>All decisions so far; clear the list to see only the next ones.</summary>
    public IList<TestDecision> Decisions { get; } = new List<TestDecision>();

    /// <summary>All lines logged so far, oldest first.</summary>
    public IList<StrategyLogLine> LogLines { get; } = new List<StrategyLogLine>();

    /// <summary>The engine's time, nanoseconds since the Unix epoch.</summary>
    public long NowNs { get; private set; } = StartNs;

    /// <summary>Position in lots.</summary>
    public long PositionLots => _core.Engine.Position(0).Lots;

    /// <summary>Orders that may still trade.</summary>
    public int OpenOrders => _core.Engine.OpenOrders;

    /// <summary>Value of a gauge; NaN if it has none.</summary>
    /// <typeparam name="TGauge">The strategy's enum of gauges.</typeparam>
    public double Gauge<TGauge>(TGauge gauge)
        where TGauge : unmanaged, Enum =>
        _core.Engine.Gauges(0)[Convert.ToInt32(gauge, CultureInfo.InvariantCulture)];

    /// <summary>Replaces the depth book: one level per side.</summary>
    public void Book(long bidTicks, long askTicks, long bidLots = 100_000, long askLots = 100_000) =>
        Book([(bidTicks, bidLots)], [(askTicks, askLots)]);

    /// <summary>Replaces the depth book.</summary>
    /// <param name="bids">Bids in ticks and lots, in any order.</param>
    /// <param name="asks">Asks in ticks and lots, in any order.</param>
    public void Book(
        IReadOnlyList<(long PriceTicks, long Lots)> bids, IReadOnlyList<(long PriceTicks, long Lots)> asks)
    {
        ArgumentNullException.ThrowIfNull(bids);
        ArgumentNullException.ThrowIfNull(asks);
        Put(new EngineInput { Kind = EventKind.SnapshotBegin });
        PutLevels(Side.Buy, bids);
        PutLevels(Side.Sell, asks);
        Put(new EngineInput { Kind = EventKind.BookCommit, UpdateId = ++_updateId });
    }

    /// <summary>Reports a trade.</summary>
    /// <param name="aggressor">Buy for a trade with a resting ask.</param>
    /// <param name="priceTicks">Price in ticks.</param>
    /// <param name="lots">Quantity in lots.</param>
    public void Trade(Side aggressor, long priceTicks, long lots) => Put(new EngineInput
    {
        Kind = EventKind.Trade,
        Side = aggressor,
        Price = priceTicks * Facts.Scale.TickIncrements,
        Quantity = lots * Facts.Scale.LotIncrements,
        TradeId = ++_tradeId,
    });

    /// <summary>Advances the time, and then sends one timer event.</summary>
    public void Advance(TimeSpan time)
    {
        NowNs += time.Ticks * TimeSpan.NanosecondsPerTick;
        Put(new EngineInput { Kind = EventKind.Timer });
    }

    /// <summary>Invalidates the book: the engine cancels all orders and tells the strategy.</summary>
    public void LoseBook() =>
        Put(new EngineInput { Kind = EventKind.BookStale, StaleReason = StaleReason.Disconnected });

    /// <summary>The gateway acknowledges an order.</summary>
    public void Accept(long orderId) => Put(new EngineInput { Kind = EventKind.OrderAccepted, OrderId = orderId });

    /// <summary>The gateway rejects an order.</summary>
    public void Reject(long orderId) => Put(new EngineInput { Kind = EventKind.OrderRejected, OrderId = orderId });

    /// <summary>The gateway reports that an order is cancelled.</summary>
    public void Cancelled(long orderId) => Put(new EngineInput { Kind = EventKind.OrderCancelled, OrderId = orderId });

    /// <summary>An order is filled, wholly or in part.</summary>
    /// <param name="orderId">The order.</param>
    /// <param name="side">Its side.</param>
    /// <param name="priceTicks">Price of the fill in ticks.</param>
    /// <param name="lots">Quantity of the fill in lots.</param>
    /// <param name="isMaker">true if the order rested.</param>
    public void Fill(long orderId, Side side, long priceTicks, long lots, bool isMaker = true) => Put(new EngineInput
    {
        Kind = EventKind.OrderFilled,
        OrderId = orderId,
        Side = side,
        PriceTicks = priceTicks,
        QuantityLots = lots,
        TradeId = ++_tradeId,
        Flags = isMaker ? EngineInput.MakerFlag : 0,
    });

    /// <summary>The whole order of a decision is filled.</summary>
    public void Fill(in TestDecision order) => Fill(order.OrderId, order.Side, order.PriceTicks, order.Lots);

    private void PutLevels(Side side, IReadOnlyList<(long PriceTicks, long Lots)> levels)
    {
        foreach ((long priceTicks, long lots) in levels)
        {
            Put(new EngineInput
            {
                Kind = EventKind.LevelUpdate,
                Side = side,
                Price = priceTicks * Facts.Scale.TickIncrements,
                Quantity = lots * Facts.Scale.LotIncrements,
            });
        }
    }

    private void Put(EngineInput item)
    {
        item.ReceiveTimeNs = NowNs;
        _core.Inputs.Put([item]);
        _core.Engine.StrategyLog.Read(LogLines.Add);
    }
}
