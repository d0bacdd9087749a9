using System;
using K4os.Compression.LZ4;

namespace LowLatency.Recorder.Lz4;

/// <summary>
/// The LZ4 block format: K4os.Compression.LZ4 behind one check. A compressed block depends on its source alone.
/// Decompressing is safe on hostile input: a bad block is a result, not an exception. Nothing here allocates; any
/// thread.
/// </summary>
public static class Lz4Block
{
    /// <summary>The longest source that the format's tools accept, in bytes.</summary>
    public const int SourceLengthMax = 0x7E00_0000;

    // The token of a block that has no content: no literals, and then it ends.
    private const byte EmptyContent = 0;

    /// <summary>The longest compressed form that <paramref name="sourceLength"/> bytes can take.</summary>
    /// <param name="sourceLength">0 to <see cref="SourceLengthMax"/> bytes.</param>
    /// <returns>A length in bytes.</returns>
    public static int CompressedLengthMax(int sourceLength) => sourceLength + (sourceLength / 255) + 16;

    /// <summary>Compresses <paramref name="source"/> into one independent block, at the <c>lz4</c> tool's level 1.
    /// </summary>
    /// <param name="source">0 to <see cref="SourceLengthMax"/> bytes.</param>
    /// <param name="destination">Takes the block; what follows it may be overwritten. With
    /// <see cref="CompressedLengthMax"/> bytes every block fits.</param>
    /// <returns>The block's length in bytes, or -1 when it does not fit or the source is too long.</returns>
    public static int Compress(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        if (source.Length > SourceLengthMax || destination.IsEmpty)
        {
            return -1;
        }

        if (source.IsEmpty)
        {
            destination[0] = EmptyContent;
            return 1;
        }

        return LZ4Codec.Encode(source, destination);
    }

    /// <summary>
    /// Decompresses one block. Whatever the input, it reads and writes inside the spans only and does not throw.
    /// </summary>
    /// <param name="source">The whole block.</param>
    /// <param name="destination">Its first <paramref name="historyLength"/> bytes are what stands before the block
    /// (for linked blocks); the content is written after them. Nothing else is written.</param>
    /// <param name="historyLength">0 to the length of <paramref name="destination"/>.</param>
    /// <returns>The number of content bytes written, or -1 when the block is malformed or its content does not
    /// fit.</returns>
    public static int Decompress(ReadOnlySpan<byte> source, Span<byte> destination, int historyLength = 0)
    {
        if ((uint)historyLength > (uint)destination.Length)
        {
            return -1;
        }

        int length = Lz4BlockRules.ContentLength(source, historyLength, destination.Length - historyLength);
        if (length <= 0)
        {
            return length;
        }

        // Exactly the content's room: the codec judges the end of a block by the end of its room.
        Span<byte> content = destination.Slice(historyLength, length);
        return LZ4Codec.Decode(source, content, destination[..historyLength]) == length ? length : -1;
    }
}
