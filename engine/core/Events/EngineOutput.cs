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

    /// <summary>Note: lots filled of each part of a composite order, from part
    /// <see cref="EngineOutput.FirstPart"/> on.</summary>
    CompositeParts = 15,

    /// <summary>Note: an order that was open when the session began.</summary>
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

/// <summary>What a composite order has passed on its way.</summary>
[Flags]
public enum CompositeProgress : byte
{
    /// <summary>Nothing yet.</summary>
    None = 0,

    /// <summary>Its threshold was crossed.</summary>
    Triggered = 1,

    /// <summary>An order of it was sent.</summary>
    Started = 2,
}

/// <summary>
/// One slot of the outbound ring: a decision with its reason and everything it was drawn from, or a note of what became
/// of one. Laid end to end they are the journal: whoever folds them over has the engine's orders, composites and
/// positions. 192 bytes. Several fields share a place; which of them a record has, its kind says.
/// <code>
///   0 Kind  1 Side  2 InstrumentId  4 Reason | CancelReason  5 MaskLength  6 LevelsWalked  8 WireStamp  12 OpenOrders
///  16 OrderId | LastOrderId                40 TimeNs   48 Sequence   56 ExpireTimeNs
///  24 PriceTicks | RiskDay | FirstPart | ClosedParts   32 QuantityLots | RemainingLots | NumberCount
/// decision         64 BidPrice  72 AskPrice  80 BidQuantity  88 AskQuantity  96 DepthPassed  104 Mask
///                 112 PositionLots  120 UpdateId  144 CommandNumber
///                 152 FairMicroTicks  160 HalfSpreadMicroTicks  168 SkewMicroTicks  176 VolatilityMicroTicks
/// order event      64 FillPriceTicks  72 FillLots  80 CashTickLots (16)  96 FeesMicroTickLots (16)
///                 112 PositionLots  120 TradeId  144 FilledLots  160 CostTickLots (16)
/// open order       64 WantedPriceTicks  72 WantedQuantityLots  144 FilledLots
/// position         80 CashTickLots (16)  96 FeesMicroTickLots (16)  112 PositionLots
///                 144 MakerLots  152 TakerLots  160 CostTickLots (16)  176 MakerFeesMicroTickLots (16)
/// risk event       80 DayStartEquityHalfTickLots (16)  96 PeakEquityHalfTickLots (16)  140 StoppedBecause
/// composite terms 144 SecondPriceTicks  152 TriggerTicks  160 TrailTicks  168 DisplayLots  176 CompositeKind
/// composite event 140 CompositeCancelReason  141 Progress  144 FilledLots  152 TriggerTicks
///                 160 OwnCashTickLots (16)  176 OwnFeesMicroTickLots (16)
/// weights          64 Weights (64)        numbers  64 Numbers (128)
/// of an order     128 ParentId  136 Tag  138 State | CompositeState  139 Flags  140 Part | PartCount
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

    /// <summary>Of an open order: why its cancel was asked for; None when it was not.</summary>
    [FieldOffset(4)]
    public DecisionReason CancelReason;

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

    /// <summary>Of the end of a snapshot: an id whose counter is the last one used.</summary>
    [FieldOffset(16)]
    public long LastOrderId;

    /// <summary>Limit price in ticks.</summary>
    [FieldOffset(24)]
    public long PriceTicks;

    /// <summary>Of a risk event: the day, see <see cref="Risk.RiskDays"/>.</summary>
    [FieldOffset(24)]
    public long RiskDay;

    /// <summary>Of a list of fills of parts: the first part that it lists.</summary>
    [FieldOffset(24)]
    public int FirstPart;

    /// <summary>Of a composite event: parts that will not be placed again, one bit each.</summary>
    [FieldOffset(24)]
    public uint ClosedParts;

    /// <summary>Whole quantity in lots.</summary>
    [FieldOffset(32)]
    public long QuantityLots;

    /// <summary>Of a cancel or query: what remains of the order, in lots.</summary>
    [FieldOffset(32)]
    public long RemainingLots;

    /// <summary>How many <see cref="Numbers"/> there are.</summary>
    [FieldOffset(32)]
    public long NumberCount;

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

    /// <summary>Of an open order: the price that its last amendment wants, in ticks.</summary>
    [FieldOffset(64)]
    public long WantedPriceTicks;

    /// <summary>Weights of a sliced order's parts.</summary>
    [FieldOffset(64)]
    public PartWeights Weights;

    /// <summary>Venue trade numbers, or lots filled of each part; <see cref="NumberCount"/> of them.</summary>
    [FieldOffset(64)]
    public SixteenNumbers Numbers;

    /// <summary>Best ask in wire increments.</summary>
    [FieldOffset(72)]
    public long AskPrice;

    /// <summary>Of a fill: its quantity in lots.</summary>
    [FieldOffset(72)]
    public long FillLots;

    /// <summary>Of an open order: the whole quantity that its last amendment wants, in lots.</summary>
    [FieldOffset(72)]
    public long WantedQuantityLots;

    /// <summary>Quantity at the best bid in wire increments.</summary>
    [FieldOffset(80)]
    public long BidQuantity;

    /// <summary>Of an order event or position: cash after it, in tick·lots.</summary>
    [FieldOffset(80)]
    public Int128 CashTickLots;

    /// <summary>Of a risk event: equity at the start of the day, in half tick·lots.</summary>
    [FieldOffset(80)]
    public Int128 DayStartEquityHalfTickLots;

    /// <summary>Quantity at the best ask in wire increments.</summary>
    [FieldOffset(88)]
    public long AskQuantity;

    /// <summary>Resting quantity that the walk passed, in wire increments.</summary>
    [FieldOffset(96)]
    public long DepthPassed;

    /// <summary>Of an order event or position: fees after it, in millionths of a tick·lot.</summary>
    [FieldOffset(96)]
    public Int128 FeesMicroTickLots;

    /// <summary>Of a risk event: greatest equity, in half tick·lots.</summary>
    [FieldOffset(96)]
    public Int128 PeakEquityHalfTickLots;

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

    /// <summary>Which part of a composite order, from 0.</summary>
    [FieldOffset(140)]
    public int Part;

    /// <summary>Of a composite's terms: number of its parts where it is sliced, else 0.</summary>
    [FieldOffset(140)]
    public int PartCount;

    /// <summary>Of a risk event: why trading is stopped; None when it is not.</summary>
    [FieldOffset(140)]
    public DecisionReason StoppedBecause;

    /// <summary>Of a composite event: why it was cancelled; None before.</summary>
    [FieldOffset(140)]
    public DecisionReason CompositeCancelReason;

    /// <summary>Of a composite event: what it has passed.</summary>
    [FieldOffset(141)]
    public CompositeProgress Progress;

    /// <summary>Lots filled so far.</summary>
    [FieldOffset(144)]
    public long FilledLots;

    /// <summary>Of a position: lots traded by makers' fills.</summary>
    [FieldOffset(144)]
    public long MakerLots;

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

    /// <summary>Of a position: lots traded by takers' fills.</summary>
    [FieldOffset(152)]
    public long TakerLots;

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

    /// <summary>Of a position: fees of makers' fills, in millionths of a tick·lot.</summary>
    [FieldOffset(176)]
    public Int128 MakerFeesMicroTickLots;

    /// <summary>Of a composite's terms: what it is.</summary>
    [FieldOffset(176)]
    public CompositeKind CompositeKind;

    /// <summary>true for what the gateway or the feed has to act on.</summary>
    public readonly bool IsCommand =>
        Kind is OutputKind.Place or OutputKind.Cancel or OutputKind.Amend or OutputKind.Query or OutputKind.Resync;
}
