using System;
using LowLatency.Engine.Books;
using LowLatency.Engine.Events;
using LowLatency.Engine.Orders;
using LowLatency.Engine.Signals;

namespace LowLatency.Engine.Strategies;

/// <summary>Where the best bid and ask come from that draw the directions.</summary>
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
    /// <summary>The order's own side: it rests behind as much as it wants to trade. The default.</summary>
    Own,

    /// <summary>The opposite side: it can trade at once in full.</summary>
    Opposite,
}

/// <summary>Settings of <see cref="DirectionMaskStrategy"/>. Immutable.</summary>
public sealed record DirectionMaskSettings
{
    /// <summary>Equal directions wanted, 1 or more.</summary>
    public int Run { get; init; } = 5;

    /// <summary>How many of them may deviate, 0 to Run - 1.</summary>
    public int Correction { get; init; } = 1;

    /// <summary>Opposite directions that must follow; Run + Turn is at most 64.</summary>
    public int Turn { get; init; } = 2;

    /// <summary>What draws a direction.</summary>
    public DirectionRule Rule { get; init; } = DirectionRule.Step;

    /// <summary>Whose quotes are compared.</summary>
    public QuoteSource Source { get; init; } = QuoteSource.Book;

    /// <summary>Which side is walked for the price.</summary>
    public WalkedSide WalkedSide { get; init; } = WalkedSide.Own;

    /// <summary>How long an order lives, in nanoseconds, above 0.</summary>
    public long LifetimeNs { get; init; } = 300_000_000_000;

    /// <summary>Notional of one order in tick·lots; the quantity is this divided by the price, whole lots.</summary>
    public required long OrderTickLots { get; init; }
}

/// <summary>
/// The direction mask: when a run of equal directions has turned, it places one order against the run, priced by
/// walking the depth until the quantity passed equals the quantity to place.
/// </summary>
public sealed class DirectionMaskStrategy : IStrategy
{
    private readonly DirectionMaskSettings _settings;
    private DirectionSignal _signal;
    private DirectionMask _mask;

    /// <summary>Creates the strategy for one instrument.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A mask setting is outside its range.</exception>
    public DirectionMaskStrategy(DirectionMaskSettings settings)
    {
        _settings = settings;
        _signal = new DirectionSignal(settings.Rule);
        _mask = new DirectionMask(settings.Run, settings.Correction, settings.Turn);
    }

    /// <inheritdoc/>
    public void OnBook(StrategyContext context)
    {
        if (_settings.Source == QuoteSource.Book)
        {
            OnQuote(context, context.Book.Bids.BestPrice, context.Book.Asks.BestPrice);
        }
    }

    /// <inheritdoc/>
    public void OnTopOfBook(StrategyContext context, in MarketEvent quote)
    {
        if (_settings.Source == QuoteSource.Ticker && context.Book.IsTwoSided)
        {
            OnQuote(context, quote.BidPrice, quote.AskPrice);
        }
    }

    /// <inheritdoc/>
    public void OnStale(StrategyContext context)
    {
        // What moved while nobody watched is not a direction, and a run across the hole is not a run.
        _signal.Reset();
        _mask.Reset();
    }

    /// <inheritdoc/>
    public void OnRescale(StrategyContext context, long priceFactor, long quantityFactor) =>
        _signal.Rescale(priceFactor);

    private void OnQuote(StrategyContext context, long bid, long ask)
    {
        Direction direction = _signal.OnQuote(bid, ask);
        if (direction == Direction.None)
        {
            return;
        }

        MaskTrigger trigger = _mask.Add(direction);
        context.NoteDirection(direction, in _mask, trigger);
        if (trigger != MaskTrigger.None)
        {
            Trade(context, trigger == MaskTrigger.Sell ? Side.Sell : Side.Buy);
        }
    }

    private void Trade(StrategyContext context, Side side)
    {
        OrderBook book = context.Book;
        long touch = book[side].BestPrice / context.Scale.TickIncrements;
        long lots = touch > 0 ? _settings.OrderTickLots / touch : 0;
        var request = new PlaceRequest
        {
            Side = side,
            Reason = side == Side.Sell ? DecisionReason.MaskSell : DecisionReason.MaskBuy,
            QuantityLots = lots,
            LifetimeNs = _settings.LifetimeNs,
            Mask = _mask.Bits,
            MaskLength = (byte)_mask.Count,
        };

        Side walked = _settings.WalkedSide == WalkedSide.Own ? side : Opposite(side);
        long quantity = lots * context.Scale.LotIncrements;
        request.DepthPassed = book[walked].Walk(quantity, out long price, out request.LevelsWalked);
        request.PriceTicks = side == Side.Buy ? context.Scale.FloorTicks(price) : context.Scale.CeilingTicks(price);
        if (request.DepthPassed < quantity)
        {
            context.Refuse(in request, DecisionReason.RefusedThinBook);
            return;
        }

        context.Place(in request);
    }

    private static Side Opposite(Side side) => side == Side.Buy ? Side.Sell : Side.Buy;
}
