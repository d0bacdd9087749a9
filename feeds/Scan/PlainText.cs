using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace LowLatency.Feeds.Scan;

/// <summary>Text that needs no escapes in a JSON string: ASCII without quotes, backslashes and control bytes.</summary>
internal static class PlainText
{
    private const ulong Low7Bits = 0x7F7F_7F7F_7F7F_7F7F;
    private const ulong EachByte = 0x0101_0101_0101_0101;

    /// <summary>
    /// Classifies 64 bytes from <paramref name="block"/> on, all of which must be readable. Bit 0 is the first.
    /// </summary>
    /// <param name="block">The first byte.</param>
    /// <returns>A bit for each byte that cannot be part of a plain string, including the closing quote.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Stops<TVectors>(ref readonly byte block)
        where TVectors : struct, IScanVectors =>
        TVectors.IsScalar
            ? StopsPlainly(in block)
            : Stops(Vector256.LoadUnsafe(in block)) | (Stops(Vector256.LoadUnsafe(in block, 32)) << 32);

    // As signed numbers, control bytes and non-ASCII bytes are below the blank.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Stops(Vector256<byte> bytes) =>
        (Vector256.LessThan(bytes.AsSByte(), Vector256.Create((sbyte)' ')).AsByte()
            | Vector256.Equals(bytes, Vector256.Create((byte)'"'))
            | Vector256.Equals(bytes, Vector256.Create((byte)'\\'))).ExtractMostSignificantBits();

    private static ulong StopsPlainly(ref readonly byte block)
    {
        ulong stops = 0;
        for (int at = 0; at < 64; at += 8)
        {
            // Adding a constant to seven bits reaches the top bit from a threshold on; a difference of zero does not.
            ulong bytes = Unsafe.ReadUnaligned<ulong>(in Unsafe.Add(ref Unsafe.AsRef(in block), at));
            ulong plain = ((bytes & Low7Bits) + (EachByte * (128 - ' '))) & Differs(bytes, '"') & Differs(bytes, '\\');
            ulong top = (~plain | bytes) & ~Low7Bits;
            stops |= (((top >> 7) * 0x0102_0408_1020_4080) >> 56) << at;
        }

        return stops;
    }

    // The top bit of each byte that differs, whatever its own top bit is.
    private static ulong Differs(ulong bytes, char other)
    {
        ulong difference = bytes ^ (EachByte * other);
        return ((difference & Low7Bits) + Low7Bits) | difference;
    }
}
