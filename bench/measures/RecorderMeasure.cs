using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading;
using LowLatency.Engine.Runtime;
using LowLatency.Recorder;
using Recordings = LowLatency.Recorder.Recording;

namespace LowLatency.Measures;

/// <summary>
/// The cost of recording for the feed thread, and the speed of writing and reading a recording, with yardsticks that
/// compress the same bytes.
/// </summary>
internal static class RecorderMeasure
{
    private const int Rounds = 10;

    // Appends are timed in small groups, because reading the clock costs as much as an append.
    private const int Group = 16;

    // A real feed is not a flood: from here on the recorder's thread gets the core.
    private const long PauseAtBytes = 16 << 20;
    private const int PauseMs = 20;

    private const string Method = "records of the input, best of 10 rounds; appends in groups of 16; without disk "
        + "speed and syncs";

    public static MeasureReport Run(MeasuredInput input, Yardsticks yardsticks)
    {
        var folder = new DirectoryInfo(PrivateFile.CreateTemporaryFolder("lowlatency-bench-"));
        try
        {
            RecordedInput[] inputs = input.Inputs;
            string content = Path.Combine(folder.FullName, "content");
            (Figure writing, double mbPerSecond, long bytes) = MeasureWriting(inputs, folder.FullName, content);
            Figure append = MeasureAppend(inputs, folder.FullName, out long dropped);
            Figure reading = MeasureReading(input);
            IReadOnlyList<Figure> others = yardsticks.Compression(content, bytes, out double? referenceMbPerSecond);
            if (referenceMbPerSecond is { } reference)
            {
                writing = Figure.Ours(writing.Name, [
                    .. writing.Values.Select(item => (item.Key, item.Value)),
                    (FigureNames.Ratio, mbPerSecond / reference),
                ]);
            }

            return new MeasureReport(
                "recorder",
                string.Create(CultureInfo.InvariantCulture, $"{input.Name}: {inputs.Length} records, ")
                    + string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.0} MB with their headers"),
                Method,
                [append, writing, reading, .. others],
                dropped == 0 ? null : $"{dropped} records were dropped");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static Figure MeasureAppend(RecordedInput[] inputs, string folder, out long dropped)
    {
        var groups = new List<double>(Rounds * inputs.Length / Group);
        long bytes = 0;
        int collections = 0;
        dropped = 0;
        for (int round = 0; round < Rounds; round++)
        {
            using var thread = new RecorderThread(Recordings.Create(folder, 0, "bench"));
            TickRecorder recorder = thread.Recorder;
            long before = GC.GetAllocatedBytesForCurrentThread();
            int collected = GC.CollectionCount(0);
            for (int at = 0; at + Group <= inputs.Length; at += Group)
            {
                long start = Stopwatch.GetTimestamp();
                for (int i = at; i < at + Group; i++)
                {
                    recorder.Append(inputs[i].Record, inputs[i].Payload.Span);
                }

                groups.Add(Stopwatch.GetElapsedTime(start).TotalNanoseconds / Group);
                if (recorder.MemoryUsedBytes > PauseAtBytes)
                {
                    Thread.Sleep(PauseMs);
                }
            }

            bytes = Math.Max(bytes, GC.GetAllocatedBytesForCurrentThread() - before);
            collections = Math.Max(collections, GC.CollectionCount(0) - collected);
            thread.Dispose();
            dropped += recorder.DroppedRecords;
        }

        groups.Sort();
        return Figure.Ours(
            "append on the feed's thread",
            (FigureNames.NsPerMessage, At(groups, 0.5)),
            ("p90_ns", At(groups, 0.9)),
            ("p99_ns", At(groups, 0.99)),
            (FigureNames.AllocatedBytes, bytes),
            (FigureNames.GcCollections, collections));
    }

    private static (Figure Figure, double MbPerSecond, long Bytes) MeasureWriting(
        RecordedInput[] inputs, string folder, string contentPath)
    {
        double best = double.MaxValue;
        long written = 0;
        string directory = string.Empty;
        for (int round = 0; round < Rounds; round++)
        {
            var recording = Recordings.Create(folder, 0, "bench");
            directory = recording.Directory;
            long start = Stopwatch.GetTimestamp();
            using (var writer = new SegmentWriter(recording, new SegmentWriterOptions { SyncAtSeal = false }))
            {
                foreach (ref readonly RecordedInput item in inputs.AsSpan())
                {
                    writer.Append(item.Record, item.Payload.Span);
                }

                writer.Seal();
                written = writer.CompressedBytes;
            }

            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        long bytes = Unpack(Directory.GetFiles(directory).Single(), contentPath);
        double mbPerSecond = bytes / best / 1e6;
        return (
            Figure.Ours(
                "segments written",
                (FigureNames.NsPerMessage, best * 1e9 / inputs.Length),
                (FigureNames.MegabytesPerSecond, mbPerSecond),
                (FigureNames.CompressionRatio, (double)bytes / written)),
            mbPerSecond, bytes);
    }

    private static Figure MeasureReading(MeasuredInput input)
    {
        double best = double.MaxValue;
        long records = 0;
        long bytes = 0;
        for (int round = 0; round < Rounds; round++)
        {
            (records, bytes) = (0, 0);
            long start = Stopwatch.GetTimestamp();
            SegmentReader.TryOpen(input.Recording, out SegmentReader? reader, out _, trustsIndex: true);
            using (reader)
            {
                while (records < input.Inputs.Length && reader!.TryRead(out _, out ReadOnlySpan<byte> payload))
                {
                    records++;
                    bytes += payload.Length;
                }
            }

            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return Figure.Ours(
            "read back and checked",
            (FigureNames.NsPerMessage, best * 1e9 / records),
            (FigureNames.MegabytesPerSecond, bytes / best / 1e6));
    }

    private static double At(List<double> sorted, double part) => sorted[(int)(part * (sorted.Count - 1))];

    private static long Unpack(string segment, string contentPath)
    {
        using FileStream file = File.OpenRead(segment);
        var frame = new Recorder.Lz4.Lz4FrameReader(file);
        using FileStream content = PrivateFile.CreateNew(contentPath);
        while (frame.Read(out ReadOnlySpan<byte> block) == Recorder.Lz4.Lz4ReadResult.Block)
        {
            content.Write(block);
        }

        return content.Length;
    }
}
