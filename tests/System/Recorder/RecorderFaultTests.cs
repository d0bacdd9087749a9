using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LowLatency.Engine.Runtime;
using LowLatency.Recorder;
using LowLatency.Recorder.Lz4;
using LowLatency.Tests.Reliability;
using LowLatency.Tests.Support;
using Xunit;
using static LowLatency.Tests.Recorder.NumberedFrames;

namespace LowLatency.Tests.Recorder;

/// <summary>
/// Disks that are full, nearly full, read-only or stuck: feeds continue, messages are clear, and losses are on record.
/// </summary>
public sealed class RecorderFaultTests
{
    private const int FrameLength = 1000;

    [Fact]
    [FaultRow("F17")]
    public void ShouldDropAndCountOnAFullDiskAndGoOnInANewSegmentOnceThereIsRoom()
    {
        using var disk = new TinyDisk(4096);
        string filler = disk.FillUpTo(freeKiB: 500);
        Recording recording = Create(disk.Path);
        int next = 0;
        using (var thread = new RecorderThread(recording, SmallBlocks(Eager)))
        {
            TickRecorder recorder = thread.Recorder;
            while (recorder.Health != RecorderHealth.Failed)
            {
                Append(recorder, next++);
            }

            Assert.Contains("No space left", recorder.Status.Reason, StringComparison.Ordinal);
            Assert.Contains(recording.Directory, recorder.Status.Reason, StringComparison.Ordinal);
            long lost = recorder.DroppedRecords;
            Append(recorder, next++);
            Eventually.Holds(() => recorder.DroppedRecords > lost);
            File.Delete(filler);
            Eventually.Holds(() => recorder.Health == RecorderHealth.Degraded);
            Assert.Contains("recording continues in 00000", recorder.Status.Reason, StringComparison.Ordinal);
            for (int i = 0; i < 10; i++)
            {
                Append(recorder, next++);
            }

            Assert.True(thread.Stop(Eventually.Timeout));
            List<int> torn = Read(recording.Directory, out var truncations, _ => FrameLength, lenient: true);
            Assert.Single(truncations);
            Assert.Equal(recorder.DroppedRecords, Losses(torn));
            Assert.Equal(next, Frames(torn) + Losses(torn));
            Assert.Equal(Frames(torn), recorder.FlushedRecords);
            Assert.Equal(next - 1, torn[^1]);

            string words = Assert.Single(RecordingRepair.RepairAll(disk.Path));
            Assert.Contains("complete records were kept", words, StringComparison.Ordinal);
            List<int> repaired = Read(recording.Directory, out truncations, _ => FrameLength);
            Assert.Empty(truncations);
            Assert.Equal(torn, repaired);
            FaultLedger.AddFigure(
                $"disk full: {recorder.DroppedRecords:#,0} records lost and counted, "
                + $"{recorder.DroppedRecords * FrameLength:#,0} bytes; {Frames(torn):#,0} kept");
        }
    }

    // A gap in the numbers looks like a lost segment: every reader would stop before it.
    [Fact]
    public void ShouldLeaveNoGapWhereASegmentFailedBeforeItHeldARecord()
    {
        using var disk = new TinyDisk(4096);
        string filler = disk.FillUpTo(freeKiB: 16);
        Recording recording = Create(disk.Path);
        using var thread = new RecorderThread(recording, Eager with { RetryInterval = TimeSpan.FromMinutes(1) });
        TickRecorder recorder = thread.Recorder;
        int next = 0;
        while (recorder.Health != RecorderHealth.Failed)
        {
            Append(recorder, next++, FrameLength * FrameLength);
        }

        Eventually.Holds(() => FileNames(recording).Length == 0);
        File.Delete(filler);
        Assert.True(thread.Stop(Eventually.Timeout));
        using var second = new RecorderThread(recording, Eager);
        TickRecorder again = second.Recorder;
        Assert.True(Append(again, next));
        Assert.True(second.Stop(Eventually.Timeout));
        Assert.Equal([SegmentFormat.FileName(0)], FileNames(recording));
    }

    [Fact]
    [FaultRow("F17")]
    public void ShouldSealAndWaitBeforeTheDiskIsFullAndGoOnOnceThereIsRoom()
    {
        using var disk = new TinyDisk(8192);
        Recording recording = Create(disk.Path);
        using var thread = new RecorderThread(recording, Eager with { FreeBytesMin = 4 << 20 });
        TickRecorder recorder = thread.Recorder;
        for (int i = 0; i < 5; i++)
        {
            Assert.True(Append(recorder, i));
        }

        Eventually.Holds(() => recorder.FlushedRecords == 5);
        Assert.Equal(RecorderHealth.Healthy, recorder.Health);
        string filler = disk.FillUpTo(freeKiB: 2100);
        Eventually.Holds(() => recorder.Health == RecorderHealth.Failed);
        Assert.Matches(
            "the disk has only [0-3] MiB free, the minimum is 4 MiB: free some space$", recorder.Status.Reason);
        Assert.Equal([SegmentFormat.FileName(0)], FileNames(recording));
        for (int i = 5; i < 8; i++)
        {
            Assert.True(Append(recorder, i));
        }

        Eventually.Holds(() => recorder.DroppedRecords == 3);
        File.Delete(filler);
        Eventually.Holds(() => recorder.Health == RecorderHealth.Degraded);
        Append(recorder, 8);
        Assert.True(thread.Stop(Eventually.Timeout));
        Assert.Equal([0, 1, 2, 3, 4, -3, 8], Read(recording.Directory, out var truncations, _ => FrameLength));
        Assert.Empty(truncations);
        Assert.Equal([SegmentFormat.FileName(0), SegmentFormat.FileName(1)], FileNames(recording));
    }

    [Fact]
    [FaultRow("F17")]
    public void ShouldSayThatADiskIsReadOnlyAndGoOnOnceItIsNot()
    {
        using var disk = new TinyDisk(4096);
        Recording recording = Create(disk.Path);
        string leftover = LeaveOpenSegment(disk.Path);
        disk.MakeReadOnly();
        IOException error = Assert.Throws<IOException>(() => Create(disk.Path));
        Assert.Contains(": Read-only file system", error.Message, StringComparison.Ordinal);
        string words = Assert.Single(RecordingRepair.RepairAll(disk.Path));
        Assert.Contains(
            "cannot be repaired, left unchanged: Read-only file system", words, StringComparison.Ordinal);
        Assert.Empty(RecordingRetention.Apply(
            disk.Path, new RetentionOptions { BytesMax = 0 }, DateTimeOffset.UtcNow.AddDays(1), recording.Directory));

        using var thread = new RecorderThread(recording, Eager);
        TickRecorder recorder = thread.Recorder;
        Eventually.Holds(() => recorder.Health == RecorderHealth.Failed);
        Assert.Contains("Read-only file system", recorder.Status.Reason, StringComparison.Ordinal);
        Assert.True(Append(recorder, 0));
        Eventually.Holds(() => recorder.DroppedRecords == 1);
        disk.MakeWritable();
        Eventually.Holds(() => recorder.Health == RecorderHealth.Degraded);
        Append(recorder, 1);
        Assert.True(thread.Stop(Eventually.Timeout));
        Assert.Equal([-1, 1], Read(recording.Directory, out var truncations, _ => FrameLength));
        Assert.Empty(truncations);
        Assert.Single(RecordingRepair.RepairAll(disk.Path));
        Assert.False(File.Exists(leftover));
    }

    [Fact]
    public void ShouldRemoveAnUnfinishedRepairFromAFullDisk()
    {
        using var disk = new TinyDisk(1024);
        string leftover = LeaveOpenSegment(disk.Path);
        disk.FillUpTo(freeKiB: 16);
        string words = Assert.Single(RecordingRepair.RepairAll(disk.Path));
        Assert.Contains("cannot be repaired, left unchanged: No space left", words, StringComparison.Ordinal);
        Assert.Equal([leftover], Directory.GetFiles(Path.GetDirectoryName(leftover)!));
    }

    [Fact]
    [FaultRow("F17")]
    public void ShouldDropWholeFramesInFrontOfAStuckDiskAndPutTheirNumberOnRecord()
    {
        using var folder = new TemporaryFolder();
        Recording recording = Create(folder.Path);
        using var clock = new StallingClock();
        using var thread = new RecorderThread(recording, Eager with { MemoryBytes = 4096 }, clock);
        TickRecorder recorder = thread.Recorder;
        clock.Stall();
        const int burst = 1000;
        const int length = 100;
        var takesNs = new List<double>();
        bool[] taken = Enumerable.Range(0, burst)
            .Select(number => TimedAppend(recorder, number, length, takesNs)).ToArray();
        int room = taken.Count(isTaken => isTaken);
        Assert.InRange(room, 20, burst - 1);
        Assert.All(taken[room..], Assert.False);
        Assert.Equal(burst - room, recorder.DroppedRecords);
        Assert.Equal(RecorderHealth.Healthy, recorder.Health);
        clock.GoOn();
        Eventually.Holds(() => recorder.MemoryUsedBytes == 0);
        Assert.True(Append(recorder, burst, length));
        Eventually.Holds(() => recorder.Health == RecorderHealth.Degraded);
        Assert.Contains("the memory of 4 KiB was full", recorder.Status.Reason, StringComparison.Ordinal);
        Assert.True(thread.Stop(Eventually.Timeout));
        Assert.Equal(
            [.. Enumerable.Range(0, room), room - burst, burst],
            Read(recording.Directory, out var truncations, _ => length));
        Assert.Empty(truncations);
        Assert.Equal(burst - room, recorder.DroppedRecords);
        FaultLedger.AddFigure(string.Create(
            CultureInfo.InvariantCulture,
            $"disk stuck: {burst - room} of {burst} records lost and counted, {(burst - room) * length:#,0} bytes; an "
            + $"append took {takesNs.Order().ElementAt(burst * 99 / 100):0} ns (p99)"));
    }

    [Fact]
    public void ShouldPromiseNothingThatAFailedSegmentTookWithIt()
    {
        using var folder = new TemporaryFolder();
        Recording recording = Create(folder.Path);
        using var thread = new RecorderThread(recording, Eager);
        TickRecorder recorder = thread.Recorder;
        Assert.True(Append(recorder, 0));
        Eventually.Holds(() => recorder.FlushedRecords == 1);
        Directory.Delete(recording.Directory, recursive: true);
        Eventually.Holds(() => recorder.Health == RecorderHealth.Failed);
        Assert.True(Append(recorder, 1));
        Eventually.Holds(() => recorder.DroppedRecords == 2);
        Eventually.Holds(() => recorder.FlushedRecords == 0);
    }

    [Theory]
    [InlineData(RecorderSync.Never)]
    [InlineData(RecorderSync.AtSeal)]
    [InlineData(RecorderSync.Interval)]
    public void ShouldRecordWithEverySyncPolicy(RecorderSync sync)
    {
        using var folder = new TemporaryFolder();
        Recording recording = Create(folder.Path);
        var options = Eager with
        {
            Sync = sync,
            SyncInterval = TimeSpan.FromMilliseconds(1),
            Segments = new() { SegmentBytesMax = 3 * FrameLength },
        };
        using var thread = new RecorderThread(recording, options);
        TickRecorder recorder = thread.Recorder;
        for (int i = 0; i < 20; i++)
        {
            Assert.True(Append(recorder, i));
            Eventually.Holds(() => recorder.FlushedRecords == i + 1);
        }

        Assert.True(thread.Stop(Eventually.Timeout));
        Assert.Equal(Enumerable.Range(0, 20), Read(recording.Directory, out var truncations, _ => FrameLength));
        Assert.Empty(truncations);
        Assert.True(FileNames(recording).Length > 4);
    }

    [Fact]
    public async Task ShouldShowASegmentUnderItsOwnNameOnlyOnceItIsWhole()
    {
        const int segments = 300;
        using var folder = new TemporaryFolder();
        Recording recording = Create(folder.Path);
        Task writing = Task.Run(() =>
        {
            var options = new SegmentWriterOptions { SegmentBytesMax = FrameLength, SyncAtSeal = false };
            using var writer = new SegmentWriter(recording, options);
            for (int i = 0; i < segments; i++)
            {
                writer.Append(Record(i), Payload(i, FrameLength));
                writer.Flush(toDisk: false);
            }

            writer.Seal();
        }, TestContext.Current.CancellationToken);
        var seen = new HashSet<string>();
        bool isLast;
        do
        {
            isLast = writing.IsCompleted;
            foreach (string file in Directory.GetFiles(recording.Directory, "*" + SegmentFormat.FileSuffix))
            {
                if (seen.Add(file))
                {
                    Assert.NotNull(SegmentIndex.TryLoad(file));
                    Assert.Single(Read(file, out var truncations, _ => FrameLength));
                    Assert.Empty(truncations);
                }
            }
        }
        while (!isLast);
        await writing;
        Assert.Equal(segments, seen.Count);
    }

    private static bool Append(TickRecorder recorder, int number, int length = FrameLength) =>
        recorder.Append(Record(number), Payload(number, length));

    private static bool TimedAppend(TickRecorder recorder, int number, int length, List<double> takesNs)
    {
        byte[] payload = Payload(number, length);
        long start = Stopwatch.GetTimestamp();
        bool isTaken = recorder.Append(Record(number), payload);
        takesNs.Add((Stopwatch.GetTimestamp() - start) * 1e9 / Stopwatch.Frequency);
        return isTaken;
    }

    private static TickRecorderOptions SmallBlocks(TickRecorderOptions options) => options with
    {
        MemoryBytes = 1 << 18,
        Segments = new SegmentWriterOptions { BlockSize = Lz4BlockSize.Max64KiB },
    };

    private static string[] FileNames(Recording recording) =>
        Directory.GetFiles(recording.Directory).Select(file => Path.GetFileName(file)).Order().ToArray();

    private static string LeaveOpenSegment(string parent)
    {
        using var writer = new SegmentWriter(Create(parent));
        for (int i = 0; i < 100; i++)
        {
            writer.Append(Record(i), Payload(i, FrameLength));
        }

        writer.Flush(toDisk: false);
        return writer.FilePath;
    }

    /// <summary>
    /// A clock on which the recorder's thread gets stuck, as in a write to a disk that does not answer.
    /// </summary>
    private sealed class StallingClock : TimeProvider, IDisposable
    {
        private readonly ManualResetEventSlim _goOn = new(true);
        private volatile bool _isStuck;

        public override long GetTimestamp()
        {
            if (Thread.CurrentThread.Name == "recorder" && !_goOn.IsSet)
            {
                _isStuck = true;
                _goOn.Wait();
                _isStuck = false;
            }

            return base.GetTimestamp();
        }

        public void Stall()
        {
            _goOn.Reset();
            Eventually.Holds(() => _isStuck);
        }

        public void GoOn() => _goOn.Set();

        public void Dispose() => _goOn.Dispose();
    }
}
