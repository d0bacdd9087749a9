using System;
using System.Collections.Generic;
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.IO.Compression;
using System.Linq;
using System.Text.RegularExpressions;
using System.Threading;
using System.Threading.Tasks;
using LowLatency.Recorder;
using Recordings = LowLatency.Recorder.Recording;

namespace LowLatency.Measures;

/// <summary>
/// What recording costs the thread that feeds it, and how fast a recording is written and read back, beside the
/// platform's fastest compression of the same bytes and the <c>lz4</c> tool, where it is installed.
/// </summary>
internal static partial class RecorderMeasure
{
    private const int Rounds = 10;

    // Appends are timed in small groups, because reading the clock costs as much as an append.
    private const int Group = 16;

    // A feed is no flood: from here on the recorder's thread is given its core.
    private const long PauseAtBytes = 16 << 20;
    private const int PauseMs = 20;

    private const string Method = "records of the input, best of 10 rounds; appends in groups of 16; the disk's own "
        + "speed and syncs are left out; the tool is a process of its own";

    public static MeasureReport Run(MeasuredInput input)
    {
        var folder = new DirectoryInfo(PrivateFile.CreateTemporaryFolder("lowlatency-bench-"));
        try
        {
            RecordedInput[] inputs = input.Inputs;
            string content = Path.Combine(folder.FullName, "content");
            (Figure writing, double mbPerSecond, long bytes) = MeasureWriting(inputs, folder.FullName, content);
            var figures = new List<Figure>
            {
                MeasureAppend(inputs, folder.FullName, out long dropped),
                writing,
                MeasureReading(input),
                MeasurePlatform(content, bytes),
            };
            if (MeasureTool(content, bytes) is { } tool)
            {
                figures.Add(tool);
                if (MeasureToolInMemory(content) is { } inMemory)
                {
                    figures.Add(inMemory);
                }

                writing = Figure.Ours(writing.Name, [
                    .. writing.Values.Select(item => (item.Key, item.Value)),
                    (FigureNames.Ratio, mbPerSecond / tool.Values[FigureNames.MegabytesPerSecond]),
                ]);
                figures[1] = writing;
            }

            return new MeasureReport(
                "recorder",
                string.Create(CultureInfo.InvariantCulture, $"{input.Name}: {inputs.Length} records, ")
                    + string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.0} MB with their headers"),
                Method,
                figures,
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
            using var recorder = new TickRecorder(Recordings.Create(folder, 0, "bench"));
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
            recorder.Dispose();
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

    private static Figure MeasurePlatform(string contentPath, long bytes)
    {
        byte[] content = File.ReadAllBytes(contentPath);
        double best = double.MaxValue;
        long written = 0;
        for (int round = 0; round < Rounds / 3; round++)
        {
            using var target = new MemoryStream(content.Length);
            long start = Stopwatch.GetTimestamp();
            using (var deflate = new DeflateStream(target, CompressionLevel.Fastest, leaveOpen: true))
            {
                deflate.Write(content);
            }

            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
            written = target.Length;
        }

        return Figure.Yardstick(
            "DeflateStream, fastest, in memory",
            (FigureNames.MegabytesPerSecond, bytes / best / 1e6),
            (FigureNames.CompressionRatio, (double)bytes / written));
    }

    private static Figure? MeasureTool(string contentPath, long bytes)
    {
        double best = double.MaxValue;
        for (int round = 0; round < Rounds; round++)
        {
            long start = Stopwatch.GetTimestamp();
            if (!TryRunTool($"-q -f -1 -B5 -BI {contentPath} {contentPath}.lz4"))
            {
                return null;
            }

            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return Figure.Yardstick(
            "lz4 -1, a process",
            (FigureNames.MegabytesPerSecond, bytes / best / 1e6),
            (FigureNames.CompressionRatio, (double)bytes / new FileInfo(contentPath + ".lz4").Length));
    }

    // The tool's own benchmark: the codec alone, from memory to memory, without checksums.
    private static Figure? MeasureToolInMemory(string contentPath)
    {
        using Process tool = Process.Start(new ProcessStartInfo("lz4", $"-b1 -B5 -BI -i2 {contentPath}")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        Task<string> output = tool.StandardOutput.ReadToEndAsync();
        string words = tool.StandardError.ReadToEnd() + output.Result;
        tool.WaitForExit();
        Match found = BenchLine().Matches(words).LastOrDefault() ?? Match.Empty;
        return !found.Success ? null : Figure.Yardstick(
            "lz4 -b1, the codec alone in memory",
            (FigureNames.MegabytesPerSecond, double.Parse(found.Groups["speed"].Value, CultureInfo.InvariantCulture)),
            (FigureNames.CompressionRatio, double.Parse(found.Groups["ratio"].Value, CultureInfo.InvariantCulture)));
    }

    [GeneratedRegex(@"\((?<ratio>[0-9.]+)\), *(?<speed>[0-9.]+) MB/s")]
    private static partial Regex BenchLine();

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

    private static bool TryRunTool(string arguments)
    {
        try
        {
            using Process tool = Process.Start("lz4", arguments);
            tool.WaitForExit();
            return tool.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
