using System.Runtime.InteropServices;

namespace LowLatency.Replay.Npz;

/// <summary>One row of hftbacktest's feed data (format version 2), as in the file: eight fields of eight bytes,
/// little-endian.
/// <code>
///  0 Event     8 ExchangeTimeNs   16 LocalTimeNs   24 Price (double)
/// 32 Quantity (double)   40 OrderId   48 IntegerValue   56 DoubleValue
/// </code>
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = SizeBytes)]
public struct FeedRow
{
    /// <summary>Size of a row in the file.</summary>
    public const int SizeBytes = 64;

    /// <summary>The row type in NumPy's notation.</summary>
    public const string Description =
        "[('ev', '<u8'), ('exch_ts', '<i8'), ('local_ts', '<i8'), ('px', '<f8'), ('qty', '<f8'), "
        + "('order_id', '<u8'), ('ival', '<i8'), ('fval', '<f8')]";

    /// <summary>The bits of <see cref="Event"/> that contain the kind.</summary>
    public const ulong KindMask = 0xff;

    /// <summary>Kind: a level of the book; quantity 0 removes it.</summary>
    public const ulong Depth = 1;

    /// <summary>Kind: a trade; the side is the aggressor's.</summary>
    public const ulong Trade = 2;

    /// <summary>
    /// Kind: removes the levels from the best price to the given one, inclusive; all of the side if the price is not
    /// finite; both sides if no side is set.
    /// </summary>
    public const ulong DepthClear = 3;

    /// <summary>Kind: a level of a snapshot.</summary>
    public const ulong DepthSnapshot = 4;

    /// <summary>Kind: one side of the venue's top of book.</summary>
    public const ulong TopOfBook = 5;

    /// <summary>First kind of single-order events.</summary>
    public const ulong FirstOrderKind = 10;

    /// <summary>Last kind of single-order events.</summary>
    public const ulong LastOrderKind = 13;

    /// <summary>Flag: happens at the exchange, at <see cref="ExchangeTimeNs"/>.</summary>
    public const ulong AtExchange = 1UL << 31;

    /// <summary>Flag: is seen locally, at <see cref="LocalTimeNs"/>.</summary>
    public const ulong AtLocal = 1UL << 30;

    /// <summary>Flag: bid, or a buyer's trade.</summary>
    public const ulong Buy = 1UL << 29;

    /// <summary>Flag: ask, or a seller's trade.</summary>
    public const ulong Sell = 1UL << 28;

    /// <summary>Kind and flags.</summary>
    [FieldOffset(0)]
    public ulong Event;

    /// <summary>The exchange's time, nanoseconds since the Unix epoch.</summary>
    [FieldOffset(8)]
    public long ExchangeTimeNs;

    /// <summary>Local time, nanoseconds since the Unix epoch.</summary>
    [FieldOffset(16)]
    public long LocalTimeNs;

    /// <summary>Price.</summary>
    [FieldOffset(24)]
    public double Price;

    /// <summary>Quantity.</summary>
    [FieldOffset(32)]
    public double Quantity;

    /// <summary>Used only in order-by-order data; 0 here.</summary>
    [FieldOffset(40)]
    public ulong OrderId;

    /// <summary>Unused; 0 here.</summary>
    [FieldOffset(48)]
    public long IntegerValue;

    /// <summary>Unused; 0 here.</summary>
    [FieldOffset(56)]
    public double DoubleValue;

    /// <summary>The kind without flags.</summary>
    public readonly ulong Kind => Event & KindMask;
}
