using System;
using LowLatency.Engine.Events;

namespace LowLatency.Engine.Orders;

/// <summary>Where an order is in its life. The numbers are part of the journal format.</summary>
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

    /// <summary>Nobody here knows whether it is open: no answer came in time, the gateway was lost, or the engine has
    /// started again. It counts as open until the gateway has said what became of it.</summary>
    Unknown = 6,

    /// <summary>End: filled to the last lot.</summary>
    Filled = 16,

    /// <summary>End: off the book.</summary>
    Cancelled = 17,

    /// <summary>End: the gateway never took it.</summary>
    Rejected = 18,

    /// <summary>End: it outlived its time.</summary>
    Expired = 19,
}

/// <summary>How an order may trade. The numbers are part of the journal format.</summary>
[Flags]
public enum OrderFlags : byte
{
    /// <summary>A limit order that rests until it is filled, cancelled or outlives its time (good till date).</summary>
    None = 0,

    /// <summary>It must not trade at once: the gateway rejects it instead.</summary>
    PostOnly = 1,

    /// <summary>What does not trade at once is cancelled.</summary>
    ImmediateOrCancel = 2,

    /// <summary>Of a fill: the order rested.</summary>
    Maker = 128,
}

/// <summary>An order that the engine has sent. While it is living it may still trade; afterwards its slot remembers it
/// until another order needs the slot.</summary>
public struct Order
{
    /// <summary>Client order id, above 0.</summary>
    public long Id;

    /// <summary>Composite order that it is a part of, or 0.</summary>
    public long ParentId;

    /// <summary>Index of the instrument.</summary>
    public ushort InstrumentId;

    /// <summary>The strategy's own mark.</summary>
    public ushort Tag;

    /// <summary>Buy or sell.</summary>
    public Side Side;

    /// <summary>Where it is in its life.</summary>
    public OrderState State;

    /// <summary>How it may trade.</summary>
    public OrderFlags Flags;

    /// <summary>Why a cancel was asked for; None before.</summary>
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

    /// <summary>When it is to be cancelled as expired, nanoseconds since the Unix epoch; long.MaxValue for never, and
    /// once that was done.</summary>
    public long ExpireTimeNs;

    /// <summary>When the last command for it left, nanoseconds since the Unix epoch.</summary>
    public long SentTimeNs;

    /// <summary>Number of the last amendment or query sent for it. Answers to earlier ones settle nothing.</summary>
    internal long CommandNumber;

    /// <summary>Number of the last amendment that the gateway has carried out, as far as it was told.</summary>
    internal long AmendedNumber;

    /// <summary>When the gateway has said that the order is over, and had counted more fills than have come: how many
    /// lots
    /// it had counted. The order ends with the last of them. 0 otherwise.</summary>
    internal long AwaitedLots;

    /// <summary>What the order will have been then.</summary>
    internal OrderState AwaitedEnd;

    /// <summary>Lots of the side's open lots that it accounts for.</summary>
    internal long ExposedLots;

    /// <summary>Currency units that it holds back.</summary>
    internal Int128 ReservedUnits;

    /// <summary>Place in the expiry heap, or -1 when it is not living.</summary>
    internal int HeapIndex;

    /// <summary>Slot of the next younger order of the same instrument, or -1.</summary>
    internal int NextSlot;

    /// <summary>Slot of the next older order of the same instrument, or -1.</summary>
    internal int PreviousSlot;

    /// <summary>Quantity not yet filled, in lots.</summary>
    public readonly long RemainingLots => QuantityLots - FilledLots;

    /// <summary>Price that a buyer would have to pay at worst, or a seller would have to take, in ticks.</summary>
    internal readonly long WorstPriceTicks => Side == Side.Buy
        ? Math.Max(PriceTicks, WantedPriceTicks)
        : Math.Min(PriceTicks, WantedPriceTicks);
}
