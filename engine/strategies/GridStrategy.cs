using System;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Orders;

namespace LowLatency.Engine.Strategies;

/// <summary>Reasons of <see cref="GridStrategy"/>.</summary>
public enum GridReason : byte
{
    /// <summary>The market has left the grid, which is built again around it.</summary>
    [Text("the grid moves to where the market is")]
    Recentre = 10,

    /// <summary>A level of the grid.</summary>
    [Text("a level of the grid")]
    Level = 11,
}

/// <summary>Settings of <see cref="GridStrategy"/>.</summary>
public sealed record GridSettings
{
    /// <summary>Levels a side.</summary>
    [Setting("Levels on each side of the centre.", Unit = "levels", Min = 1, Max = 50)]
    public int Levels { get; set; } = 5;

    /// <summary>Distance of the levels.</summary>
    [Setting("Distance from one level to the next.", Unit = "bp", Min = 0.01, Max = 1000)]
    public double StepBp { get; set; } = 5;

    /// <summary>Notional of a level.</summary>
    [Setting("Notional of each level's order.", Unit = "quote currency", Min = 1e-12, Max = 1e9)]
    public decimal OrderNotional { get; set; } = 500;

    /// <summary>How far the market may move before the grid follows.</summary>
    [Setting(
        "How far the market may move from the centre before the grid follows.", Unit = "bp", Min = 0.1, Max = 10_000)]
    public double RecentreBp { get; set; } = 40;

    /// <summary>How long an order may live.</summary>
    [Setting("How long an order may live; it is then placed again.", Unit = "s", Min = 0.001, Max = 1e7)]
    public double LifetimeSeconds { get; set; } = 3600;
}

/// <summary>
/// A grid of resting orders: bids below the centre, asks above it. A filled bid is followed by an ask one step higher,
/// a filled ask by a bid one step lower, and then by the first order again: each round trip earns a step. The grid is
/// built again around the market once the market has left it. Engine thread only.
/// </summary>
[Strategy(
    "Grid",
    "Rests bids and asks at even steps around the market and answers each fill one step further.",
    Reasons = typeof(GridReason))]
public sealed class GridStrategy : IStrategy
{
    private const double BasisPoints = 10_000;
    private const double NsPerSecond = 1e9;
    private const long RetryNs = 1_000_000_000;

    private readonly GridSettings _settings;
    private readonly long _orderTickLots;

    // By slot: [0, Levels) are bids from the centre down, [Levels, 2·Levels) asks from the centre up; true if the first
    // order was filled and its counter-order is due.
    private readonly bool[] _isAnswer;
    private readonly long[] _retryNs;
    private long _centreTicks;
    private long _stepTicks;
    private long _lots;
    private bool _isLeaving;

    /// <summary>Creates the strategy for one instrument.</summary>
    public GridStrategy(GridSettings settings, Instrument instrument)
    {
        _settings = settings;
        _orderTickLots = InstrumentUnits.ToTickLots(settings.OrderNotional, instrument);
        _isAnswer = new bool[2 * settings.Levels];
        _retryNs = new long[2 * settings.Levels];
    }

    /// <inheritdoc/>
    public void OnBook(StrategyContext context, TradedInstrument instrument)
    {
        long midTicks = instrument.Book.MidTicks;
        double away = Math.Abs(midTicks - _centreTicks);
        if (_centreTicks == 0 || away > _settings.RecentreBp / BasisPoints * _centreTicks || _isLeaving)
        {
            Recentre(instrument, midTicks);
        }

        for (int slot = 0; slot < _isAnswer.Length && !_isLeaving; slot++)
        {
            Keep(instrument, slot);
        }
    }

    /// <inheritdoc/>
    public void OnOrder(StrategyContext context, TradedInstrument instrument, in OrderUpdate update)
    {
        int slot = update.Tag - 1;
        if (update.State == OrderState.Filled && slot >= 0 && slot < _isAnswer.Length)
        {
            _isAnswer[slot] = update.Side == FirstSide(slot);
        }
    }

    // The old grid has to be off the book before the new one is placed, or both could trade.
    private void Recentre(TradedInstrument instrument, long midTicks)
    {
        _isLeaving = false;
        for (int slot = 0; slot < _isAnswer.Length; slot++)
        {
            foreach (Side side in (ReadOnlySpan<Side>)[Side.Buy, Side.Sell])
            {
                if (instrument.TryFindOrder(side, Tag(slot), out Order order))
                {
                    _isLeaving = true;
                    instrument.Cancel(order.Id, StrategyReason.Of(GridReason.Recentre));
                }
            }
        }

        if (_isLeaving)
        {
            return;
        }

        _centreTicks = midTicks;
        _stepTicks = Math.Max(1, (long)(_settings.StepBp / BasisPoints * midTicks));
        _lots = _orderTickLots / Math.Max(1, midTicks);
        Array.Clear(_isAnswer);
        Array.Clear(_retryNs);
    }

    private void Keep(TradedInstrument instrument, int slot)
    {
        Side first = FirstSide(slot);
        Side side = !_isAnswer[slot] ? first : first == Side.Buy ? Side.Sell : Side.Buy;
        if (instrument.NowNs < _retryNs[slot] || instrument.TryFindOrder(side, Tag(slot), out _)
            || instrument.TryFindOrder(side == Side.Buy ? Side.Sell : Side.Buy, Tag(slot), out _))
        {
            return;
        }

        long steps = (slot % _settings.Levels) + 1;
        long price = first == Side.Buy
            ? _centreTicks - ((steps - (_isAnswer[slot] ? 1 : 0)) * _stepTicks)
            : _centreTicks + ((steps - (_isAnswer[slot] ? 1 : 0)) * _stepTicks);
        var request = new PlaceRequest
        {
            Side = side,
            Reason = StrategyReason.Of(GridReason.Level),
            Flags = OrderFlags.PostOnly,
            Tag = Tag(slot),
            PriceTicks = price,
            QuantityLots = _lots,
            LifetimeNs = (long)(_settings.LifetimeSeconds * NsPerSecond),
            Inputs = new QuoteInputs { FairMicroTicks = QuoteInputs.MicroTicks(_centreTicks) },
        };
        if (!instrument.Place(in request).IsPlaced)
        {
            _retryNs[slot] = instrument.NowNs + RetryNs;
        }
    }

    private Side FirstSide(int slot) => slot < _settings.Levels ? Side.Buy : Side.Sell;

    private static ushort Tag(int slot) => (ushort)(slot + 1);
}
