using System;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using System.Threading;
using LowLatency.Engine.Events;
using LowLatency.Engine.Runtime;
using LowLatency.Recorder;
using LowLatency.Recorder.Lz4;

namespace LowLatency.TestTarget;

/// <summary>
/// Records under load until it is killed: <c>TestTarget record FOLDER SEED</c>. Its first line names the recording's
/// folder; each later one, <c>promised A B C</c>, the number of records of each source that are safe from now on.
/// </summary>
internal sealed class RecordRun : IDisposable
{
    /// <summary>Number of appending threads.</summary>
    public const int Sources = 3;

    // Ends a run that has outlived its test.
    private const long BytesMax = 1L << 30;

    private readonly int _seed;
    private readonly RecordLoad _load;
    private readonly RecorderThread _thread;
    private readonly TickRecorder _recorder;
    private readonly long[] _accepted = new long[Sources];

    private RecordRun(string folder, int seed)
    {
        _seed = seed;
        _load = RecordLoad.Draw(seed);
        var recording = Recording.Create(folder, 1_763_676_900_000_000_000, "target", $$"""{"seed":{{seed}}}""");
        Console.WriteLine(recording.Directory);
        _thread = new RecorderThread(recording, _load.Options);
        _recorder = _thread.Recorder;
    }

    /// <summary>Nanoseconds on a monotonic clock shared by all processes of this machine.</summary>
    public static long NowNs => Stopwatch.GetElapsedTime(0).Ticks * TimeSpan.NanosecondsPerTick;

    /// <summary>Runs until it is killed.</summary>
    public static int Run(string folder, int seed)
    {
        using var run = new RecordRun(folder, seed);
        for (int source = 0; source < Sources; source++)
        {
            ushort number = (ushort)source;
            new Thread(() => run.Produce(number)) { IsBackground = true }.Start();
        }

        while (run._recorder.CompressedBytes < BytesMax)
        {
            run.Promise();
        }

        return 0;
    }

    public void Dispose() => _thread.Dispose();

    private void Produce(ushort source)
    {
        byte[] buffer = new byte[RecordPattern.PayloadLengthMax];
        long refused = 0;
        for (int number = 0; ; number++)
        {
            InputRecord record = RecordPattern.Make(_seed, source, number, refused, buffer, out int length);
            record = record with { ReceiveTimeNs = NowNs };
            if (_recorder.Append(in record, buffer.AsSpan(0, length)))
            {
                Volatile.Write(ref _accepted[source], _accepted[source] + 1);
            }
            else
            {
                refused++;
                Thread.Yield();
            }

            if (_load.BurstRecords != 0 && number % _load.BurstRecords == 0)
            {
                Thread.Sleep(1);
            }
        }
    }

    // The recorder counts in the order of its memory. After the first look, everything it saw has its place there, and
    // all places taken by then are at most what the second look sees plus one more of each source, which has its place
    // but is not counted yet.
    private void Promise()
    {
        long[] accepted = Look();
        long needed = Look().Sum() + Sources;
        while (_recorder.FlushedRecords < needed)
        {
            Thread.Sleep(1);
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"promised {accepted[0]} {accepted[1]} {accepted[2]}"));
    }

    private long[] Look() =>
        Enumerable.Range(0, Sources).Select(source => Volatile.Read(ref _accepted[source])).ToArray();
}

/// <summary>The load of a <see cref="RecordRun"/>, from its seed.</summary>
/// <param name="Options">The recorder's options.</param>
/// <param name="BurstRecords">Number of records that a source appends before it sleeps for a millisecond; 0 if it never
/// sleeps.</param>
internal sealed record RecordLoad(TickRecorderOptions Options, int BurstRecords)
{
    private const int LargeBurst = 200;

    // About 10 MB/s of all sources together, which any disk can keep up with.
    private const int SmallBurst = 8;

    /// <summary>Whether the recorder can keep up, so that only the kill loses records.</summary>
    public bool CanBeFollowed => BurstRecords == SmallBurst;

    /// <summary>The load for a seed.</summary>
    public static RecordLoad Draw(int seed)
    {
#pragma warning disable CA5394 // Tests want repeatable numbers, not secret ones.
        var random = new Random(seed);
        int burst = random.Next(3) switch { 0 => LargeBurst, 1 => SmallBurst, _ => 0 };
        var options = new TickRecorderOptions
        {
            // The smallest never fits the largest records, which are always refused.
            MemoryBytes = 1 << random.Next(16, 24),
            FlushInterval = TimeSpan.FromMilliseconds(random.Next(5, 21)),
            Sync = random.Next(4) == 0 ? RecorderSync.AtSeal : RecorderSync.Never,
            Segments = new SegmentWriterOptions
            {
                BlockSize = random.Next(2) == 0 ? Lz4BlockSize.Max64KiB : Lz4BlockSize.Max256KiB,
                SegmentBytesMax = random.Next(10_000, 400_000),
            },
        };
#pragma warning restore CA5394
        return new RecordLoad(options, burst);
    }
}
