using System;
using System.Runtime.CompilerServices;
using LowLatency.Engine.Events;

namespace LowLatency.Engine.Orders;

/// <summary>Lots filled of each part.</summary>
[InlineArray(PartWeights.Capacity)]
internal struct PartLots
{
    private long _first;
}

/// <summary>Terms of one part of a composite order.</summary>
/// <param name="Side">Buy or sell.</param>
/// <param name="PriceTicks">Limit price in ticks; 0 for the price at which the depth holds the quantity.</param>
/// <param name="QuantityLots">Whole quantity of the part, in lots.</param>
internal readonly record struct PartTerms(Side Side, long PriceTicks, long QuantityLots);

/// <summary>A composite order: its terms and its progress.</summary>
internal struct Composite
{
    /// <summary>Its id, above 0.</summary>
    public long Id;

    public ushort InstrumentId;

    /// <summary>The terms as requested.</summary>
    public CompositeRequest Terms;

    public CompositeState State;

    /// <summary>Why it is being cancelled; None if it is not.</summary>
    public DecisionReason CancelReason;

    /// <summary>true once a stop has triggered.</summary>
    public bool IsTriggered;

    /// <summary>Expiry time, nanoseconds since the Unix epoch.</summary>
    public long ExpireTimeNs;

    /// <summary>Time of the next attempt to place a part that was refused for a temporary reason, nanoseconds since the
    /// Unix epoch.</summary>
    public long RetryTimeNs;

    /// <summary>Current trigger price of a stop, in ticks.</summary>
    public long TriggerTicks;

    /// <summary>Parts with an open order, one bit each.</summary>
    public uint LivingParts;

    /// <summary>Parts that will not be placed again, one bit each.</summary>
    public uint ClosedParts;

    /// <summary>true once an order of it was sent.</summary>
    public bool HasStarted;

    /// <summary>Lots filled of each part.</summary>
    public PartLots Filled;

    /// <summary>Received minus paid of all its fills, in tick·lots.</summary>
    public Int128 CashTickLots;

    /// <summary>Fees of all its fills, in millionths of a tick·lot.</summary>
    public Int128 FeesMicroTickLots;

    internal int NextSlot;
    internal int PreviousSlot;

    /// <summary>Number of parts.</summary>
    public readonly int Parts => Terms.Kind switch
    {
        CompositeKind.Sliced => Terms.Parts,
        CompositeKind.Paired or CompositeKind.OneCancelsOther => 2,
        _ => 1,
    };

    /// <summary>Lots filled over all parts.</summary>
    public readonly long FilledLots
    {
        get
        {
            long lots = 0;
            for (int part = 0; part < Parts; part++)
            {
                lots += Filled[part];
            }

            return lots;
        }
    }

    /// <summary>Lots to fill over all parts until it is executed.</summary>
    public readonly long WantedLots => Terms.Kind == CompositeKind.Paired ? 2 * PairLots : Terms.QuantityLots;

    // The second order of a pair trades as much as the first one has traded.
    private readonly long PairLots => (ClosedParts & 1) != 0 ? Filled[0] : Terms.QuantityLots;

    /// <summary>Terms of a part; the quantity includes what is already filled.</summary>
    public readonly PartTerms PartTerms(int part)
    {
        switch (Terms.Kind)
        {
            case CompositeKind.Sliced:
                return new PartTerms(Terms.Side, SlicePrice(part), SliceLots(part));
            case CompositeKind.Paired when part == 1:
                Side other = Terms.Side == Side.Buy ? Side.Sell : Side.Buy;
                return new PartTerms(other, Terms.SecondPriceTicks, PairLots);
            case CompositeKind.OneCancelsOther when part == 1:
                return new PartTerms(Terms.Side, Terms.SecondPriceTicks, Terms.QuantityLots - Filled[0]);
            case CompositeKind.OneCancelsOther:
                return new PartTerms(Terms.Side, Terms.PriceTicks, Terms.QuantityLots - Filled[1]);
            case CompositeKind.Iceberg:
                long shown = Math.Min(Terms.DisplayLots, Terms.QuantityLots - Filled[0]);
                return new PartTerms(Terms.Side, Terms.PriceTicks, Filled[0] + shown);
            default:
                return new PartTerms(Terms.Side, Terms.PriceTicks, Terms.QuantityLots);
        }
    }

    /// <summary>true if the part is due now.</summary>
    public readonly bool IsDue(int part) => Terms.Kind switch
    {
        CompositeKind.Paired when part == 1 =>
            (LivingParts & 1) == 0 && Filled[0] > 0 && (Filled[0] >= Terms.QuantityLots || (ClosedParts & 1) != 0),
        CompositeKind.StopLoss or CompositeKind.TrailingStop => IsTriggered,

        // The stop waits for the end of the limit order, or both could trade the same quantity.
        CompositeKind.OneCancelsOther when part == 1 => IsTriggered && (LivingParts & 1) == 0,
        CompositeKind.OneCancelsOther => !IsTriggered,
        _ => true,
    };

    /// <summary>true if it waits for its trigger price.</summary>
    public readonly bool IsHeld => !IsTriggered && Terms.Kind
        is CompositeKind.StopLoss or CompositeKind.TrailingStop or CompositeKind.OneCancelsOther;

    // Evenly from one bound to the other, rounded to the passive side of the order.
    private readonly long SlicePrice(int part)
    {
        if (Terms.Parts == 1)
        {
            return Terms.PriceTicks;
        }

        Int128 way = (Int128)(Terms.SecondPriceTicks - Terms.PriceTicks) * part;
        Int128 steps = Terms.Parts - 1;
        Int128 floor = way >= 0 ? way / steps : -((-way + steps - 1) / steps);
        bool isExact = way % steps == 0;
        return Terms.PriceTicks + (long)(Terms.Side == Side.Buy || isExact ? floor : floor + 1);
    }

    // By cumulated weights, so that the parts add up to the whole.
    private readonly long SliceLots(int part)
    {
        long before = 0;
        long total = 0;
        for (int i = 0; i < Terms.Parts; i++)
        {
            before += i < part ? Terms.Weights[i] : 0;
            total += Terms.Weights[i];
        }

        bool isEven = total == 0;
        (before, total) = isEven ? (part, Terms.Parts) : (before, total);
        long weight = isEven ? 1 : Terms.Weights[part];
        Int128 from = (Int128)Terms.QuantityLots * before / total;
        Int128 to = (Int128)Terms.QuantityLots * (before + weight) / total;
        return (long)(to - from);
    }
}
