using LowLatency.Engine.Events;

namespace LowLatency.Engine.Orders;

/// <summary>A limit order that a strategy wants, with what it was drawn from.</summary>
public struct PlaceRequest
{
    /// <summary>Buy or sell.</summary>
    public Side Side;

    /// <summary>Why.</summary>
    public DecisionReason Reason;

    /// <summary>Directions in <see cref="Mask"/>.</summary>
    public byte MaskLength;

    /// <summary>Levels walked to find the price.</summary>
    public int LevelsWalked;

    /// <summary>Limit price in ticks.</summary>
    public long PriceTicks;

    /// <summary>Quantity in lots.</summary>
    public long QuantityLots;

    /// <summary>How long the order may live, in nanoseconds.</summary>
    public long LifetimeNs;

    /// <summary>Resting quantity passed on the walk, in wire increments.</summary>
    public long DepthPassed;

    /// <summary>The directions that led here, newest in bit 0.</summary>
    public ulong Mask;
}
