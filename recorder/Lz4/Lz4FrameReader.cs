using System;
using System.Buffers.Binary;
using System.IO;
using System.IO.Hashing;

namespace LowLatency.Recorder.Lz4;

/// <summary>What a read of the next block came to.</summary>
public enum Lz4ReadResult
{
    /// <summary>A block was read, and its checksum, where it has one, is right.</summary>
    Block,

    /// <summary>The frame is complete and its checksum, where it has one, is right.</summary>
    End,

    /// <summary>The stream ends before the frame does: a writer was killed, or the file was cut.</summary>
    Torn,

    /// <summary>The frame is damaged, of an unsupported kind, or cannot be read.</summary>
    Damaged,
}

/// <summary>
/// Reads one LZ4 frame: stored and compressed, independent and linked blocks of every size in the format. Bytes of
/// a block are given out only after its checksum is found right; a block never grows past the size that the header
/// declares, nor the content past the one that it promises, if it does. One bit the format leaves to the checksum at
/// the end: whether a block is stored or compressed. Content that must not be wrong for a moment needs checksums of
/// its own. Bad input is a result with words, never an exception. Dictionaries, skippable and legacy frames are
/// refused in words. One thread at a time.
/// </summary>
public sealed class Lz4FrameReader
{
    private readonly Stream _stream;
    private readonly bool _checksContent;
    private readonly byte[] _word = new byte[sizeof(ulong)];
    private byte[] _input = [];
    private byte[] _output = [];

    // Content bytes in front of the next block that a linked block may refer to: 0 to 65,536.
    private int _historyLength;
    private int _blockContentMax;
    private byte _flags;
    private ulong _contentSize;
    private ulong _contentBytes;
    private readonly XxHash32 _contentHash = new();
    private bool _headerRead;
    private int _headerLength;

    // Where the frame begins in a stream that can seek.
    private long _start;

    // No longer once a block was sought: what concerns the whole content cannot be checked any more.
    private bool _isWhole = true;
    private Lz4ReadResult _last = Lz4ReadResult.Block;

    /// <summary>Reads nothing yet.</summary>
    /// <param name="stream">Stands where the frame begins; stays open.</param>
    /// <param name="checksContent">false to leave out the checksum of the whole content, where the caller has better
    /// ones of the blocks.</param>
    public Lz4FrameReader(Stream stream, bool checksContent = true)
    {
        ArgumentNullException.ThrowIfNull(stream);
        _stream = stream;
        _checksContent = checksContent;
    }

    /// <summary>What is wrong, in words; empty while nothing is.</summary>
    public string Problem { get; private set; } = "";

    /// <summary>Where in the frame, in bytes, the next block begins, or the bad one does: all before it, or since the
    /// block last sought, was read and found right.</summary>
    public long GoodBytes { get; private set; }

    /// <summary>How far into the frame the stream was read, in bytes.</summary>
    public long ReadBytes { get; private set; }

    /// <summary>Reads the next block. After any other result than a block, repeats that result.</summary>
    /// <param name="content">The block's content, until the next call; empty without a block.</param>
    /// <returns>What came.</returns>
    public Lz4ReadResult Read(out ReadOnlySpan<byte> content)
    {
        content = default;
        if (_last != Lz4ReadResult.Block)
        {
            return _last;
        }

        try
        {
            _last = ReadNext(out content);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            _last = Fail(Lz4ReadResult.Damaged, "cannot be read: " + error.Message);
        }

        return _last;
    }

    /// <summary>
    /// Goes to a block, so that <see cref="Read"/> goes on with it, whatever it came to before. From then on the
    /// content's checksum and size, which need the whole of it, are not checked; the blocks' checksums are. Only once
    /// the header was read, for independent blocks, and in a stream that can seek.
    /// </summary>
    /// <param name="frameOffset">Where the block's length word stands, in bytes from the beginning of the frame: a
    /// <see cref="GoodBytes"/> of an earlier reading, or what <see cref="Lz4FrameWriter.CompressedBytes"/> was before
    /// the block was written. A place between would be read as damage or worse.</param>
    /// <returns>False, and nothing changes, when that is not possible or outside of the stream.</returns>
    public bool SeekToBlock(long frameOffset)
    {
        if (!_headerRead || (_flags & Lz4FrameFormat.BlocksIndependent) == 0 || !_stream.CanSeek
            || frameOffset < _headerLength)
        {
            return false;
        }

        try
        {
            if (frameOffset > _stream.Length - _start)
            {
                return false;
            }

            _stream.Position = _start + frameOffset;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }

        ReadBytes = frameOffset;
        GoodBytes = frameOffset;
        Problem = "";
        _last = Lz4ReadResult.Block;
        _isWhole = false;
        return true;
    }

    private Lz4ReadResult ReadNext(out ReadOnlySpan<byte> content)
    {
        content = default;
        if (!_headerRead)
        {
            Lz4ReadResult header = ReadHeader();
            if (header != Lz4ReadResult.Block)
            {
                return header;
            }
        }

        if (!Fill(_word, sizeof(uint)))
        {
            return Fail(Lz4ReadResult.Torn, "the file ends without the end mark of its LZ4 frame");
        }

        uint lengthWord = BinaryPrimitives.ReadUInt32LittleEndian(_word);
        if (lengthWord == Lz4FrameFormat.EndMark)
        {
            return ReadEnd();
        }

        uint length = lengthWord & ~Lz4FrameFormat.Stored;
        if (length > _blockContentMax)
        {
            return Fail(Lz4ReadResult.Damaged, $"a block claims {length} bytes, the frame allows {_blockContentMax}");
        }

        return ReadBody((int)length, (lengthWord & Lz4FrameFormat.Stored) != 0, out content);
    }

    private Lz4ReadResult ReadBody(int length, bool stored, out ReadOnlySpan<byte> content)
    {
        content = default;
        if (!Fill(_input, length))
        {
            return Fail(Lz4ReadResult.Torn, "the file ends inside a block");
        }

        if ((_flags & Lz4FrameFormat.BlockChecksums) != 0)
        {
            if (!Fill(_word, sizeof(uint)))
            {
                return Fail(Lz4ReadResult.Torn, "the file ends inside a block's checksum");
            }

            if (BinaryPrimitives.ReadUInt32LittleEndian(_word) != XxHash32.HashToUInt32(_input.AsSpan(0, length)))
            {
                return Fail(Lz4ReadResult.Damaged, "a block's checksum is wrong");
            }
        }

        int written = length;
        if (stored)
        {
            _input.AsSpan(0, length).CopyTo(_output.AsSpan(_historyLength));
        }
        else
        {
            Span<byte> room = _output.AsSpan(0, _historyLength + _blockContentMax);
            written = Lz4Block.Decompress(_input.AsSpan(0, length), room, _historyLength);
            if (written < 0)
            {
                return Fail(Lz4ReadResult.Damaged, "a block is malformed or larger than the frame allows");
            }
        }

        if (_isWhole && (_flags & Lz4FrameFormat.ContentSize) != 0 && (ulong)written > _contentSize - _contentBytes)
        {
            return Fail(Lz4ReadResult.Damaged, $"the frame holds more content than the {_contentSize} bytes it says");
        }

        content = Release(written);
        return Lz4ReadResult.Block;
    }

    private ReadOnlySpan<byte> Release(int written)
    {
        ReadOnlySpan<byte> content = _output.AsSpan(_historyLength, written);
        if (_isWhole && _checksContent && (_flags & Lz4FrameFormat.ContentChecksum) != 0)
        {
            _contentHash.Append(content);
        }

        _contentBytes += (uint)written;
        GoodBytes = ReadBytes;
        if ((_flags & Lz4FrameFormat.BlocksIndependent) == 0)
        {
            // The content is handed out from the input buffer's twin, so that the history may move in front.
            content.CopyTo(_input);
            int end = _historyLength + written;
            int kept = Math.Min(end, Lz4FrameFormat.HistoryLengthMax);
            _output.AsSpan(end - kept, kept).CopyTo(_output);
            _historyLength = kept;
            content = _input.AsSpan(0, written);
        }

        return content;
    }

    private Lz4ReadResult ReadEnd()
    {
        if ((_flags & Lz4FrameFormat.ContentChecksum) != 0)
        {
            if (!Fill(_word, sizeof(uint)))
            {
                return Fail(Lz4ReadResult.Torn, "the file ends inside the content checksum");
            }

            if (_isWhole && _checksContent
                && BinaryPrimitives.ReadUInt32LittleEndian(_word) != _contentHash.GetCurrentHashAsUInt32())
            {
                return Fail(Lz4ReadResult.Damaged, "the content checksum is wrong");
            }
        }

        if (_isWhole && (_flags & Lz4FrameFormat.ContentSize) != 0 && _contentSize != _contentBytes)
        {
            return Fail(
                Lz4ReadResult.Damaged,
                $"the frame holds {_contentBytes} content bytes, its header says {_contentSize}");
        }

        GoodBytes = ReadBytes;
        return Lz4ReadResult.End;
    }

    private Lz4ReadResult ReadHeader()
    {
        const string tornHeader = "the file ends inside its LZ4 header";
        _start = _stream.CanSeek ? _stream.Position : 0;
        if (!Fill(_word, sizeof(uint)))
        {
            return Fail(Lz4ReadResult.Torn, tornHeader);
        }

        if (BinaryPrimitives.ReadUInt32LittleEndian(_word) != Lz4FrameFormat.Magic)
        {
            return Fail(Lz4ReadResult.Damaged, "this is not an LZ4 frame");
        }

        Span<byte> descriptor = stackalloc byte[2 + sizeof(ulong)];
        if (!Fill(descriptor[..2], 2))
        {
            return Fail(Lz4ReadResult.Torn, tornHeader);
        }

        (byte flags, byte sizes) = (descriptor[0], descriptor[1]);
        if ((flags & Lz4FrameFormat.VersionMask) != Lz4FrameFormat.Version
            || (flags & (Lz4FrameFormat.Reserved | Lz4FrameFormat.DictionaryId)) != 0 || (sizes & 0x8F) != 0
            || sizes >> 4 < (int)Lz4BlockSize.Max64KiB)
        {
            return Fail(
                Lz4ReadResult.Damaged, $"the LZ4 header (flags {flags:x2}, sizes {sizes:x2}) is of an unknown kind");
        }

        int length = (flags & Lz4FrameFormat.ContentSize) != 0 ? descriptor.Length : 2;
        if (!Fill(descriptor[2..], length - 2) || !Fill(_word, 1))
        {
            return Fail(Lz4ReadResult.Torn, tornHeader);
        }

        if (_word[0] != Lz4FrameFormat.HeaderChecksum(descriptor[..length]))
        {
            return Fail(Lz4ReadResult.Damaged, "the checksum of the LZ4 header is wrong");
        }

        _flags = flags;
        _contentSize = BinaryPrimitives.ReadUInt64LittleEndian(descriptor[2..]);
        _blockContentMax = Lz4FrameFormat.ContentLengthMax((Lz4BlockSize)(sizes >> 4));
        _input = new byte[_blockContentMax];
        _output = new byte[Lz4FrameFormat.HistoryLengthMax + _blockContentMax];
        GoodBytes = ReadBytes;
        _headerLength = (int)ReadBytes;
        _headerRead = true;
        return Lz4ReadResult.Block;
    }

    private bool Fill(Span<byte> target, int length)
    {
        int read = _stream.ReadAtLeast(target[..length], length, throwOnEndOfStream: false);
        ReadBytes += read;
        return read == length;
    }

    private Lz4ReadResult Fail(Lz4ReadResult result, string problem)
    {
        Problem = problem;
        return result;
    }
}
