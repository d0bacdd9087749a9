using System;
using LowLatency.Engine.Events;

namespace LowLatency.Engine;

/// <summary>Counters of one side's orders since the start.</summary>
public struct OrderCounters
{
    /// <summary>Sent to the gateway.</summary>
    public long Placed;

    /// <summary>Acknowledged by the gateway.</summary>
    public long Accepted;

    /// <summary>Filled to the last lot.</summary>
    public long Filled;

    /// <summary>Fills, including partial ones.</summary>
    public long Fills;

    /// <summary>Cancelled for a reason other than expiry.</summary>
    public long Cancelled;

    /// <summary>Cancelled because they expired.</summary>
    public long Expired;

    /// <summary>Refused by the risk gate.</summary>
    public long Refused;

    /// <summary>Rejected by the gateway or the venue.</summary>
    public long Rejected;

    /// <summary>Amendments sent to the gateway.</summary>
    public long Amended;
}

/// <summary>
/// The published state of one instrument: the engine thread publishes copies, which other threads read. Prices and
/// quantities are in wire increments of <see cref="Scale"/> unless the name says otherwise.
/// </summary>
public struct InstrumentView
{
    /// <summary>The current scale of the numbers.</summary>
    public Instruments.InstrumentScale Scale;

    /// <summary>The venue's trading status of the instrument.</summary>
    public Instruments.TradingStatus Status;

    /// <summary>true while the book is live.</summary>
    public bool IsLive;

    /// <summary>Why the book is not live. Undefined while it is.</summary>
    public StaleReason StaleReason;

    /// <summary>Best bid, 0 when there is none.</summary>
    public long BidPrice;

    /// <summary>Best ask, 0 when there is none.</summary>
    public long AskPrice;

    /// <summary>Quantity at the best bid.</summary>
    public long BidQuantity;

    /// <summary>Quantity at the best ask.</summary>
    public long AskQuantity;

    /// <summary>Twice the last mid: best bid plus best ask when the book was last live and two-sided, for valuations; 0
    /// before.</summary>
    public long LastTwoMid;

    /// <summary>Number of price levels of both sides.</summary>
    public int Levels;

    /// <summary>The last directions, newest in bit 0.</summary>
    public ulong Mask;

    /// <summary>Number of directions in the mask.</summary>
    public int MaskCount;

    /// <summary>Directions up.</summary>
    public long DirectionsUp;

    /// <summary>Directions down.</summary>
    public long DirectionsDown;

    /// <summary>Times the mask triggered.</summary>
    public long Triggers;

    /// <summary>Depth messages and snapshots applied.</summary>
    public long BookMessages;

    /// <summary>Level updates applied.</summary>
    public long LevelUpdates;

    /// <summary>Trades seen.</summary>
    public long Trades;

    /// <summary>Top-of-book messages seen.</summary>
    public long TopOfBooks;

    /// <summary>Times the book went stale after it had been live.</summary>
    public long StaleBooks;

    /// <summary>Times the wire increments became finer.</summary>
    public long Rescales;

    /// <summary>Tops of book compared with the venue's top-of-book stream at the same update id.</summary>
    public long TopsCompared;

    /// <summary>Compared tops that differed; above 0, a book was wrong.</summary>
    public long TopsDifferent;

    /// <summary>Fills of unknown orders. They count towards the position.</summary>
    public long UnknownFills;

    /// <summary>Fills after the end of their order. They count towards the position.</summary>
    public long LateFills;

    /// <summary>Fills larger than the order's remaining quantity. They count in full.</summary>
    public long Overfills;

    /// <summary>Fills that were reported again; they count once.</summary>
    public long RepeatedFills;

    /// <summary>Reports that changed nothing.</summary>
    public long RepeatedReports;

    /// <summary>Open orders at the venue that this session does not know; they are cancelled.</summary>
    public long ForeignOrders;

    /// <summary>Open composite orders.</summary>
    public int Composites;

    /// <summary>Composite orders that were executed.</summary>
    public long CompositesExecuted;

    /// <summary>Local time minus venue time at the book's last message with both, in nanoseconds.</summary>
    public long ClockOffsetNs;

    /// <summary>Why trading is stopped; None if it is not.</summary>
    public Orders.DecisionReason StoppedBecause;

    /// <summary>true during a reconciliation: nothing is placed until the venue has reported the open orders.</summary>
    public bool IsReconciling;

    /// <summary>Engine time of the instrument's last event, nanoseconds since the Unix epoch.</summary>
    public long LastEventTimeNs;

    /// <summary>Open orders.</summary>
    public int OpenOrders;

    /// <summary>Position in lots.</summary>
    public long PositionLots;

    /// <summary>Cash in tick·lots: received minus paid, without fees.</summary>
    public Int128 CashTickLots;

    /// <summary>Fees in millionths of a tick·lot.</summary>
    public Int128 FeesMicroTickLots;

    /// <summary>Fees of maker fills, in millionths of a tick·lot.</summary>
    public Int128 MakerFeesMicroTickLots;

    /// <summary>Signed cost of the open position in tick·lots; realised profit is cash plus this.</summary>
    public Int128 CostTickLots;

    /// <summary>Remaining lots of open buy orders.</summary>
    public long OpenBuyLots;

    /// <summary>Remaining lots of open sell orders.</summary>
    public long OpenSellLots;

    /// <summary>Counters of buy orders.</summary>
    public OrderCounters Buys;

    /// <summary>Counters of sell orders.</summary>
    public OrderCounters Sells;
}
