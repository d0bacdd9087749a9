using System;
using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace LowLatency.Recorder.Lz4;

/// <summary>
/// The LZ4 block format. An instance compresses and keeps its hash table's memory between calls, so compressing
/// allocates nothing; one thread at a time. A block depends on its source and the acceleration alone: not on what was
/// compressed before, and not on the destination's length. Decompressing needs no state and is safe on hostile input.
/// </summary>
public sealed class Lz4Block
{
    /// <summary>The largest acceleration: where nothing repeats, one byte in 65,537 is looked at.</summary>
    public const int AccelerationMax = 65537;

    /// <summary>The longest source that the format's tools accept, in bytes.</summary>
    public const int SourceLengthMax = 0x7E00_0000;

    internal const int MatchLengthMin = 4;
    internal const int NibbleMax = 15;

    private const int NibbleBits = 4;
    private const int OffsetBits = 16;
    private const byte LengthByteMax = 255;

    // The format's end rules: the last five bytes are literals, no match starts in the last twelve. Here none starts
    // in the last sixteen, so that a literal run can always be read sixteen bytes at a time.
    private const int LastLiterals = 5;
    private const int MatchStartMargin = 16;

    // After the last match there is a token and those literals at least.
    private const int BlockEndLength = 1 + LastLiterals;

    // 32 KiB of table: half of it compresses JSON 2 % faster and 1 to 2 % worse.
    private const int HashBits = 13;

    // Six bytes decide the slot. Quotes, digits and commas repeat so often that a match of four or five bytes hides a
    // longer one a few bytes on; of a slot that takes seven, plain text profits no more.
    private const int HashShift = 64 - (8 * 6);

    // The search takes longer strides after each 2^6 misses, so bytes that do not compress cost little.
    private const int SkipTrigger = 6;

    private readonly uint[] _table = new uint[1 << HashBits];
    private readonly int _missesFirst;

    /// <summary>Prepares to compress.</summary>
    /// <param name="acceleration">1 to <see cref="AccelerationMax"/>: 1 is the <c>lz4</c> tool's level 1, and N + 1
    /// its <c>--fast=N</c>. The higher, the quicker and the larger the block.</param>
    /// <exception cref="ArgumentOutOfRangeException">The acceleration is out of its range.</exception>
    public Lz4Block(int acceleration = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(acceleration, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(acceleration, AccelerationMax);
        _missesFirst = acceleration << SkipTrigger;
    }

    private interface IRoom
    {
        static abstract bool IsAmple { get; }
    }

    /// <summary>The longest compressed form that <paramref name="sourceLength"/> bytes can take.</summary>
    /// <param name="sourceLength">0 to <see cref="SourceLengthMax"/> bytes.</param>
    /// <returns>A length in bytes.</returns>
    public static int CompressedLengthMax(int sourceLength) => sourceLength + (sourceLength / 255) + 16;

    /// <summary>Compresses <paramref name="source"/> into one independent block.</summary>
    /// <param name="source">0 to <see cref="SourceLengthMax"/> bytes.</param>
    /// <param name="destination">Takes the block; what follows it may be overwritten. With
    /// <see cref="CompressedLengthMax"/> bytes every block fits, and compressing is quickest.</param>
    /// <returns>The block's length in bytes, or -1 when it does not fit or the source is too long.</returns>
    public int Compress(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        if (source.Length > SourceLengthMax)
        {
            return -1;
        }

        nint written = 0;
        nint anchor = 0;
        if (source.Length > MatchStartMargin)
        {
            ref byte from = ref MemoryMarshal.GetReference(source);
            ref byte to = ref MemoryMarshal.GetReference(destination);
            anchor = destination.Length >= CompressedLengthMax(source.Length)
                ? CompressMatches<AmpleRoom>(ref from, source.Length, ref to, destination.Length, ref written)
                : CompressMatches<TightRoom>(ref from, source.Length, ref to, destination.Length, ref written);
        }

        return anchor < 0 ? -1 : WriteLastLiterals(source[(int)anchor..], destination, (int)written);
    }

    /// <summary>
    /// Decompresses one block. Whatever the input, it reads and writes inside the spans only and does not throw.
    /// </summary>
    /// <param name="source">The whole block.</param>
    /// <param name="destination">Its first <paramref name="historyLength"/> bytes are what stands before the block
    /// (for linked blocks); the content is written after them. What follows the content, and on failure everything
    /// after the history, may hold rubbish.</param>
    /// <param name="historyLength">0 to the length of <paramref name="destination"/>.</param>
    /// <returns>The number of content bytes written, or -1 when the block is malformed or its content does not
    /// fit.</returns>
    public static int Decompress(ReadOnlySpan<byte> source, Span<byte> destination, int historyLength = 0) =>
        (uint)historyLength > (uint)destination.Length ? -1 : Lz4Decoder.Decode(source, destination, historyLength);

    // Returns where the literals begin that no match covers, or -1 when the destination is full.
    //
    // Reads: a match starts 16 bytes before the source's end or earlier, and literals end where a match starts, so 16
    // bytes can be read at any of them. Match checks its own reads. A candidate lies before the position that it is a
    // candidate for, because the table holds positions that this call has passed, and zeros.
    //
    // Writes, with ample room: a sequence of L literals and a match of M bytes takes 3 + L bytes and length bytes; the
    // literals' are at most 1 + L / 255, the match's and the 3 at most M - 1. So the sequences that cover the first N
    // bytes are no longer than N + N / 255. The wide writes reach at most 17 bytes further, for an N of the source's
    // length less 16, and there is room for its length, a 255th of it and 16. With tight room each sequence is
    // measured first.
    //
    // Optimised at once and without a call in its loop: a recorder's first seconds are not to be its slowest, and a
    // call would put half of the loop's values into memory.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private nint CompressMatches<TRoom>(ref byte from, nint length, ref byte to, nint room, ref nint writtenTotal)
        where TRoom : struct, IRoom
    {
        Array.Clear(_table);
        ref uint table = ref MemoryMarshal.GetArrayDataReference(_table);
        nint missesFirst = _missesFirst;
        nint startLast = length - MatchStartMargin;
        nint end = length - LastLiterals;
        nint anchor = 0;
        nint at = 1;
        nint written = 0;
        while (Search(ref from, ref table, missesFirst, startLast, ref at, out nint candidate))
        {
            while (at > anchor && candidate > 0
                && Unsafe.Add(ref from, at - 1) == Unsafe.Add(ref from, candidate - 1))
            {
                at--;
                candidate--;
            }

            nint extra = CountEqual(ref from, at + MatchLengthMin, candidate + MatchLengthMin, end);
            if (!TRoom.IsAmple && SequenceLength(at - anchor, extra) > room - written - BlockEndLength)
            {
                return -1;
            }

            nint token = written++;
            uint high = WriteLiterals<TRoom>(ref from, anchor, at - anchor, ref to, ref written);
            WriteMatch(ref to, token, high, at - candidate, extra, ref written);
            at += extra + MatchLengthMin;
            anchor = at;

            // Most often the next match follows with no literal between.
            while (at <= startLast)
            {
                Unsafe.Add(ref table, Slot(ReadUInt64(ref from, at - 2))) = (uint)(at - 2);
                if (!IsMatch(ref from, ref table, at, out candidate))
                {
                    at++;
                    break;
                }

                extra = CountEqual(ref from, at + MatchLengthMin, candidate + MatchLengthMin, end);
                if (!TRoom.IsAmple && SequenceLength(0, extra) > room - written - BlockEndLength)
                {
                    return -1;
                }

                token = written++;
                WriteMatch(ref to, token, 0, at - candidate, extra, ref written);
                at += extra + MatchLengthMin;
                anchor = at;
            }
        }

        writtenTotal = written;
        return anchor;
    }

    // Finds the first position, at the given one or behind it, whose slot holds a match.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Search(
        ref byte from, ref uint table, nint misses, nint startLast, ref nint at, out nint candidate)
    {
        candidate = 0;
        while (at <= startLast)
        {
            if (IsMatch(ref from, ref table, at, out candidate))
            {
                return true;
            }

            at += misses++ >> SkipTrigger;
        }

        return false;
    }

    // Looks a position up and enters it. One branch for both conditions, as each is hard to foretell.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsMatch(ref byte from, ref uint table, nint at, out nint candidate)
    {
        ulong next = ReadUInt64(ref from, at);
        ref uint slot = ref Unsafe.Add(ref table, Slot(next));
        candidate = (nint)slot;
        slot = (uint)at;
        return (((uint)(at - candidate) >> OffsetBits) | (ReadUInt32(ref from, candidate) ^ (uint)next)) == 0;
    }

    // How many bytes agree from two positions on. Reads up to the end and not past it; the candidate lies before.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static nint CountEqual(ref byte from, nint at, nint candidate, nint end)
    {
        nint start = at;
        while (at + Vector256<byte>.Count <= end)
        {
            uint different = ~Vector256.Equals(
                Vector256.LoadUnsafe(ref from, (nuint)at),
                Vector256.LoadUnsafe(ref from, (nuint)candidate)).ExtractMostSignificantBits();
            if (different != 0)
            {
                return at - start + BitOperations.TrailingZeroCount(different);
            }

            at += Vector256<byte>.Count;
            candidate += Vector256<byte>.Count;
        }

        while (at < end && Unsafe.Add(ref from, at) == Unsafe.Add(ref from, candidate))
        {
            at++;
            candidate++;
        }

        return at - start;
    }

    // Returns the token's upper half. With ample room sixteen bytes are copied at a time, whatever the length.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint WriteLiterals<TRoom>(
        ref byte from, nint anchor, nint length, ref byte to, ref nint written)
        where TRoom : struct, IRoom
    {
        uint high = (uint)length << NibbleBits;
        if (length >= NibbleMax)
        {
            high = NibbleMax << NibbleBits;
            WriteLength(ref to, ref written, length - NibbleMax);
        }

        if (TRoom.IsAmple)
        {
            nint copied = 0;
            do
            {
                Vector128.LoadUnsafe(ref from, (nuint)(anchor + copied))
                    .StoreUnsafe(ref to, (nuint)(written + copied));
                copied += Vector128<byte>.Count;
            }
            while (copied < length);
        }
        else
        {
            Unsafe.CopyBlockUnaligned(
                ref Unsafe.Add(ref to, written), ref Unsafe.Add(ref from, anchor), (uint)length);
        }

        written += length;
        return high;
    }

    // Offset, length bytes and the token's lower half. Whether a match needs a length byte is a coin toss, so the byte
    // is written always and counted or not without a branch: something follows in every block.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void WriteMatch(
        ref byte to, nint token, uint high, nint offset, nint extra, ref nint written)
    {
        int more = (int)((uint)(NibbleMax - 1 - (int)extra) >> 31);
        uint low = (uint)((int)extra ^ (((int)extra ^ NibbleMax) & -more));
        Unsafe.Add(ref to, token) = (byte)(high | low);
        WriteUInt16(ref to, written, (ushort)offset);
        Unsafe.Add(ref to, written + sizeof(ushort)) = (byte)(extra - NibbleMax);
        written += sizeof(ushort) + more;
        if (extra >= NibbleMax + LengthByteMax)
        {
            written--;
            WriteLength(ref to, ref written, extra - NibbleMax);
        }
    }

    // Exactly what a sequence with a match takes, in bytes.
    private static nint SequenceLength(nint literals, nint extra) =>
        1 + LengthBytes(literals) + literals + sizeof(ushort) + LengthBytes(extra);

    private static nint LengthBytes(nint length) =>
        length < NibbleMax ? 0 : 1 + ((length - NibbleMax) / LengthByteMax);

    private static int WriteLastLiterals(ReadOnlySpan<byte> literals, Span<byte> destination, int written)
    {
        if (1 + LengthBytes(literals.Length) + literals.Length > destination.Length - written)
        {
            return -1;
        }

        nint at = written;
        ref byte to = ref MemoryMarshal.GetReference(destination);
        Unsafe.Add(ref to, at++) = (byte)(Math.Min(literals.Length, NibbleMax) << NibbleBits);
        if (literals.Length >= NibbleMax)
        {
            WriteLength(ref to, ref at, literals.Length - NibbleMax);
        }

        literals.CopyTo(destination[(int)at..]);
        return (int)at + literals.Length;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void WriteLength(ref byte to, ref nint written, nint rest)
    {
        for (; rest >= LengthByteMax; rest -= LengthByteMax)
        {
            Unsafe.Add(ref to, written++) = LengthByteMax;
        }

        Unsafe.Add(ref to, written++) = (byte)rest;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static nint Slot(ulong next) =>
        (nint)(unchecked((next << HashShift) * 0x9E37_79B9_7F4A_7C15) >> (64 - HashBits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong ReadUInt64(ref byte from, nint at)
    {
        ulong value = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref from, at));
        return BitConverter.IsLittleEndian ? value : BinaryPrimitives.ReverseEndianness(value);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint ReadUInt32(ref byte from, nint at)
    {
        uint value = Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref from, at));
        return BitConverter.IsLittleEndian ? value : BinaryPrimitives.ReverseEndianness(value);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void WriteUInt16(ref byte to, nint at, ushort value) => Unsafe.WriteUnaligned(
        ref Unsafe.Add(ref to, at), BitConverter.IsLittleEndian ? value : BinaryPrimitives.ReverseEndianness(value));

    // As much as any block of the source can take: nothing needs to be checked while writing.
    private readonly struct AmpleRoom : IRoom
    {
        public static bool IsAmple => true;
    }

    private readonly struct TightRoom : IRoom
    {
        public static bool IsAmple => false;
    }
}
