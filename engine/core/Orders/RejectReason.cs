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

    /// <summary>The gateway holds as many orders as it can.</summary>
    TooManyOrders = 3,

    /// <summary>Price or quantity is not positive.</summary>
    BadNumber = 4,
}

/// <summary>Why a decision was taken, or why an order was not sent. The numbers are part of the journal format.
/// </summary>
public enum DecisionReason : byte
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>The mask says that a rise has turned: sell.</summary>
    MaskSell = 1,

    /// <summary>The mask says that a fall has turned: buy.</summary>
    MaskBuy = 2,

    /// <summary>The order outlived its time.</summary>
    Expired = 3,

    /// <summary>The book went stale, so its quotes are pulled.</summary>
    BookStale = 4,

    /// <summary>The session ends or the operator stopped it.</summary>
    Stopped = 5,

    /// <summary>The strategy changed its mind.</summary>
    Replaced = 6,

    /// <summary>The venue no longer takes orders for the instrument, so its quotes are pulled.</summary>
    NotTrading = 7,

    /// <summary>Refused: the book is not live or one side is empty.</summary>
    RefusedBookNotLive = 32,

    /// <summary>Refused: quantity below the venue's least, or not positive.</summary>
    RefusedQuantity = 33,

    /// <summary>Refused: order notional above the limit.</summary>
    RefusedNotional = 34,

    /// <summary>Refused: the position could pass its limit.</summary>
    RefusedPosition = 35,

    /// <summary>Refused: too many open orders.</summary>
    RefusedOpenOrders = 36,

    /// <summary>Refused: price too far from the middle of the market.</summary>
    RefusedCollar = 37,

    /// <summary>Refused: trading is stopped.</summary>
    RefusedStopped = 38,

    /// <summary>Refused: the depth holds less than the quantity to place.</summary>
    RefusedThinBook = 39,

    /// <summary>Refused: it would trade with an own resting order.</summary>
    RefusedSelfTrade = 40,

    /// <summary>Refused: order notional below the venue's least.</summary>
    RefusedMinNotional = 41,

    /// <summary>Refused: the venue does not take orders for the instrument now.</summary>
    RefusedNotTrading = 42,

    /// <summary>Resynchronise: the book is crossed after a whole message.</summary>
    ResyncCrossed = 64,

    /// <summary>Resynchronise: the book's numbers left the range.</summary>
    ResyncOutOfRange = 65,

    /// <summary>Resynchronise: the venue's own top of book stays another than the book's.</summary>
    ResyncTopDiffers = 66,
}
