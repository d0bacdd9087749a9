using System.Runtime.InteropServices;
using LowLatency.Engine.Orders;

namespace LowLatency.Engine.Events;

/// <summary>What the engine has decided. The numbers are part of the journal format.</summary>
public enum OutputKind : byte
{
    /// <summary>Never published.</summary>
    None = 0,

    /// <summary>Place a limit order.</summary>
    Place = 1,

    /// <summary>Cancel an order.</summary>
    Cancel = 2,

    /// <summary>The strategy asked for an order and the risk gate refused it; nothing is sent.</summary>
    Refuse = 3,

    /// <summary>Ask the feed for a fresh snapshot of the instrument.</summary>
    Resync = 4,
}

/// <summary>
/// One slot of the outbound ring: a decision with its reason and everything it was drawn from, so that every order
/// can be explained afterwards. 128 bytes.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = SizeBytes)]
public struct EngineOutput
{
    /// <summary>Size of the struct: two cache lines.</summary>
    public const int SizeBytes = 128;

    /// <summary>What is to be done.</summary>
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

    /// <summary>Wire stamp of the event that led here; see <see cref="MarketEvent.WireStamp"/>. Not hashed.</summary>
    [FieldOffset(8)]
    public uint WireStamp;

    /// <summary>Orders of the instrument that were open before the decision.</summary>
    [FieldOffset(12)]
    public int OpenOrders;

    /// <summary>Client order id; 0 when none was given.</summary>
    [FieldOffset(16)]
    public long OrderId;

    /// <summary>Limit price in ticks.</summary>
    [FieldOffset(24)]
    public long PriceTicks;

    /// <summary>Quantity in lots.</summary>
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

    /// <summary>Best ask in wire increments.</summary>
    [FieldOffset(72)]
    public long AskPrice;

    /// <summary>Quantity at the best bid in wire increments.</summary>
    [FieldOffset(80)]
    public long BidQuantity;

    /// <summary>Quantity at the best ask in wire increments.</summary>
    [FieldOffset(88)]
    public long AskQuantity;

    /// <summary>Resting quantity that the walk passed, in wire increments.</summary>
    [FieldOffset(96)]
    public long DepthPassed;

    /// <summary>The last directions, newest in bit 0; 1 is a rise.</summary>
    [FieldOffset(104)]
    public ulong Mask;

    /// <summary>Position before the decision, in lots.</summary>
    [FieldOffset(112)]
    public long PositionLots;

    /// <summary>Update id that the book stood at.</summary>
    [FieldOffset(120)]
    public long UpdateId;
}
