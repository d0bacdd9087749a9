using System;
using System.IO;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Threading;
using LowLatency.Engine.Events;
using LowLatency.Engine.Threading;

namespace LowLatency.Recorder;

/// <summary>How the recorder runs. Immutable.</summary>
public sealed record RecorderOptions
{
    /// <summary>Bytes between the producers and the disk; rounded up to a power of two.</summary>
    public int MemoryBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>Longest time that a record waits before it is the operating system's.</summary>
    public TimeSpan FlushInterval { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>When a new segment begins.</summary>
    public required SegmentOptions Segments { get; init; }
}

/// <summary>
/// Records inputs from its own thread. Producers copy into a bounded ring of bytes and go on; they never wait, and
/// what finds no room is dropped whole, counted, and told in the recording. A disk that fails stops the recording
/// and nothing else.
/// </summary>
public sealed class TickRecorder : IInputLog, IDisposable
{
    // What a slot begins with: its size in bytes, positive for a record, negative for padding; 0 until it is complete.
    private const int SlotHeaderBytes = 8;
    private const int SlotRecordBytes = 32;
    private const int SlotAlignment = 8;
    private static readonly TimeSpan s_idle = TimeSpan.FromMilliseconds(5);

    private readonly byte[] _memory;
    private readonly int _mask;
    private readonly RecorderOptions _options;
    private readonly SegmentWriter _writer;
    private readonly Thread _thread;

    // Bytes claimed by producers and bytes freed by the recorder's thread, since the start.
    private readonly Sequence _tail = new(0);
    private readonly Sequence _head = new(0);
    private long _dropped;
    private long _droppedTold;
    private long _records;
    private long _payloadBytes;
    private long _compressedBytes;
    private string? _failure;
    private volatile bool _isEnding;

    /// <summary>Starts the recorder's thread.</summary>
    /// <param name="folder">The recording's own folder; it must exist and be empty of segments.</param>
    /// <param name="options">How it runs.</param>
    public TickRecorder(string folder, RecorderOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Folder = folder;
        _options = options;
        int size = (int)Math.Min(1 << 30, BitOperations.RoundUpToPowerOf2((uint)Math.Max(4096, options.MemoryBytes)));
        _memory = new byte[size];
        _mask = size - 1;
        _writer = new SegmentWriter(folder, options.Segments);
        _thread = new Thread(Run) { Name = "recorder", IsBackground = true };
        _thread.Start();
    }

    /// <summary>The recording's folder.</summary>
    public string Folder { get; }

    /// <summary>Records written. Any thread.</summary>
    public long Records => Volatile.Read(ref _records);

    /// <summary>Payload bytes written, before compression. Any thread.</summary>
    public long PayloadBytes => Volatile.Read(ref _payloadBytes);

    /// <summary>Bytes in the files. Any thread.</summary>
    public long CompressedBytes => Volatile.Read(ref _compressedBytes);

    /// <summary>Records dropped because there was no room or no disk. Any thread.</summary>
    public long Dropped => Volatile.Read(ref _dropped);

    /// <summary>"ok", "incomplete" after a loss, or the words of the failure that stopped it. Any thread.</summary>
    public string Health => Volatile.Read(ref _failure) ?? (Dropped == 0 ? "ok" : "incomplete");

    /// <inheritdoc/>
    public bool Append(in InputRecord record, ReadOnlySpan<byte> payload)
    {
        int size = Align(SlotHeaderBytes + SlotRecordBytes + payload.Length);
        if (payload.Length > SegmentFormat.MaxPayloadBytes || size > _memory.Length / 2 || !TryClaim(size, out long at))
        {
            Interlocked.Increment(ref _dropped);
            return false;
        }

        Span<byte> slot = _memory.AsSpan((int)at & _mask, size);
        MemoryMarshal.Write(slot[4..], payload.Length);
        Pack(slot[SlotHeaderBytes..], in record);
        payload.CopyTo(slot[(SlotHeaderBytes + SlotRecordBytes)..]);
        Volatile.Write(ref Unsafe.As<byte, int>(ref MemoryMarshal.GetReference(slot)), size);
        return true;
    }

    /// <summary>Writes what is left, seals the last segment and ends the thread. No producer may append any more.
    /// </summary>
    public void Dispose()
    {
        _isEnding = true;
        _thread.Join();
        _writer.Dispose();
    }

    private static int Align(int size) => (size + SlotAlignment - 1) & ~(SlotAlignment - 1);

    private bool TryClaim(int size, out long at)
    {
        while (true)
        {
            long tail = _tail.Value;
            int toEnd = _memory.Length - ((int)tail & _mask);
            int padding = size <= toEnd ? 0 : toEnd;
            if (tail + padding + size - _head.Value > _memory.Length)
            {
                at = 0;
                return false;
            }

            if (_tail.CompareAndSet(tail, tail + padding + size))
            {
                if (padding != 0)
                {
                    Volatile.Write(ref SizeAt(tail), -padding);
                }

                at = tail + padding;
                return true;
            }
        }
    }

    private ref int SizeAt(long position) => ref Unsafe.As<byte, int>(ref _memory[(int)position & _mask]);

    private void Run()
    {
        long flushedMs = Environment.TickCount64;
        while (true)
        {
            bool isLastRound = _isEnding;
            bool hasWorked = Guard(Drain);
            if (Environment.TickCount64 - flushedMs >= _options.FlushInterval.TotalMilliseconds)
            {
                Guard(() => _writer.Flush(toDisk: false));
                flushedMs = Environment.TickCount64;
            }

            if (isLastRound)
            {
                Guard(_writer.Seal);
                Volatile.Write(ref _compressedBytes, _writer.CompressedBytes);
                return;
            }

            if (!hasWorked)
            {
                Thread.Sleep(s_idle);
            }
        }
    }

    // A failing disk must reach neither the producers nor the engine: from then on records are counted as dropped.
    private bool Guard(Func<bool> work)
    {
        try
        {
            return work();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            Volatile.Write(ref _failure, _failure ?? fault.Message);
            return false;
        }
    }

    private void Guard(Action work) => Guard(() =>
    {
        if (_failure is null)
        {
            work();
        }

        return true;
    });

    private bool Drain()
    {
        long head = _head.Value;
        long start = head;
        int size;
        while ((size = Volatile.Read(ref SizeAt(head))) != 0 && head - start < _memory.Length)
        {
            Span<byte> slot = _memory.AsSpan((int)head & _mask, Math.Abs(size));
            try
            {
                if (size > 0)
                {
                    Write(slot);
                }
            }
            finally
            {
                // A later lap must find nothing here until its own slot is complete.
                slot.Clear();
                head += Math.Abs(size);
                _head.SetRelease(head);
            }
        }

        TellLosses();
        Volatile.Write(ref _compressedBytes, _writer.CompressedBytes);
        return head != start;
    }

    private void Write(ReadOnlySpan<byte> slot)
    {
        if (_failure is not null)
        {
            Interlocked.Increment(ref _dropped);
            return;
        }

        TellLosses();
        int length = MemoryMarshal.Read<int>(slot[4..]);
        InputRecord record = Unpack(slot[SlotHeaderBytes..]);
        try
        {
            _writer.Append(in record, slot.Slice(SlotHeaderBytes + SlotRecordBytes, length));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            Interlocked.Increment(ref _dropped);
            throw;
        }

        Volatile.Write(ref _records, _records + 1);
        Volatile.Write(ref _payloadBytes, _payloadBytes + length);
    }

    private void TellLosses()
    {
        long dropped = Dropped;
        if (dropped == _droppedTold || _failure is not null)
        {
            return;
        }

        int lost = (int)Math.Min(int.MaxValue, dropped - _droppedTold);
        _droppedTold = dropped;
        _writer.Append(new InputRecord(InputKind.Loss, 0, lost, -1, 0, 0), default);
    }

    private static void Pack(Span<byte> target, in InputRecord record)
    {
        target[0] = (byte)record.Kind;
        MemoryMarshal.Write(target[2..], record.Source);
        MemoryMarshal.Write(target[4..], record.Tag);
        MemoryMarshal.Write(target[8..], record.RingSequence);
        MemoryMarshal.Write(target[16..], record.ReceiveTimeNs);
        MemoryMarshal.Write(target[24..], record.EventCount);
    }

    private static InputRecord Unpack(ReadOnlySpan<byte> source) => new(
        (InputKind)source[0],
        MemoryMarshal.Read<ushort>(source[2..]),
        MemoryMarshal.Read<int>(source[4..]),
        MemoryMarshal.Read<long>(source[8..]),
        MemoryMarshal.Read<int>(source[24..]),
        MemoryMarshal.Read<long>(source[16..]));
}
