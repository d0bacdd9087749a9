using System.Runtime.InteropServices;

namespace LowLatency.Replay.Npz;

/// <summary>
/// One row of hftbacktest's feed data (version 2 of its format), as it lies in the file: eight fields of eight bytes,
/// little endian.
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

    /// <summary>The type of a row as NumPy writes it.</summary>
    public const string Description =
        "[('ev', '<u8'), ('exch_ts', '<i8'), ('local_ts', '<i8'), ('px', '<f8'), ('qty', '<f8'), "
        + "('order_id', '<u8'), ('ival', '<i8'), ('fval', '<f8')]";

    /// <summary>The bits of <see cref="Event"/> that hold the kind.</summary>
    public const ulong KindMask = 0xff;

    /// <summary>Kind: a level of the book; quantity 0 removes it.</summary>
    public const ulong Depth = 1;

    /// <summary>Kind: a trade; the side is the aggressor's.</summary>
    public const ulong Trade = 2;

    /// <summary>Kind: levels from the best to the price, both included, are gone; all of the side where the price is
    /// not a finite number, and both sides where no side is named.</summary>
    public const ulong DepthClear = 3;

    /// <summary>Kind: a level of a snapshot.</summary>
    public const ulong DepthSnapshot = 4;

    /// <summary>Kind: one side of the venue's top of book.</summary>
    public const ulong TopOfBook = 5;

    /// <summary>First of the kinds that tell of single orders.</summary>
    public const ulong FirstOrderKind = 10;

    /// <summary>Last of the kinds that tell of single orders.</summary>
    public const ulong LastOrderKind = 13;

    /// <summary>Flag: it happens at the exchange, at <see cref="ExchangeTimeNs"/>.</summary>
    public const ulong AtExchange = 1UL << 31;

    /// <summary>Flag: it is seen here, at <see cref="LocalTimeNs"/>.</summary>
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

    /// <summary>When it was seen here, nanoseconds since the Unix epoch.</summary>
    [FieldOffset(16)]
    public long LocalTimeNs;

    /// <summary>Price.</summary>
    [FieldOffset(24)]
    public double Price;

    /// <summary>Quantity.</summary>
    [FieldOffset(32)]
    public double Quantity;

    /// <summary>Of order-by-order data alone; 0 here.</summary>
    [FieldOffset(40)]
    public ulong OrderId;

    /// <summary>Free; 0 here.</summary>
    [FieldOffset(48)]
    public long IntegerValue;

    /// <summary>Free; 0 here.</summary>
    [FieldOffset(56)]
    public double DoubleValue;

    /// <summary>The kind without flags.</summary>
    public readonly ulong Kind => Event & KindMask;
}
