using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using LowLatency.Engine;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Ring;
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
/// A strategy of several instruments takes a list of them; calls then name the instrument by its index in the list.
/// </summary>
public sealed class StrategyTester
{
    private const int RingCapacity = 4096;
    private const int MaxOrders = 1024;
    private const long SampleLots = 100_000;
    private const long StartNs = 1_700_000_000_000_000_000;

    private readonly TradingCore _core;
    private readonly InputPublisher _publisher;
    private readonly Dictionary<long, ushort> _instrumentOfOrder = [];
    private long _updateId;
    private long _tradeId;

    /// <summary>Starts a strategy of one instrument.</summary>
    /// <param name="create">Makes the strategy for the instrument.</param>
    /// <param name="facts">What it trades; null for <see cref="SampleInstrument"/>. Its id must be 0.</param>
    /// <param name="limits">Limits of the risk gate; null for <see cref="SampleLimits"/>.</param>
    /// <param name="fillsOnPaper">true to have the market acknowledge and fill orders.</param>
    /// <exception cref="ArgumentException">The instrument's id is not 0.</exception>
    public StrategyTester(
        Func<Instrument, IStrategy> create, Instrument? facts = null, RiskLimits? limits = null,
        bool fillsOnPaper = false)
        : this(ForOne(create), [facts ?? SampleInstrument], limits, fillsOnPaper)
    {
    }

    /// <summary>Starts a strategy that trades several instruments with one instance.</summary>
    /// <param name="create">Makes the strategy for the instruments.</param>
    /// <param name="instruments">What it trades, at least one. The id of each must be its index in the list.</param>
    /// <param name="limits">Limits of the risk gate, the same for each instrument; null for <see cref="SampleLimits"/>.
    /// </param>
    /// <param name="fillsOnPaper">true to have the market acknowledge and fill orders.</param>
    /// <exception cref="ArgumentException">The list is empty, or an instrument's id is not its index.</exception>
    public StrategyTester(
        Func<IReadOnlyList<Instrument>, IStrategy> create, IReadOnlyList<Instrument> instruments,
        RiskLimits? limits = null, bool fillsOnPaper = false)
    {
        ArgumentNullException.ThrowIfNull(create);
        Instruments = Checked(instruments);
        IStrategy strategy = create(Instruments);
        _core = TradingCore.OnOneThread(
            Instruments.Select(instrument => new InstrumentSetup(instrument, limits ?? SampleLimits, strategy)
            {
                StrategyName = strategy.GetType().Name,
            }).ToArray(),
            new EngineOptions
            {
                MaxOrders = MaxOrders,
                AnswerTimeoutNs = long.MaxValue,
                StrategyLogCapacity = RingCapacity,
            },
            RingCapacity,
            fillsOnPaper);
        _core.OnOutput = Take;
        _publisher = _core.NewPublisher(SessionSources.FirstFeed);
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

    /// <summary>The instruments; a call's <c>instrument</c> is an index of this list.</summary>
    public IReadOnlyList<Instrument> Instruments { get; }

    /// <summary>The instrument; of several, the first.</summary>
    public Instrument Facts => Instruments[0];

    /// <summary>All decisions so far; clear the list to see only the next ones.</summary>
    public IList<TestDecision> Decisions { get; } = new List<TestDecision>();

    /// <summary>All lines logged so far, oldest first.</summary>
    public IList<StrategyLogLine> LogLines { get; } = new List<StrategyLogLine>();

    /// <summary>The engine's time, nanoseconds since the Unix epoch.</summary>
    public long NowNs { get; private set; } = StartNs;

    /// <summary>Position in lots; of several instruments, that of the first.</summary>
    public long PositionLots => PositionLotsOf(0);

    /// <summary>Orders of all instruments that may still trade.</summary>
    public int OpenOrders => _core.Engine.OpenOrders;

    /// <summary>Position of an instrument in lots.</summary>
    /// <param name="instrument">Index of the instrument.</param>
    public long PositionLotsOf(int instrument) => _core.Engine.Position(IndexOf(instrument)).Lots;

    /// <summary>Value of a gauge; NaN if it has none.</summary>
    /// <typeparam name="TGauge">The strategy's enum of gauges.</typeparam>
    /// <param name="gauge">The gauge.</param>
    /// <param name="instrument">Index of the instrument.</param>
    public double Gauge<TGauge>(TGauge gauge, int instrument = 0)
        where TGauge : unmanaged, Enum =>
        _core.Engine.Gauges(IndexOf(instrument))[Convert.ToInt32(gauge, CultureInfo.InvariantCulture)];

    /// <summary>Replaces the depth book: one level per side.</summary>
    /// <param name="bidTicks">Price of the bid in ticks.</param>
    /// <param name="askTicks">Price of the ask in ticks.</param>
    /// <param name="bidLots">Quantity of the bid in lots.</param>
    /// <param name="askLots">Quantity of the ask in lots.</param>
    /// <param name="instrument">Index of the instrument.</param>
    public void Book(
        long bidTicks, long askTicks, long bidLots = SampleLots, long askLots = SampleLots, int instrument = 0) =>
        Book([(bidTicks, bidLots)], [(askTicks, askLots)], instrument);

    /// <summary>Replaces the depth book.</summary>
    /// <param name="bids">Bids in ticks and lots, in any order.</param>
    /// <param name="asks">Asks in ticks and lots, in any order.</param>
    /// <param name="instrument">Index of the instrument.</param>
    public void Book(
        IReadOnlyList<(long PriceTicks, long Lots)> bids, IReadOnlyList<(long PriceTicks, long Lots)> asks,
        int instrument = 0)
    {
        ArgumentNullException.ThrowIfNull(bids);
        ArgumentNullException.ThrowIfNull(asks);
        Put(instrument, new EngineInput { Kind = EventKind.SnapshotBegin });
        PutLevels(instrument, Side.Buy, bids);
        PutLevels(instrument, Side.Sell, asks);
        Put(instrument, new EngineInput { Kind = EventKind.BookCommit, UpdateId = ++_updateId });
    }

    /// <summary>Reports a message of the venue's top-of-book stream, newer than the depth book.</summary>
    /// <param name="bidTicks">Price of the best bid in ticks.</param>
    /// <param name="askTicks">Price of the best ask in ticks.</param>
    /// <param name="bidLots">Quantity of the best bid in lots.</param>
    /// <param name="askLots">Quantity of the best ask in lots.</param>
    /// <param name="instrument">Index of the instrument.</param>
    public void Top(
        long bidTicks, long askTicks, long bidLots = SampleLots, long askLots = SampleLots, int instrument = 0)
    {
        InstrumentScale scale = Instruments[IndexOf(instrument)].Scale;
        Put(instrument, new EngineInput
        {
            Kind = EventKind.TopOfBook,
            BidPrice = bidTicks * scale.TickIncrements,
            BidQuantity = bidLots * scale.LotIncrements,
            AskPrice = askTicks * scale.TickIncrements,
            AskQuantity = askLots * scale.LotIncrements,
            UpdateId = ++_updateId,
        });
    }

    /// <summary>Reports a trade.</summary>
    /// <param name="aggressor">Buy for a trade with a resting ask.</param>
    /// <param name="priceTicks">Price in ticks.</param>
    /// <param name="lots">Quantity in lots.</param>
    /// <param name="instrument">Index of the instrument.</param>
    public void Trade(Side aggressor, long priceTicks, long lots, int instrument = 0)
    {
        InstrumentScale scale = Instruments[IndexOf(instrument)].Scale;
        Put(instrument, new EngineInput
        {
            Kind = EventKind.Trade,
            Side = aggressor,
            Price = priceTicks * scale.TickIncrements,
            Quantity = lots * scale.LotIncrements,
            TradeId = ++_tradeId,
        });
    }

    /// <summary>Advances the time, and then sends one timer event.</summary>
    public void Advance(TimeSpan time)
    {
        NowNs += time.Ticks * TimeSpan.NanosecondsPerTick;
        Put(0, new EngineInput { Kind = EventKind.Timer });
    }

    /// <summary>Invalidates the book: the engine cancels all orders of the instrument and tells the strategy.</summary>
    /// <param name="instrument">Index of the instrument.</param>
    public void LoseBook(int instrument = 0) =>
        Put(instrument, new EngineInput { Kind = EventKind.BookStale, StaleReason = StaleReason.Disconnected });

    /// <summary>The gateway acknowledges an order.</summary>
    public void Accept(long orderId) => Report(new EngineInput { Kind = EventKind.OrderAccepted, OrderId = orderId });

    /// <summary>The gateway rejects an order.</summary>
    public void Reject(long orderId) => Report(new EngineInput { Kind = EventKind.OrderRejected, OrderId = orderId });

    /// <summary>The gateway reports that an order is cancelled.</summary>
    public void Cancelled(long orderId) =>
        Report(new EngineInput { Kind = EventKind.OrderCancelled, OrderId = orderId });

    /// <summary>The gateway rejects a cancel: the order's state is unknown until its next report.</summary>
    public void CancelRejected(long orderId) =>
        Report(new EngineInput { Kind = EventKind.CancelRejected, OrderId = orderId });

    /// <summary>The gateway reports that an order's time in force is over.</summary>
    public void Expired(long orderId) => Report(new EngineInput { Kind = EventKind.OrderExpired, OrderId = orderId });

    /// <summary>The gateway reports that an order is amended.</summary>
    /// <param name="orderId">The order.</param>
    /// <param name="priceTicks">Its new price in ticks.</param>
    /// <param name="lots">Its new whole quantity in lots, fills included.</param>
    public void Amended(long orderId, long priceTicks, long lots) => Report(new EngineInput
    {
        Kind = EventKind.OrderAmended,
        OrderId = orderId,
        PriceTicks = priceTicks,
        QuantityLots = lots,
    });

    /// <summary>The amendment of a decision is carried out.</summary>
    public void Amended(in TestDecision amendment) =>
        Amended(amendment.OrderId, amendment.PriceTicks, amendment.Lots);

    /// <summary>The gateway rejects an amendment: the order is unchanged.</summary>
    public void AmendRejected(long orderId) =>
        Report(new EngineInput { Kind = EventKind.AmendRejected, OrderId = orderId });

    /// <summary>An order is filled, wholly or in part.</summary>
    /// <param name="orderId">The order.</param>
    /// <param name="side">Its side.</param>
    /// <param name="priceTicks">Price of the fill in ticks.</param>
    /// <param name="lots">Quantity of the fill in lots.</param>
    /// <param name="isMaker">true if the order rested.</param>
    public void Fill(long orderId, Side side, long priceTicks, long lots, bool isMaker = true) =>
        Report(new EngineInput
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

    private static Func<IReadOnlyList<Instrument>, IStrategy> ForOne(Func<Instrument, IStrategy> create)
    {
        ArgumentNullException.ThrowIfNull(create);
        return instruments => create(instruments[0]);
    }

    private static Instrument[] Checked(IReadOnlyList<Instrument> instruments)
    {
        ArgumentNullException.ThrowIfNull(instruments);
        if (instruments.Count == 0)
        {
            throw new ArgumentException("a strategy needs at least one instrument", nameof(instruments));
        }

        for (int i = 0; i < instruments.Count; i++)
        {
            if (instruments[i].Id != i)
            {
                throw new ArgumentException(
                    $"{instruments[i].Symbol} is at index {i} of the list, so its id must be {i}, "
                    + $"not {instruments[i].Id}",
                    nameof(instruments));
            }
        }

        return instruments.ToArray();
    }

    private void PutLevels(int instrument, Side side, IReadOnlyList<(long PriceTicks, long Lots)> levels)
    {
        InstrumentScale scale = Instruments[IndexOf(instrument)].Scale;
        foreach ((long priceTicks, long lots) in levels)
        {
            Put(instrument, new EngineInput
            {
                Kind = EventKind.LevelUpdate,
                Side = side,
                Price = priceTicks * scale.TickIncrements,
                Quantity = lots * scale.LotIncrements,
            });
        }
    }

    // A report belongs to the order's instrument. An order that was never placed gives a report of the first one.
    private void Report(EngineInput report) =>
        Put(_instrumentOfOrder.GetValueOrDefault(report.OrderId), report);

    private void Put(int instrument, EngineInput item)
    {
        item.InstrumentId = (ushort)IndexOf(instrument);
        item.ReceiveTimeNs = NowNs;
        _publisher.Publish(in item);
        _core.Engine.StrategyLog.Read(LogLines.Add);
    }

    private void Take(EngineOutput output)
    {
        if (output.Kind == OutputKind.Place)
        {
            _instrumentOfOrder[output.OrderId] = output.InstrumentId;
        }

        if (TestDecision.IsDecision(in output))
        {
            Decisions.Add(TestDecision.Of(in output, Instruments[output.InstrumentId].Symbol));
        }
    }

    private int IndexOf(int instrument) => instrument >= 0 && instrument < Instruments.Count
        ? instrument
        : throw new ArgumentOutOfRangeException(
            nameof(instrument), instrument, $"there are {Instruments.Count} instruments, counted from 0");
}
