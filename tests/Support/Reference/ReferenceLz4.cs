using System;
using System.Collections.Generic;

namespace LowLatency.Tests.Reference;

/// <summary>The LZ4 block format read byte by byte as specified, to verify the product's decoder.</summary>
internal static class ReferenceLz4
{
    /// <summary>
    /// The content of a block, or null if it violates a rule of the format (including those for its end) or exceeds the
    /// space.
    /// </summary>
    public static byte[]? Decompress(ReadOnlySpan<byte> block, ReadOnlySpan<byte> history, int room)
    {
        var output = new List<byte>(history.Length + room);
        output.AddRange(history);
        int end = history.Length + room;
        int at = 0;
        int? lastMatch = null;
        while (at < block.Length)
        {
            int token = block[at++];
            if (!ReadLength(block, ref at, token >> 4, out long literals)
                || literals > block.Length - at || literals > end - output.Count)
            {
                return null;
            }

            output.AddRange(block.Slice(at, (int)literals));
            at += (int)literals;
            if (at == block.Length)
            {
                bool endsWell = lastMatch is null || (literals >= 5 && output.Count - lastMatch >= 12);
                return !endsWell ? null : output.GetRange(history.Length, output.Count - history.Length).ToArray();
            }

            if (block.Length - at < 2)
            {
                return null;
            }

            int offset = block[at] + (256 * block[at + 1]);
            at += 2;
            if (!ReadLength(block, ref at, token & 15, out long length) || offset == 0 || offset > output.Count
                || length + 4 > end - output.Count)
            {
                return null;
            }

            lastMatch = output.Count;
            for (length += 4; length > 0; length--)
            {
                output.Add(output[^offset]);
            }
        }

        return null;
    }

    private static bool ReadLength(ReadOnlySpan<byte> block, ref int at, int nibble, out long length)
    {
        length = nibble;
        if (nibble < 15)
        {
            return true;
        }

        while (at < block.Length)
        {
            byte more = block[at++];
            length += more;
            if (more < 255)
            {
                return true;
            }
        }

        return false;
    }
}
