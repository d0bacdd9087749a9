using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Risk;
using LowLatency.Feeds;
using LowLatency.Feeds.Captures;
using LowLatency.Recorder;
using LowLatency.Replay;

namespace LowLatency.Bench;

/// <summary>
/// What recording costs the thread that feeds it, how fast a recording is written and read back, and how fast it is
/// replayed: on the messages of a real capture, beside the <c>lz4</c> tool on the bytes of the same recording.
/// </summary>
internal static class RecorderBench
{
    private const string Usdm = "hftbacktest/usdm/btcusdt_20240808.gz";
    private const int Rounds = 5;

    // Appends are timed in small groups, because reading the clock costs as much as an append.
    private const int Group = 16;

    public static int Run()
    {
        string? root = BooksBench.FindCaptures();
        if (root is null)
        {
            Console.WriteLine("this bench needs the captures: run tests/fetch-captures.sh");
            return 1;
        }

        DirectoryInfo folder = Directory.CreateTempSubdirectory("lowlatency-bench-");
        try
        {
            string recording = new CaptureImport(Venues.Find("binance-futures"), symbol: null).Run(
                () => Capture.Read([Path.Combine(root, Usdm)], withSymbolLists: true, withOpenings: true), "USD-M",
                Describe, folder.FullName, "bench").Folder;
            (InputRecord Record, byte[] Payload)[] inputs = ReadAll(recording);
            long bytes = inputs.Sum(input => (long)input.Payload.Length);
            Console.WriteLine(Invariant($"{inputs.Length} inputs, {bytes / 1e6:0.0} MB of payload"));
            MeasureAppend(inputs, folder.FullName);
            MeasureWriting(inputs, bytes, folder.FullName);
            MeasureReading(recording, inputs.Length, bytes);
            MeasureReplay(recording);
            return 0;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void MeasureAppend((InputRecord Record, byte[] Payload)[] inputs, string folder)
    {
        var groups = new List<double>();
        long dropped = 0;
        for (int round = 0; round < Rounds; round++)
        {
            using var recorder = new TickRecorder(LowLatency.Recorder.Recording.Create(folder, 0, "bench"));
            for (int at = 0; at + Group <= inputs.Length; at += Group)
            {
                long start = Stopwatch.GetTimestamp();
                for (int i = at; i < at + Group; i++)
                {
                    recorder.Append(in inputs[i].Record, inputs[i].Payload);
                }

                groups.Add(Stopwatch.GetElapsedTime(start).TotalNanoseconds / Group);
                if (recorder.MemoryUsedBytes > 16 << 20)
                {
                    // A feed is no flood: let the recorder's thread have its core.
                    Thread.Sleep(20);
                }
            }

            recorder.Dispose();
            dropped += recorder.DroppedRecords;
        }

        groups.Sort();
        Console.WriteLine(Invariant($"append on the feed's thread: {At(groups, 0.5):0} ns a message at the median, ")
            + Invariant($"{At(groups, 0.9):0} at 90 %, {At(groups, 0.99):0} at 99 % (means of {Group}); ")
            + Invariant($"{dropped} dropped"));
    }

    private static void MeasureWriting((InputRecord Record, byte[] Payload)[] inputs, long bytes, string folder)
    {
        double best = double.MaxValue;
        double tool = double.MaxValue;
        long written = 0;
        long squeezed = 0;
        for (int round = 0; round < Rounds; round++)
        {
            var recording = LowLatency.Recorder.Recording.Create(folder, 0, "bench");
            long start = Stopwatch.GetTimestamp();
            using (var writer = new SegmentWriter(recording, new SegmentWriterOptions { SyncAtSeal = false }))
            {
                foreach ((InputRecord record, byte[] payload) in inputs)
                {
                    writer.Append(in record, payload);
                }

                writer.Seal();
                written = writer.CompressedBytes;
            }

            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
            string content = Unpack(recording.Directory);
            if (content.Length != 0)
            {
                start = Stopwatch.GetTimestamp();
                RunTool($"-q -f -1 -B5 -BI {content} {content}.lz4");
                tool = Math.Min(tool, Stopwatch.GetElapsedTime(start).TotalSeconds);
                squeezed = new FileInfo(content + ".lz4").Length;
                bytes = new FileInfo(content).Length;
            }
        }

        Console.WriteLine(Invariant($"writing segments: {bytes / best / 1e6:0} MB/s to {written} bytes")
            + (squeezed == 0 ? string.Empty
                : Invariant($"; lz4 -1 as a process: {bytes / tool / 1e6:0} MB/s to {squeezed} bytes, ")
                    + Invariant($"{tool / best:0.00} of its speed, ")
                    + Invariant($"{(double)squeezed / written:0.000} of its ratio")));
    }

    private static void MeasureReading(string recording, int count, long bytes)
    {
        double best = double.MaxValue;
        for (int round = 0; round < Rounds; round++)
        {
            long start = Stopwatch.GetTimestamp();
            SegmentReader.TryOpen(recording, out SegmentReader? reader, out _);
            using (reader)
            {
                while (reader!.TryRead(out _, out _))
                {
                    // Reading and checking is what is measured.
                }
            }

            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        Console.WriteLine(
            Invariant($"reading back: {count / best / 1e6:0.00} M records/s, {bytes / best / 1e6:0} MB/s"));
    }

    private static void MeasureReplay(string recording)
    {
        foreach (string strategy in new[] { "Watch", "DirectionMask" })
        {
            double best = double.MaxValue;
            ReplayRunner? runner = null;
            for (int round = 0; round < Rounds; round++)
            {
                long start = Stopwatch.GetTimestamp();
                runner = RecordingReplay.Run(recording, null, new ReplayOptions
                {
                    Change = manifest => strategy == "Watch" ? manifest.WatchOnly(_ => true) : manifest,
                }).Runner;
                best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
            }

            Console.WriteLine(Invariant($"replay with {strategy,-14} {runner!.Records / best / 1e6:0.00} M frames/s, ")
                + Invariant($"{runner.Events / best / 1e6:0.0} M events/s"));
        }
    }

    private static (InputRecord Record, byte[] Payload)[] ReadAll(string recording)
    {
        var inputs = new List<(InputRecord, byte[])>();
        SegmentReader.TryOpen(recording, out SegmentReader? reader, out _);
        using (reader)
        {
            while (reader!.TryRead(out InputRecord record, out ReadOnlySpan<byte> payload))
            {
                inputs.Add((record, payload.ToArray()));
            }
        }

        return inputs.ToArray();
    }

    private static double At(List<double> sorted, double part) => sorted[(int)(part * (sorted.Count - 1))];

    private static string Unpack(string recording)
    {
        string file = Directory.GetFiles(recording).Single();
        return RunTool($"-q -d -f {file} {file}.content") ? file + ".content" : string.Empty;
    }

    private static bool RunTool(string arguments)
    {
        try
        {
            using Process tool = Process.Start("lz4", arguments);
            tool.WaitForExit();
            return tool.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            // Not installed: our own figures alone are shown.
            return false;
        }
    }

    private static InstrumentManifest Describe(Instrument instrument) => new(
        instrument,
        new RiskLimits
        {
            MaxOrderTickLots = long.MaxValue / 4,
            MaxPositionTickLots = long.MaxValue / 4,
            MaxOpenOrders = 20,
            CollarPpm = 10_000,
        },
        new StrategyManifest("DirectionMask", new Dictionary<string, string>()));

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
