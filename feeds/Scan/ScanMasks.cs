using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace LowLatency.Feeds.Scan;

/// <summary>
/// One way of looking at 64 bytes of text: by vectors of some width, or byte by byte. All give the same masks, so that
/// what is built on them does the same on every machine.
/// </summary>
internal interface IScanVectors
{
    /// <summary>true where the machine has no vectors, so that digits are read one by one, too.</summary>
    static abstract bool IsScalar { get; }

    /// <summary>
    /// Classifies the 64 bytes from <paramref name="block"/> on, which the caller knows to be there. Bit 0 is the
    /// first.
    /// </summary>
    /// <param name="block">The first byte.</param>
    /// <param name="nonDigits">All but the digits 0 to 9.</param>
    /// <param name="nonZeros">All but the digit 0.</param>
    static abstract void Classify(ref readonly byte block, out ulong nonDigits, out ulong nonZeros);
}

/// <summary>All 64 at once.</summary>
internal readonly struct Vectors512 : IScanVectors
{
    public static bool IsScalar => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Classify(ref readonly byte block, out ulong nonDigits, out ulong nonZeros)
    {
        Vector512<byte> values = Vector512.LoadUnsafe(in block) - Vector512.Create((byte)'0');
        nonDigits = Vector512.GreaterThan(values, Vector512.Create((byte)9)).ExtractMostSignificantBits();
        nonZeros = ~Vector512.Equals(values, Vector512<byte>.Zero).ExtractMostSignificantBits();
    }
}

/// <summary>Two halves.</summary>
internal readonly struct Vectors256 : IScanVectors
{
    public static bool IsScalar => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Classify(ref readonly byte block, out ulong nonDigits, out ulong nonZeros)
    {
        Vector256<byte> early = Vector256.LoadUnsafe(in block) - Vector256.Create((byte)'0');
        Vector256<byte> late = Vector256.LoadUnsafe(in block, 32) - Vector256.Create((byte)'0');
        nonDigits = ~(Digits(early) | (Digits(late) << 32));
        nonZeros = ~(Zeros(early) | (Zeros(late) << 32));
    }

    // The least of nine and a value is the value.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Digits(Vector256<byte> values) =>
        Vector256.Equals(Vector256.Min(values, Vector256.Create((byte)9)), values).ExtractMostSignificantBits();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Zeros(Vector256<byte> values) =>
        Vector256.Equals(values, Vector256<byte>.Zero).ExtractMostSignificantBits();
}

/// <summary>Four quarters.</summary>
internal readonly struct Vectors128 : IScanVectors
{
    public static bool IsScalar => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Classify(ref readonly byte block, out ulong nonDigits, out ulong nonZeros)
    {
        ulong digits = 0;
        ulong zeros = 0;
        for (int at = 0; at < 64; at += 16)
        {
            Vector128<byte> values = Vector128.LoadUnsafe(in block, (nuint)at) - Vector128.Create((byte)'0');
            Vector128<byte> isDigit = Vector128.Equals(Vector128.Min(values, Vector128.Create((byte)9)), values);
            digits |= (ulong)isDigit.ExtractMostSignificantBits() << at;
            zeros |= (ulong)Vector128.Equals(values, Vector128<byte>.Zero).ExtractMostSignificantBits() << at;
        }

        nonDigits = ~digits;
        nonZeros = ~zeros;
    }
}

/// <summary>No vectors: eight bytes at a time in a plain register.</summary>
internal readonly struct NoVectors : IScanVectors
{
    private const ulong Low7Bits = 0x7F7F_7F7F_7F7F_7F7F;
    private const ulong EachByte = 0x0101_0101_0101_0101;

    public static bool IsScalar => true;

    public static void Classify(ref readonly byte block, out ulong nonDigits, out ulong nonZeros)
    {
        nonDigits = 0;
        nonZeros = 0;
        for (int at = 0; at < 64; at += 8)
        {
            ulong values = Unsafe.ReadUnaligned<ulong>(in Unsafe.Add(ref Unsafe.AsRef(in block), at))
                ^ (EachByte * '0');
            nonDigits |= AtLeast(values, 10) << at;
            nonZeros |= AtLeast(values, 1) << at;
        }
    }

    // A bit for each byte of at least a number below 128. No sum of seven bits reaches the next byte.
    private static ulong AtLeast(ulong bytes, ulong least)
    {
        ulong top = (((bytes & Low7Bits) + (EachByte * (0x80 - least))) | bytes) & ~Low7Bits;
        return ((top >> 7) * 0x0102_0408_1020_4080) >> 56;
    }
}
