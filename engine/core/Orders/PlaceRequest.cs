using LowLatency.Engine.Events;
using LowLatency.Engine.Strategies;

namespace LowLatency.Engine.Orders;

/// <summary>A request for a limit order, with the inputs that led to it.</summary>
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

    /// <summary>The directions that led to it, newest in bit 0.</summary>
    public ulong Mask;

    /// <summary>The walk into the book that found the price, for the explanation; default for none.</summary>
    public BookWalk Walk;

    /// <summary>The model's values, for the explanation.</summary>
    public QuoteInputs Inputs;

    /// <summary>false for terms that no order can have: a side other than buy and sell, flags that are unknown or
    /// contradict each other, or a negative lifetime.</summary>
    internal readonly bool HasSoundTerms =>
        Side <= Side.Sell && Flags <= OrderFlags.ImmediateOrCancel && LifetimeNs >= 0;

    // Composite order and part, if it is one.
    internal long ParentId;
    internal int Part;

    // Expiry time of the composite order; 0 for an order that is not a part.
    internal long ExpireTimeNs;
}

/// <summary>Values from which a quoting model derived a price, in millionths of a tick; recorded with the decision. A
/// value that a model does not have is 0.</summary>
public struct QuoteInputs
{
    /// <summary>Its fair price.</summary>
    public long FairMicroTicks;

    /// <summary>Half of its spread.</summary>
    public long HalfSpreadMicroTicks;

    /// <summary>How far it shifts its quotes because of the inventory.</summary>
    public long SkewMicroTicks;

    /// <summary>Volatility per square root of a second.</summary>
    public long VolatilityMicroTicks;

    /// <summary>A number of ticks in millionths; 0 if it is not finite or out of range.</summary>
    public static long MicroTicks(double ticks)
    {
        const double Max = 9e12;
        return ticks is > -Max and < Max ? (long)(ticks * 1_000_000) : 0;
    }
}
