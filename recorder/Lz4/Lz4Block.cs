using System;
using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace LowLatency.Recorder.Lz4;

/// <summary>
/// The LZ4 block format. An instance compresses and keeps its hash table between calls, so compressing allocates
/// nothing; one thread at a time. Decompressing needs no state and is safe on hostile input.
/// </summary>
public sealed class Lz4Block
{
    private const int MatchLengthMin = 4;
    private const int OffsetMax = 65535;

    // The format's end rules: the last five bytes are literals, no match starts in the last twelve.
    private const int LastLiterals = 5;
    private const int MatchStartMargin = 12;

    private const int HashBits = 13;

    // The search takes longer strides after each 2^6 misses, so bytes that do not compress cost little.
    private const int SkipTrigger = 6;
    private const int NibbleMax = 15;
    private const int WildLength = 16;

    private readonly int[] _table = new int[1 << HashBits];

    // Table entries are positions plus this number. It grows past every entry of the call before, which makes
    // those recognisable as old without clearing the table. Always 1 or more, so an empty entry (0) is old too.
    private int _base = 1;

    /// <summary>The longest compressed form that <paramref name="sourceLength"/> bytes can take.</summary>
    /// <param name="sourceLength">0 to 0x7E000000 bytes.</param>
    /// <returns>A length in bytes.</returns>
    public static int CompressedLengthMax(int sourceLength) => sourceLength + (sourceLength / 255) + 16;

    /// <summary>Compresses <paramref name="source"/> into one independent block.</summary>
    /// <param name="source">0 to 0x7E000000 bytes.</param>
    /// <param name="destination">Takes the block. <see cref="CompressedLengthMax"/> bytes are always enough.</param>
    /// <returns>The block's length in bytes, or -1 when it does not fit.</returns>
    public int Compress(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        if (source.Length > int.MaxValue - _base)
        {
            Array.Clear(_table);
            _base = 1;
        }

        int written = 0;
        int anchor = source.Length <= MatchStartMargin ? 0 : CompressMatches(source, destination, ref written);
        _base += source.Length;
        return anchor < 0 ? -1 : WriteLastLiterals(source[anchor..], destination, written);
    }

    /// <summary>
    /// Decompresses one block. Whatever the input, it reads and writes inside the spans only and does not throw.
    /// </summary>
    /// <param name="source">The whole block.</param>
    /// <param name="destination">Its first <paramref name="historyLength"/> bytes are what stands before the block
    /// (for linked blocks); the content is written after them. On failure the rest holds rubbish.</param>
    /// <param name="historyLength">0 to the length of <paramref name="destination"/>.</param>
    /// <returns>The number of content bytes written, or -1 when the block is malformed or its content does not
    /// fit.</returns>
    public static int Decompress(ReadOnlySpan<byte> source, Span<byte> destination, int historyLength = 0)
    {
        if ((uint)historyLength > (uint)destination.Length)
        {
            return -1;
        }

        ref byte from = ref MemoryMarshal.GetReference(source);
        ref byte to = ref MemoryMarshal.GetReference(destination);
        int read = 0;
        int written = historyLength;
        while (read < source.Length)
        {
            int token = Unsafe.Add(ref from, read++);
            int literals = token >> 4;
            if ((literals == NibbleMax && !ReadLength(source, ref read, destination.Length, ref literals))
                || literals > source.Length - read || literals > destination.Length - written)
            {
                return -1;
            }

            CopyLiterals(source, read, destination, written, literals);
            read += literals;
            written += literals;
            if (read == source.Length)
            {
                return written - historyLength;
            }

            if (source.Length - read < sizeof(ushort))
            {
                return -1;
            }

            int offset = Unsafe.Add(ref from, read) | (Unsafe.Add(ref from, read + 1) << 8);
            read += sizeof(ushort);
            int length = token & NibbleMax;
            if ((length == NibbleMax && !ReadLength(source, ref read, destination.Length, ref length))
                || offset == 0 || offset > written || length > destination.Length - written - MatchLengthMin)
            {
                return -1;
            }

            length += MatchLengthMin;
            CopyMatch(ref to, written, offset, length, destination.Length);
            written += length;
        }

        return -1;
    }

    // Returns where the literals begin that no match covers, or -1 when the destination is full.
    private int CompressMatches(ReadOnlySpan<byte> source, Span<byte> destination, ref int written)
    {
        ref byte from = ref MemoryMarshal.GetReference(source);
        ref int table = ref MemoryMarshal.GetArrayDataReference(_table);
        int startLast = source.Length - MatchStartMargin;
        int anchor = 0;
        int at = 1;
        int basis = _base;
        Unsafe.Add(ref table, Hash(ReadUInt64(ref from, 0))) = basis;
        while (true)
        {
            int candidate;
            int searches = 1 << SkipTrigger;
            while (true)
            {
                if (at > startLast)
                {
                    return anchor;
                }

                ulong next = ReadUInt64(ref from, at);
                ref int entry = ref Unsafe.Add(ref table, Hash(next));
                candidate = entry - basis;
                entry = basis + at;
                if (candidate >= 0 && at - candidate <= OffsetMax && ReadUInt32(ref from, candidate) == (uint)next)
                {
                    break;
                }

                at += searches++ >> SkipTrigger;
            }

            while (at > anchor && candidate > 0
                && Unsafe.Add(ref from, at - 1) == Unsafe.Add(ref from, candidate - 1))
            {
                at--;
                candidate--;
            }

            int length = MatchLength(ref from, at, candidate, source.Length - LastLiterals);
            if (!WriteSequence(source, anchor, at - anchor, at - candidate, length, destination, ref written))
            {
                return -1;
            }

            at += length;
            anchor = at;
            if (at <= startLast)
            {
                Unsafe.Add(ref table, Hash(ReadUInt64(ref from, at - 2))) = basis + at - 2;
            }
        }
    }

    // Both positions are known to agree in their first four bytes.
    private static int MatchLength(ref byte from, int at, int candidate, int end)
    {
        int length = MatchLengthMin;
        while (at + length + sizeof(ulong) <= end)
        {
            ulong difference = ReadUInt64(ref from, at + length) ^ ReadUInt64(ref from, candidate + length);
            if (difference != 0)
            {
                return length + (BitOperations.TrailingZeroCount(difference) >> 3);
            }

            length += sizeof(ulong);
        }

        while (at + length < end && Unsafe.Add(ref from, at + length) == Unsafe.Add(ref from, candidate + length))
        {
            length++;
        }

        return length;
    }

    private static bool WriteSequence(
        ReadOnlySpan<byte> source, int anchor, int literals, int offset, int length, Span<byte> destination,
        ref int written)
    {
        // Token, two offset bytes and at most one length byte more than the quotients, for each of two lengths.
        int needed = 5 + literals + (literals / 255) + (length / 255);
        if (needed > destination.Length - written)
        {
            return false;
        }

        ref byte to = ref MemoryMarshal.GetReference(destination);
        int extra = length - MatchLengthMin;
        int token = written++;
        Unsafe.Add(ref to, token) =
            (byte)((Math.Min(literals, NibbleMax) << 4) | Math.Min(extra, NibbleMax));
        if (literals >= NibbleMax)
        {
            WriteLength(ref to, ref written, literals - NibbleMax);
        }

        CopyLiterals(source, anchor, destination, written, literals);
        written += literals;
        Unsafe.Add(ref to, written++) = (byte)offset;
        Unsafe.Add(ref to, written++) = (byte)(offset >> 8);
        if (extra >= NibbleMax)
        {
            WriteLength(ref to, ref written, extra - NibbleMax);
        }

        return true;
    }

    private static int WriteLastLiterals(ReadOnlySpan<byte> literals, Span<byte> destination, int written)
    {
        int lengthBytes = literals.Length < NibbleMax ? 0 : 1 + ((literals.Length - NibbleMax) / 255);
        if (1 + lengthBytes + literals.Length > destination.Length - written)
        {
            return -1;
        }

        destination[written++] = (byte)(Math.Min(literals.Length, NibbleMax) << 4);
        if (lengthBytes > 0)
        {
            WriteLength(ref MemoryMarshal.GetReference(destination), ref written, literals.Length - NibbleMax);
        }

        literals.CopyTo(destination[written..]);
        return written + literals.Length;
    }

    private static void WriteLength(ref byte to, ref int written, int rest)
    {
        for (; rest >= 255; rest -= 255)
        {
            Unsafe.Add(ref to, written++) = 255;
        }

        Unsafe.Add(ref to, written++) = (byte)rest;
    }

    // Stops as soon as the length passes the limit: no run of 255s can overflow the sum.
    private static bool ReadLength(ReadOnlySpan<byte> source, ref int read, int limit, ref int length)
    {
        while (read < source.Length && length <= limit)
        {
            int more = source[read++];
            length += more;
            if (more != 255)
            {
                return true;
            }
        }

        return false;
    }

    // Most runs are short: one 16-byte move where both sides have the room, whatever the length.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CopyLiterals(
        ReadOnlySpan<byte> source, int read, Span<byte> destination, int written, int length)
    {
        if (length <= WildLength && source.Length - read >= WildLength && destination.Length - written >= WildLength)
        {
            Vector128.LoadUnsafe(ref MemoryMarshal.GetReference(source), (nuint)read)
                .StoreUnsafe(ref MemoryMarshal.GetReference(destination), (nuint)written);
            return;
        }

        source.Slice(read, length).CopyTo(destination[written..]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CopyMatch(ref byte to, int at, int offset, int length, int end)
    {
        int from = at - offset;
        int stop = at + length;
        if (offset >= WildLength && end - stop >= WildLength)
        {
            do
            {
                Vector128.LoadUnsafe(ref to, (nuint)from).StoreUnsafe(ref to, (nuint)at);
                from += WildLength;
                at += WildLength;
            }
            while (at < stop);
            return;
        }

        if (offset >= sizeof(ulong) && end - stop >= sizeof(ulong))
        {
            do
            {
                Unsafe.WriteUnaligned(ref Unsafe.Add(ref to, at), ReadUInt64(ref to, from));
                from += sizeof(ulong);
                at += sizeof(ulong);
            }
            while (at < stop);
            return;
        }

        // Near the end, or a match that repeats its own output: byte by byte is what the format means.
        while (at < stop)
        {
            Unsafe.Add(ref to, at++) = Unsafe.Add(ref to, from++);
        }
    }

    // Five bytes decide the slot: four-byte matches in digits and JSON are too common to be worth finding.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Hash(ulong next)
    {
        next = BitConverter.IsLittleEndian ? next : BinaryPrimitives.ReverseEndianness(next);
        return (int)(unchecked((next << 24) * 0x9E3779B97F4A7C15) >> (64 - HashBits));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong ReadUInt64(ref byte from, int at) =>
        Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref from, at));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint ReadUInt32(ref byte from, int at) =>
        Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref from, at));
}
