using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using LowLatency.Engine.Events;
using LowLatency.Recorder.Lz4;

namespace LowLatency.Recorder;

/// <summary>Where and why the readable part of a recording ends.</summary>
/// <param name="File">The segment.</param>
/// <param name="Offset">Bytes of the file that are good.</param>
/// <param name="Words">What is wrong behind them.</param>
/// <param name="IsDamaged">true for bytes that are wrong, false for a file that just ends too early.</param>
public sealed record Truncation(string File, long Offset, string Words, bool IsDamaged);

/// <summary>
/// Reads a recording's records in the order in which they were written. A record is given out only when its block's
/// checksum and its own are right; where a file is torn or damaged, reading ends there and says so. One thread.
/// </summary>
public sealed class SegmentReader : IDisposable
{
    private readonly Queue<string> _files;
    private byte[] _buffer = new byte[1 << 20];
    private int _start;
    private int _end;
    private FileStream? _file;
    private Lz4FrameReader? _frame;
    private string _path = string.Empty;

    private SegmentReader(IEnumerable<string> files) => _files = new Queue<string>(files);

    /// <summary>Where reading ended too early; null while, and if, all is well.</summary>
    public Truncation? Truncation { get; private set; }

    /// <summary>Number of segments.</summary>
    public int Segments { get; private init; }

    /// <summary>Bytes of all segment files.</summary>
    public long FileBytes { get; private init; }

    /// <summary>Opens a recording: its folder, or one segment of it.</summary>
    /// <exception cref="FileNotFoundException">There is no recording at the path.</exception>
    public static SegmentReader Open(string path)
    {
        string[] files = Directory.Exists(path)
            ? Directory.GetFiles(path, "*" + SegmentFormat.Extension).Order(StringComparer.Ordinal).ToArray()
            : File.Exists(path) ? [path] : [];
        return files.Length != 0
            ? new SegmentReader(files)
            {
                Segments = files.Length,
                FileBytes = files.Sum(file => new FileInfo(file).Length),
            }
            : throw new FileNotFoundException(
                $"there is no recording at '{path}': expected a folder with files *{SegmentFormat.Extension}", path);
    }

    /// <summary>Reads the next record.</summary>
    /// <param name="record">Its fixed part.</param>
    /// <param name="payload">Its payload, valid until the next call.</param>
    /// <returns>false at the end, be it the recording's or that of its readable part.</returns>
    public bool TryRead(out InputRecord record, out ReadOnlySpan<byte> payload)
    {
        record = default;
        payload = default;
        while (Truncation is null)
        {
            if (_frame is null)
            {
                if (_files.Count == 0 || !TryOpenNext())
                {
                    return false;
                }

                continue;
            }

            if (TryTakeRecord(out record, out payload))
            {
                return true;
            }

            ReadMore();
        }

        return false;
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _file?.Dispose();

    private bool TryOpenNext()
    {
        _file?.Dispose();
        _path = _files.Dequeue();
        _file = new FileStream(_path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 1 << 16);
        var frame = new Lz4FrameReader(_file);
        (_start, _end) = (0, 0);
        FrameStatus status = frame.ReadHeader();
        _frame = frame;
        if (status != FrameStatus.Block)
        {
            Stop(frame.Words, status == FrameStatus.Damaged);
            return false;
        }

        return TryReadHeader(frame);
    }

    private bool TryReadHeader(Lz4FrameReader frame)
    {
        int needed = SegmentFormat.HeaderBytes;
        while (_end - _start < needed)
        {
            FrameStatus status = frame.ReadBlock(out ReadOnlySpan<byte> block);
            if (status != FrameStatus.Block)
            {
                Stop(status == FrameStatus.End ? "the segment has no header" : frame.Words,
                    status == FrameStatus.Damaged);
                return false;
            }

            Append(block);
            needed = HeaderLength(needed);
        }

        ReadOnlySpan<byte> header = _buffer.AsSpan(_start);
        uint version = MemoryMarshal.Read<uint>(header[SegmentFormat.HeaderVersionOffset..]);
        if (MemoryMarshal.Read<ulong>(header) != SegmentFormat.Magic)
        {
            Stop("the file is no segment of a recording", isDamaged: true);
            return false;
        }

        if (version > SegmentFormat.Version)
        {
            Stop($"the segment has format version {version}, this program reads up to {SegmentFormat.Version}: "
                + "use a newer program", isDamaged: true);
            return false;
        }

        _start += needed;
        return true;
    }

    private int HeaderLength(int known)
    {
        if (_end - _start < SegmentFormat.HeaderBytes)
        {
            return known;
        }

        int program = MemoryMarshal.Read<int>(_buffer.AsSpan(_start + SegmentFormat.HeaderLengthOffset));
        return SegmentFormat.HeaderBytes + Math.Clamp(program, 0, SegmentFormat.MaxProgramBytes);
    }

    private bool TryTakeRecord(out InputRecord record, out ReadOnlySpan<byte> payload)
    {
        record = default;
        payload = default;
        if (_end - _start < SegmentFormat.RecordBytes)
        {
            return false;
        }

        ReadOnlySpan<byte> head = _buffer.AsSpan(_start, SegmentFormat.RecordBytes);
        int length = MemoryMarshal.Read<int>(head[SegmentFormat.LengthOffset..]);
        if (length < 0 || length > SegmentFormat.MaxPayloadBytes)
        {
            Stop($"a record claims a payload of {length} bytes", isDamaged: true);
            return false;
        }

        if (_end - _start < SegmentFormat.RecordBytes + length)
        {
            return false;
        }

        ReadOnlySpan<byte> bytes = _buffer.AsSpan(_start + SegmentFormat.RecordBytes, length);
        uint crc = Crc32C.Add(uint.MaxValue, head[..SegmentFormat.ChecksumOffset]);
        if (~Crc32C.Add(crc, bytes) != MemoryMarshal.Read<uint>(head[SegmentFormat.ChecksumOffset..]))
        {
            Stop("the checksum of a record is wrong", isDamaged: true);
            return false;
        }

        record = new InputRecord(
            (InputKind)head[SegmentFormat.KindOffset],
            MemoryMarshal.Read<ushort>(head[SegmentFormat.SourceOffset..]),
            MemoryMarshal.Read<int>(head[SegmentFormat.TagOffset..]),
            MemoryMarshal.Read<long>(head[SegmentFormat.SequenceOffset..]),
            MemoryMarshal.Read<int>(head[SegmentFormat.CountOffset..]),
            MemoryMarshal.Read<long>(head[SegmentFormat.TimeOffset..]));
        payload = bytes;
        _start += SegmentFormat.RecordBytes + length;
        return true;
    }

    private void ReadMore()
    {
        if (Truncation is not null)
        {
            return;
        }

        FrameStatus status = _frame!.ReadBlock(out ReadOnlySpan<byte> block);
        if (status == FrameStatus.Block)
        {
            Append(block);
        }
        else if (status == FrameStatus.End && _start == _end)
        {
            _frame = null;
        }
        else
        {
            string words = status == FrameStatus.End ? "the segment ends inside a record" : _frame.Words;
            Stop(words, status != FrameStatus.Torn);
        }
    }

    private void Append(ReadOnlySpan<byte> block)
    {
        int used = _end - _start;
        if (used + block.Length > _buffer.Length)
        {
            Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, used + block.Length));
        }

        if (_end + block.Length > _buffer.Length || _start == _end)
        {
            _buffer.AsSpan(_start, used).CopyTo(_buffer);
            (_start, _end) = (0, used);
        }

        block.CopyTo(_buffer.AsSpan(_end));
        _end += block.Length;
    }

    private void Stop(string words, bool isDamaged) =>
        Truncation = new Truncation(_path, _frame?.GoodOffset ?? 0, words, isDamaged);
}
