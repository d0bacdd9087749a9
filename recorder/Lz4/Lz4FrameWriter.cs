using System;
using System.Buffers.Binary;
using System.IO;

namespace LowLatency.Recorder.Lz4;

/// <summary>
/// Writes an LZ4 frame (specification: lz4_Frame_format.md of the LZ4 project): independent blocks, each with its
/// checksum, and a checksum over the whole content at the end. Not thread safe.
/// </summary>
internal sealed class Lz4FrameWriter
{
    /// <summary>Bytes in a full block: 256 KiB, code 5.</summary>
    public const int BlockBytes = 256 * 1024;

    internal const uint Magic = 0x184D2204;
    internal const uint StoredFlag = 0x80000000;

    private const byte BlockSizeCode = 5;

    // Version 1, independent blocks, block checksums, content checksum.
    private const byte Flags = 0x40 | 0x20 | 0x10 | 0x04;

    private readonly Stream _file;
    private readonly byte[] _compressed = new byte[Lz4Block.MaxCompressedLength(BlockBytes) + 8];
    private readonly int[] _table = new int[Lz4Block.TableLength];
    private XxHash32 _content = XxHash32.Start();

    /// <summary>Writes the frame's header.</summary>
    public Lz4FrameWriter(Stream file)
    {
        _file = file;
        Span<byte> header = stackalloc byte[7];
        BinaryPrimitives.WriteUInt32LittleEndian(header, Magic);
        header[4] = Flags;
        header[5] = BlockSizeCode << 4;
        header[6] = HeaderChecksum(header[4..6]);
        file.Write(header);
        Written = header.Length;
    }

    /// <summary>Bytes written into the file.</summary>
    public long Written { get; private set; }

    /// <summary>Writes a block of 1 to <see cref="BlockBytes"/> bytes.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void WriteBlock(ReadOnlySpan<byte> block)
    {
        _content.Add(block);
        int length = Lz4Block.Compress(block, _compressed.AsSpan(4), _table);
        uint head = (uint)length;
        if (length >= block.Length)
        {
            block.CopyTo(_compressed.AsSpan(4));
            length = block.Length;
            head = (uint)length | StoredFlag;
        }

        BinaryPrimitives.WriteUInt32LittleEndian(_compressed, head);
        uint checksum = XxHash32.Of(_compressed.AsSpan(4, length));
        BinaryPrimitives.WriteUInt32LittleEndian(_compressed.AsSpan(4 + length), checksum);
        _file.Write(_compressed.AsSpan(0, length + 8));
        Written += length + 8;
    }

    /// <summary>Writes the end mark and the content's checksum.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void End()
    {
        Span<byte> end = stackalloc byte[8];
        BinaryPrimitives.WriteUInt32LittleEndian(end, 0);
        BinaryPrimitives.WriteUInt32LittleEndian(end[4..], _content.Value);
        _file.Write(end);
        Written += end.Length;
    }

    internal static byte HeaderChecksum(ReadOnlySpan<byte> descriptor) => (byte)(XxHash32.Of(descriptor) >> 8);
}
