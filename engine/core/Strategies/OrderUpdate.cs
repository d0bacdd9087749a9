using LowLatency.Engine.Events;
using LowLatency.Engine.Orders;

namespace LowLatency.Engine.Strategies;

/// <summary>What has happened to an order.</summary>
public enum OrderChange : byte
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>The gateway acknowledged it.</summary>
    Accepted = 1,

    /// <summary>The gateway rejected it.</summary>
    Rejected = 2,

    /// <summary>It was filled, wholly or in part; <see cref="IStrategy.OnFill"/> had the fill.</summary>
    Filled = 3,

    /// <summary>It is off the book.</summary>
    Cancelled = 4,

    /// <summary>The gateway rejected a cancel.</summary>
    CancelRejected = 5,

    /// <summary>An amendment was carried out.</summary>
    Amended = 6,

    /// <summary>The gateway rejected an amendment.</summary>
    AmendRejected = 7,

    /// <summary>It has expired at the gateway.</summary>
    Expired = 8,

    /// <summary>The gateway reports that it is open: the answer to a query, or after a reconnect.</summary>
    FoundOpen = 9,
}

/// <summary>A change of an own order.</summary>
/// <param name="Change">What has happened.</param>
/// <param name="OrderId">Client order id.</param>
/// <param name="Side">Side of the order.</param>
/// <param name="PriceTicks">Limit price in ticks.</param>
/// <param name="QuantityLots">Whole quantity in lots.</param>
/// <param name="RemainingLots">Lots that may still trade; 0 once it has ended.</param>
public readonly record struct OrderUpdate(
    OrderChange Change, long OrderId, Side Side, long PriceTicks, long QuantityLots, long RemainingLots)
{
    /// <summary>What the order is now.</summary>
    public OrderState State { get; init; }

    /// <summary>The strategy's own tag.</summary>
    public ushort Tag { get; init; }

    /// <summary>Composite order that it is a part of, or 0.</summary>
    public long ParentId { get; init; }

    /// <summary>Which part, from 0.</summary>
    public int Part { get; init; }

    /// <summary>Why it is being cancelled; None if it is not.</summary>
    public DecisionReason CancelReason { get; init; }
}

/// <summary>A fill of an own order.</summary>
/// <param name="OrderId">Client order id.</param>
/// <param name="Side">Side of the order.</param>
/// <param name="PriceTicks">Price of the fill in ticks.</param>
/// <param name="Lots">Quantity of the fill in lots, above 0.</param>
/// <param name="RemainingLots">Lots of the order that may still trade.</param>
public readonly record struct FillUpdate(
    long OrderId, Side Side, long PriceTicks, long Lots, long RemainingLots)
{
    /// <summary>true if the order rested: a maker's fill.</summary>
    public bool IsMaker { get; init; }

    /// <summary>The venue's trade number; 0 where it gives none.</summary>
    public long TradeId { get; init; }

    /// <summary>The strategy's own tag.</summary>
    public ushort Tag { get; init; }

    /// <summary>Composite order that the order is a part of, or 0.</summary>
    public long ParentId { get; init; }

    /// <summary>Which part, from 0.</summary>
    public int Part { get; init; }
}
