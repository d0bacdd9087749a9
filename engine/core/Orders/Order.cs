using LowLatency.Engine.Events;

namespace LowLatency.Engine.Orders;

/// <summary>Where an order is in its life. Orders that have reached their end leave the store.</summary>
public enum OrderState : byte
{
    /// <summary>The slot is free.</summary>
    None = 0,

    /// <summary>Sent, not yet acknowledged.</summary>
    PendingNew = 1,

    /// <summary>Acknowledged, whole or partly filled.</summary>
    Live = 2,

    /// <summary>A cancel is on its way; fills can still arrive.</summary>
    PendingCancel = 3,
}

/// <summary>An order that the engine has sent and that may still trade.</summary>
public struct Order
{
    /// <summary>Client order id, above 0; 0 marks a free slot.</summary>
    public long Id;

    /// <summary>Index of the instrument.</summary>
    public ushort InstrumentId;

    /// <summary>Buy or sell.</summary>
    public Side Side;

    /// <summary>Where it is in its life.</summary>
    public OrderState State;

    /// <summary>Why a cancel was asked for; None before.</summary>
    public DecisionReason CancelReason;

    /// <summary>Limit price in ticks.</summary>
    public long PriceTicks;

    /// <summary>Quantity not yet filled, in lots; above 0 while the order lives.</summary>
    public long RemainingLots;

    /// <summary>When it is to be cancelled as stale, nanoseconds since the Unix epoch.</summary>
    public long ExpireTimeNs;

    /// <summary>Place in the expiry heap.</summary>
    internal int HeapIndex;

    /// <summary>Slot of the next younger order of the same instrument, or -1.</summary>
    internal int NextSlot;

    /// <summary>Slot of the next older order of the same instrument, or -1.</summary>
    internal int PreviousSlot;
}
