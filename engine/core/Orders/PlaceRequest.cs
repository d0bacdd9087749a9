using LowLatency.Engine.Events;
using LowLatency.Engine.Strategies;

namespace LowLatency.Engine.Orders;

/// <summary>A limit order that a strategy wants, with what it was drawn from.</summary>
public struct PlaceRequest
{
    /// <summary>Buy or sell.</summary>
    public Side Side;

    /// <summary>Why: a reason of the strategy's own.</summary>
    public StrategyReason Reason;

    /// <summary>How it may trade.</summary>
    public OrderFlags Flags;

    /// <summary>Directions in <see cref="Mask"/>.</summary>
    public byte MaskLength;

    /// <summary>The strategy's own tag, by which it finds its orders again; also after a restart.</summary>
    public ushort Tag;

    /// <summary>Limit price in ticks.</summary>
    public long PriceTicks;

    /// <summary>Quantity in lots.</summary>
    public long QuantityLots;

    /// <summary>How long the order may live, in nanoseconds; 0 for no expiry. Below 0 is refused.</summary>
    public long LifetimeNs;

    /// <summary>The directions that led here, newest in bit 0.</summary>
    public ulong Mask;

    /// <summary>The walk into the book that found the price, for the explanation; default for none.</summary>
    public BookWalk Walk;

    /// <summary>What a model says, for the explanation.</summary>
    public QuoteInputs Inputs;

    // Composite order and its part, when it is one.
    internal long ParentId;
    internal int Part;

    // When that one expires; 0 for an order that is no part.
    internal long ExpireTimeNs;
}

/// <summary>What a quoting model drew a price from, in millionths of a tick; kept with the decision. A value that a
/// model
/// does not have is 0.</summary>
public struct QuoteInputs
{
    /// <summary>What it holds for the fair price.</summary>
    public long FairMicroTicks;

    /// <summary>Half of the spread that it wants.</summary>
    public long HalfSpreadMicroTicks;

    /// <summary>How far it moves its quotes for the inventory.</summary>
    public long SkewMicroTicks;

    /// <summary>Volatility for a square root of a second.</summary>
    public long VolatilityMicroTicks;

    /// <summary>A number of ticks in millionths; 0 for what is not finite or out of range.</summary>
    public static long MicroTicks(double ticks)
    {
        const double Max = 9e12;
        return ticks is > -Max and < Max ? (long)(ticks * 1_000_000) : 0;
    }
}
