using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace LowLatency.Feeds.Scan;

/// <summary>
/// Converts up to sixteen bytes, known to be digits, to a number. All lanes work at once; neighbours are multiplied and
/// added in pairs.
/// </summary>
internal static class DigitText
{
    /// <summary>Maximum number of digits per conversion.</summary>
    public const int MaxDigits = 16;

    /// <summary>Bytes before the end of the digits that are read, whatever they are.</summary>
    public const int BytesBefore = MaxDigits + 1;

    /// <summary>Marks a lane without a digit. A shuffle turns it into 0 on every machine.</summary>
    public const byte NoDigit = 0xFF;

    // The vector at offset n has its last n lanes set.
    private static ReadOnlySpan<byte> LaneMasks =>
    [
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
    ];

    /// <summary>Reads an integer.</summary>
    /// <param name="end">The byte after the last digit; sixteen bytes before it must be readable.</param>
    /// <param name="digits">Number of digits, 1 to 16.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long ReadWhole<TVectors>(ref readonly byte end, int digits)
        where TVectors : struct, IScanVectors
    {
        if (TVectors.IsScalar)
        {
            return ReadPlainly(in end, digits, 0);
        }

        Vector128<byte> values = Before(in end, MaxDigits) - Vector128.Create((byte)'0');
        return Sum(values & LastLanes(digits));
    }

    /// <summary>Reads digits, a point, digits, as if the point were not there.</summary>
    /// <param name="end">The byte after the last significant digit, or after the point if no digit after it is
    /// significant; seventeen bytes before it must be readable.</param>
    /// <param name="whole">Digits before the point.</param>
    /// <param name="fraction">Digits after the point; at most 16 in total.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long ReadDecimal<TVectors>(ref readonly byte end, int whole, int fraction)
        where TVectors : struct, IScanVectors
    {
        if (TVectors.IsScalar)
        {
            long high = ReadPlainly(in Unsafe.Subtract(ref Unsafe.AsRef(in end), fraction + 1), whole, 0);
            return ReadPlainly(in end, fraction, high);
        }

        // The digits before the point move over it: their lanes come from a vector one byte earlier.
        Vector128<byte> values = Vector128.ConditionalSelect(
            LastLanes(fraction), Before(in end, MaxDigits), Before(in end, MaxDigits + 1));
        return Sum((values - Vector128.Create((byte)'0')) & LastLanes(whole + fraction));
    }

    /// <summary>Reads digits at any positions within sixteen bytes.</summary>
    /// <param name="first">The first of the sixteen bytes; all must be readable.</param>
    /// <param name="order">See <see cref="Order"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long ReadOrdered<TVectors>(ref readonly byte first, Vector128<byte> order)
        where TVectors : struct, IScanVectors => TVectors.IsScalar
            ? ReadPlainly(in first, order)
            : Sum(Vector128.ShuffleNative(
                Vector128.LoadUnsafe(in first) - Vector128.Create((byte)'0'), order));

    /// <summary>
    /// Describes where a number's digits are in the sixteen bytes that end with the last significant one. For each of
    /// sixteen digits in increments, most significant first, it holds the byte's index, or <see cref="NoDigit"/> for 0
    /// (before the number, and where increments are finer than the text).
    /// </summary>
    /// <param name="whole">Digits before the point, or all digits; together with the decimals of the increments at most
    /// 16.</param>
    /// <param name="fraction">Significant digits after the point, at most the decimals; 0 without a point.</param>
    /// <param name="decimals">Decimals of the increments.</param>
    public static Vector128<byte> Order(int whole, int fraction, int decimals)
    {
        Vector128<byte> order = Vector128.Create(NoDigit);
        int first = MaxDigits - Width(whole, fraction);
        for (int i = 0; i < whole + fraction; i++)
        {
            order = order.WithElement(MaxDigits - decimals - whole + i, (byte)(first + (i < whole ? i : i + 1)));
        }

        return order;
    }

    /// <summary>Bytes of a number up to the last significant digit; for <see cref="Order"/> at most 16.</summary>
    public static int Width(int whole, int fraction) => fraction == 0 ? whole : whole + 1 + fraction;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> Before(ref readonly byte end, int bytes) =>
        Vector128.LoadUnsafe(ref Unsafe.Subtract(ref Unsafe.AsRef(in end), bytes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> LastLanes(int count) =>
        Vector128.LoadUnsafe(ref MemoryMarshal.GetReference(LaneMasks), (nuint)(uint)count);

    // Sixteen digits, most significant first.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static long Sum(Vector128<byte> digits)
    {
        if (Sse41.IsSupported)
        {
            Vector128<short> twos = Ssse3.MultiplyAddAdjacent(
                digits, Vector128.Create((short)(10 | (1 << 8))).AsSByte());
            Vector128<int> fours = Sse2.MultiplyAddAdjacent(twos, Vector128.Create(100 | (1 << 16)).AsInt16());
            Vector128<ushort> packed = Sse41.PackUnsignedSaturate(fours, fours);
            ulong eights = Sse2.MultiplyAddAdjacent(
                packed.AsInt16(), Vector128.Create(10_000 | (1 << 16)).AsInt16()).AsUInt64().ToScalar();
            return ((long)(uint)eights * 100_000_000) + (long)(eights >> 32);
        }

        return (Sum(digits.AsUInt64().GetElement(0)) * 100_000_000) + Sum(digits.AsUInt64().GetElement(1));
    }

    private static long Sum(ulong eight)
    {
        eight = ((eight * ((10 << 8) + 1)) >> 8) & 0x00FF_00FF_00FF_00FF;
        eight = ((eight * ((100 << 16) + 1)) >> 16) & 0x0000_FFFF_0000_FFFF;
        return (long)((eight * ((10_000UL << 32) + 1)) >> 32);
    }

    private static long ReadPlainly(ref readonly byte end, int digits, long value)
    {
        for (int i = digits; i > 0; i--)
        {
            value = (value * 10) + (Unsafe.Subtract(ref Unsafe.AsRef(in end), i) - '0');
        }

        return value;
    }

    private static long ReadPlainly(ref readonly byte first, Vector128<byte> order)
    {
        long value = 0;
        for (int i = 0; i < MaxDigits; i++)
        {
            byte at = order.GetElement(i);
            value = (value * 10) + (at == NoDigit ? 0 : Unsafe.Add(ref Unsafe.AsRef(in first), (int)at) - '0');
        }

        return value;
    }
}
