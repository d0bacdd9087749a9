using System;
using System.IO;
using System.Text;
using LowLatency.Engine.Events;
using LowLatency.Recorder.Lz4;

namespace LowLatency.Recorder;

/// <summary>How <see cref="SegmentWriter"/> cuts a recording into blocks and segments.</summary>
public sealed record SegmentWriterOptions
{
    /// <summary>Uncompressed bytes of a block: 64 KiB or 256 KiB (the default). A larger block compresses a little
    /// better.</summary>
    public Lz4BlockSize BlockSize { get; init; } = Lz4BlockSize.Max256KiB;

    /// <summary>A segment of this many bytes in its file is followed by the next one; 1 or more, 256 MiB by
    /// default. It is passed by at most one record and one block.</summary>
    public long SegmentBytesMax { get; init; } = 256L << 20;

    /// <summary>A segment this old is followed by the next one at the next record; above zero, one hour by
    /// default.</summary>
    public TimeSpan SegmentAgeMax { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Whether the disk is made to keep a segment before it gets its name; on by default.</summary>
    public bool SyncAtSeal { get; init; } = true;

    internal void Validate()
    {
        if (BlockSize is not (Lz4BlockSize.Max64KiB or Lz4BlockSize.Max256KiB))
        {
            throw new ArgumentException($"BlockSize is {BlockSize}: choose Max64KiB or Max256KiB.");
        }

        if (SegmentBytesMax < 1 || SegmentAgeMax <= TimeSpan.Zero)
        {
            throw new ArgumentException(
                $"SegmentBytesMax is {SegmentBytesMax} and SegmentAgeMax {SegmentAgeMax}: both must be above zero.");
        }
    }
}

/// <summary>
/// Writes records into numbered segment files, each of which is made new: an existing file is never opened again.
/// While it is written its name ends in <see cref="SegmentFormat.OpenSuffix"/>; sealed, with its index, it gets its own
/// name in one step. One thread at a time. <see cref="IOException"/> and <see cref="UnauthorizedAccessException"/> pass
/// through; after one the segment is torn where it is, only <see cref="Dispose"/> may follow, and a new writer goes on
/// with the next index.
/// </summary>
public sealed class SegmentWriter : IDisposable
{
    private readonly Recording _recording;
    private readonly SegmentWriterOptions _options;
    private readonly TimeProvider _time;
    private readonly Disk _disk;
    private readonly string _openSuffix;
    private readonly byte[] _block;
    private readonly byte[] _header = new byte[SegmentFormat.RecordHeaderLength];
    private readonly SegmentIndexBuilder _index = new();
    private FileStream? _file;
    private Lz4FrameWriter? _frame;
    private int _blockLength;
    private long _closedBytes;
    private long _openedAt;

    /// <summary>Opens the first segment.</summary>
    /// <param name="recording">The folder, and what the segments say of the session.</param>
    /// <param name="options">Block and segment sizes; null for the defaults.</param>
    /// <param name="firstSegmentIndex">0, or one past the last segment of a writer that failed.</param>
    /// <param name="time">Judges a segment's age; null for the system's clock.</param>
    /// <param name="disk">Makes the files; null for the machine's own.</param>
    /// <exception cref="IOException">The file cannot be made, or is there already.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written to.</exception>
    public SegmentWriter(
        Recording recording, SegmentWriterOptions? options = null, int firstSegmentIndex = 0, TimeProvider? time = null,
        Disk? disk = null)
        : this(recording, options, firstSegmentIndex, SegmentFormat.OpenSuffix, time, disk)
    {
    }

    /// <summary>Opens the first segment under a name of another ending.</summary>
    internal SegmentWriter(
        Recording recording, SegmentWriterOptions? options, int firstSegmentIndex, string openSuffix,
        TimeProvider? time = null, Disk? disk = null)
    {
        ArgumentNullException.ThrowIfNull(recording);
        ArgumentOutOfRangeException.ThrowIfNegative(firstSegmentIndex);
        _recording = recording;
        _options = options ?? new SegmentWriterOptions();
        _options.Validate();
        _time = time ?? TimeProvider.System;
        _disk = disk ?? Disk.System;
        _openSuffix = openSuffix;
        _block = new byte[Lz4FrameFormat.ContentLengthMax(_options.BlockSize)];
        SegmentIndex = firstSegmentIndex;
        OpenSegment();
    }

    /// <summary>The index of the current segment.</summary>
    public int SegmentIndex { get; private set; }

    /// <summary>The current segment's file, with its path: as it is named once sealed when it is, and before that with
    /// <see cref="SegmentFormat.OpenSuffix"/>.</summary>
    public string FilePath { get; private set; } = "";

    private string SealedPath => Path.Combine(_recording.Directory, SegmentFormat.FileName(SegmentIndex));

    /// <summary>Records appended.</summary>
    public long Records { get; private set; }

    /// <summary>Payload bytes appended.</summary>
    public long PayloadBytes { get; private set; }

    /// <summary>Bytes in all files of this writer.</summary>
    public long CompressedBytes => _closedBytes + (_frame?.CompressedBytes ?? 0);

    /// <summary>Records appended, Loss records apart, whose last byte the file does not hold yet: what an I/O
    /// error or a kill at this moment loses.</summary>
    public long UnwrittenRecords { get; private set; }

    /// <summary>The sum of the tags of the Loss records that the file does not hold yet.</summary>
    public long UnwrittenLosses { get; private set; }

    /// <summary>Records appended to the current segment, Loss records apart.</summary>
    internal long SegmentRecords { get; private set; }

    /// <summary>The sum of the tags of its Loss records.</summary>
    internal long SegmentLosses { get; private set; }

    /// <summary>Whether the current segment's file holds no whole record that was appended.</summary>
    internal bool IsBare { get; private set; } = true;

    /// <summary>Appends one record; opens the next segment first when the current one is large or old
    /// enough.</summary>
    /// <param name="record">The fixed part.</param>
    /// <param name="payload">At most <see cref="SegmentFormat.PayloadLengthMax"/> bytes.</param>
    /// <exception cref="ArgumentException">The record is not valid (see <see cref="SegmentFormat.IsValid"/>).
    /// </exception>
    public void Append(in InputRecord record, ReadOnlySpan<byte> payload)
    {
        ObjectDisposedException.ThrowIf(_frame is null, this);
        if (!SegmentFormat.IsValid(record, payload.Length))
        {
            throw new ArgumentException(
                $"A record of kind {record.Kind} with {record.EventCount} events and {payload.Length} bytes of "
                + "payload is not valid.",
                nameof(record));
        }

        if (_frame.CompressedBytes >= _options.SegmentBytesMax
            || _time.GetElapsedTime(_openedAt) >= _options.SegmentAgeMax)
        {
            Rotate();
        }

        PutRecord(in record, payload);
        Records++;
        PayloadBytes += payload.Length;
        SegmentRecords += record.Kind == InputKind.Loss ? 0 : 1;
        SegmentLosses += record.Kind == InputKind.Loss ? record.Tag : 0;
        if (record.Kind == InputKind.Loss)
        {
            UnwrittenLosses += record.Tag;
        }
        else
        {
            UnwrittenRecords++;
        }
    }

    /// <summary>Ends the current block, so that everything appended so far can be read and survives a kill of the
    /// process.</summary>
    /// <param name="toDisk">Also waits until the disk has it, so that it survives a loss of power.</param>
    public void Flush(bool toDisk)
    {
        ObjectDisposedException.ThrowIf(_frame is null, this);
        WriteBlock();
        if (toDisk)
        {
            _file!.Flush(flushToDisk: true);
        }
    }

    /// <summary>Ends the current segment in good order, on the disk too. Nothing can be appended
    /// afterwards; a second call does nothing.</summary>
    public void Seal()
    {
        if (_frame is null)
        {
            return;
        }

        WriteBlock();
        _frame.Finish();
        ReadOnlySpan<byte> index = _index.ToBytes();
        _file!.Write(index);
        _closedBytes += index.Length;
        if (_options.SyncAtSeal)
        {
            _file.Flush(flushToDisk: true);
        }

        // Still open, and so in use: a repair by another process must not take it for a killed one's in between.
        File.Move(FilePath, SealedPath);
        FilePath = SealedPath;
        Dispose();
    }

    /// <summary>Closes the file as it is: without <see cref="Seal"/> before, the segment stays unsealed and what was
    /// not flushed is gone.</summary>
    public void Dispose()
    {
        _closedBytes = CompressedBytes;
        _frame = null;
        _file?.Dispose();
        _file = null;
    }

    private void Rotate()
    {
        Seal();
        SegmentIndex++;
        OpenSegment();
    }

    private void OpenSegment()
    {
        if (SegmentIndex > SegmentFormat.SegmentIndexMax)
        {
            throw new IOException($"A recording has at most {SegmentFormat.SegmentIndexMax + 1} segments.");
        }

        if (File.Exists(SealedPath))
        {
            throw new IOException($"{SealedPath} is there already.");
        }

        FilePath = SealedPath + _openSuffix;
        _file = _disk.CreateNew(FilePath);
        try
        {
            // With the content's checksum, although records and index have their own: without it, lz4 1.9.4 takes the
            // first four bytes of the frame that follows for a block's checksum, and calls the file undecodable.
            _frame = new Lz4FrameWriter(_file, _options.BlockSize);
        }
        catch (IOException)
        {
            // A full disk may take the name but not one byte: leave no empty file behind for each attempt.
            _file.Dispose();
            File.Delete(FilePath);
            throw;
        }

        _openedAt = _time.GetTimestamp();
        IsBare = true;
        SegmentRecords = 0;
        SegmentLosses = 0;
        _blockLength = 0;
        _index.Clear();
        Put(SegmentFormat.WriteSegmentHeader(
            SegmentIndex, _recording.SessionStartNs, Encoding.UTF8.GetBytes(_recording.Program),
            Encoding.UTF8.GetBytes(_recording.Description)));
        if (!_recording.Settings.IsEmpty)
        {
            PutRecord(
                new InputRecord(InputKind.Settings, 0, 0, -1, 0, _recording.SessionStartNs), _recording.Settings.Span);
        }
    }

    private void PutRecord(in InputRecord record, ReadOnlySpan<byte> payload)
    {
        SegmentFormat.WriteRecordHeader(_header, record, payload);
        if (_blockLength == _block.Length)
        {
            WriteBlock();
        }

        _index.AddRecord(in record, _blockLength);
        Put(_header);
        Put(payload);
    }

    private void Put(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > _block.Length - _blockLength)
        {
            int room = _block.Length - _blockLength;
            bytes[..room].CopyTo(_block.AsSpan(_blockLength));
            _blockLength = _block.Length;
            bytes = bytes[room..];
            WriteBlock();
        }

        bytes.CopyTo(_block.AsSpan(_blockLength));
        _blockLength += bytes.Length;
    }

    private void WriteBlock()
    {
        ReadOnlySpan<byte> content = _block.AsSpan(0, _blockLength);
        _index.EndBlock(_frame!.CompressedBytes, content);
        _frame.WriteBlock(content);
        _blockLength = 0;
        IsBare &= UnwrittenRecords == 0 && UnwrittenLosses == 0;
        UnwrittenRecords = 0;
        UnwrittenLosses = 0;
    }
}
