using System;
using System.Buffers.Binary;
using System.IO;
using System.Runtime.InteropServices;
using System.Text;
using LowLatency.Engine.Events;
using LowLatency.Recorder.Lz4;

namespace LowLatency.Recorder;

/// <summary>When a segment is full, and who writes it.</summary>
/// <param name="MaxBytes">Uncompressed bytes after which a new segment begins.</param>
/// <param name="MaxAge">Age after which a new segment begins.</param>
/// <param name="Program">Name and version of the writing program.</param>
public sealed record SegmentOptions(long MaxBytes, TimeSpan MaxAge, string Program);

/// <summary>
/// Writes records into a recording's segments. Files are always new ones: an old one is never opened again. One
/// thread.
/// </summary>
public sealed class SegmentWriter : IDisposable
{
    private readonly string _folder;
    private readonly SegmentOptions _options;
    private readonly byte[] _block = new byte[Lz4FrameWriter.BlockBytes];
    private int _blockFill;
    private FileStream? _file;
    private Lz4FrameWriter? _frame;
    private int _index;
    private long _segmentBytes;
    private long _openedMs;
    private long _sealedBytes;

    /// <summary>Creates the writer; the first record creates the first segment.</summary>
    /// <param name="folder">An existing folder without segments.</param>
    /// <param name="options">When a segment is full.</param>
    public SegmentWriter(string folder, SegmentOptions options)
    {
        _folder = folder;
        _options = options;
    }

    /// <summary>Compressed bytes in all files.</summary>
    public long CompressedBytes => _sealedBytes + (_frame?.Written ?? 0);

    /// <summary>Appends a record. It is readable after the next <see cref="Flush"/>.</summary>
    /// <exception cref="IOException">The file cannot be created or written.</exception>
    public void Append(in InputRecord record, ReadOnlySpan<byte> payload)
    {
        if (_frame is not null && IsFull())
        {
            Seal();
        }

        if (_frame is null)
        {
            Open(record.ReceiveTimeNs);
        }

        Span<byte> head = stackalloc byte[SegmentFormat.RecordBytes];
        head.Clear();
        head[SegmentFormat.KindOffset] = (byte)record.Kind;
        MemoryMarshal.Write(head[SegmentFormat.SourceOffset..], record.Source);
        MemoryMarshal.Write(head[SegmentFormat.TagOffset..], record.Tag);
        MemoryMarshal.Write(head[SegmentFormat.SequenceOffset..], record.RingSequence);
        MemoryMarshal.Write(head[SegmentFormat.TimeOffset..], record.ReceiveTimeNs);
        MemoryMarshal.Write(head[SegmentFormat.CountOffset..], record.EventCount);
        MemoryMarshal.Write(head[SegmentFormat.LengthOffset..], payload.Length);
        uint crc = Crc32C.Add(uint.MaxValue, head[..SegmentFormat.ChecksumOffset]);
        MemoryMarshal.Write(head[SegmentFormat.ChecksumOffset..], ~Crc32C.Add(crc, payload));
        Write(head);
        Write(payload);
    }

    /// <summary>Hands everything appended so far to the operating system, so that a killed process loses none of it.
    /// </summary>
    /// <param name="toDisk">true to wait until the disk has it, so that a power cut loses none of it either.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Flush(bool toDisk)
    {
        if (_file is null)
        {
            return;
        }

        EndBlock();
        _file.Flush(toDisk);
    }

    /// <summary>Ends the current segment in good order; the next record begins a new one.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Seal()
    {
        if (_frame is null)
        {
            return;
        }

        EndBlock();
        _frame.End();
        _sealedBytes += _frame.Written;
        _file!.Flush(flushToDisk: true);
        Close();
    }

    /// <summary>Closes the file as it is, without sealing it.</summary>
    public void Dispose() => Close();

    private bool IsFull() => _segmentBytes >= _options.MaxBytes
        || Environment.TickCount64 - _openedMs >= _options.MaxAge.TotalMilliseconds;

    private void Open(long startTimeNs)
    {
        string path = Path.Combine(_folder, SegmentFormat.FileName(_index));

        // Without a buffer of its own: what is written is the operating system's at once.
        _file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0);
        _frame = new Lz4FrameWriter(_file);
        byte[] program = Encoding.UTF8.GetBytes(_options.Program);
        Span<byte> header = stackalloc byte[SegmentFormat.HeaderBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(header, SegmentFormat.Magic);
        BinaryPrimitives.WriteUInt32LittleEndian(header[SegmentFormat.HeaderVersionOffset..], SegmentFormat.Version);
        BinaryPrimitives.WriteInt32LittleEndian(header[SegmentFormat.HeaderIndexOffset..], _index);
        BinaryPrimitives.WriteInt64LittleEndian(header[SegmentFormat.HeaderTimeOffset..], startTimeNs);
        BinaryPrimitives.WriteInt32LittleEndian(header[SegmentFormat.HeaderLengthOffset..], program.Length);
        _index++;
        _segmentBytes = 0;
        _openedMs = Environment.TickCount64;
        Write(header);
        Write(program);
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        _segmentBytes += bytes.Length;
        while (!bytes.IsEmpty)
        {
            int taken = Math.Min(bytes.Length, _block.Length - _blockFill);
            bytes[..taken].CopyTo(_block.AsSpan(_blockFill));
            _blockFill += taken;
            bytes = bytes[taken..];
            if (_blockFill == _block.Length)
            {
                EndBlock();
            }
        }
    }

    private void EndBlock()
    {
        if (_blockFill != 0)
        {
            _frame!.WriteBlock(_block.AsSpan(0, _blockFill));
            _blockFill = 0;
        }
    }

    private void Close()
    {
        _file?.Dispose();
        _file = null;
        _frame = null;
        _blockFill = 0;
    }
}
