using System;
using System.IO;
using System.Threading;
using LowLatency.Engine.Events;
using LowLatency.Engine.Threading;

namespace LowLatency.Recorder;

/// <summary>
/// Records every engine input. Producers append records to bounded memory, and the agent, whose thread is named
/// <c>recorder</c>, compresses and writes them. Any thread may call <see cref="Append"/>, <see cref="Close"/> and
/// <see cref="Wake"/> and read the properties, which are slightly behind. Producers never see an I/O error: it appears
/// in <see cref="Status"/>, and losses are counted and written as Loss records as soon as writing continues.
/// </summary>
public sealed class TickRecorder : IInputLog, IAgent, IDisposable
{
    private const int RetryDoublingsMax = 6;
    private static readonly TimeSpan s_retentionInterval = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan s_sleepMin = TimeSpan.FromMilliseconds(1);
    private static readonly RecorderStatus s_healthy = new(RecorderHealth.Healthy, "");

    private readonly Recording _recording;
    private readonly TickRecorderOptions _options;
    private readonly SegmentWriterOptions _segments;
    private readonly TimeProvider _time;
    private readonly Disk _disk;
    private readonly RecordRing _ring;

    // Never disposed: a late producer may still set it after the stop.
    private readonly AutoResetEvent _wake = new(false);

    // Above this many bytes in use, a producer wakes a sleeping recorder; below, the recorder's own timer is early
    // enough.
    private readonly long _wakeBytes;
    private int _sleeping;
    private volatile bool _isClosed;
    private volatile RecorderStatus _status = s_healthy;
    private long _refused;

    // Everything below is written by the recorder thread only.
    private SegmentWriter? _writer;
    private int _nextSegment;
    private long _records;
    private long _payloadBytes;
    private long _compressedBytes;
    private long _lostToErrors;
    private long _flushedRecords;

    // Records in files, without Loss records and without those lost to errors since: never below the number flushed.
    private long _keptRecords;

    // Totals of closed writers.
    private long _closedRecords;
    private long _closedPayloadBytes;
    private long _closedCompressedBytes;

    // Losses that are not covered by a Loss record in a file yet.
    private long _untold;
    private long _lastTimeNs;
    private long _flushedAt;
    private long _syncedAt;
    private long _retainedAt;
    private long _removedRecordings;
    private long _failedAt;
    private int _failures;
    private string _failure = "";

    /// <summary>Creates the recorder; it writes nothing before <see cref="OnStart"/>.</summary>
    /// <param name="recording">The recording to write; see <see cref="Recording.Create"/>.</param>
    /// <param name="options">null for the defaults.</param>
    /// <param name="time">Clock for flush, retry and rotation; null for the system's.</param>
    /// <param name="disk">Creates the files; null for the machine's own disk.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public TickRecorder(
        Recording recording, TickRecorderOptions? options = null, TimeProvider? time = null, Disk? disk = null)
    {
        ArgumentNullException.ThrowIfNull(recording);
        _recording = recording;
        _options = options ?? new TickRecorderOptions();
        _options.Validate();
        _segments = _options.Segments with { SyncAtSeal = _options.Sync != RecorderSync.Never };
        _time = time ?? TimeProvider.System;
        _disk = disk ?? Disk.System;
        _ring = new RecordRing(_options.MemoryBytes);
        _wakeBytes = _ring.Capacity / 4;
    }

    /// <inheritdoc/>
    public string RoleName => "recorder";

    /// <summary>The recorder's health and the reason.</summary>
    public RecorderStatus Status => _status;

    /// <summary>The recorder's health.</summary>
    public RecorderHealth Health => _status.Health;

    /// <summary>
    /// Records handed to the segment files, including Loss records. An I/O error may still lose those of the last flush
    /// interval, which then count as <see cref="DroppedRecords"/>.
    /// </summary>
    public long Records => Volatile.Read(ref _records);

    /// <summary>
    /// Appended records that a kill of the process can no longer lose, without Loss records: the operating system has
    /// them completely. Records get there in the order in which they were accepted. Dropped records never count.
    /// </summary>
    public long FlushedRecords => Volatile.Read(ref _flushedRecords);

    /// <summary>Payload bytes of <see cref="Records"/>.</summary>
    public long PayloadBytes => Volatile.Read(ref _payloadBytes);

    /// <summary>Bytes in the segment files.</summary>
    public long CompressedBytes => Volatile.Read(ref _compressedBytes);

    /// <summary>
    /// Records lost: refused because the memory was full, the record invalid or the recorder stopped, or lost to I/O
    /// errors.
    /// </summary>
    public long DroppedRecords => Volatile.Read(ref _refused) + Volatile.Read(ref _lostToErrors);

    /// <summary>Memory in use, in bytes.</summary>
    public long MemoryUsedBytes => Math.Max(0, _ring.UsedBytes);

    /// <summary>Older recordings removed by <see cref="TickRecorderOptions.Retention"/>.</summary>
    public long RemovedRecordings => Volatile.Read(ref _removedRecordings);

    /// <inheritdoc/>
    public bool Append(in InputRecord record, ReadOnlySpan<byte> payload)
    {
        // Invalid records are refused here, because the writer would throw on another thread. This is not a lack of
        // memory, so no Loss record is written: the caller and the counter know.
        if (!SegmentFormat.IsValid(record, payload.Length) || !_ring.TryAppend(record, payload))
        {
            Interlocked.Increment(ref _refused);
            return false;
        }

        if (Volatile.Read(ref _sleeping) != 0 && _ring.UsedBytes >= _wakeBytes
            && Interlocked.Exchange(ref _sleeping, 0) != 0)
        {
            _wake.Set();
        }

        return true;
    }

    /// <summary>Refuses further records. What is in memory is still written; <see cref="OnClose"/> seals the segment.
    /// </summary>
    public void Close()
    {
        _ring.Close();
        _isClosed = true;
        _wake.Set();
    }

    /// <summary>
    /// Closes the file as it is, as a kill of the process would: data that was not flushed is lost. Does nothing after
    /// <see cref="OnClose"/>. The agent must not run any more.
    /// </summary>
    public void Dispose()
    {
        _ring.Close();
        _writer?.Dispose();
        _writer = null;
    }

    /// <summary>Creates the first segment.</summary>
    public void OnStart()
    {
        _flushedAt = _time.GetTimestamp();
        _syncedAt = _flushedAt;
        EnsureWriter();
        Retain();
    }

    /// <summary>Writes pending records and does due work.</summary>
    public int DoWork()
    {
        int written = Drain();
        if (_isClosed && _ring.UsedBytes != 0)
        {
            // A producer is between its reservation and its last byte: the record must not be left out.
            Thread.Sleep(1);
            return 1;
        }

        DoWhatIsDue();
        return written;
    }

    /// <summary>Waits until the next flush is due, whatever the reason of the last wake-up: a flush is never later than
    /// its interval.</summary>
    public void Idle()
    {
        TimeSpan left = _options.FlushInterval - _time.GetElapsedTime(_flushedAt);
        Interlocked.Exchange(ref _sleeping, 1);
        if (_isClosed || _ring.UsedBytes >= _wakeBytes)
        {
            // Only a producer between its reservation and its last byte can delay the drain here.
            Thread.Sleep(1);
        }
        else
        {
            _wake.WaitOne(left > s_sleepMin ? left : s_sleepMin);
        }

        Volatile.Write(ref _sleeping, 0);
    }

    /// <inheritdoc/>
    public void Wake() => _wake.Set();

    /// <summary>Seals the segment.</summary>
    public void OnClose()
    {
        try
        {
            if (_writer is not null)
            {
                _writer.Seal();
                Recover();
            }
        }
        catch (Exception error) when (IsExpected(error))
        {
            Fail(error);
        }

        Publish();
    }

    private void DoWhatIsDue()
    {
        if (_time.GetElapsedTime(_flushedAt) >= _options.FlushInterval)
        {
            Flush();
        }

        if (_time.GetElapsedTime(_retainedAt) >= s_retentionInterval)
        {
            Retain();
        }
    }

    private int Drain()
    {
        int written = 0;
        while (_ring.TryPeek(out InputRecord record, out ReadOnlySpan<byte> payload, out int losses))
        {
            _lastTimeNs = record.ReceiveTimeNs;
            _untold += losses;
            Write(record, payload);
            _ring.ReleasePeeked(payload.Length);
            written++;
            if (_time.GetElapsedTime(_flushedAt) >= _options.FlushInterval)
            {
                Flush();
            }
        }

        // No record came after these losses to carry their count.
        if (_ring.PendingLosses > 0)
        {
            _untold += _ring.TakeLosses();
        }

        ReportLosses();
        return written;
    }

    private void Write(in InputRecord record, ReadOnlySpan<byte> payload)
    {
        ReportLosses();
        if (TryAppendToFile(record, payload))
        {
            _keptRecords++;
        }
        else
        {
            _untold++;
            Volatile.Write(ref _lostToErrors, _lostToErrors + 1);
        }

        Publish();
    }

    private void ReportLosses()
    {
        while (_untold > 0)
        {
            int count = (int)Math.Min(_untold, int.MaxValue);
            if (!TryAppendToFile(new InputRecord(InputKind.Loss, 0, count, -1, 0, _lastTimeNs), default))
            {
                return;
            }

            _untold -= count;
            if (_status.Health == RecorderHealth.Healthy)
            {
                _status = new RecorderStatus(
                    RecorderHealth.Degraded,
                    $"records were lost because the memory of {Size(_ring.Capacity)} was full: the disk is too slow "
                    + "or the memory too small");
            }

            Publish();
        }
    }

    private bool TryAppendToFile(in InputRecord record, ReadOnlySpan<byte> payload)
    {
        if (!EnsureWriter())
        {
            return false;
        }

        try
        {
            _writer!.Append(record, payload);
            return true;
        }
        catch (Exception error) when (IsExpected(error))
        {
            Fail(error);
            return false;
        }
    }

    private bool EnsureWriter()
    {
        if (_writer is not null)
        {
            return true;
        }

        int doublings = Math.Min(_failures - 1, RetryDoublingsMax);
        if (_failures > 0 && _time.GetElapsedTime(_failedAt) < _options.RetryInterval * (1 << doublings))
        {
            return false;
        }

        try
        {
            string path = Path.Combine(_recording.Directory, SegmentFormat.FileName(_nextSegment));
            while (File.Exists(path) || File.Exists(path + SegmentFormat.OpenSuffix))
            {
                _nextSegment++;
                path = Path.Combine(_recording.Directory, SegmentFormat.FileName(_nextSegment));
            }

            if (FindSpaceProblem() is { } problem)
            {
                throw new IOException(problem);
            }

            _writer = new SegmentWriter(_recording, _segments, _nextSegment, _time, _disk);
            return true;
        }
        catch (Exception error) when (IsExpected(error))
        {
            Fail(error);
            return false;
        }
    }

    private void Flush()
    {
        _flushedAt = _time.GetTimestamp();
        if (!EnsureWriter())
        {
            return;
        }

        try
        {
            bool toDisk = _options.Sync == RecorderSync.Interval
                && _time.GetElapsedTime(_syncedAt) >= _options.SyncInterval;
            _writer!.Flush(toDisk);
            _syncedAt = toDisk ? _time.GetTimestamp() : _syncedAt;
            if (!File.Exists(_writer.FilePath))
            {
                // Writes to a deleted file succeed forever; only a check reveals it.
                throw new FileNotFoundException($"{_writer.FilePath} was deleted with all its records");
            }

            if (FindSpaceProblem() is { } problem)
            {
                // While there is space for it: a sealed segment is worth more than its last bytes.
                _writer.Seal();
                throw new IOException(problem);
            }

            Recover();
        }
        catch (Exception error) when (IsExpected(error))
        {
            Fail(error);
        }

        Publish();
    }

    // Not before something was written: a full disk accepts the name of a new file, but no data.
    private void Recover()
    {
        _failures = 0;
        if (_status.Health == RecorderHealth.Failed)
        {
            _status = new RecorderStatus(
                RecorderHealth.Degraded,
                $"recording continues in {SegmentFormat.FileName(_writer!.SegmentIndex)} of {_recording.Directory} "
                + $"after: {_failure}");
        }
    }

    private string? FindSpaceProblem()
    {
        if (!Directory.Exists(_recording.Directory))
        {
            return "the folder was deleted";
        }

        if (_options.FreeBytesMin == 0)
        {
            return null;
        }

        long free = new DriveInfo(_recording.Directory).AvailableFreeSpace;
        return free >= _options.FreeBytesMin
            ? null
            : $"the disk has only {Size(free)} free, the minimum is {Size(_options.FreeBytesMin)}: free some space";
    }

    private void Retain()
    {
        _retainedAt = _time.GetTimestamp();
        try
        {
            int removed = RecordingRetention.Apply(
                Path.GetDirectoryName(_recording.Directory)!, _options.Retention, _time.GetUtcNow(),
                _recording.Directory).Count;
            Volatile.Write(ref _removedRecordings, _removedRecordings + removed);
        }
        catch (Exception error) when (IsExpected(error))
        {
            // The parent folder may not be listable; recording does not depend on it.
        }
    }

    // The segment stays torn, unless it is empty. Records missing from it are lost, and a later segment says so.
    private void Fail(Exception error)
    {
        _failures++;
        _failedAt = _time.GetTimestamp();
        _failure = error.Message;
        _status = new RecorderStatus(
            RecorderHealth.Failed, $"recording to {_recording.Directory} failed and will be retried: {_failure}");
        if (_writer is null)
        {
            return;
        }

        // If its file is deleted, a segment also loses what was flushed. Its number stays missing, so that readers
        // notice.
        bool isGone = error is FileNotFoundException;
        long lost = isGone ? _writer.SegmentRecords : _writer.UnwrittenRecords;
        Volatile.Write(ref _lostToErrors, _lostToErrors + lost);
        _untold += lost + (isGone ? _writer.SegmentLosses : _writer.UnwrittenLosses);
        _keptRecords -= lost;
        _nextSegment = _writer.SegmentIndex + (isGone ? 1 : 0);
        _closedRecords += _writer.Records - lost;
        _closedPayloadBytes += _writer.PayloadBytes;
        _closedCompressedBytes += _writer.CompressedBytes;
        SegmentWriter failed = _writer;
        _writer = null;
        Publish();
        try
        {
            failed.Dispose();
            if (failed.IsBare)
            {
                // The number is reused: otherwise a repair would leave a gap that looks like a lost segment.
                File.Delete(failed.FilePath);
            }
        }
        catch (Exception again) when (IsExpected(again))
        {
            // A full disk reports the error again on closing. The first error is the relevant one.
        }
    }

    private void Publish()
    {
        Volatile.Write(ref _flushedRecords, _keptRecords - (_writer?.UnwrittenRecords ?? 0));
        Volatile.Write(ref _records, _closedRecords + (_writer?.Records ?? 0));
        Volatile.Write(ref _payloadBytes, _closedPayloadBytes + (_writer?.PayloadBytes ?? 0));
        Volatile.Write(ref _compressedBytes, _closedCompressedBytes + (_writer?.CompressedBytes ?? 0));
    }

    private static string Size(long bytes) => bytes >= 1 << 20 ? $"{bytes >> 20} MiB" : $"{bytes >> 10} KiB";

    private static bool IsExpected(Exception error) => error is IOException or UnauthorizedAccessException;
}
