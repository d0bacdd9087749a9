using System;
using System.Buffers.Binary;
using System.IO;

namespace LowLatency.Recorder.Lz4;

/// <summary>How reading a frame went on.</summary>
internal enum FrameStatus
{
    /// <summary>A block was read and its checksum is right.</summary>
    Block,

    /// <summary>The frame has ended in good order.</summary>
    End,

    /// <summary>The file ends before the frame does.</summary>
    Torn,

    /// <summary>Bytes are not what a frame holds.</summary>
    Damaged,
}

/// <summary>
/// Reads any LZ4 frame: all block sizes, linked or independent blocks, with or without checksums and content size.
/// A block's checksum is verified before a byte of it is released. Not thread safe.
/// </summary>
internal sealed class Lz4FrameReader
{
    private const int WindowBytes = 64 * 1024;

    private readonly Stream _file;
    private byte[] _compressed = [];

    // History of linked blocks, then the block: [0, _history) and [_history, _history + length).
    private byte[] _buffer = [];
    private int _history;
    private int _blockBytes;
    private bool _isLinked;
    private bool _hasBlockChecksums;
    private bool _hasContentChecksum;
    private XxHash32 _content = XxHash32.Start();

    public Lz4FrameReader(Stream file) => _file = file;

    /// <summary>What is wrong, after Torn or Damaged.</summary>
    public string Words { get; private set; } = string.Empty;

    /// <summary>Offset in the file behind the last good block.</summary>
    public long GoodOffset { get; private set; }

    /// <summary>Reads the frame's header.</summary>
    /// <returns>Block when blocks can be read now.</returns>
    public FrameStatus ReadHeader()
    {
        Span<byte> header = stackalloc byte[15];
        if (!TryReadExactly(header[..6]))
        {
            return Torn("the file ends inside the frame's header");
        }

        if (BinaryPrimitives.ReadUInt32LittleEndian(header) != Lz4FrameWriter.Magic)
        {
            return Damaged("the file does not begin as an LZ4 frame");
        }

        int flags = header[4];
        int sizeCode = (header[5] >> 4) & 7;
        bool hasSize = (flags & 0x08) != 0;
        int descriptor = hasSize ? 10 : 2;
        if (!TryReadExactly(header.Slice(6, descriptor - 1)))
        {
            return Torn("the file ends inside the frame's header");
        }

        if ((flags & 0xC3) != 0x40 || (header[5] & 0x8F) != 0 || sizeCode < 4)
        {
            return Damaged("the frame's header asks for what this reader does not know");
        }

        if (Lz4FrameWriter.HeaderChecksum(header.Slice(4, descriptor)) != header[4 + descriptor])
        {
            return Damaged("the checksum of the frame's header is wrong");
        }

        _blockBytes = 1 << (8 + (2 * sizeCode));
        _isLinked = (flags & 0x20) == 0;
        _hasBlockChecksums = (flags & 0x10) != 0;
        _hasContentChecksum = (flags & 0x04) != 0;
        _buffer = new byte[WindowBytes + _blockBytes];
        _compressed = new byte[_blockBytes + 4];
        GoodOffset = 5 + descriptor;
        return FrameStatus.Block;
    }

    /// <summary>Reads the next block.</summary>
    /// <param name="block">Its bytes, valid until the next call.</param>
    public FrameStatus ReadBlock(out ReadOnlySpan<byte> block)
    {
        block = default;
        Span<byte> head = stackalloc byte[4];
        if (!TryReadExactly(head))
        {
            return Torn("the file ends between two blocks, without an end mark");
        }

        uint size = BinaryPrimitives.ReadUInt32LittleEndian(head);
        if (size == 0)
        {
            return ReadEnd();
        }

        bool isStored = (size & Lz4FrameWriter.StoredFlag) != 0;
        int length = (int)(size & ~Lz4FrameWriter.StoredFlag);
        if (length > _blockBytes)
        {
            return Damaged($"a block claims {length} bytes, more than the frame allows");
        }

        int stored = length + (_hasBlockChecksums ? 4 : 0);
        if (!TryReadExactly(_compressed.AsSpan(0, stored)))
        {
            return Torn("the file ends inside a block");
        }

        ReadOnlySpan<byte> compressed = _compressed.AsSpan(0, length);
        if (_hasBlockChecksums
            && XxHash32.Of(compressed) != BinaryPrimitives.ReadUInt32LittleEndian(_compressed.AsSpan(length)))
        {
            return Damaged("the checksum of a block is wrong");
        }

        int written = Unpack(compressed, isStored);
        if (written < 0)
        {
            return Damaged("a block cannot be decompressed");
        }

        block = _buffer.AsSpan(_history, written);
        _content.Add(block);
        GoodOffset += 4 + stored;
        KeepHistory(written);
        return FrameStatus.Block;
    }

    private int Unpack(ReadOnlySpan<byte> compressed, bool isStored)
    {
        if (isStored)
        {
            compressed.CopyTo(_buffer.AsSpan(_history));
            return compressed.Length;
        }

        int from = _isLinked ? 0 : _history;
        return Lz4Block.Decompress(
            compressed, _buffer.AsSpan(from, _history - from + _blockBytes), _history - from);
    }

    // The released block must stay where it is until the next call, so a linked frame alternates between two ends.
    private void KeepHistory(int written)
    {
        if (!_isLinked)
        {
            return;
        }

        int end = _history + written;
        int kept = Math.Min(end, WindowBytes);
        byte[] next = new byte[_buffer.Length];
        _buffer.AsSpan(end - kept, kept).CopyTo(next);
        (_buffer, _history) = (next, kept);
    }

    private FrameStatus ReadEnd()
    {
        Span<byte> checksum = stackalloc byte[4];
        if (_hasContentChecksum)
        {
            if (!TryReadExactly(checksum))
            {
                return Torn("the file ends inside the content's checksum");
            }

            if (BinaryPrimitives.ReadUInt32LittleEndian(checksum) != _content.Value)
            {
                return Damaged("the checksum of the content is wrong");
            }
        }

        return _file.ReadByte() < 0 ? FrameStatus.End : Damaged("bytes follow the end of the frame");
    }

    private bool TryReadExactly(Span<byte> target) =>
        _file.ReadAtLeast(target, target.Length, throwOnEndOfStream: false) == target.Length;

    private FrameStatus Torn(string words)
    {
        Words = words;
        return FrameStatus.Torn;
    }

    private FrameStatus Damaged(string words)
    {
        Words = words;
        return FrameStatus.Damaged;
    }
}
