using System;
using System.IO;
using System.Text;
using LowLatency.Engine.Events;
using LowLatency.Recorder.Lz4;

namespace LowLatency.Recorder;

/// <summary>How <see cref="SegmentWriter"/> divides a recording into blocks and segments.</summary>
public sealed record SegmentWriterOptions
{
    /// <summary>
    /// Uncompressed bytes per block: 64 KiB or 256 KiB (the default). Larger blocks compress slightly better.
    /// </summary>
    public Lz4BlockSize BlockSize { get; init; } = Lz4BlockSize.Max256KiB;

    /// <summary>
    /// Maximum file size of a segment; 1 or more, 256 MiB by default. It is exceeded by at most one record and one
    /// block.
    /// </summary>
    public long SegmentBytesMax { get; init; } = 256L << 20;

    /// <summary>
    /// Maximum age of a segment; the next record after it starts a new one. Above zero, one hour by default.
    /// </summary>
    public TimeSpan SegmentAgeMax { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Whether a segment is synced to disk before it gets its final name; on by default.</summary>
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
                $"SegmentBytesMax is {SegmentBytesMax} and SegmentAgeMax {SegmentAgeMax}: both must be positive.");
        }
    }
}

/// <summary>
/// Writes records into numbered, new segment files: an existing file is never reopened. While a segment is written its
/// name ends in <see cref="SegmentFormat.OpenSuffix"/>; once sealed, with its index, it gets its final name in one
/// step. One thread at a time. <see cref="IOException"/> and <see cref="UnauthorizedAccessException"/> are passed on;
/// after one of them the segment stays torn, only <see cref="Dispose"/> may follow, and a new writer continues with the
/// next index.
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
    /// <param name="recording">The folder, and the segments' description of the session.</param>
    /// <param name="options">Block and segment sizes; null for the defaults.</param>
    /// <param name="firstSegmentIndex">0, or one past the last segment of a writer that failed.</param>
    /// <param name="time">Clock for the segment's age; null for the system's.</param>
    /// <param name="disk">Creates the files; null for the machine's own disk.</param>
    /// <exception cref="IOException">The file cannot be created, or already exists.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder is not writable.</exception>
    public SegmentWriter(
        Recording recording, SegmentWriterOptions? options = null, int firstSegmentIndex = 0, TimeProvider? time = null,
        Disk? disk = null)
        : this(recording, options, firstSegmentIndex, SegmentFormat.OpenSuffix, time, disk)
    {
    }

    /// <summary>Opens the first segment with another name suffix.</summary>
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

    /// <summary>Path of the current segment's file: with its final name once it is sealed, before that with
    /// <see cref="SegmentFormat.OpenSuffix"/>.</summary>
    public string FilePath { get; private set; } = "";

    private string SealedPath => Path.Combine(_recording.Directory, SegmentFormat.FileName(SegmentIndex));

    /// <summary>Records appended.</summary>
    public long Records { get; private set; }

    /// <summary>Payload bytes appended.</summary>
    public long PayloadBytes { get; private set; }

    /// <summary>Bytes in all files of this writer.</summary>
    public long CompressedBytes => _closedBytes + (_frame?.CompressedBytes ?? 0);

    /// <summary>
    /// Records appended but not yet completely in the file, without Loss records: what an I/O error or a kill now would
    /// lose.
    /// </summary>
    public long UnwrittenRecords { get; private set; }

    /// <summary>Sum of the tags of Loss records that are not yet in the file.</summary>
    public long UnwrittenLosses { get; private set; }

    /// <summary>Records appended to the current segment, without Loss records.</summary>
    internal long SegmentRecords { get; private set; }

    /// <summary>Sum of the tags of its Loss records.</summary>
    internal long SegmentLosses { get; private set; }

    /// <summary>Whether the current segment's file contains no complete appended record.</summary>
    internal bool IsBare { get; private set; } = true;

    /// <summary>Appends one record; opens the next segment first if the current one is large or old enough.</summary>
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

    /// <summary>
    /// Ends the current block, so that everything appended so far is readable and survives a kill of the process.
    /// </summary>
    /// <param name="toDisk">Also syncs to disk, so that it survives a power loss.</param>
    public void Flush(bool toDisk)
    {
        ObjectDisposedException.ThrowIf(_frame is null, this);
        WriteBlock();
        if (toDisk)
        {
            _file!.Flush(flushToDisk: true);
        }
    }

    /// <summary>
    /// Ends the current segment cleanly and syncs it. Nothing can be appended afterwards; a second call does nothing.
    /// </summary>
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

        // Still open, and so in use: a repair by another process must not mistake it for an abandoned file in between.
        File.Move(FilePath, SealedPath);
        FilePath = SealedPath;
        Dispose();
    }

    /// <summary>
    /// Closes the file as it is. Without <see cref="Seal"/> before, the segment stays unsealed and data that was not
    /// flushed is lost.
    /// </summary>
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
            throw new IOException($"{SealedPath} already exists.");
        }

        FilePath = SealedPath + _openSuffix;
        _file = _disk.CreateNew(FilePath);
        try
        {
            // With a content checksum, although records and index have their own: without it, lz4 1.9.4 takes the first
            // four bytes of the following frame for a block checksum and rejects the file.
            _frame = new Lz4FrameWriter(_file, _options.BlockSize);
        }
        catch (IOException)
        {
            // A full disk may accept the name but no data: do not leave an empty file for each attempt.
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
