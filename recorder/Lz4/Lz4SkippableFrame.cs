using System;
using System.Buffers.Binary;
using System.IO;

namespace LowLatency.Recorder.Lz4;

/// <summary>
/// Skippable frames: bytes of one's own between, before or behind LZ4 frames, which every tool of the format passes
/// over. Four bytes of magic, whose lowest four bits are free, four bytes of length, and the payload; little-endian.
/// </summary>
public static class Lz4SkippableFrame
{
    /// <summary>What stands before the payload, in bytes.</summary>
    public const int HeaderLength = 2 * sizeof(uint);

    /// <summary>The largest of the magic's free values.</summary>
    public const int NibbleMax = 15;

    private const uint Magic = 0x184D_2A50;

    /// <summary>Writes one whole frame. Errors of the stream pass through.</summary>
    /// <param name="stream">Takes it; stays open.</param>
    /// <param name="payload">Any number of bytes, none included.</param>
    /// <param name="nibble">0 to <see cref="NibbleMax"/>: tells the kinds of one's own frames apart.</param>
    /// <exception cref="ArgumentOutOfRangeException">The nibble is out of its range.</exception>
    public static void Write(Stream stream, ReadOnlySpan<byte> payload, int nibble = 0)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentOutOfRangeException.ThrowIfNegative(nibble);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(nibble, NibbleMax);
        Span<byte> header = stackalloc byte[HeaderLength];
        BinaryPrimitives.WriteUInt32LittleEndian(header, Magic | (uint)nibble);
        BinaryPrimitives.WriteUInt32LittleEndian(header[sizeof(uint)..], (uint)payload.Length);
        stream.Write(header);
        stream.Write(payload);
    }

    /// <summary>Reads what stands before a payload. Never throws.</summary>
    /// <param name="bytes">Begins where the frame does; <see cref="HeaderLength"/> bytes of it are looked at.</param>
    /// <param name="payloadLength">The length that the header claims, in bytes: to be checked against what is there.
    /// 0 when this is no such frame.</param>
    /// <param name="nibble">The magic's free value, 0 to <see cref="NibbleMax"/>.</param>
    /// <returns>Whether a skippable frame begins here and its header is whole.</returns>
    public static bool TryReadHeader(ReadOnlySpan<byte> bytes, out uint payloadLength, out int nibble)
    {
        (payloadLength, nibble) = (0, 0);
        if (bytes.Length < HeaderLength)
        {
            return false;
        }

        uint magic = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        if ((magic & ~(uint)NibbleMax) != Magic)
        {
            return false;
        }

        nibble = (int)(magic & NibbleMax);
        payloadLength = BinaryPrimitives.ReadUInt32LittleEndian(bytes[sizeof(uint)..]);
        return true;
    }
}
