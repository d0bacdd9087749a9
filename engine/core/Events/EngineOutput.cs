using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using LowLatency.Engine.Orders;

namespace LowLatency.Engine.Events;

/// <summary>Kinds of engine outputs: decisions and notes. The numbers are part of the journal format.</summary>
public enum OutputKind : byte
{
    /// <summary>Never published.</summary>
    None = 0,

    /// <summary>Place a limit order.</summary>
    Place = 1,

    /// <summary>Cancel an order.</summary>
    Cancel = 2,

    /// <summary>The risk gate refused a request; nothing is sent.</summary>
    Refuse = 3,

    /// <summary>Ask the feed for a fresh snapshot of the instrument.</summary>
    Resync = 4,

    /// <summary>Amend an order's price or quantity.</summary>
    Amend = 5,

    /// <summary>Query the state of an order.</summary>
    Query = 6,

    /// <summary>Note: an order has changed; <see cref="EngineOutput.State"/> is its new state.</summary>
    OrderEvent = 7,

    /// <summary>Note: a composite order was created, with its terms.</summary>
    CompositeCreated = 8,

    /// <summary>Note: the weights of a sliced order.</summary>
    CompositeWeights = 9,

    /// <summary>Note: a composite order has changed; <see cref="EngineOutput.CompositeState"/> is its new
    /// state.</summary>
    CompositeEvent = 10,

    /// <summary>Note: the reference values of the loss limits, and whether trading is stopped.</summary>
    RiskEvent = 11,

    /// <summary>Note: a position from an earlier session.</summary>
    Position = 12,

    /// <summary>Note: venue trade ids that were already counted.</summary>
    TradesSeen = 13,

    /// <summary>Note: the snapshot that the session starts from is complete.</summary>
    SnapshotEnd = 14,

    /// <summary>Note: filled lots of each part of a composite order, starting with part
    /// <see cref="EngineOutput.FirstPart"/>.</summary>
    CompositeParts = 15,

    /// <summary>Note: an order that was open when the session began.</summary>
    OpenOrder = 16,
}

/// <summary>16-bit weights of the parts of a sliced order.</summary>
[InlineArray(Capacity)]
public struct PartWeights
{
    /// <summary>Maximum number of parts.</summary>
    public const int Capacity = 32;

    private ushort _first;
}

/// <summary>The numbers that one output can list.</summary>
[InlineArray(Capacity)]
public struct SixteenNumbers
{
    /// <summary>Their maximum number.</summary>
    public const int Capacity = 16;

    private long _first;
}

/// <summary>Milestones of a composite order.</summary>
[Flags]
public enum CompositeProgress : byte
{
    /// <summary>Nothing yet.</summary>
    None = 0,

    /// <summary>Its threshold was crossed.</summary>
    Triggered = 1,

    /// <summary>One of its orders was sent.</summary>
    Started = 2,
}

/// <summary>
/// One slot of the outbound ring: a decision with its reason and inputs, or a note about a change. 192 bytes. The
/// journal is a sequence of these records; folding them gives the engine's orders, composite orders and positions.
/// Several fields share a place; the kind decides which of them are valid.
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

    /// <summary>The kind of decision or note.</summary>
    [FieldOffset(0)]
    public OutputKind Kind;

    /// <summary>Side of the order.</summary>
    [FieldOffset(1)]
    public Side Side;

    /// <summary>Index of the instrument.</summary>
    [FieldOffset(2)]
    public ushort InstrumentId;

    /// <summary>The reason.</summary>
    [FieldOffset(4)]
    public DecisionReason Reason;

    /// <summary>Of an open order: why its cancel was requested; None if it was not.</summary>
    [FieldOffset(4)]
    public DecisionReason CancelReason;

    /// <summary>Number of directions in the mask, 0 to 64.</summary>
    [FieldOffset(5)]
    public byte MaskLength;

    /// <summary>Levels walked to find the price; 65,535 means that or more.</summary>
    [FieldOffset(6)]
    public ushort LevelsWalked;

    /// <summary>Wire stamp of the event that caused it; see <see cref="EngineInput.WireStamp"/>. Not hashed.</summary>
    [FieldOffset(8)]
    public uint WireStamp;

    /// <summary>Orders of the instrument that were open before the decision.</summary>
    [FieldOffset(12)]
    public int OpenOrders;

    /// <summary>Id of the order or composite order; 0 if it has none.</summary>
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

    /// <summary>Of a list of filled lots: the first part in it.</summary>
    [FieldOffset(24)]
    public int FirstPart;

    /// <summary>Of a composite event: parts that will not be placed again, one bit each.</summary>
    [FieldOffset(24)]
    public uint ClosedParts;

    /// <summary>Total quantity in lots.</summary>
    [FieldOffset(32)]
    public long QuantityLots;

    /// <summary>Of a cancel or query: the order's remaining quantity in lots.</summary>
    [FieldOffset(32)]
    public long RemainingLots;

    /// <summary>How many of <see cref="Numbers"/> are used.</summary>
    [FieldOffset(32)]
    public long NumberCount;

    /// <summary>Engine time of the decision, nanoseconds since the Unix epoch.</summary>
    [FieldOffset(40)]
    public long TimeNs;

    /// <summary>Inbound ring sequence of the event that caused it. Not hashed.</summary>
    [FieldOffset(48)]
    public long Sequence;

    /// <summary>When the order expires, nanoseconds since the Unix epoch; the maximum for never.</summary>
    [FieldOffset(56)]
    public long ExpireTimeNs;

    /// <summary>Best bid in wire increments.</summary>
    [FieldOffset(64)]
    public long BidPrice;

    /// <summary>Of a fill: the price in ticks.</summary>
    [FieldOffset(64)]
    public long FillPriceTicks;

    /// <summary>Of an open order: the price requested by its last amendment, in ticks.</summary>
    [FieldOffset(64)]
    public long WantedPriceTicks;

    /// <summary>Weights of a sliced order's parts.</summary>
    [FieldOffset(64)]
    public PartWeights Weights;

    /// <summary>Venue trade ids, or filled lots of each part; <see cref="NumberCount"/> of them.</summary>
    [FieldOffset(64)]
    public SixteenNumbers Numbers;

    /// <summary>Best ask in wire increments.</summary>
    [FieldOffset(72)]
    public long AskPrice;

    /// <summary>Of a fill: the quantity in lots.</summary>
    [FieldOffset(72)]
    public long FillLots;

    /// <summary>Of an open order: the total quantity requested by its last amendment, in lots.</summary>
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

    /// <summary>Resting quantity passed by the walk, in wire increments.</summary>
    [FieldOffset(96)]
    public long DepthPassed;

    /// <summary>Of an order event or position: fees after it, in millionths of a tick·lot.</summary>
    [FieldOffset(96)]
    public Int128 FeesMicroTickLots;

    /// <summary>Of a risk event: peak equity, in half tick·lots.</summary>
    [FieldOffset(96)]
    public Int128 PeakEquityHalfTickLots;

    /// <summary>The last directions, newest in bit 0; 1 means up.</summary>
    [FieldOffset(104)]
    public ulong Mask;

    /// <summary>Position before a decision, or after an order event, in lots.</summary>
    [FieldOffset(112)]
    public long PositionLots;

    /// <summary>Update id of the book.</summary>
    [FieldOffset(120)]
    public long UpdateId;

    /// <summary>Of a fill: the venue's trade id.</summary>
    [FieldOffset(120)]
    public long TradeId;

    /// <summary>Id of the composite order that the order belongs to, or 0.</summary>
    [FieldOffset(128)]
    public long ParentId;

    /// <summary>The strategy's tag.</summary>
    [FieldOffset(136)]
    public ushort Tag;

    /// <summary>The order's state after the event.</summary>
    [FieldOffset(138)]
    public OrderState State;

    /// <summary>The composite order's state after the event.</summary>
    [FieldOffset(138)]
    public CompositeState CompositeState;

    /// <summary>Time in force and other flags; of a fill also <see cref="OrderFlags.Maker"/>.</summary>
    [FieldOffset(139)]
    public OrderFlags Flags;

    /// <summary>Index of the part of a composite order, from 0.</summary>
    [FieldOffset(140)]
    public int Part;

    /// <summary>Of a composite's terms: number of its parts if it is sliced, else 0.</summary>
    [FieldOffset(140)]
    public int PartCount;

    /// <summary>Of a risk event: why trading is stopped; None if it is not.</summary>
    [FieldOffset(140)]
    public DecisionReason StoppedBecause;

    /// <summary>Of a composite event: why it was cancelled; None if it was not.</summary>
    [FieldOffset(140)]
    public DecisionReason CompositeCancelReason;

    /// <summary>Of a composite event: the milestones that it has reached.</summary>
    [FieldOffset(141)]
    public CompositeProgress Progress;

    /// <summary>Lots filled so far.</summary>
    [FieldOffset(144)]
    public long FilledLots;

    /// <summary>Of a position: lots of maker fills.</summary>
    [FieldOffset(144)]
    public long MakerLots;

    /// <summary>Of an amendment or query: the number of this command to the order, from 1; the answer repeats
    /// it.</summary>
    [FieldOffset(144)]
    public long CommandNumber;

    /// <summary>Of a composite's terms: the second price limit, or the price of the order that follows, in
    /// ticks.</summary>
    [FieldOffset(144)]
    public long SecondPriceTicks;

    /// <summary>The strategy's fair price, in millionths of a tick; 0 if it has none.</summary>
    [FieldOffset(152)]
    public long FairMicroTicks;

    /// <summary>Of a position: lots of taker fills.</summary>
    [FieldOffset(152)]
    public long TakerLots;

    /// <summary>Of a composite: the trigger price in ticks.</summary>
    [FieldOffset(152)]
    public long TriggerTicks;

    /// <summary>Half of the strategy's target spread, in millionths of a tick.</summary>
    [FieldOffset(160)]
    public long HalfSpreadMicroTicks;

    /// <summary>Of an order event or position: signed cost of the position, in tick·lots.</summary>
    [FieldOffset(160)]
    public Int128 CostTickLots;

    /// <summary>Of a composite event: cash of all its parts, received minus paid, in tick·lots.</summary>
    [FieldOffset(160)]
    public Int128 OwnCashTickLots;

    /// <summary>Of a composite's terms: the trailing stop's distance in ticks.</summary>
    [FieldOffset(160)]
    public long TrailTicks;

    /// <summary>Shift of the strategy's quotes because of its inventory, in millionths of a tick.</summary>
    [FieldOffset(168)]
    public long SkewMicroTicks;

    /// <summary>Of a composite's terms: the displayed quantity of an iceberg, in lots.</summary>
    [FieldOffset(168)]
    public long DisplayLots;

    /// <summary>The strategy's volatility, in millionths of a tick per square root of a second.</summary>
    [FieldOffset(176)]
    public long VolatilityMicroTicks;

    /// <summary>Of a composite event: fees of all its parts, in millionths of a tick·lot.</summary>
    [FieldOffset(176)]
    public Int128 OwnFeesMicroTickLots;

    /// <summary>Of a position: fees of maker fills, in millionths of a tick·lot.</summary>
    [FieldOffset(176)]
    public Int128 MakerFeesMicroTickLots;

    /// <summary>Of a composite's terms: its kind.</summary>
    [FieldOffset(176)]
    public CompositeKind CompositeKind;

    /// <summary>true for a command, which the gateway or the feed acts on.</summary>
    public readonly bool IsCommand =>
        Kind is OutputKind.Place or OutputKind.Cancel or OutputKind.Amend or OutputKind.Query or OutputKind.Resync;
}
