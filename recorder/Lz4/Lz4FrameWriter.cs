using System;
using System.Buffers.Binary;
using System.IO;
using System.IO.Hashing;

namespace LowLatency.Recorder.Lz4;

/// <summary>
/// Writes one LZ4 frame of independent blocks, each with its checksum, and by default a checksum of the content at
/// the end. One thread at a time. Errors of the stream pass through; after one the frame is broken and is not to be
/// continued.
/// </summary>
public sealed class Lz4FrameWriter
{
    private const int LengthBytes = sizeof(uint);

    private readonly Stream _stream;
    private readonly byte[] _output;
    private readonly long? _contentSize;
    private readonly bool _contentChecksum;
    private readonly XxHash32 _contentHash = new();
    private bool _finished;

    /// <summary>Writes the frame's header.</summary>
    /// <param name="stream">Takes the frame; stays open.</param>
    /// <param name="blockSize">The largest block.</param>
    /// <param name="contentSize">The length of the whole content in bytes when it is known before, 0 or more: it
    /// is then part of the header.</param>
    /// <param name="contentChecksum">Whether the frame ends with a checksum of the content. It costs a tenth of the
    /// compression's time, and what the blocks' own checksums leave to it is one bit a block: whether it is stored or
    /// compressed.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public Lz4FrameWriter(
        Stream stream, Lz4BlockSize blockSize, long? contentSize = null, bool contentChecksum = true)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentOutOfRangeException.ThrowIfLessThan((int)blockSize, (int)Lz4BlockSize.Max64KiB, nameof(blockSize));
        ArgumentOutOfRangeException.ThrowIfGreaterThan((int)blockSize, (int)Lz4BlockSize.Max4MiB, nameof(blockSize));
        ArgumentOutOfRangeException.ThrowIfNegative(contentSize ?? 0, nameof(contentSize));
        _stream = stream;
        _contentSize = contentSize;
        _contentChecksum = contentChecksum;
        BlockContentMax = Lz4FrameFormat.ContentLengthMax(blockSize);
        _output = new byte[LengthBytes + Lz4Block.CompressedLengthMax(BlockContentMax) + LengthBytes];
        WriteHeader(blockSize);
    }

    /// <summary>The most content that one block takes, in bytes.</summary>
    public int BlockContentMax { get; }

    /// <summary>The bytes that the stream was given so far.</summary>
    public long CompressedBytes { get; private set; }

    /// <summary>The content bytes written so far.</summary>
    public long ContentBytes { get; private set; }

    /// <summary>Writes one block with a single call of the stream. Nothing is written for no content.</summary>
    /// <param name="content">0 to <see cref="BlockContentMax"/> bytes.</param>
    public void WriteBlock(ReadOnlySpan<byte> content)
    {
        ObjectDisposedException.ThrowIf(_finished, this);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(content.Length, BlockContentMax, nameof(content));
        if (content.IsEmpty)
        {
            return;
        }

        // All the room there is, as that is quickest; a block that does not shrink is stored instead.
        Span<byte> body = _output.AsSpan(LengthBytes);
        int length = Lz4Block.Compress(content, body);
        uint lengthWord = (uint)length;
        if (length >= content.Length)
        {
            length = content.Length;
            lengthWord = (uint)length | Lz4FrameFormat.Stored;
            content.CopyTo(body);
        }

        BinaryPrimitives.WriteUInt32LittleEndian(_output, lengthWord);
        BinaryPrimitives.WriteUInt32LittleEndian(body[length..], XxHash32.HashToUInt32(body[..length]));
        Write(_output.AsSpan(0, LengthBytes + length + LengthBytes));
        if (_contentChecksum)
        {
            _contentHash.Append(content);
        }

        ContentBytes += content.Length;
    }

    /// <summary>Writes the end mark and, where the frame has one, the content checksum. No block can follow; a second
    /// call does nothing.</summary>
    /// <exception cref="InvalidOperationException">The content is not as long as the header says.</exception>
    public void Finish()
    {
        if (_finished)
        {
            return;
        }

        if (_contentSize is long promised && promised != ContentBytes)
        {
            throw new InvalidOperationException(
                $"The frame's header promises {promised} content bytes, but {ContentBytes} were written.");
        }

        _finished = true;
        BinaryPrimitives.WriteUInt32LittleEndian(_output, Lz4FrameFormat.EndMark);
        BinaryPrimitives.WriteUInt32LittleEndian(_output.AsSpan(LengthBytes), _contentHash.GetCurrentHashAsUInt32());
        Write(_output.AsSpan(0, _contentChecksum ? 2 * LengthBytes : LengthBytes));
    }

    private void WriteHeader(Lz4BlockSize blockSize)
    {
        int flags = Lz4FrameFormat.Version | Lz4FrameFormat.BlocksIndependent | Lz4FrameFormat.BlockChecksums
            | (_contentChecksum ? Lz4FrameFormat.ContentChecksum : 0)
            | (_contentSize is null ? 0 : Lz4FrameFormat.ContentSize);
        BinaryPrimitives.WriteUInt32LittleEndian(_output, Lz4FrameFormat.Magic);
        Span<byte> descriptor = _output.AsSpan(sizeof(uint));
        descriptor[0] = (byte)flags;
        descriptor[1] = (byte)((int)blockSize << 4);
        int length = 2;
        if (_contentSize is long size)
        {
            BinaryPrimitives.WriteInt64LittleEndian(descriptor[length..], size);
            length += sizeof(long);
        }

        descriptor[length] = Lz4FrameFormat.HeaderChecksum(descriptor[..length]);
        Write(_output.AsSpan(0, sizeof(uint) + length + 1));
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        _stream.Write(bytes);
        CompressedBytes += bytes.Length;
    }
}
