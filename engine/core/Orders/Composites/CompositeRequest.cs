using LowLatency.Engine.Events;

namespace LowLatency.Engine.Orders;

/// <summary>Kind of a composite order. The numbers are part of the journal format.</summary>
public enum CompositeKind : byte
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Several orders, spread between two prices, of equal or weighted quantities.</summary>
    Sliced = 1,

    /// <summary>An order and, once it is filled, one on the opposite side for the same quantity.</summary>
    Paired = 2,

    /// <summary>Held back until the market reaches the trigger price, then placed.</summary>
    StopLoss = 3,

    /// <summary>A stop whose trigger price follows the market at a distance.</summary>
    TrailingStop = 4,

    /// <summary>A limit order and a stop for the same quantity: what one trades, the other cannot.</summary>
    OneCancelsOther = 5,

    /// <summary>A large order that shows a small part of itself at a time.</summary>
    Iceberg = 6,
}

/// <summary>State of a composite order. The numbers are part of the journal format.</summary>
public enum CompositeState : byte
{
    /// <summary>The slot was never used.</summary>
    None = 0,

    /// <summary>Accepted; no part was sent yet.</summary>
    Created = 1,

    /// <summary>The first part was sent.</summary>
    Started = 2,

    /// <summary>Filled in part.</summary>
    PartlyFilled = 3,

    /// <summary>Its open parts are being cancelled.</summary>
    Cancelling = 4,

    /// <summary>End: all of it was filled.</summary>
    Executed = 16,

    /// <summary>End: cancelled; it may have been filled in part.</summary>
    Cancelled = 17,

    /// <summary>End: expired; it may have been filled in part.</summary>
    Expired = 18,

    /// <summary>End: refused by its terms, the risk gate or the gateway.</summary>
    Refused = 19,
}

/// <summary>A request for a composite order.</summary>
public struct CompositeRequest
{
    /// <summary>What it is.</summary>
    public CompositeKind Kind;

    /// <summary>Buy or sell; of a pair, the side of the first order.</summary>
    public Side Side;

    /// <summary>Why: a reason of the strategy's own.</summary>
    public StrategyReason Reason;

    /// <summary>How its orders may trade.</summary>
    public OrderFlags Flags;

    /// <summary>The strategy's tag.</summary>
    public ushort Tag;

    /// <summary>Parts of a sliced order, 1 to <see cref="PartWeights.Capacity"/>.</summary>
    public int Parts;

    /// <summary>Whole quantity in lots.</summary>
    public long QuantityLots;

    /// <summary>
    /// Limit price in ticks; of a sliced order the first bound; of a one-cancels-other its limit order. A stop may have
    /// 0: once triggered, it is priced by walking the depth.
    /// </summary>
    public long PriceTicks;

    /// <summary>The other bound of a sliced order, the price of a pair's second order, the limit price of a
    /// one-cancels-other's stop (0 as for a stop); in ticks.</summary>
    public long SecondPriceTicks;

    /// <summary>Trigger price of a stop in ticks: a sell triggers at a best bid at or below it, a buy at a best ask at
    /// or above it. A trailing stop may have 0: it then starts at its distance from the market.</summary>
    public long TriggerTicks;

    /// <summary>Distance of a trailing stop's trigger price from the best price that the market has reached, in
    /// ticks.</summary>
    public long TrailTicks;

    /// <summary>Lots that an iceberg shows at a time.</summary>
    public long DisplayLots;

    /// <summary>How long it may live, in nanoseconds; 0 for no expiry. Below 0 is refused.</summary>
    public long LifetimeNs;

    /// <summary>Weights of a sliced order's parts; all 0 for equal ones.</summary>
    public PartWeights Weights;
}

/// <summary>A change of a composite order, as told to the strategy.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Kind">What it is.</param>
/// <param name="State">What it is now.</param>
/// <param name="Tag">The strategy's tag.</param>
/// <param name="FilledLots">Lots filled over all its parts, both orders of a pair included.</param>
public readonly record struct CompositeUpdate(
    long Id, CompositeKind Kind, CompositeState State, ushort Tag, long FilledLots);
