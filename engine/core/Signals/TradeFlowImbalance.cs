using System;
using LowLatency.Engine.Events;

namespace LowLatency.Engine.Signals;

/// <summary>
/// (bought - sold) / (bought + sold) of the volume that aggressors traded within a sliding window of time: the scaled
/// order imbalance of T. Chordia, R. Roll, A. Subrahmanyam, "Order imbalance, liquidity, and market returns", Journal
/// of Financial Economics 65(1), 2002, 111–130, with the venue's own word for the aggressor. Quantities are in wire
/// increments; the sums are exact. Engine thread only.
/// </summary>
public sealed class TradeFlowImbalance
{
    private readonly SlidingSum _bought;
    private readonly SlidingSum _sold;

    /// <summary>Creates the signal with no trades.</summary>
    /// <param name="windowNs">Length of the sliding window in nanoseconds, 16 or more. It moves in steps of a
    /// sixteenth, so between 15/16 of it and all of it count.</param>
    /// <exception cref="ArgumentOutOfRangeException">The window is too short.</exception>
    public TradeFlowImbalance(long windowNs)
    {
        _bought = new SlidingSum(windowNs);
        _sold = new SlidingSum(windowNs);
    }

    /// <summary>Volume that buyers took within the window, 0 or more.</summary>
    public Int128 Bought => _bought.Total;

    /// <summary>Volume that sellers hit within the window, 0 or more.</summary>
    public Int128 Sold => _sold.Total;

    /// <summary>true if the window holds any volume.</summary>
    public bool HasVolume => Bought + Sold > 0;

    /// <summary>From -1, only sellers, to 1, only buyers; 0 without volume, which <see cref="HasVolume"/> tells from
    /// balance.</summary>
    public double Value => TopOfBookSignals.Imbalance((double)Bought, (double)Sold);

    /// <summary>Adds a trade.</summary>
    /// <param name="nowNs">Time of the event, nanoseconds since the Unix epoch; an older one counts as the last one.
    /// </param>
    /// <param name="aggressor">Who took.</param>
    /// <param name="quantity">How much, 0 or more.</param>
    public void OnTrade(long nowNs, Side aggressor, long quantity)
    {
        OnTime(nowNs);
        (aggressor == Side.Buy ? _bought : _sold).Add(quantity);
    }

    /// <summary>Advances the window without a trade.</summary>
    public void OnTime(long nowNs)
    {
        _bought.Advance(nowNs);
        _sold.Advance(nowNs);
    }

    /// <summary>Clears all trades, because some may have been missed.</summary>
    public void Reset()
    {
        _bought.Clear();
        _sold.Clear();
    }

    /// <summary>Converts everything to finer increments.</summary>
    /// <param name="quantityFactor">New quantity increments per old one.</param>
    internal void Rescale(long quantityFactor)
    {
        _bought.Rescale(quantityFactor);
        _sold.Rescale(quantityFactor);
    }
}
