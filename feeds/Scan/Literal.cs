using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace LowLatency.Feeds.Scan;

/// <summary>
/// Compares text with a constant. If the length is constant, the compiler emits two overlapping compares of wide words,
/// with the words as immediate values.
/// </summary>
internal static class Literal
{
    /// <summary>true if a text starts with a literal; that many bytes must be readable.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsAt(ref readonly byte text, ReadOnlySpan<byte> literal)
    {
        ref byte first = ref Unsafe.AsRef(in text);
        ref byte wanted = ref MemoryMarshal.GetReference(literal);
        int length = literal.Length;
        switch (length)
        {
            case > 64:
                return MemoryMarshal.CreateReadOnlySpan(in text, length).SequenceEqual(literal);
            case > 32:
                {
                    nuint last = (nuint)length - 32;
                    return ((Vector256.LoadUnsafe(ref first) ^ Vector256.LoadUnsafe(ref wanted))
                        | (Vector256.LoadUnsafe(ref first, last) ^ Vector256.LoadUnsafe(ref wanted, last)))
                        == Vector256<byte>.Zero;
                }

            case >= 16:
                {
                    nuint last = (nuint)length - 16;
                    return ((Vector128.LoadUnsafe(ref first) ^ Vector128.LoadUnsafe(ref wanted))
                        | (Vector128.LoadUnsafe(ref first, last) ^ Vector128.LoadUnsafe(ref wanted, last)))
                        == Vector128<byte>.Zero;
                }

            case >= 8:
                return ((Read<ulong>(ref first, 0) ^ Read<ulong>(ref wanted, 0))
                    | (Read<ulong>(ref first, length - 8) ^ Read<ulong>(ref wanted, length - 8))) == 0;
            case >= 4:
                return ((Read<uint>(ref first, 0) ^ Read<uint>(ref wanted, 0))
                    | (Read<uint>(ref first, length - 4) ^ Read<uint>(ref wanted, length - 4))) == 0;
            case >= 2:
                return Read<ushort>(ref first, 0) == Read<ushort>(ref wanted, 0)
                    & Read<ushort>(ref first, length - 2) == Read<ushort>(ref wanted, length - 2);
            default:
                return length == 0 || first == wanted;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Read<T>(ref byte text, int offset) =>
        Unsafe.ReadUnaligned<T>(ref Unsafe.Add(ref text, offset));
}
