using System;
using LowLatency.Engine.Events;

namespace LowLatency.Engine;

/// <summary>What became of one side's orders, counted since the start.</summary>
public struct OrderCounters
{
    /// <summary>Sent to the gateway.</summary>
    public long Placed;

    /// <summary>Acknowledged by the gateway.</summary>
    public long Accepted;

    /// <summary>Filled to the last lot.</summary>
    public long Filled;

    /// <summary>Single fills, whole or partial.</summary>
    public long Fills;

    /// <summary>Cancelled for another reason than age.</summary>
    public long Cancelled;

    /// <summary>Cancelled because they outlived their time.</summary>
    public long Expired;

    /// <summary>Held back by the risk gate.</summary>
    public long Refused;

    /// <summary>Refused by the gateway.</summary>
    public long Rejected;

    /// <summary>Amendments sent to the gateway.</summary>
    public long Amended;
}

/// <summary>
/// What the engine shows of one instrument: the engine thread works on it and publishes copies; other threads read
/// the copies. Prices and quantities are in wire increments of <see cref="Scale"/> unless the name says otherwise.
/// </summary>
public struct InstrumentView
{
    /// <summary>How the numbers are counted now.</summary>
    public Instruments.InstrumentScale Scale;

    /// <summary>What the venue allows to do with the instrument.</summary>
    public Instruments.TradingStatus Status;

    /// <summary>true while the book is live.</summary>
    public bool IsLive;

    /// <summary>Why it is not, when it is not.</summary>
    public StaleReason StaleReason;

    /// <summary>Best bid, 0 when there is none.</summary>
    public long BidPrice;

    /// <summary>Best ask, 0 when there is none.</summary>
    public long AskPrice;

    /// <summary>Quantity at the best bid.</summary>
    public long BidQuantity;

    /// <summary>Quantity at the best ask.</summary>
    public long AskQuantity;

    /// <summary>Best bid plus best ask when the book was last live and two-sided, for valuations: twice the middle of
    /// the market; 0 before.</summary>
    public long LastTwoMid;

    /// <summary>Price levels of bids and asks together.</summary>
    public int Levels;

    /// <summary>The last directions, newest in bit 0.</summary>
    public ulong Mask;

    /// <summary>How many directions the mask holds.</summary>
    public int MaskCount;

    /// <summary>Directions drawn upwards.</summary>
    public long DirectionsUp;

    /// <summary>Directions drawn downwards.</summary>
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

    /// <summary>Tops of the book compared with the venue's own of the same update id.</summary>
    public long TopsCompared;

    /// <summary>Those that differed; anything but 0 means that a book is wrong.</summary>
    public long TopsDifferent;

    /// <summary>Fills of orders that this session did not know. They count into the position.</summary>
    public long UnknownFills;

    /// <summary>Fills that came after the end of their order. They count like any other.</summary>
    public long LateFills;

    /// <summary>Fills of more than the order had left. They count in full.</summary>
    public long Overfills;

    /// <summary>Fills that were told again; they count once.</summary>
    public long RepeatedFills;

    /// <summary>Reports that told nothing new.</summary>
    public long RepeatedReports;

    /// <summary>Orders open at the gateway that nobody here has placed; they are cancelled.</summary>
    public long ForeignOrders;

    /// <summary>Living composite orders.</summary>
    public int Composites;

    /// <summary>Composite orders that were executed.</summary>
    public long CompositesExecuted;

    /// <summary>Local time less the venue's at the book's last message that had both, in nanoseconds.</summary>
    public long ClockOffsetNs;

    /// <summary>Why trading is stopped; None while it is not.</summary>
    public Orders.DecisionReason StoppedBecause;

    /// <summary>true while nothing is placed because the gateway has not said yet what is open there.</summary>
    public bool IsReconciling;

    /// <summary>The engine's time of the last event of the instrument, nanoseconds since the Unix epoch.</summary>
    public long LastEventTimeNs;

    /// <summary>Orders that may still trade.</summary>
    public int OpenOrders;

    /// <summary>Position in lots.</summary>
    public long PositionLots;

    /// <summary>Received minus paid in tick·lots, fees left out.</summary>
    public Int128 CashTickLots;

    /// <summary>Fees in millionths of a tick·lot.</summary>
    public Int128 FeesMicroTickLots;

    /// <summary>The part of the fees that makers' fills made, in millionths of a tick·lot.</summary>
    public Int128 MakerFeesMicroTickLots;

    /// <summary>What the open position cost, signed, in tick·lots; realised profit is cash plus this.</summary>
    public Int128 CostTickLots;

    /// <summary>Lots that open buy orders could still trade.</summary>
    public long OpenBuyLots;

    /// <summary>Lots that open sell orders could still trade.</summary>
    public long OpenSellLots;

    /// <summary>Buy orders.</summary>
    public OrderCounters Buys;

    /// <summary>Sell orders.</summary>
    public OrderCounters Sells;
}
