using System;
using System.Runtime.InteropServices;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Orders;

namespace LowLatency.Engine.Events;

/// <summary>Everything that can reach the engine. The numbers are part of the recording format.</summary>
public enum EventKind : byte
{
    /// <summary>Never published.</summary>
    None = 0,

    /// <summary>A snapshot starts: the book is emptied. Level updates follow, then <see cref="BookCommit"/>.</summary>
    SnapshotBegin = 1,

    /// <summary>One price level: Side, Price, Quantity (absolute; 0 removes).</summary>
    LevelUpdate = 2,

    /// <summary>A depth message or snapshot is complete: the book is right as of UpdateId.</summary>
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

    /// <summary>The gateway took an order: OrderId.</summary>
    OrderAccepted = 9,

    /// <summary>The gateway refused an order: OrderId, RejectReason.</summary>
    OrderRejected = 10,

    /// <summary>An order is off the book: OrderId, FilledLots.</summary>
    OrderCancelled = 11,

    /// <summary>A cancel came too late or named an unknown order: OrderId.</summary>
    CancelRejected = 12,

    /// <summary>A fill: OrderId, Side, PriceTicks, QuantityLots, TradeId; Flags tell a maker's fill.</summary>
    OrderFilled = 13,

    /// <summary>The operator, or the end of the session, wants every order cancelled and no new one.</summary>
    EndSession = 14,

    /// <summary>The venue trades the instrument differently from now on: TradingStatus.</summary>
    Status = 15,

    /// <summary>The gateway moved an order: OrderId, PriceTicks, and QuantityLots, the new whole quantity.</summary>
    OrderAmended = 16,

    /// <summary>The gateway left an order as it was: OrderId, RejectReason.</summary>
    AmendRejected = 17,

    /// <summary>The gateway itself ended an order whose time in force was over: OrderId, FilledLots.</summary>
    OrderExpired = 18,

    /// <summary>An answer about what is open at the gateway begins; nothing is placed until it has ended.</summary>
    ReconcileBegin = 19,

    /// <summary>An order that is open at the gateway: OrderId, Side, PriceTicks, and QuantityLots, what was filled
    /// included.</summary>
    OrderOpen = 20,

    /// <summary>The answer is complete: an order that it did not name is not open.</summary>
    ReconcileEnd = 21,

    /// <summary>The way to the gateway is lost: what became of the orders there is unknown until the next answer.
    /// </summary>
    GatewayLost = 22,

    /// <summary>The operator, or a rule outside the engine, stops all trading: KillReason.</summary>
    EngageKillSwitch = 23,

    /// <summary>The operator lifts the kill switch.</summary>
    LiftKillSwitch = 24,
}

/// <summary>Which side of the book, or of an order or an aggressor.</summary>
public enum Side : byte
{
    /// <summary>Bid, buy.</summary>
    Buy = 0,

    /// <summary>Ask, sell.</summary>
    Sell = 1,
}

/// <summary>Why a book is not to be trusted.</summary>
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

    /// <summary>Best bid at or above best ask after a whole message.</summary>
    Crossed = 4,

    /// <summary>A number does not fit the range of the book's increments.</summary>
    OutOfRange = 5,

    /// <summary>The venue's checksum is not the book's.</summary>
    ChecksumMismatch = 6,

    /// <summary>The venue's own top of book stays another than the book's after a synchronisation.</summary>
    TopDiffers = 7,

    /// <summary>No message of the book came for longer than it may be silent, while its connection lived.</summary>
    Silent = 8,
}

/// <summary>What ends with a commit; see <see cref="EngineInput.CommitFlags"/>.</summary>
[Flags]
public enum CommitFlags : byte
{
    /// <summary>A depth message, and the book is as new as the feed knows.</summary>
    None = 0,

    /// <summary>Newer messages are known to wait: the book is whole but behind, so it does not become live.</summary>
    CatchingUp = 1,

    /// <summary>It ends a snapshot.</summary>
    EndsSnapshot = 2,

    /// <summary>It ends no message: it says that the book has caught up.</summary>
    NoMessage = 4,
}

/// <summary>What the numbers of a trade count; see <see cref="EngineInput.TradeScale"/>.</summary>
public enum TradeScale : long
{
    /// <summary>The increments that the book counts by now.</summary>
    Book = 0,

    /// <summary>The instrument's declared increments, because its connection carries no book and so does not know how
    /// finely the book is counted by now.</summary>
    Declared = 1,
}

/// <summary>
/// One slot of the inbound ring: 64 bytes, both clocks on each event. Several fields share a place; which of them an
/// event has, its kind says. Names that end in Ticks and Lots count those; other prices and quantities count the
/// instrument's wire increments.
/// <code>
///  0 Kind   1 Side | CommitFlags | StaleReason | TradingStatus | RejectReason | KillReason   2 InstrumentId
///  4 WireStamp              8 ReceiveTimeNs          16 ExchangeTimeNs
///             24                  32                40        48             56
/// book       Price               Quantity                                   UpdateId
/// commit     DroppedMessages     RepeatedMessages                           UpdateId
/// rescale    PriceFactor         QuantityFactor
/// top        BidPrice            BidQuantity       AskPrice  AskQuantity    UpdateId
/// trade      Price               Quantity                    TradeId        TradeScale
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

    /// <summary>A flag in the <see cref="Flags"/> of a fill: the order rested in the book.</summary>
    public const long MakerFlag = 1;

    /// <summary>What happened.</summary>
    [FieldOffset(0)]
    public EventKind Kind;

    /// <summary>Side of a level, of a trade's aggressor, or of the order that a report is about.</summary>
    [FieldOffset(1)]
    public Side Side;

    /// <summary>Of <see cref="EventKind.BookCommit"/>: what ends with it.</summary>
    [FieldOffset(1)]
    public CommitFlags CommitFlags;

    /// <summary>Of <see cref="EventKind.BookStale"/>: why.</summary>
    [FieldOffset(1)]
    public StaleReason StaleReason;

    /// <summary>Of <see cref="EventKind.Status"/>: how the venue trades the instrument from now on.</summary>
    [FieldOffset(1)]
    public TradingStatus TradingStatus;

    /// <summary>Of a rejected order or amendment: why.</summary>
    [FieldOffset(1)]
    public RejectReason RejectReason;

    /// <summary>Of <see cref="EventKind.EngageKillSwitch"/>: why; None stands for the operator.</summary>
    [FieldOffset(1)]
    public DecisionReason KillReason;

    /// <summary>Index of the instrument in the session's list.</summary>
    [FieldOffset(2)]
    public ushort InstrumentId;

    /// <summary>
    /// Low 32 bits of a monotonic counter in units of 16 ns, taken when the bytes were read; 0 when unknown. It is
    /// carried to the order command for the latency histogram and takes part in no decision.
    /// </summary>
    [FieldOffset(4)]
    public uint WireStamp;

    /// <summary>Local receive time, nanoseconds since the Unix epoch.</summary>
    [FieldOffset(8)]
    public long ReceiveTimeNs;

    /// <summary>The venue's time, nanoseconds since the Unix epoch; 0 where it gives none.</summary>
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

    /// <summary>Of <see cref="EventKind.BookRescale"/>: how many times finer prices are counted, a power of ten.
    /// </summary>
    [FieldOffset(24)]
    public long PriceFactor;

    /// <summary>
    /// In a commit: how many messages of the symbol the feed has thrown away so far because a snapshot contained them.
    /// </summary>
    [FieldOffset(24)]
    public long DroppedMessages;

    /// <summary>Quantity of a level or trade.</summary>
    [FieldOffset(32)]
    public long Quantity;

    /// <summary>Best bid quantity of <see cref="EventKind.TopOfBook"/>.</summary>
    [FieldOffset(32)]
    public long BidQuantity;

    /// <summary>Of a report: quantity of a fill, or whole quantity of the order (what was filled included), in lots.
    /// </summary>
    [FieldOffset(32)]
    public long QuantityLots;

    /// <summary>Of a report that ends an order: what was filled of it in all, in lots.</summary>
    [FieldOffset(32)]
    public long FilledLots;

    /// <summary>Of <see cref="EventKind.BookRescale"/>: how many times finer quantities are counted, a power of ten.
    /// </summary>
    [FieldOffset(32)]
    public long QuantityFactor;

    /// <summary>In a commit: how many messages the feed has thrown away so far because the book was as new.</summary>
    [FieldOffset(32)]
    public long RepeatedMessages;

    /// <summary>Best ask price of <see cref="EventKind.TopOfBook"/>.</summary>
    [FieldOffset(40)]
    public long AskPrice;

    /// <summary>Client order id of an order event.</summary>
    [FieldOffset(40)]
    public long OrderId;

    /// <summary>Best ask quantity of <see cref="EventKind.TopOfBook"/>.</summary>
    [FieldOffset(48)]
    public long AskQuantity;

    /// <summary>The venue's trade number of a trade or fill.</summary>
    [FieldOffset(48)]
    public long TradeId;

    /// <summary>Of an answer about an amendment, or to a query: the command's own number; 0 where the gateway gives
    /// none.
    /// </summary>
    [FieldOffset(48)]
    public long CommandNumber;

    /// <summary>The venue's update id of a book or top-of-book event.</summary>
    [FieldOffset(56)]
    public long UpdateId;

    /// <summary>Of <see cref="EventKind.Trade"/>: what its numbers count.</summary>
    [FieldOffset(56)]
    public TradeScale TradeScale;

    /// <summary>Flags of a fill: <see cref="MakerFlag"/>.</summary>
    [FieldOffset(56)]
    public long Flags;

    /// <summary>Of <see cref="EventKind.ReconcileEnd"/>: which answer this is, for a gateway that counts them; the
    /// engine does not look at it.</summary>
    [FieldOffset(56)]
    public long AnswerNumber;

    /// <summary>
    /// A trade in the increments of a book: the same one, or a copy counted finer when it came in declared increments.
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
