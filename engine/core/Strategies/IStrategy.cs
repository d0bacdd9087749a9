using LowLatency.Engine.Events;

namespace LowLatency.Engine.Strategies;

/// <summary>What became of an order, as told to the strategy.</summary>
/// <param name="Kind">OrderAccepted, OrderRejected, OrderCancelled, CancelRejected or OrderFilled.</param>
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
    long RemainingLots);

/// <summary>
/// A strategy trades one instrument. The engine thread calls it, live and in replay alike; it must not allocate,
/// block, throw, read a clock or keep state outside itself. Every method has an empty default.
/// </summary>
public interface IStrategy
{
    /// <summary>A whole depth message or snapshot was applied; the book is live, two-sided and not crossed.</summary>
    void OnBook(StrategyContext context)
    {
    }

    /// <summary>The venue's top-of-book stream spoke. The book may be older or newer, and need not be live.</summary>
    void OnTopOfBook(StrategyContext context, in MarketEvent quote)
    {
    }

    /// <summary>A trade was printed.</summary>
    void OnTrade(StrategyContext context, in MarketEvent trade)
    {
    }

    /// <summary>Something became of an own order.</summary>
    void OnOrder(StrategyContext context, in OrderUpdate update)
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
