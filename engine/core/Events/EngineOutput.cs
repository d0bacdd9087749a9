using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using LowLatency.Engine.Orders;

namespace LowLatency.Engine.Events;

/// <summary>What the engine has decided or noted. The numbers are part of the journal format.</summary>
public enum OutputKind : byte
{
    /// <summary>Never published.</summary>
    None = 0,

    /// <summary>Place a limit order.</summary>
    Place = 1,

    /// <summary>Cancel an order.</summary>
    Cancel = 2,

    /// <summary>Something was asked for and the risk gate refused it; nothing is sent.</summary>
    Refuse = 3,

    /// <summary>Ask the feed for a fresh snapshot of the instrument.</summary>
    Resync = 4,

    /// <summary>Give an order another price or quantity.</summary>
    Amend = 5,

    /// <summary>Ask the gateway what became of an order.</summary>
    Query = 6,

    /// <summary>Note: an order has changed; <see cref="EngineOutput.State"/> is what it is now.</summary>
    OrderEvent = 7,

    /// <summary>Note: a composite order was asked for; its terms.</summary>
    CompositeCreated = 8,

    /// <summary>Note: the weights of a sliced order.</summary>
    CompositeWeights = 9,

    /// <summary>Note: a composite order has moved on; <see cref="EngineOutput.State"/> is what it is now.</summary>
    CompositeEvent = 10,

    /// <summary>Note: what the loss limits are measured against, and whether trading is stopped.</summary>
    RiskEvent = 11,

    /// <summary>Note: a position that no fill of this session made.</summary>
    Position = 12,

    /// <summary>Note: venue trade numbers that were counted already.</summary>
    TradesSeen = 13,

    /// <summary>Note: the state that a session started from is complete.</summary>
    SnapshotEnd = 14,

    /// <summary>Note: lots filled of each part of a composite order, from part <see cref="EngineOutput.PriceTicks"/>
    /// on.
    /// </summary>
    CompositeParts = 15,

    /// <summary>Note: an order that was open when the session began. Its fill fields hold what an amendment wants.
    /// </summary>
    OpenOrder = 16,
}

/// <summary>Sixteen bit weights of the parts of a sliced order.</summary>
[InlineArray(Capacity)]
public struct PartWeights
{
    /// <summary>Most parts.</summary>
    public const int Capacity = 32;

    private ushort _first;
}

/// <summary>As many numbers as one output can list.</summary>
[InlineArray(Capacity)]
public struct SixteenNumbers
{
    /// <summary>How many.</summary>
    public const int Capacity = 16;

    private long _first;
}

/// <summary>
/// One slot of the outbound ring: a decision with its reason and everything it was drawn from, or a note of what became
/// of one. Laid end to end they are the journal: whoever folds them over has the engine's orders, composites and
/// positions. 192 bytes; what stands behind the market's part has a meaning of its own for each kind.
/// <code>
///   0 Kind  1 Side  2 InstrumentId  4 Reason  5 MaskLength  6 LevelsWalked  8 WireStamp  12 OpenOrders
///  16 OrderId   24 PriceTicks   32 QuantityLots   40 TimeNs   48 Sequence   56 ExpireTimeNs
///  64 BidPrice    72 AskPrice     80 BidQuantity  88 AskQuantity  96 DepthPassed  104 Mask  112 Position 120 UpdateId
///  64 FillPrice   72 FillLots     80 CashTickLots (16)           96 FeesMicroTickLots (16)  112 Position 120 TradeId
///  64 weights of parts (64)       64 sixteen numbers (128)
/// 128 ParentId   136 Tag 138 State 139 Flags 140 Part   144 FilledLots
/// 152 FairMicroTicks   160 HalfSpreadMicroTicks   168 SkewMicroTicks   176 VolatilityMicroTicks 
/// 152 (unused)         160 CostTickLots (16)                          176 (unused)
/// 144 FilledLots       152 TriggerTicks           160 CashOwn (16)     176 FeesOwn (16)
/// 144 SecondPriceTicks 152 TriggerTicks  160 TrailTicks  168 DisplayLots  176 CompositeKind
/// </code>
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = SizeBytes)]
public struct EngineOutput
{
    /// <summary>Size of the struct: three cache lines.</summary>
    public const int SizeBytes = 192;

    /// <summary>What is to be done, or noted.</summary>
    [FieldOffset(0)]
    public OutputKind Kind;

    /// <summary>Side of the order.</summary>
    [FieldOffset(1)]
    public Side Side;

    /// <summary>Index of the instrument.</summary>
    [FieldOffset(2)]
    public ushort InstrumentId;

    /// <summary>Why.</summary>
    [FieldOffset(4)]
    public DecisionReason Reason;

    /// <summary>Directions that the mask held, 0 to 64.</summary>
    [FieldOffset(5)]
    public byte MaskLength;

    /// <summary>Levels walked to find the price; 65,535 stands for more.</summary>
    [FieldOffset(6)]
    public ushort LevelsWalked;

    /// <summary>Wire stamp of the event that led here; see <see cref="EngineInput.WireStamp"/>. Not hashed.</summary>
    [FieldOffset(8)]
    public uint WireStamp;

    /// <summary>Orders of the instrument that were open before the decision.</summary>
    [FieldOffset(12)]
    public int OpenOrders;

    /// <summary>Id of the order or composite order; 0 when none was given.</summary>
    [FieldOffset(16)]
    public long OrderId;

    /// <summary>Limit price in ticks; of a risk event: the day, see <see cref="Risk.RiskDays"/>.</summary>
    [FieldOffset(24)]
    public long PriceTicks;

    /// <summary>Whole quantity in lots; of a cancel, what remains.</summary>
    [FieldOffset(32)]
    public long QuantityLots;

    /// <summary>The engine's time of the decision, nanoseconds since the Unix epoch.</summary>
    [FieldOffset(40)]
    public long TimeNs;

    /// <summary>Inbound sequence of the event that led here. Not hashed.</summary>
    [FieldOffset(48)]
    public long Sequence;

    /// <summary>When the order is to be cancelled as stale, nanoseconds since the Unix epoch.</summary>
    [FieldOffset(56)]
    public long ExpireTimeNs;

    /// <summary>Best bid in wire increments.</summary>
    [FieldOffset(64)]
    public long BidPrice;

    /// <summary>Of a fill: its price in ticks.</summary>
    [FieldOffset(64)]
    public long FillPriceTicks;

    /// <summary>Weights of a sliced order's parts.</summary>
    [FieldOffset(64)]
    public PartWeights Weights;

    /// <summary>Venue trade numbers, or lots filled of each part; <see cref="QuantityLots"/> of them.</summary>
    [FieldOffset(64)]
    public SixteenNumbers Numbers;

    /// <summary>Best ask in wire increments.</summary>
    [FieldOffset(72)]
    public long AskPrice;

    /// <summary>Of a fill: its quantity in lots.</summary>
    [FieldOffset(72)]
    public long FillLots;

    /// <summary>Quantity at the best bid in wire increments.</summary>
    [FieldOffset(80)]
    public long BidQuantity;

    /// <summary>Of an order event or position: cash after it; of a risk event: equity at the start of the day, in
    /// half tick·lots.</summary>
    [FieldOffset(80)]
    public Int128 CashTickLots;

    /// <summary>Quantity at the best ask in wire increments.</summary>
    [FieldOffset(88)]
    public long AskQuantity;

    /// <summary>Resting quantity that the walk passed, in wire increments.</summary>
    [FieldOffset(96)]
    public long DepthPassed;

    /// <summary>Of an order event or position: fees after it; of a risk event: greatest equity, in half tick·lots.
    /// </summary>
    [FieldOffset(96)]
    public Int128 FeesMicroTickLots;

    /// <summary>The last directions, newest in bit 0; 1 is a rise.</summary>
    [FieldOffset(104)]
    public ulong Mask;

    /// <summary>Position before a decision, or after an order event, in lots.</summary>
    [FieldOffset(112)]
    public long PositionLots;

    /// <summary>Update id that the book stood at.</summary>
    [FieldOffset(120)]
    public long UpdateId;

    /// <summary>Of a fill: the venue's trade number.</summary>
    [FieldOffset(120)]
    public long TradeId;

    /// <summary>Composite order that this order is a part of, or 0.</summary>
    [FieldOffset(128)]
    public long ParentId;

    /// <summary>The strategy's own mark.</summary>
    [FieldOffset(136)]
    public ushort Tag;

    /// <summary>What an order is after it.</summary>
    [FieldOffset(138)]
    public OrderState State;

    /// <summary>What a composite order is after it.</summary>
    [FieldOffset(138)]
    public CompositeState CompositeState;

    /// <summary>Time in force and the like; of a fill also <see cref="OrderFlags.Maker"/>.</summary>
    [FieldOffset(139)]
    public OrderFlags Flags;

    /// <summary>Which part of a composite order; of a composite: parts, or parts placed.</summary>
    [FieldOffset(140)]
    public int Part;

    /// <summary>Lots filled so far.</summary>
    [FieldOffset(144)]
    public long FilledLots;

    /// <summary>Of an amendment or query: which command to the order this is, from 1; the answer names it.</summary>
    [FieldOffset(144)]
    public long CommandNumber;

    /// <summary>Of a composite's terms: the other price bound, or the price of the order that follows, in
    /// ticks.</summary>
    [FieldOffset(144)]
    public long SecondPriceTicks;

    /// <summary>What the strategy held for the fair price, in millionths of a tick; 0 when it has none.</summary>
    [FieldOffset(152)]
    public long FairMicroTicks;

    /// <summary>Of a composite: the threshold, in ticks.</summary>
    [FieldOffset(152)]
    public long TriggerTicks;

    /// <summary>Half of the spread that the strategy wanted, in millionths of a tick.</summary>
    [FieldOffset(160)]
    public long HalfSpreadMicroTicks;

    /// <summary>Of an order event or position: what the position cost, signed, in tick·lots.</summary>
    [FieldOffset(160)]
    public Int128 CostTickLots;

    /// <summary>Of a composite event: received minus paid over its parts, in tick·lots.</summary>
    [FieldOffset(160)]
    public Int128 OwnCashTickLots;

    /// <summary>Of a composite's terms: distance of a trailing stop, in ticks.</summary>
    [FieldOffset(160)]
    public long TrailTicks;

    /// <summary>How far the strategy moved its quotes for the inventory, in millionths of a tick.</summary>
    [FieldOffset(168)]
    public long SkewMicroTicks;

    /// <summary>Of a composite's terms: lots that an iceberg shows at a time.</summary>
    [FieldOffset(168)]
    public long DisplayLots;

    /// <summary>What the strategy held for the volatility, in millionths of a tick for a square root of a second.
    /// </summary>
    [FieldOffset(176)]
    public long VolatilityMicroTicks;

    /// <summary>Of a composite event: fees over its parts, in millionths of a tick·lot.</summary>
    [FieldOffset(176)]
    public Int128 OwnFeesMicroTickLots;

    /// <summary>Of a composite's terms: what it is.</summary>
    [FieldOffset(176)]
    public CompositeKind CompositeKind;

    /// <summary>true for what the gateway or the feed has to act on.</summary>
    public readonly bool IsCommand =>
        Kind is OutputKind.Place or OutputKind.Cancel or OutputKind.Amend or OutputKind.Query or OutputKind.Resync;
}
