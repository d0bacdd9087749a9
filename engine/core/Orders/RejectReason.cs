namespace LowLatency.Engine.Orders;

/// <summary>Why a gateway refused an order. The numbers are part of the recording format.</summary>
public enum RejectReason : byte
{
    /// <summary>No reason was given.</summary>
    Unspecified = 0,

    /// <summary>The gateway's own book of the instrument is not live.</summary>
    BookNotLive = 1,

    /// <summary>A post-only order would have traded at once.</summary>
    WouldTake = 2,

    /// <summary>The gateway has no room for another order.</summary>
    TooManyOrders = 3,

    /// <summary>Price or quantity is not positive.</summary>
    BadNumber = 4,

    /// <summary>The gateway knows no such order.</summary>
    UnknownOrder = 5,

    /// <summary>The order gateway did not send the command: trading is stopped, open orders are unknown, the journal
    /// cannot be written, or the venue's queue is full.</summary>
    NotSent = 6,
}
