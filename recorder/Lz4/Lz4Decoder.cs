using System;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace LowLatency.Recorder.Lz4;

/// <summary>Decompresses a block of any origin; see <see cref="Lz4Block.Decompress"/>.</summary>
/// <remarks>
/// <para>Why it stays inside its buffers. <c>read</c> and <c>written</c> only grow, by lengths that were compared with
/// what is left of the source and of the destination before anything was copied. A match's offset is compared with
/// <c>written</c>, the history included, so its origin is never before the destination's beginning.</para>
/// <para>The short way takes a sequence only when <c>read</c> is at least <see cref="SourceMargin"/> bytes before the
/// source's end and <c>written</c> at least <see cref="DestinationMargin"/> before the destination's. It reads sixteen
/// bytes of literals, of which it takes fourteen at the most, two bytes of offset behind those and one length byte: 17
/// bytes. It writes no further than fourteen literals and 32 bytes of match: 46 bytes; and it reads a match's 32
/// bytes at least sixteen before those it writes them to. What it cannot finish goes the long way, with the literals
/// and the offset already taken.</para>
/// </remarks>
internal static class Lz4Decoder
{
    private const int Wide = 16;
    private const int SourceMargin = 18;
    private const int DestinationMargin = 48;

    // The longest match of the short way, less what the token says: 32 bytes.
    private const int ShortMoreMax = (2 * Wide) - Lz4Block.NibbleMax - Lz4Block.MatchLengthMin;

    /// <summary>Decompresses one block behind the history.</summary>
    /// <param name="source">The whole block.</param>
    /// <param name="destination">History and room.</param>
    /// <param name="historyLength">0 to the length of <paramref name="destination"/>.</param>
    /// <returns>The number of content bytes, or -1.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static int Decode(ReadOnlySpan<byte> source, Span<byte> destination, int historyLength)
    {
        ref byte from = ref MemoryMarshal.GetReference(source);
        ref byte to = ref MemoryMarshal.GetReference(destination);
        nint sourceEnd = source.Length;
        nint end = destination.Length;
        nint read = 0;
        nint written = historyLength;
        while (read < sourceEnd)
        {
            nint token = Unsafe.Add(ref from, read++);
            nint literals = token >> 4;
            nint length = token & Lz4Block.NibbleMax;
            nint offset;
            if (literals < Lz4Block.NibbleMax && read <= sourceEnd - SourceMargin
                && written <= end - DestinationMargin)
            {
                Move16(ref from, read, ref to, written);
                read += literals;
                written += literals;
                offset = ReadOffset(ref from, ref read);
                if (TryCopyShort(ref from, ref read, ref to, ref written, offset, length))
                {
                    continue;
                }
            }
            else
            {
                if ((literals == Lz4Block.NibbleMax && !ReadLength(ref from, ref read, sourceEnd, end, ref literals))
                    || literals > sourceEnd - read || literals > end - written)
                {
                    return -1;
                }

                CopyLiterals(ref from, read, sourceEnd, ref to, written, end, literals);
                read += literals;
                written += literals;
                if (read == sourceEnd)
                {
                    return (int)written - historyLength;
                }

                if (sourceEnd - read < sizeof(ushort))
                {
                    return -1;
                }

                offset = ReadOffset(ref from, ref read);
            }

            if ((length == Lz4Block.NibbleMax && !ReadLength(ref from, ref read, sourceEnd, end, ref length))
                || offset == 0 || offset > written || length > end - written - Lz4Block.MatchLengthMin)
            {
                return -1;
            }

            length += Lz4Block.MatchLengthMin;
            CopyMatch(ref to, written, offset, length, end);
            written += length;
        }

        return -1;
    }

    // Matches of up to 32 bytes that do not overlap their origin closely, which is nearly all of them.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryCopyShort(
        ref byte from, ref nint read, ref byte to, ref nint written, nint offset, nint length)
    {
        nint origin = written - offset;
        if (offset < Wide || origin < 0)
        {
            return false;
        }

        if (length < Lz4Block.NibbleMax)
        {
            // 4 to 18 bytes.
            Move16(ref to, origin, ref to, written);
            Unsafe.WriteUnaligned(
                ref Unsafe.Add(ref to, written + Wide),
                Unsafe.ReadUnaligned<ushort>(ref Unsafe.Add(ref to, origin + Wide)));
            written += length + Lz4Block.MatchLengthMin;
            return true;
        }

        nint more = Unsafe.Add(ref from, read);
        if (more > ShortMoreMax)
        {
            return false;
        }

        read++;
        Move16(ref to, origin, ref to, written);
        Move16(ref to, origin + Wide, ref to, written + Wide);
        written += Lz4Block.NibbleMax + more + Lz4Block.MatchLengthMin;
        return true;
    }

    // Stops as soon as the length passes the limit: no run of 255s can overflow the sum.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool ReadLength(ref byte from, ref nint read, nint sourceEnd, nint limit, ref nint length)
    {
        while (read < sourceEnd && length <= limit)
        {
            nint more = Unsafe.Add(ref from, read++);
            length += more;
            if (more != byte.MaxValue)
            {
                return true;
            }
        }

        return false;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static nint ReadOffset(ref byte from, ref nint read)
    {
        ushort offset = Unsafe.ReadUnaligned<ushort>(ref Unsafe.Add(ref from, read));
        read += sizeof(ushort);
        return BitConverter.IsLittleEndian ? offset : BinaryPrimitives.ReverseEndianness(offset);
    }

    // Most runs are short: one wide move where both sides have the room, whatever the length.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CopyLiterals(
        ref byte from, nint read, nint sourceEnd, ref byte to, nint written, nint end, nint length)
    {
        if (length <= Wide && sourceEnd - read >= Wide && end - written >= Wide)
        {
            Move16(ref from, read, ref to, written);
            return;
        }

        Unsafe.CopyBlockUnaligned(ref Unsafe.Add(ref to, written), ref Unsafe.Add(ref from, read), (uint)length);
    }

    // Sixteen bytes at a time as long as they fit, up to 15 of them past the match. A match that repeats its own output
    // is first copied byte by byte, as the format means it, until a whole number of repetitions lies 16 or more bytes
    // back: 15 + offset at most, and that many are there, those 16 and the origin.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CopyMatch(ref byte to, nint at, nint offset, nint length, nint end)
    {
        nint origin = at - offset;
        nint stop = at + length;
        if (offset < Wide)
        {
            nint narrowStop = at + Math.Min(length, Wide);
            do
            {
                Unsafe.Add(ref to, at++) = Unsafe.Add(ref to, origin++);
            }
            while (at < narrowStop);
            if (at == stop)
            {
                return;
            }

            origin = at - (offset * ((Wide + offset - 1) / offset));
        }

        nint wideStop = Math.Min(stop, end - Wide + 1);
        for (; at < wideStop; at += Wide, origin += Wide)
        {
            Move16(ref to, origin, ref to, at);
        }

        while (at < stop)
        {
            Unsafe.Add(ref to, at++) = Unsafe.Add(ref to, origin++);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Move16(ref byte from, nint read, ref byte to, nint written) =>
        Vector128.LoadUnsafe(ref from, (nuint)read).StoreUnsafe(ref to, (nuint)written);
}
