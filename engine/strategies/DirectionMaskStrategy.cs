using System;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Orders;
using LowLatency.Engine.Signals;

namespace LowLatency.Engine.Strategies;

/// <summary>Source of the best bid and ask that draw the directions.</summary>
public enum QuoteSource
{
    /// <summary>The rebuilt book, after each whole depth message. The default.</summary>
    Book,

    /// <summary>The venue's own top-of-book stream.</summary>
    Ticker,
}

/// <summary>Which side of the book is walked to price an order.</summary>
public enum WalkedSide
{
    /// <summary>The order's own side: it rests behind a quantity as large as its own. The default.</summary>
    Own,

    /// <summary>The opposite side: it can trade in full at once.</summary>
    Opposite,
}

/// <summary>Reasons of <see cref="DirectionMaskStrategy"/>.</summary>
public enum DirectionMaskReason : byte
{
    /// <summary>A rise has turned: sell.</summary>
    [Text("a rise has turned")]
    MaskSell = 1,

    /// <summary>A fall has turned: buy.</summary>
    [Text("a fall has turned")]
    MaskBuy = 2,

    /// <summary>The depth holds less than the quantity to place.</summary>
    [Text("too little depth")]
    ThinBook = 39,
}

/// <summary>Settings of <see cref="DirectionMaskStrategy"/>.</summary>
public sealed record DirectionMaskSettings
{
    /// <summary>Number of equal directions.</summary>
    [Setting("Equal directions that make a run.", Unit = "directions", Min = 1, Max = 63)]
    public int Run { get; set; } = 5;

    /// <summary>How many of them may deviate, 0 to Run - 1.</summary>
    [Setting("How many directions of the run may deviate; less than Run.", Unit = "directions", Min = 0, Max = 62)]
    public int Correction { get; set; } = 1;

    /// <summary>Opposite directions that must follow; Run + Turn is at most 64.</summary>
    [Setting(
        "Opposite directions that end the run; Run plus Turn is at most 64.",
        Unit = "directions", Min = 1, Max = 63)]
    public int Turn { get; set; } = 2;

    /// <summary>What draws a direction.</summary>
    [Setting("Rule that draws directions.")]
    public DirectionRule Rule { get; set; } = DirectionRule.Step;

    /// <summary>Whose quotes are compared.</summary>
    [Setting("Source of the quotes that draw directions.")]
    public QuoteSource Source { get; set; } = QuoteSource.Book;

    /// <summary>Which side is walked for the price.</summary>
    [Setting("Side of the book that is walked for the price.")]
    public WalkedSide WalkedSide { get; set; } = WalkedSide.Own;

    /// <summary>How long an order lives.</summary>
    [Setting("How long an order lives.", Unit = "s", Min = 0.001, Max = 1e7)]
    public double LifetimeSeconds { get; set; } = 300;

    /// <summary>Notional of one order; the quantity is this divided by the price, in whole lots.</summary>
    [Setting("Notional of one order.", Unit = "quote currency", Min = 1e-12, Max = 1e9)]
    public decimal OrderNotional { get; set; } = 1000;
}

/// <summary>
/// The direction mask: when a run of equal directions has turned, it places one order against the run, priced by
/// walking the depth until the quantity passed equals the quantity to place. Engine thread only.
/// </summary>
[Strategy(
    "DirectionMask",
    "When a run of equal directions of best bid and ask has turned, places one order against the run, priced by "
    + "walking the depth.",
    Reasons = typeof(DirectionMaskReason))]
public sealed class DirectionMaskStrategy : IStrategy
{
    private const double NsPerSecond = 1e9;

    private readonly DirectionMaskSettings _settings;
    private readonly long _orderTickLots;
    private readonly long _lifetimeNs;
    private DirectionSignal _signal;
    private DirectionMask _mask;

    /// <summary>Creates the strategy for one instrument.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A mask setting is outside its range.</exception>
    public DirectionMaskStrategy(DirectionMaskSettings settings, Instrument instrument)
    {
        _settings = settings;
        _orderTickLots = InstrumentUnits.ToTickLots(settings.OrderNotional, instrument);
        _lifetimeNs = (long)(settings.LifetimeSeconds * NsPerSecond);
        _signal = new DirectionSignal(settings.Rule);
        _mask = new DirectionMask(settings.Run, settings.Correction, settings.Turn);
    }

    /// <inheritdoc/>
    public bool DrawsDirections => true;

    /// <inheritdoc/>
    public void OnBook(StrategyContext context, TradedInstrument instrument)
    {
        if (_settings.Source == QuoteSource.Book)
        {
            OnDirection(instrument, _signal.OnQuote(instrument.Book));
        }
    }

    /// <inheritdoc/>
    public void OnTop(StrategyContext context, TradedInstrument instrument, in TopView top)
    {
        if (_settings.Source == QuoteSource.Ticker && instrument.Book.IsTwoSided)
        {
            OnDirection(instrument, _signal.OnQuote(in top));
        }
    }

    /// <inheritdoc/>
    public void OnStale(StrategyContext context, TradedInstrument instrument)
    {
        // Moves during the gap are unknown, and a run must not span it.
        _signal.Reset();
        _mask.Reset();
    }

    private void OnDirection(TradedInstrument instrument, Direction direction)
    {
        if (direction == Direction.None)
        {
            return;
        }

        MaskTrigger trigger = _mask.Add(direction);
        instrument.NoteDirection(direction, in _mask, trigger);
        if (trigger != MaskTrigger.None)
        {
            Trade(instrument, trigger == MaskTrigger.Sell ? Side.Sell : Side.Buy);
        }
    }

    private void Trade(TradedInstrument instrument, Side side)
    {
        long touch = instrument.Book.BestTicks(side);
        long lots = touch > 0 ? _orderTickLots / touch : 0;
        BookWalk walk = instrument.Book.Walk(_settings.WalkedSide == WalkedSide.Own ? side : Opposite(side), lots);
        var request = new PlaceRequest
        {
            Side = side,
            Reason = StrategyReason.Of(
                side == Side.Sell ? DirectionMaskReason.MaskSell : DirectionMaskReason.MaskBuy),
            PriceTicks = walk.PriceTicksFor(side),
            QuantityLots = lots,
            LifetimeNs = _lifetimeNs,
            Walk = walk,
            Mask = _mask.Bits,
            MaskLength = (byte)_mask.Count,
        };
        if (walk.IsEnough)
        {
            instrument.Place(in request);
        }
        else
        {
            instrument.Refuse(in request, StrategyReason.Of(DirectionMaskReason.ThinBook));
        }
    }

    private static Side Opposite(Side side) => side == Side.Buy ? Side.Sell : Side.Buy;
}
