using System;
using System.Runtime.InteropServices;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Orders;

namespace LowLatency.Engine.Events;

/// <summary>Kinds of engine inputs. The numbers are part of the recording format.</summary>
public enum EventKind : byte
{
    /// <summary>Never published.</summary>
    None = 0,

    /// <summary>A snapshot begins: the book is cleared. Level updates follow, then <see cref="BookCommit"/>.</summary>
    SnapshotBegin = 1,

    /// <summary>One price level: Side, Price, Quantity (absolute; 0 removes).</summary>
    LevelUpdate = 2,

    /// <summary>A depth message or snapshot is complete: the book is valid as of UpdateId.</summary>
    BookCommit = 3,

    /// <summary>The book can no longer be trusted; <see cref="EngineInput.StaleReason"/> says why.</summary>
    BookStale = 4,

    /// <summary>The wire increments became finer: <see cref="EngineInput.PriceFactor"/> and
    /// <see cref="EngineInput.QuantityFactor"/>.</summary>
    BookRescale = 5,

    /// <summary>Best bid and ask with their quantities, from the venue's own top-of-book stream.</summary>
    TopOfBook = 6,

    /// <summary>A trade: Side is the aggressor's, Price, Quantity, and the venue's number in TradeId.</summary>
    Trade = 7,

    /// <summary>Time has passed: nothing but ReceiveTimeNs.</summary>
    Timer = 8,

    /// <summary>An order was accepted: OrderId.</summary>
    OrderAccepted = 9,

    /// <summary>An order was rejected: OrderId, RejectReason.</summary>
    OrderRejected = 10,

    /// <summary>An order was cancelled: OrderId, FilledLots.</summary>
    OrderCancelled = 11,

    /// <summary>A cancel was rejected, because it was too late or the order is unknown: OrderId.</summary>
    CancelRejected = 12,

    /// <summary>A fill: OrderId, Side, PriceTicks, QuantityLots, TradeId; Flags mark a maker fill.</summary>
    OrderFilled = 13,

    /// <summary>The session ends: all orders are cancelled and none is placed.</summary>
    EndSession = 14,

    /// <summary>The trading status of the instrument has changed: TradingStatus.</summary>
    Status = 15,

    /// <summary>An order was amended: OrderId, PriceTicks, and QuantityLots, the new total quantity.</summary>
    OrderAmended = 16,

    /// <summary>An amendment was rejected, the order is unchanged: OrderId, RejectReason.</summary>
    AmendRejected = 17,

    /// <summary>The venue ended an order because its time in force was over: OrderId, FilledLots.</summary>
    OrderExpired = 18,

    /// <summary>A venue's list of open orders begins; nothing is placed there until it has ended. InstrumentId is any
    /// instrument of the venue.</summary>
    ReconcileBegin = 19,

    /// <summary>An order that is open at the venue: OrderId, Side, PriceTicks, and QuantityLots, the total quantity
    /// including fills.</summary>
    OrderOpen = 20,

    /// <summary>The list is complete: an order of the venue that it did not name is not open. InstrumentId as in
    /// <see cref="ReconcileBegin"/>.</summary>
    ReconcileEnd = 21,

    /// <summary>The connection to a venue's gateway is lost: the state of the orders there is unknown until the next
    /// list. InstrumentId as in <see cref="ReconcileBegin"/>.</summary>
    GatewayLost = 22,

    /// <summary>The operator, or a check outside the engine, engages the kill switch: KillReason.</summary>
    EngageKillSwitch = 23,

    /// <summary>The operator lifts the kill switch.</summary>
    LiftKillSwitch = 24,
}

/// <summary>A side of the book, of an order, or of a trade's aggressor.</summary>
public enum Side : byte
{
    /// <summary>Bid, buy.</summary>
    Buy = 0,

    /// <summary>Ask, sell.</summary>
    Sell = 1,
}

/// <summary>Why a book is stale.</summary>
public enum StaleReason : byte
{
    /// <summary>No snapshot yet.</summary>
    NotSynchronised = 0,

    /// <summary>The connection ended.</summary>
    Disconnected = 1,

    /// <summary>The venue's sequence numbers show a missing message.</summary>
    SequenceGap = 2,

    /// <summary>A depth message could not be read.</summary>
    BadMessage = 3,

    /// <summary>Best bid at or above best ask after a complete message.</summary>
    Crossed = 4,

    /// <summary>A number does not fit the range of the book's increments.</summary>
    OutOfRange = 5,

    /// <summary>The venue's checksum does not match the book.</summary>
    ChecksumMismatch = 6,

    /// <summary>After a synchronisation, the venue's top-of-book stream kept differing from the book.</summary>
    TopDiffers = 7,

    /// <summary>The book's channel was silent for too long while its connection was live.</summary>
    Silent = 8,
}

/// <summary>What a commit ends; see <see cref="EngineInput.CommitFlags"/>.</summary>
[Flags]
public enum CommitFlags : byte
{
    /// <summary>A depth message; no newer message is known.</summary>
    None = 0,

    /// <summary>Newer messages are buffered: the book is complete but behind, so it does not become live.</summary>
    CatchingUp = 1,

    /// <summary>A snapshot.</summary>
    EndsSnapshot = 2,

    /// <summary>No message: the book has caught up.</summary>
    NoMessage = 4,
}

/// <summary>The increments of a trade's numbers; see <see cref="EngineInput.TradeScale"/>.</summary>
public enum TradeScale : long
{
    /// <summary>The current increments of the book.</summary>
    Book = 0,

    /// <summary>The instrument's declared increments: the trade came over a connection without a book, which does not
    /// know the book's current increments.</summary>
    Declared = 1,
}

/// <summary>
/// One slot of the inbound ring: 64 bytes. Several fields share a place; the kind decides which of them are valid.
/// Fields whose names end in Ticks or Lots count those; other prices and quantities count wire increments.
/// <code>
///  0 Kind   1 Side | CommitFlags | StaleReason | TradingStatus | RejectReason | KillReason   2 InstrumentId
///  4 WireStamp              8 ReceiveTimeNs          16 ExchangeTimeNs
///             24                  32                40        48             56
/// book       Price               Quantity                                   UpdateId
/// commit     DroppedMessages     RepeatedMessages                           UpdateId
/// rescale    PriceFactor         QuantityFactor
/// top        BidPrice            BidQuantity       AskPrice  AskQuantity    UpdateId
/// trade      Price               Quantity       LastTradeId  TradeId        TradeScale
/// fill       PriceTicks          QuantityLots      OrderId   TradeId        Flags
/// amended    PriceTicks          QuantityLots      OrderId   CommandNumber
/// open       PriceTicks          QuantityLots      OrderId   CommandNumber
/// ended                          FilledLots        OrderId
/// reconcile                                                                 AnswerNumber
/// </code>
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = SizeBytes)]
public struct EngineInput
{
    /// <summary>Size of the struct: one cache line.</summary>
    public const int SizeBytes = 64;

    /// <summary>A flag in <see cref="Flags"/>: the filled order was the maker.</summary>
    public const long MakerFlag = 1;

    /// <summary>What happened.</summary>
    [FieldOffset(0)]
    public EventKind Kind;

    /// <summary>Side of a level, of a trade's aggressor, or of a report's order.</summary>
    [FieldOffset(1)]
    public Side Side;

    /// <summary>Of <see cref="EventKind.BookCommit"/>: what it ends.</summary>
    [FieldOffset(1)]
    public CommitFlags CommitFlags;

    /// <summary>Of <see cref="EventKind.BookStale"/>: the reason.</summary>
    [FieldOffset(1)]
    public StaleReason StaleReason;

    /// <summary>Of <see cref="EventKind.Status"/>: the new status.</summary>
    [FieldOffset(1)]
    public TradingStatus TradingStatus;

    /// <summary>Of a rejected order or amendment: the reason.</summary>
    [FieldOffset(1)]
    public RejectReason RejectReason;

    /// <summary>Of <see cref="EventKind.EngageKillSwitch"/>: the reason; None means the operator.</summary>
    [FieldOffset(1)]
    public DecisionReason KillReason;

    /// <summary>Index of the instrument in the session's list.</summary>
    [FieldOffset(2)]
    public ushort InstrumentId;

    /// <summary>
    /// Low 32 bits of a monotonic clock in units of 16 ns, read when the bytes were received; 0 if unknown. It is
    /// copied to the order command for the latency histogram and does not affect decisions.
    /// </summary>
    [FieldOffset(4)]
    public uint WireStamp;

    /// <summary>Local receive time, nanoseconds since the Unix epoch.</summary>
    [FieldOffset(8)]
    public long ReceiveTimeNs;

    /// <summary>The venue's time, nanoseconds since the Unix epoch; 0 if it sends none.</summary>
    [FieldOffset(16)]
    public long ExchangeTimeNs;

    /// <summary>Price of a level or trade.</summary>
    [FieldOffset(24)]
    public long Price;

    /// <summary>Best bid price of <see cref="EventKind.TopOfBook"/>.</summary>
    [FieldOffset(24)]
    public long BidPrice;

    /// <summary>Of a report: price of a fill, or limit price of the order, in ticks.</summary>
    [FieldOffset(24)]
    public long PriceTicks;

    /// <summary>Of <see cref="EventKind.BookRescale"/>: factor by which prices become finer, a power of ten.
    /// </summary>
    [FieldOffset(24)]
    public long PriceFactor;

    /// <summary>
    /// Of a commit: messages of the symbol that the feed has dropped so far because a snapshot contained them.
    /// </summary>
    [FieldOffset(24)]
    public long DroppedMessages;

    /// <summary>Quantity of a level or trade.</summary>
    [FieldOffset(32)]
    public long Quantity;

    /// <summary>Best bid quantity of <see cref="EventKind.TopOfBook"/>.</summary>
    [FieldOffset(32)]
    public long BidQuantity;

    /// <summary>Of a report: quantity of a fill, or total quantity of the order including fills, in lots.</summary>
    [FieldOffset(32)]
    public long QuantityLots;

    /// <summary>Of a report that ends an order: its total filled quantity in lots.</summary>
    [FieldOffset(32)]
    public long FilledLots;

    /// <summary>Of <see cref="EventKind.BookRescale"/>: factor by which quantities become finer, a power of ten.
    /// </summary>
    [FieldOffset(32)]
    public long QuantityFactor;

    /// <summary>Of a commit: messages that the feed has dropped so far because the book was already as new.</summary>
    [FieldOffset(32)]
    public long RepeatedMessages;

    /// <summary>Of a trade that the venue put together from several: the number of the last one; 0 otherwise.</summary>
    [FieldOffset(40)]
    public long LastTradeId;

    /// <summary>Best ask price of <see cref="EventKind.TopOfBook"/>.</summary>
    [FieldOffset(40)]
    public long AskPrice;

    /// <summary>Client order id of a report.</summary>
    [FieldOffset(40)]
    public long OrderId;

    /// <summary>Best ask quantity of <see cref="EventKind.TopOfBook"/>.</summary>
    [FieldOffset(48)]
    public long AskQuantity;

    /// <summary>The venue's trade number of a trade or fill.</summary>
    [FieldOffset(48)]
    public long TradeId;

    /// <summary>Of the answer to an amendment or query: the command's number; 0 if the venue does not return it.
    /// </summary>
    [FieldOffset(48)]
    public long CommandNumber;

    /// <summary>The venue's update id of a book or top-of-book event.</summary>
    [FieldOffset(56)]
    public long UpdateId;

    /// <summary>Of <see cref="EventKind.Trade"/>: the increments of its numbers.</summary>
    [FieldOffset(56)]
    public TradeScale TradeScale;

    /// <summary>Flags of a fill: <see cref="MakerFlag"/>.</summary>
    [FieldOffset(56)]
    public long Flags;

    /// <summary>Of <see cref="EventKind.ReconcileEnd"/>: the number of this reconciliation, for a venue that counts
    /// them; the engine ignores it.</summary>
    [FieldOffset(56)]
    public long AnswerNumber;

    /// <summary>
    /// The trade in the book's increments: itself, or a converted copy if it came in declared increments.
    /// </summary>
    /// <param name="declared">The instrument's scale at the start.</param>
    /// <param name="current">Its scale now.</param>
    public readonly EngineInput InScale(in InstrumentScale declared, in InstrumentScale current)
    {
        EngineInput copy = this;
        copy.Price *= current.TickIncrements / declared.TickIncrements;
        copy.Quantity *= current.LotIncrements / declared.LotIncrements;
        copy.TradeScale = TradeScale.Book;
        return copy;
    }
}
