using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using LowLatency.Engine.Events;
using LowLatency.Engine.Runtime;
using LowLatency.Recorder;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Recorder;

public sealed class TickRecorderTests
{
    [Fact]
    public void ShouldRecordWhatItWasGivenAndSealAtTheStop()
    {
        using var folder = new TemporaryFolder();
        Recording recording = Create(folder);
        using var thread = new RecorderThread(recording);
        TickRecorder recorder = thread.Recorder;
        Assert.True(recorder.Append(new(InputKind.Settings, 0, 0, -1, 0, 1), "{}"u8));
        Assert.True(recorder.Append(new(InputKind.Frame, 1, 2, 3, 4, 5), default));
        Assert.True(thread.Stop(Eventually.Timeout));
        Assert.Equal((2, 2), (recorder.Records, recorder.PayloadBytes));
        Assert.Equal((0, 0), (recorder.DroppedRecords, recorder.MemoryUsedBytes));
        Assert.Equal(RecorderHealth.Healthy, recorder.Health);
        string file = Assert.Single(Directory.GetFiles(recording.Directory));
        Assert.Equal(new FileInfo(file).Length, recorder.CompressedBytes);
        Lz4Tool.Run("-t " + file);
        List<InputRecord> read = ReadAll(recording, out Truncation? truncation);
        Assert.Null(truncation);
        Assert.Equal([new(InputKind.Settings, 0, 0, -1, 0, 1), new(InputKind.Frame, 1, 2, 3, 4, 5)], read);
    }

    [Fact]
    public void ShouldRefuseAndCountAfterTheStop()
    {
        using var folder = new TemporaryFolder();
        using var thread = new RecorderThread(Create(folder));
        TickRecorder recorder = thread.Recorder;
        Assert.True(thread.Stop(Eventually.Timeout));
        Assert.False(recorder.Append(Frame(0, 0), default));
        Assert.False(recorder.Append(new(InputKind.None, 0, 0, 0, 0, 0), default));
        Assert.Equal(2, recorder.DroppedRecords);
    }

    [Fact]
    public void ShouldMakeRecordsReadableWithoutAStop()
    {
        using var folder = new TemporaryFolder();
        Recording recording = Create(folder);
        using var thread = new RecorderThread(recording, new() { FlushInterval = TimeSpan.FromMilliseconds(1) });
        TickRecorder recorder = thread.Recorder;
        Assert.True(recorder.Append(Frame(0, 0), "payload"u8));
        Eventually.Holds(() => Directory.GetFiles(recording.Directory).Length > 0
            && ReadAll(recording, out _).Count == 1);
    }

    [Fact]
    public void ShouldAppendWithoutAllocating()
    {
        using var folder = new TemporaryFolder();
        using var thread = new RecorderThread(Create(folder));
        TickRecorder recorder = thread.Recorder;
        byte[] payload = new byte[500];
        recorder.Append(Frame(0, 0), payload);

        long allocated = Allocations.Of(() =>
        {
            for (int i = 0; i < 500; i++)
            {
                recorder.Append(Frame(0, i), payload);
            }
        });

        Assert.Equal(0, allocated);
    }

    [Theory]
    [InlineData(1 << 16)]
    [InlineData(1 << 24)]
    public void ShouldKeepEachSourcesOrderAndAccountForEveryRecordUnderContention(int memoryBytes)
    {
        const int sources = 4;
        const int perSource = 40_000;
        using var folder = new TemporaryFolder();
        Recording recording = Create(folder);
        using var thread = new RecorderThread(recording, new() { MemoryBytes = memoryBytes });
        TickRecorder recorder = thread.Recorder;
        int refused = 0;
        Thread[] threads = [.. Enumerable.Range(0, sources).Select(source => new Thread(() =>
        {
            byte[] payload = new byte[600];
            for (int i = 0; i < perSource; i++)
            {
                Span<byte> used = payload.AsSpan(0, PayloadLength(source, i));
                used.Fill(PayloadByte(source, i));
                if (!recorder.Append(Frame(source, i), used))
                {
                    Interlocked.Increment(ref refused);
                }
            }
        }))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        Assert.True(thread.Stop(Eventually.Timeout));

        Assert.True(SegmentReader.TryOpen(recording.Directory, out SegmentReader? reader, out string problem), problem);
        int[] last = [-1, -1, -1, -1];
        long frames = 0;
        long losses = 0;
        while (reader!.TryRead(out InputRecord record, out ReadOnlySpan<byte> payload))
        {
            if (record.Kind == InputKind.Loss)
            {
                losses += record.Tag;
                continue;
            }

            Assert.Equal(Frame(record.Source, record.Tag), record);
            Assert.True(record.Tag > last[record.Source]);
            last[record.Source] = record.Tag;
            Assert.Equal(PayloadLength(record.Source, record.Tag), payload.Length);
            Assert.Equal(-1, payload.IndexOfAnyExcept(PayloadByte(record.Source, record.Tag)));
            frames++;
        }

        reader.Dispose();
        Assert.Null(reader.Truncation);
        Assert.Equal(sources * perSource, frames + refused);
        Assert.Equal(refused, losses);
        Assert.Equal(refused, recorder.DroppedRecords);
        Assert.Equal(refused > 0 ? RecorderHealth.Degraded : RecorderHealth.Healthy, recorder.Health);
    }

    [Fact]
    public void ShouldWriteTheLossInFrontOfTheNextRecord()
    {
        // Only the ring: nobody reads while it fills, so the refused records are known exactly.
        var ring = new RecordRing(4096);
        int taken = 0;
        while (ring.TryAppend(Frame(0, taken), new byte[100]))
        {
            taken++;
        }

        Assert.False(ring.TryAppend(Frame(0, taken), new byte[100]));
        Assert.Equal(2, ring.PendingLosses);
        for (int i = 0; i < taken; i++)
        {
            Assert.True(ring.TryPeek(out InputRecord record, out ReadOnlySpan<byte> payload, out int none));
            Assert.Equal((i, 100, 0), (record.Tag, payload.Length, none));
            ring.ReleasePeeked(payload.Length);
        }

        Assert.True(ring.TryAppend(Frame(0, 1000), default));
        Assert.True(ring.TryPeek(out InputRecord next, out _, out int losses));
        Assert.Equal((1000, 2, 0), (next.Tag, losses, ring.PendingLosses));
    }

    [Fact]
    public void ShouldWriteALossRecordWhenARecordFindsNoRoom()
    {
        using var folder = new TemporaryFolder();
        Recording recording = Create(folder);
        using var thread = new RecorderThread(recording, new() { MemoryBytes = 4096 });
        TickRecorder recorder = thread.Recorder;
        Assert.False(recorder.Append(Frame(0, 0), new byte[5000]));
        Assert.True(recorder.Append(Frame(0, 1), new byte[10]));
        Assert.True(thread.Stop(Eventually.Timeout));
        Assert.Equal(1, recorder.DroppedRecords);
        Assert.Equal(RecorderHealth.Degraded, recorder.Health);
        List<InputRecord> read = ReadAll(recording, out _);
        Assert.Equal(1, read.Single(record => record.Kind == InputKind.Loss).Tag);
        Assert.Equal(Frame(0, 1), read.Single(record => record.Kind == InputKind.Frame));
    }

    [Fact]
    public void ShouldReuseTheRingForManyLapsWithEverySize()
    {
        var ring = new RecordRing(4096);
        byte[] bytes = TestBytes.Random(1, 1500);
        for (int i = 0; i < 20_000; i++)
        {
            ReadOnlySpan<byte> expected = bytes.AsSpan(0, i % 1500);
            Assert.True(ring.TryAppend(Frame(0, i), expected));
            Assert.True(ring.TryPeek(out InputRecord record, out ReadOnlySpan<byte> payload, out _));
            Assert.Equal(i, record.Tag);
            Assert.True(expected.SequenceEqual(payload));
            ring.ReleasePeeked(payload.Length);
            Assert.False(ring.TryPeek(out _, out _, out _));
            Assert.Equal(0, ring.UsedBytes);
        }
    }

    [Fact]
    public void ShouldSayWhatFailedThenGoOnInANewSegmentWithTheLossOnRecord()
    {
        using var folder = new TemporaryFolder();
        Recording recording = Create(folder);
        string away = recording.Directory + "-away";
        Directory.Move(recording.Directory, away);
        var options = new TickRecorderOptions
        {
            FlushInterval = TimeSpan.FromMilliseconds(1),
            RetryInterval = TimeSpan.FromMilliseconds(1),
        };
        using var thread = new RecorderThread(recording, options);
        TickRecorder recorder = thread.Recorder;
        Eventually.Holds(() => recorder.Health == RecorderHealth.Failed);
        Assert.Contains(recording.Directory, recorder.Status.Reason, StringComparison.Ordinal);
        Assert.True(recorder.Append(Frame(0, 0), "lost"u8));
        Eventually.Holds(() => recorder.DroppedRecords == 1);
        Directory.Move(away, recording.Directory);
        Eventually.Holds(() => recorder.Health == RecorderHealth.Degraded);
        Assert.Contains("recording continues", recorder.Status.Reason, StringComparison.Ordinal);
        Assert.True(recorder.Append(Frame(0, 1), "kept"u8));
        Assert.True(thread.Stop(Eventually.Timeout));
        List<InputRecord> read = ReadAll(recording, out Truncation? truncation);
        Assert.Null(truncation);
        Assert.Equal([InputKind.Loss, InputKind.Frame], read.Select(record => record.Kind));
        Assert.Equal(1, read[0].Tag);
    }

    [Fact]
    public void ShouldNoticeThatItsFolderWasRemoved()
    {
        using var folder = new TemporaryFolder();
        Recording recording = Create(folder);
        using var thread = new RecorderThread(recording, new() { FlushInterval = TimeSpan.FromMilliseconds(1) });
        TickRecorder recorder = thread.Recorder;
        Eventually.Holds(() => Directory.GetFiles(recording.Directory).Length > 0);
        Directory.Delete(recording.Directory, recursive: true);
        Eventually.Holds(() => recorder.Health == RecorderHealth.Failed);
        Assert.True(recorder.Append(Frame(0, 0), default));
        Assert.True(thread.Stop(Eventually.Timeout));
        Assert.Equal(RecorderHealth.Failed, recorder.Health);
        Assert.Equal(1, recorder.DroppedRecords);
    }

    [Fact]
    public void ShouldCountWhatWentWithARemovedFile()
    {
        using var folder = new TemporaryFolder();
        Recording recording = Create(folder);
        var options = new TickRecorderOptions
        {
            FlushInterval = TimeSpan.FromMilliseconds(1),
            RetryInterval = TimeSpan.FromMilliseconds(1),
        };
        using var thread = new RecorderThread(recording, options);
        TickRecorder recorder = thread.Recorder;
        for (int i = 0; i < 100; i++)
        {
            Assert.True(recorder.Append(Frame(0, i), default));
        }

        Eventually.Holds(() => recorder.FlushedRecords == 100);
        File.Delete(Directory.GetFiles(recording.Directory).Single());
        Eventually.Holds(() => recorder.DroppedRecords == 100);
        Eventually.Holds(() => recorder.Health == RecorderHealth.Degraded);
        Assert.True(recorder.Append(Frame(0, 100), default));
        Assert.True(thread.Stop(Eventually.Timeout));

        // The segment number is missing, and the loss record precedes later records.
        Assert.False(SegmentReader.TryOpen(recording.Directory, out _, out string problem));
        Assert.Contains("000000.lls.lz4 is missing before this one", problem, StringComparison.Ordinal);
        Assert.True(SegmentReader.TryOpen(recording.Directory, out SegmentReader? reader, out _, true));
        using (reader)
        {
            Assert.True(reader!.TryRead(out InputRecord loss, out _));
            Assert.Equal((InputKind.Loss, 100), (loss.Kind, loss.Tag));
            Assert.True(reader.TryRead(out InputRecord frame, out _));
            Assert.Equal(Frame(0, 100), frame);
        }
    }

    [Fact]
    public void ShouldRefuseOptionsOutOfRange()
    {
        using var folder = new TemporaryFolder();
        Recording recording = Create(folder);
        Assert.Throws<ArgumentException>(() => new TickRecorder(recording, new() { MemoryBytes = 5000 }));
        Assert.Throws<ArgumentException>(() => new TickRecorder(recording, new() { FlushInterval = TimeSpan.Zero }));
        Assert.Throws<ArgumentException>(
            () => new TickRecorder(recording, new() { Segments = new() { SegmentBytesMax = 0 } }));
    }

    private static Recording Create(TemporaryFolder folder) => Recording.Create(folder.Path, 1_000_000_000, "test");

    private static InputRecord Frame(int source, int tag) =>
        new(InputKind.Frame, (ushort)source, tag, tag * 10L, 1, 1_000_000_000L + tag);

    private static int PayloadLength(int source, int index) => ((index * 31) + (source * 7)) % 600;

    private static byte PayloadByte(int source, int index) => (byte)(index + (source * 64));

    private static List<InputRecord> ReadAll(Recording recording, out Truncation? truncation)
    {
        var records = new List<InputRecord>();
        truncation = null;
        if (SegmentReader.TryOpen(recording.Directory, out SegmentReader? reader, out _))
        {
            using (reader)
            {
                while (reader!.TryRead(out InputRecord record, out _))
                {
                    records.Add(record);
                }

                truncation = reader.Truncation;
            }
        }

        return records;
    }
}
