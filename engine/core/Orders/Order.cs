using System;
using LowLatency.Engine.Events;

namespace LowLatency.Engine.Orders;

/// <summary>State of an order. The numbers are part of the journal format.</summary>
public enum OrderState : byte
{
    /// <summary>The slot was never used.</summary>
    None = 0,

    /// <summary>Sent, not yet acknowledged.</summary>
    PendingNew = 1,

    /// <summary>Acknowledged, nothing filled.</summary>
    Live = 2,

    /// <summary>A cancel is on its way; fills can still arrive.</summary>
    PendingCancel = 3,

    /// <summary>An amendment is on its way; fills can still arrive, at the old price or the new one.</summary>
    PendingAmend = 4,

    /// <summary>Acknowledged and filled in part.</summary>
    PartlyFilled = 5,

    /// <summary>Unknown whether it is open: the answer timed out, the gateway connection was lost, or the engine was
    /// restarted. It counts as open until the gateway has reported its state.</summary>
    Unknown = 6,

    /// <summary>End: filled to the last lot.</summary>
    Filled = 16,

    /// <summary>End: off the book.</summary>
    Cancelled = 17,

    /// <summary>End: the gateway rejected it.</summary>
    Rejected = 18,

    /// <summary>End: it has expired.</summary>
    Expired = 19,
}

/// <summary>How an order may trade. The numbers are part of the journal format.</summary>
[Flags]
public enum OrderFlags : byte
{
    /// <summary>A limit order that rests until it is filled, is cancelled or expires (good till date).</summary>
    None = 0,

    /// <summary>Post-only: the gateway rejects it if it would trade at once.</summary>
    PostOnly = 1,

    /// <summary>What does not trade at once is cancelled.</summary>
    ImmediateOrCancel = 2,

    /// <summary>Of a fill: the order rested.</summary>
    Maker = 128,
}

/// <summary>An order that the engine has sent. While it is open it may still trade; once it has ended, its slot keeps
/// it until another order needs the slot.</summary>
public struct Order
{
    /// <summary>Client order id, above 0.</summary>
    public long Id;

    /// <summary>Composite order that it is a part of, or 0.</summary>
    public long ParentId;

    /// <summary>Index of the instrument.</summary>
    public ushort InstrumentId;

    /// <summary>The strategy's tag.</summary>
    public ushort Tag;

    /// <summary>Buy or sell.</summary>
    public Side Side;

    /// <summary>Its state.</summary>
    public OrderState State;

    /// <summary>How it may trade.</summary>
    public OrderFlags Flags;

    /// <summary>Why it is being cancelled; None if it is not.</summary>
    public DecisionReason CancelReason;

    /// <summary>Which part of the composite order, from 0.</summary>
    public int Part;

    /// <summary>Limit price in ticks.</summary>
    public long PriceTicks;

    /// <summary>Whole quantity in lots.</summary>
    public long QuantityLots;

    /// <summary>Lots filled, 0 to <see cref="QuantityLots"/>.</summary>
    public long FilledLots;

    /// <summary>While an amendment is on its way: the price asked for, in ticks; else the price.</summary>
    public long WantedPriceTicks;

    /// <summary>While an amendment is on its way: the whole quantity asked for, in lots; else the quantity.</summary>
    public long WantedQuantityLots;

    /// <summary>Expiry time, nanoseconds since the Unix epoch; long.MaxValue for none, and once it was
    /// cancelled.</summary>
    public long ExpireTimeNs;

    /// <summary>When its last command was sent, nanoseconds since the Unix epoch.</summary>
    public long SentTimeNs;

    /// <summary>Number of the last amendment or query sent for it. Answers to earlier ones are ignored.</summary>
    internal long CommandNumber;

    /// <summary>Number of the last amendment that the gateway has carried out, as far as it has reported.</summary>
    internal long AmendedNumber;

    /// <summary>Lots that the gateway reported as filled when it ended the order, while some of these fills have not
    /// arrived; the order ends with the last of them. 0 otherwise.</summary>
    internal long AwaitedLots;

    /// <summary>The order's final state then.</summary>
    internal OrderState AwaitedEnd;

    /// <summary>Its share of the side's open lots.</summary>
    internal long ExposedLots;

    /// <summary>Currency units that it reserves.</summary>
    internal Int128 ReservedUnits;

    /// <summary>Place in the expiry heap, or -1 if it has ended.</summary>
    internal int HeapIndex;

    /// <summary>Slot of the next younger order of the same instrument, or -1.</summary>
    internal int NextSlot;

    /// <summary>Slot of the next older order of the same instrument, or -1.</summary>
    internal int PreviousSlot;

    /// <summary>Quantity not yet filled, in lots.</summary>
    public readonly long RemainingLots => QuantityLots - FilledLots;

    /// <summary>The worst price at which it could trade, in ticks: the highest of a buy order, the lowest of a sell
    /// order.</summary>
    internal readonly long WorstPriceTicks => Side == Side.Buy
        ? Math.Max(PriceTicks, WantedPriceTicks)
        : Math.Min(PriceTicks, WantedPriceTicks);
}
