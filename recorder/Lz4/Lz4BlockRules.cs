using System;
using System.Buffers.Binary;

namespace LowLatency.Recorder.Lz4;

/// <summary>
/// What makes a block a valid one. It is walked before the codec sees it, because the codec takes an offset of 0 for
/// whatever its destination held before, takes a block without a byte for an empty one, and compares no offset when
/// 64 KiB of history stand before the block. What passes here, the codec reads to the same length.
/// </summary>
internal static class Lz4BlockRules
{
    private const int MatchLengthMin = 4;
    private const int NibbleBits = 4;
    private const int NibbleMax = 15;

    // The format's end rules, which quick decoders count on: the last bytes are literals, and a match starts so far
    // before the end.
    private const int LastLiteralsMin = 5;
    private const int MatchStartMargin = 12;

    /// <summary>How long a block's content is.</summary>
    /// <param name="block">The whole block, of any origin.</param>
    /// <param name="historyLength">Bytes before the content that matches may refer to, 0 or more.</param>
    /// <param name="room">The longest content that is accepted, in bytes.</param>
    /// <returns>A length in bytes, or -1 when the block breaks a rule of the format or its content is longer than the
    /// room.</returns>
    internal static int ContentLength(ReadOnlySpan<byte> block, int historyLength, int room)
    {
        int read = 0;
        long written = 0;
        long matchStart = -1;
        while (read < block.Length)
        {
            int token = block[read++];
            long literals = token >> NibbleBits;
            if ((literals == NibbleMax && !TryReadLength(block, ref read, room, ref literals))
                || literals > block.Length - read || literals > room - written)
            {
                return -1;
            }

            read += (int)literals;
            written += literals;
            if (read == block.Length)
            {
                bool endsWell = matchStart < 0
                    || (literals >= LastLiteralsMin && written - matchStart >= MatchStartMargin);
                return endsWell ? (int)written : -1;
            }

            if (!BinaryPrimitives.TryReadUInt16LittleEndian(block[read..], out ushort offset)
                || offset == 0 || offset > historyLength + written)
            {
                return -1;
            }

            read += sizeof(ushort);
            long length = token & NibbleMax;
            if ((length == NibbleMax && !TryReadLength(block, ref read, room, ref length))
                || length > room - written - MatchLengthMin)
            {
                return -1;
            }

            matchStart = written;
            written += length + MatchLengthMin;
        }

        return -1;
    }

    // Stops as soon as the length passes the limit: no run of 255s can overflow the sum.
    private static bool TryReadLength(ReadOnlySpan<byte> block, ref int read, int limit, ref long length)
    {
        while (read < block.Length && length <= limit)
        {
            byte more = block[read++];
            length += more;
            if (more != byte.MaxValue)
            {
                return true;
            }
        }

        return false;
    }
}
