using System;
using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace LowLatency.Recorder.Lz4;

/// <summary>
/// The LZ4 block format (specification: lz4_Block_format.md of the LZ4 project): sequences of a token, literals, an
/// offset of two bytes and a match length. Compression is greedy with one hash table; decompression trusts nothing.
/// </summary>
internal static class Lz4Block
{
    /// <summary>Entries of the table that <see cref="Compress"/> wants: it may hold anything.</summary>
    public const int TableLength = 1 << TableBits;

    private const int TableBits = 14;
    private const int MinMatch = 4;
    private const int MaxOffset = 65_535;

    // The format's end rules: the last five bytes are literals, and no match begins in the last twelve.
    private const int LastLiterals = 5;
    private const int MatchLimit = 12;

    // After so many bytes without a match the search begins to take longer steps.
    private const int SkipShift = 6;

    /// <summary>The greatest size that some bytes can have when compressed.</summary>
    public static int MaxCompressedLength(int length) => length + (length / 255) + 16;

    /// <summary>Compresses a block.</summary>
    /// <param name="source">The bytes.</param>
    /// <param name="target">At least <see cref="MaxCompressedLength"/> bytes.</param>
    /// <param name="table">Work space of <see cref="TableLength"/> entries; it is cleared.</param>
    /// <returns>The compressed length.</returns>
    public static int Compress(ReadOnlySpan<byte> source, Span<byte> target, Span<int> table)
    {
        table[..TableLength].Clear();
        int written = 0;
        int anchor = 0;
        int position = 1;
        int searchEnd = source.Length - MatchLimit;
        while (position < searchEnd)
        {
            int step = 1 + ((position - anchor) >> SkipShift);
            uint word = Read32(source, position);
            ref int entry = ref table[(int)(unchecked(word * 2654435761u) >> (32 - TableBits))];
            int match = entry;
            entry = position;
            if (match >= position || position - match > MaxOffset || Read32(source, match) != word)
            {
                position += step;
                continue;
            }

            while (position > anchor && match > 0 && source[position - 1] == source[match - 1])
            {
                position--;
                match--;
            }

            int length = MinMatch + CommonLength(
                source, match + MinMatch, position + MinMatch, source.Length - LastLiterals);
            written += WriteSequence(target[written..], source[anchor..position], position - match, length);
            position += length;
            anchor = position;
            if (position < searchEnd)
            {
                // The place just before often starts the next match of repetitive text.
                int before = position - 2;
                table[(int)(unchecked(Read32(source, before) * 2654435761u) >> (32 - TableBits))] = before;
            }
        }

        return written + WriteLastLiterals(target[written..], source[anchor..]);
    }

    /// <summary>Decompresses a block. Hostile input ends in -1, never outside the spans.</summary>
    /// <param name="source">The compressed bytes.</param>
    /// <param name="buffer">Where the bytes go, from <paramref name="start"/> on; what lies before may be referred to
    /// by the block.</param>
    /// <param name="start">First byte to write.</param>
    /// <returns>The number of bytes written, or -1 when the block is damaged or does not fit.</returns>
    public static int Decompress(ReadOnlySpan<byte> source, Span<byte> buffer, int start)
    {
        int read = 0;
        int write = start;
        while (read < source.Length)
        {
            int token = source[read++];
            if (!TryReadLength(source, ref read, token >> 4, out int literals)
                || literals > source.Length - read || literals > buffer.Length - write)
            {
                return -1;
            }

            source.Slice(read, literals).CopyTo(buffer[write..]);
            read += literals;
            write += literals;
            if (read == source.Length)
            {
                return write - start;
            }

            if (source.Length - read < 2)
            {
                return -1;
            }

            int offset = BinaryPrimitives.ReadUInt16LittleEndian(source[read..]);
            read += 2;
            if (!TryReadLength(source, ref read, token & 15, out int length)
                || offset == 0 || offset > write || length > buffer.Length - write - MinMatch)
            {
                return -1;
            }

            length += MinMatch;
            CopyMatch(buffer, write, offset, length);
            write += length;
        }

        // A block ends with literals, so its end inside the loop is the only right one; an empty block is none.
        return -1;
    }

    private static void CopyMatch(Span<byte> buffer, int write, int offset, int length)
    {
        if (offset >= length)
        {
            buffer.Slice(write - offset, length).CopyTo(buffer[write..]);
            return;
        }

        // The match overlaps what it writes: the pattern repeats.
        for (int i = 0; i < length; i++)
        {
            buffer[write + i] = buffer[write + i - offset];
        }
    }

    private static bool TryReadLength(ReadOnlySpan<byte> source, ref int read, int nibble, out int length)
    {
        length = nibble;
        if (nibble != 15)
        {
            return true;
        }

        int b;
        do
        {
            // Two gigabytes cannot be meant: it stops an overflow before it happens.
            if (read == source.Length || length > int.MaxValue - 1024)
            {
                return false;
            }

            b = source[read++];
            length += b;
        }
        while (b == 255);
        return true;
    }

    private static int WriteSequence(Span<byte> target, ReadOnlySpan<byte> literals, int offset, int length)
    {
        int extra = length - MinMatch;
        target[0] = (byte)((Math.Min(literals.Length, 15) << 4) | Math.Min(extra, 15));
        int written = 1 + WriteLength(target[1..], literals.Length);
        literals.CopyTo(target[written..]);
        written += literals.Length;
        BinaryPrimitives.WriteUInt16LittleEndian(target[written..], (ushort)offset);
        written += 2;
        return written + WriteLength(target[written..], extra);
    }

    private static int WriteLastLiterals(Span<byte> target, ReadOnlySpan<byte> literals)
    {
        target[0] = (byte)(Math.Min(literals.Length, 15) << 4);
        int written = 1 + WriteLength(target[1..], literals.Length);
        literals.CopyTo(target[written..]);
        return written + literals.Length;
    }

    private static int WriteLength(Span<byte> target, int length)
    {
        if (length < 15)
        {
            return 0;
        }

        int written = 0;
        for (length -= 15; length >= 255; length -= 255)
        {
            target[written++] = 255;
        }

        target[written++] = (byte)length;
        return written;
    }

    private static int CommonLength(ReadOnlySpan<byte> source, int first, int second, int end)
    {
        int start = second;
        while (second <= end - sizeof(ulong))
        {
            ulong difference = Read64(source, first) ^ Read64(source, second);
            if (difference != 0)
            {
                return second - start + (BitOperations.TrailingZeroCount(difference) >> 3);
            }

            first += sizeof(ulong);
            second += sizeof(ulong);
        }

        while (second < end && source[first] == source[second])
        {
            first++;
            second++;
        }

        return second - start;
    }

    // Callers keep the positions inside the span: below its length by at least the size read.
    private static uint Read32(ReadOnlySpan<byte> source, int position) =>
        Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref MemoryMarshal.GetReference(source), position));

    private static ulong Read64(ReadOnlySpan<byte> source, int position) =>
        Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref MemoryMarshal.GetReference(source), position));
}
