using LowLatency.Engine.Events;
using LowLatency.Engine.Orders;

namespace LowLatency.Engine.Strategies;

/// <summary>What became of an order, as told to the strategy.</summary>
/// <param name="Kind">OrderAccepted, OrderRejected, OrderCancelled, OrderExpired, CancelRejected, OrderAmended,
/// AmendRejected, OrderOpen or OrderFilled.</param>
/// <param name="OrderId">Client order id.</param>
/// <param name="Side">Side of the order.</param>
/// <param name="PriceTicks">Price of the fill, or limit price.</param>
/// <param name="QuantityLots">Quantity of the fill in lots; 0 for other kinds.</param>
/// <param name="RemainingLots">What is left of the order; 0 at its end.</param>
public readonly record struct OrderUpdate(
    EventKind Kind,
    long OrderId,
    Side Side,
    long PriceTicks,
    long QuantityLots,
    long RemainingLots)
{
    /// <summary>What the order is now.</summary>
    public OrderState State { get; init; }

    /// <summary>The strategy's own mark.</summary>
    public ushort Tag { get; init; }

    /// <summary>Composite order that it is a part of, or 0.</summary>
    public long ParentId { get; init; }

    /// <summary>Which part, from 0.</summary>
    public int Part { get; init; }

    /// <summary>Of a fill: true when the order rested.</summary>
    public bool IsMaker { get; init; }

    /// <summary>Why a cancel was asked for; None when none was.</summary>
    public DecisionReason CancelReason { get; init; }
}

/// <summary>
/// A strategy trades one instrument. The engine thread calls it, live and in replay alike; it must not allocate,
/// block, throw, read a clock or keep state outside itself. Every method has an empty default.
/// </summary>
public interface IStrategy
{
    /// <summary>true for a strategy that tells its directions with <see cref="StrategyContext.NoteDirection"/>; for any
    /// other the engine draws them itself, with the default rule, to measure what they are worth.</summary>
    bool DrawsDirections => false;

    /// <summary>true for a strategy that never places an order: a replay of such alone needs nobody who fills them.
    /// </summary>
    bool OnlyWatches => false;

    /// <summary>A whole depth message or snapshot was applied; the book is live, two-sided and not crossed.</summary>
    void OnBook(StrategyContext context)
    {
    }

    /// <summary>The venue's top-of-book stream spoke. The book may be older or newer, and need not be live.</summary>
    void OnTopOfBook(StrategyContext context, in EngineInput quote)
    {
    }

    /// <summary>A trade was printed.</summary>
    void OnTrade(StrategyContext context, in EngineInput trade)
    {
    }

    /// <summary>Something became of an own order.</summary>
    void OnOrder(StrategyContext context, in OrderUpdate update)
    {
    }

    /// <summary>Something became of an own composite order.</summary>
    void OnComposite(StrategyContext context, in CompositeUpdate update)
    {
    }

    /// <summary>Time has passed.</summary>
    void OnTimer(StrategyContext context)
    {
    }

    /// <summary>The book is gone; the engine has already asked for every order to be cancelled.</summary>
    void OnStale(StrategyContext context)
    {
    }

    /// <summary>Prices and quantities of the book are counted in finer increments from now on.</summary>
    void OnRescale(StrategyContext context, long priceFactor, long quantityFactor)
    {
    }
}
