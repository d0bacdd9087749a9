namespace LowLatency.Engine.Orders;

/// <summary>
/// Why the engine decided, or refused, something. The numbers are part of the journal format. A decision that a
/// strategy asked for has the strategy's own reason instead, see <see cref="StrategyReason"/>: 128 to 255, and the
/// numbers of the built-in strategies, which are left out here.
/// </summary>
public enum DecisionReason : byte
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>The order has expired.</summary>
    Expired = 3,

    /// <summary>The book went stale, so its quotes are pulled.</summary>
    BookStale = 4,

    /// <summary>The session ends or the operator stopped it.</summary>
    Stopped = 5,

    /// <summary>The venue no longer takes orders for the instrument, so its quotes are pulled.</summary>
    NotTrading = 7,

    /// <summary>A part of a composite order.</summary>
    Part = 15,

    /// <summary>The stop has triggered.</summary>
    Triggered = 16,

    /// <summary>The other one of the two has traded or was triggered.</summary>
    OtherTraded = 17,

    /// <summary>The composite order that it is a part of was cancelled.</summary>
    CompositeCancelled = 18,

    /// <summary>The order before it has been filled.</summary>
    Contra = 19,

    /// <summary>The operator asked for it.</summary>
    Operator = 21,

    /// <summary>The gateway reports that it is not open.</summary>
    NotOpen = 22,

    /// <summary>No answer came in time.</summary>
    NoAnswer = 23,

    /// <summary>The gateway connection is lost.</summary>
    GatewayLost = 24,

    /// <summary>A foreign order: it is open at the gateway, but the engine did not place it.</summary>
    Foreign = 25,

    /// <summary>An own stop would have traded with it.</summary>
    InTheWay = 26,

    /// <summary>The book's last message is older than the limit.</summary>
    OldBook = 27,

    /// <summary>Refused: the book is not live or one side is empty.</summary>
    RefusedBookNotLive = 32,

    /// <summary>Refused: quantity below the venue's minimum, or not positive.</summary>
    RefusedQuantity = 33,

    /// <summary>Refused: order notional above the limit.</summary>
    RefusedNotional = 34,

    /// <summary>Refused: the position could pass its limit.</summary>
    RefusedPosition = 35,

    /// <summary>Refused: too many open orders.</summary>
    RefusedOpenOrders = 36,

    /// <summary>Refused: price too far from the mid (collar).</summary>
    RefusedCollar = 37,

    /// <summary>Refused: trading is stopped.</summary>
    RefusedStopped = 38,

    /// <summary>Refused: it would trade with an own resting order.</summary>
    RefusedSelfTrade = 40,

    /// <summary>Refused: order notional below the venue's minimum.</summary>
    RefusedMinNotional = 41,

    /// <summary>Refused: the venue does not take orders for the instrument now.</summary>
    RefusedNotTrading = 42,

    /// <summary>Refused: order quantity above the limit.</summary>
    RefusedSize = 43,

    /// <summary>Refused: orders or amendments come too fast.</summary>
    RefusedOrderRate = 44,

    /// <summary>Refused: cancels that can wait come too fast.</summary>
    RefusedCancelRate = 45,

    /// <summary>Refused: the book has not moved for too long.</summary>
    RefusedOldBook = 46,

    /// <summary>Refused: the venue's clock and the local one disagree, or the feed is late.</summary>
    RefusedClock = 47,

    /// <summary>Refused: the currency's available funds do not cover it.</summary>
    RefusedFunds = 48,

    /// <summary>Refused: reconciliation is not complete.</summary>
    RefusedReconciling = 49,

    /// <summary>Refused: a post-only price would trade at once.</summary>
    RefusedWouldTake = 50,

    /// <summary>Refused: the order is not open, or another change of it is on its way.</summary>
    RefusedState = 51,

    /// <summary>Refused: the terms contradict each other, or a lifetime is below 0.</summary>
    RefusedTerms = 52,

    /// <summary>Refused: no room for another composite order.</summary>
    RefusedComposites = 53,

    /// <summary>Resynchronise: the book is crossed after a whole message.</summary>
    ResyncCrossed = 64,

    /// <summary>Resynchronise: the book's numbers are out of range.</summary>
    ResyncOutOfRange = 65,

    /// <summary>Resynchronise: the venue's top of book stays different from the book's.</summary>
    ResyncTopDiffers = 66,

    /// <summary>All trading is stopped: the operator's kill switch.</summary>
    KilledByOperator = 96,

    /// <summary>All trading is stopped: the loss of the day has reached its limit.</summary>
    KilledLoss = 97,

    /// <summary>All trading is stopped: equity has fallen too far from its peak.</summary>
    KilledDrawdown = 98,

    /// <summary>All trading is stopped: a feed was disconnected for too long.</summary>
    KilledDisconnected = 99,

    /// <summary>The kill switch was lifted.</summary>
    Resumed = 100,

    /// <summary>A new day has begun.</summary>
    NewDay = 101,

    /// <summary>All trading is stopped: the journal cannot be written.</summary>
    KilledJournal = 102,

    /// <summary>All trading is stopped: inputs are lost, because the recording cannot be written.</summary>
    KilledRecorder = 103,
}
