using System.Runtime.InteropServices;
using LowLatency.Engine.Instruments;

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

    /// <summary>The book can no longer be trusted; Detail is the <see cref="StaleReason"/>.</summary>
    BookStale = 4,

    /// <summary>The wire increments became finer: Price and Quantity are the factors, powers of ten.</summary>
    BookRescale = 5,

    /// <summary>Best bid and ask with their quantities, from the venue's own top-of-book stream.</summary>
    TopOfBook = 6,

    /// <summary>A trade: Side is the aggressor's, Price, Quantity, and the venue's number in TradeId.</summary>
    Trade = 7,

    /// <summary>Time has passed: nothing but ReceiveTimeNs.</summary>
    Timer = 8,

    /// <summary>The gateway took an order: OrderId.</summary>
    OrderAccepted = 9,

    /// <summary>The gateway refused an order: OrderId, Detail is the <see cref="Orders.RejectReason"/>.</summary>
    OrderRejected = 10,

    /// <summary>An order is off the book: OrderId; Quantity is what was filled of it in all, in lots.</summary>
    OrderCancelled = 11,

    /// <summary>A cancel came too late or named an unknown order: OrderId.</summary>
    CancelRejected = 12,

    /// <summary>A fill: OrderId, Side, Price in ticks, Quantity in lots, TradeId; Flags tell a maker's fill.</summary>
    OrderFilled = 13,

    /// <summary>The operator, or the end of the session, wants every order cancelled and no new one.</summary>
    EndSession = 14,

    /// <summary>The venue trades the instrument differently from now on; Detail is the
    /// <see cref="Instruments.TradingStatus"/>.</summary>
    Status = 15,

    /// <summary>The gateway moved an order: OrderId, Price in ticks, Quantity is the new whole quantity in lots.
    /// </summary>
    OrderAmended = 16,

    /// <summary>The gateway left an order as it was: OrderId, Detail is the <see
    /// cref="Orders.RejectReason"/>.</summary>
    AmendRejected = 17,

    /// <summary>The gateway itself ended an order whose time in force was over: OrderId; Quantity is what was filled of
    /// it
    /// in all, in lots.</summary>
    OrderExpired = 18,

    /// <summary>An answer about what is open at the gateway begins; nothing is placed until it has ended.</summary>
    ReconcileBegin = 19,

    /// <summary>An order that is open at the gateway: OrderId, Side, Price in ticks, Quantity is the whole quantity in
    /// lots,
    /// what was filled included.</summary>
    OrderOpen = 20,

    /// <summary>The answer is complete: an order that it did not name is not open.</summary>
    ReconcileEnd = 21,

    /// <summary>The way to the gateway is lost: what became of the orders there is unknown until the next answer.
    /// </summary>
    GatewayLost = 22,

    /// <summary>The operator, or a rule outside the engine, stops all trading; Detail is the
    /// <see cref="Orders.DecisionReason"/>.</summary>
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

/// <summary>
/// One slot of the inbound ring: 64 bytes, both clocks on each event. Prices and quantities of market events count
/// the instrument's wire increments; those of order events count ticks and lots.
/// <code>
///  0 Kind   1 Detail/Side   2 InstrumentId   4 WireStamp
///  8 ReceiveTimeNs         16 ExchangeTimeNs
/// 24 Price    | BidPrice   32 Quantity | BidQuantity
/// 40 OrderId  | AskPrice   48 TradeId  | AskQuantity   56 UpdateId | Flags
/// </code>
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = SizeBytes)]
public struct EngineInput
{
    /// <summary>Size of the struct: one cache line.</summary>
    public const int SizeBytes = 64;

    /// <summary>
    /// A flag in the <see cref="Detail"/> of a commit that is not the last of a run of old messages: the book is a
    /// whole one, but known to be behind, so it does not become live.
    /// </summary>
    public const byte CatchingUp = 1;

    /// <summary>A flag in the <see cref="Detail"/> of a commit that ends a snapshot.</summary>
    public const byte EndsSnapshot = 2;

    /// <summary>A flag in the <see cref="Detail"/> of a commit that ends no message: it says that the book has caught
    /// up.</summary>
    public const byte NoMessage = 4;

    /// <summary>
    /// The <see cref="UpdateId"/> of a trade whose numbers count the instrument's declared increments, because its
    /// connection carries no book and so does not know how finely the book is counted by now. 0 marks any other.
    /// </summary>
    public const long DeclaredScale = 1;

    /// <summary>The <see cref="UpdateId"/> of a fill that rested in the book; 0 marks a taker's.</summary>
    public const long MakerFlag = 1;

    /// <summary>What happened.</summary>
    [FieldOffset(0)]
    public EventKind Kind;

    /// <summary>Side of a level, a trade's aggressor or a fill. Shares its byte with <see cref="Detail"/>.</summary>
    [FieldOffset(1)]
    public Side Side;

    /// <summary>A reason code whose enumeration the kind names.</summary>
    [FieldOffset(1)]
    public byte Detail;

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

    /// <summary>Price of a level or trade, or of a fill in ticks.</summary>
    [FieldOffset(24)]
    public long Price;

    /// <summary>Quantity of a level or trade, or of a fill in lots.</summary>
    [FieldOffset(32)]
    public long Quantity;

    /// <summary>Best bid price of <see cref="EventKind.TopOfBook"/>.</summary>
    [FieldOffset(24)]
    public long BidPrice;

    /// <summary>Best bid quantity of <see cref="EventKind.TopOfBook"/>.</summary>
    [FieldOffset(32)]
    public long BidQuantity;

    /// <summary>Best ask price of <see cref="EventKind.TopOfBook"/>.</summary>
    [FieldOffset(40)]
    public long AskPrice;

    /// <summary>Best ask quantity of <see cref="EventKind.TopOfBook"/>.</summary>
    [FieldOffset(48)]
    public long AskQuantity;

    /// <summary>
    /// In a commit: how many messages of the symbol the feed has thrown away so far because a snapshot contained them.
    /// </summary>
    [FieldOffset(24)]
    public long DroppedMessages;

    /// <summary>In a commit: how many messages the feed has thrown away so far because the book was as new.</summary>
    [FieldOffset(32)]
    public long RepeatedMessages;

    /// <summary>Client order id of an order event.</summary>
    [FieldOffset(40)]
    public long OrderId;

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

    /// <summary>Flags of an order event: <see cref="MakerFlag"/>.</summary>
    [FieldOffset(56)]
    public long Flags;

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
        copy.UpdateId = 0;
        return copy;
    }
}
