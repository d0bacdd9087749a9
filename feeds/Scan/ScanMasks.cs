using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace LowLatency.Feeds.Scan;

/// <summary>
/// One way to examine 64 bytes of text: with vectors of some width, or in plain registers. All return the same masks,
/// so code built on them behaves alike on every machine.
/// </summary>
internal interface IScanVectors
{
    /// <summary>true if the machine has no vectors, so that digits are also read one by one.</summary>
    static abstract bool IsScalar { get; }

    /// <summary>
    /// Classifies 64 bytes from <paramref name="block"/> on, all of which must be readable. Bit 0 is the first.
    /// </summary>
    /// <param name="block">The first byte.</param>
    /// <returns>A bit for each byte that is not a digit.</returns>
    static abstract ulong NonDigits(ref readonly byte block);

    /// <summary>Compares 64 bytes with 64 others, all of which must be readable. Bit 0 is the first.</summary>
    /// <returns>A bit for each byte that differs.</returns>
    static abstract ulong Different(ref readonly byte block, ref readonly byte other);
}

/// <summary>All 64 bytes at once.</summary>
internal readonly struct Vectors512 : IScanVectors
{
    public static bool IsScalar => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong NonDigits(ref readonly byte block)
    {
        Vector512<byte> values = Vector512.LoadUnsafe(in block) - Vector512.Create((byte)'0');
        return Vector512.GreaterThan(values, Vector512.Create((byte)9)).ExtractMostSignificantBits();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Different(ref readonly byte block, ref readonly byte other) =>
        (~Vector512.Equals(Vector512.LoadUnsafe(in block), Vector512.LoadUnsafe(in other)))
            .ExtractMostSignificantBits();
}

/// <summary>Two halves.</summary>
internal readonly struct Vectors256 : IScanVectors
{
    public static bool IsScalar => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong NonDigits(ref readonly byte block) =>
        ~(Digits(Vector256.LoadUnsafe(in block)) | (Digits(Vector256.LoadUnsafe(in block, 32)) << 32));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Different(ref readonly byte block, ref readonly byte other) =>
        ~(Same(in block, in other, 0) | (Same(in block, in other, 32) << 32));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Same(ref readonly byte block, ref readonly byte other, nuint at) =>
        Vector256.Equals(Vector256.LoadUnsafe(in block, at), Vector256.LoadUnsafe(in other, at))
            .ExtractMostSignificantBits();

    // For a digit, min(9, value) is the value.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Digits(Vector256<byte> bytes)
    {
        Vector256<byte> values = bytes - Vector256.Create((byte)'0');
        return Vector256.Equals(Vector256.Min(values, Vector256.Create((byte)9)), values).ExtractMostSignificantBits();
    }
}

/// <summary>Four quarters.</summary>
internal readonly struct Vectors128 : IScanVectors
{
    public static bool IsScalar => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong NonDigits(ref readonly byte block) =>
        ~(Digits(in block, 0) | Digits(in block, 16) | Digits(in block, 32) | Digits(in block, 48));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Different(ref readonly byte block, ref readonly byte other) =>
        ~(Same(in block, in other, 0) | Same(in block, in other, 16) | Same(in block, in other, 32)
            | Same(in block, in other, 48));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Same(ref readonly byte block, ref readonly byte other, int at)
    {
        Vector128<byte> isSame = Vector128.Equals(
            Vector128.LoadUnsafe(in block, (nuint)at), Vector128.LoadUnsafe(in other, (nuint)at));
        return (ulong)isSame.ExtractMostSignificantBits() << at;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Digits(ref readonly byte block, int at)
    {
        Vector128<byte> values = Vector128.LoadUnsafe(in block, (nuint)at) - Vector128.Create((byte)'0');
        Vector128<byte> isDigit = Vector128.Equals(Vector128.Min(values, Vector128.Create((byte)9)), values);
        return (ulong)isDigit.ExtractMostSignificantBits() << at;
    }
}

/// <summary>No vectors: eight bytes at a time in a plain register.</summary>
internal readonly struct NoVectors : IScanVectors
{
    private const ulong Low7Bits = 0x7F7F_7F7F_7F7F_7F7F;
    private const ulong EachByte = 0x0101_0101_0101_0101;

    public static bool IsScalar => true;

    public static ulong NonDigits(ref readonly byte block)
    {
        ulong nonDigits = 0;
        for (int at = 0; at < 64; at += 8)
        {
            // A digit's value is below ten: adding 118 leaves the top bit of its byte clear, and no sum of seven bits
            // overflows into the next byte. A multiplication then gathers the top bits.
            ulong values = Eight(in block, at) ^ (EachByte * '0');
            nonDigits |= TopBits(((values & Low7Bits) + (EachByte * 118)) | values) << at;
        }

        return nonDigits;
    }

    public static ulong Different(ref readonly byte block, ref readonly byte other)
    {
        ulong different = 0;
        for (int at = 0; at < 64; at += 8)
        {
            // Adding 127 to non-zero seven bits sets the top bit; the eighth bit is already there.
            ulong bits = Eight(in block, at) ^ Eight(in other, at);
            different |= TopBits(((bits & Low7Bits) + Low7Bits) | bits) << at;
        }

        return different;
    }

    private static ulong Eight(ref readonly byte block, int at) =>
        Unsafe.ReadUnaligned<ulong>(in Unsafe.Add(ref Unsafe.AsRef(in block), at));

    private static ulong TopBits(ulong bytes) => (((bytes & ~Low7Bits) >> 7) * 0x0102_0408_1020_4080) >> 56;
}
