using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using LowLatency.Engine;
using LowLatency.Engine.Strategies;
using LowLatency.Recorder;
using LowLatency.Recorder.Journal;
using LowLatency.Replay;

namespace LowLatency.Measures;

/// <summary>
/// Replay speed from the file to the last decision: from messages and from decoded events; with a strategy that reads
/// the top of book every 100 ms, and with the direction mask, paper venue and journal. Yardsticks read the same
/// messages from memory, without signals and without restoring the order of inputs.
/// </summary>
internal static class ReplayMeasure
{
    private const double MaxSeconds = 2.5;
    private const int MinRounds = 3;
    private const int MaxRounds = 100;

    private const string Method = "the whole replay: opening, LZ4, checksums, messages, books, signals; two threads; "
        + "best round; events are level updates, trades and tops of book";

    private static readonly StrategyCatalog s_catalog =
        StrategyCatalog.BuiltIn.With(typeof(TopReader).Assembly);

    public static MeasureReport Run(MeasuredInput input, Yardsticks yardsticks)
    {
        var folder = new DirectoryInfo(PrivateFile.CreateTemporaryFolder("lowlatency-bench-"));
        try
        {
            string decoded = Path.Combine(folder.FullName, "events.bin");
            string journals = Path.Combine(folder.FullName, "journal");
            (Times raw, ReplayRunner first) = Measure(input, "TopReader", null, null);
            (Times cached, ReplayRunner second) = Measure(input, "TopReader", decoded, null);
            (Times mask, ReplayRunner third) = Measure(input, "DirectionMask", null, journals);
            (Times maskCached, ReplayRunner fourth) = Measure(input, "DirectionMask", decoded, journals);
            bool isSame = first.Events == second.Events
                && Decisions(third) == Decisions(fourth);
            Figure[] figures =
            [
                Show("from messages, top read each 100 ms", raw),
                Show("from decoded events, top read each 100 ms", cached),
                Show("from messages, direction mask and journal", mask),
                Show("from decoded events, direction mask and journal", maskCached),
                .. yardsticks.Replay(input, raw.Events),
            ];
            return new MeasureReport(
                "replay",
                string.Create(CultureInfo.InvariantCulture, $"{input.Name}: {raw.Messages} messages, ")
                    + string.Create(CultureInfo.InvariantCulture, $"{raw.Events} events, ")
                    + string.Create(
                        CultureInfo.InvariantCulture, $"{third.Core.Engine.Decisions.Count} decisions of the mask"),
                Method,
                figures,
                isSame ? null : "decisions from decoded events differ");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static (long Count, ulong Hash) Decisions(ReplayRunner runner) =>
        (runner.Core.Engine.Decisions.Count, runner.Core.Engine.Decisions.Value);

    private static (Times Times, ReplayRunner Runner) Measure(
        MeasuredInput input, string strategy, string? decoded, string? journals)
    {
        double best = double.MaxValue;
        int collections = 0;
        long bytes = 0;
        ReplayRunner? runner = null;
        var watch = Stopwatch.StartNew();
        for (int round = 0;
            round < MinRounds || (round < MaxRounds && watch.Elapsed.TotalSeconds < MaxSeconds);
            round++)
        {
            int before = GC.CollectionCount(0);
            long bytesBefore = GC.GetTotalAllocatedBytes();
            long start = Stopwatch.GetTimestamp();
            runner = Replay(input, strategy, decoded, journals);
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
            collections = Math.Max(collections, GC.CollectionCount(0) - before);
            bytes = Math.Max(bytes, GC.GetTotalAllocatedBytes() - bytesBefore);
        }

        InstrumentView[] views = Enumerable.Range(0, input.Manifest.Instruments.Count)
            .Select(id => runner!.Core.Engine.View(id)).ToArray();
        long levels = views.Sum(view => view.LevelUpdates);
        long events = levels + views.Sum(view => view.Trades + view.TopOfBooks);
        return (new Times(best, runner!.Records, events, levels, bytes, collections), runner);
    }

    private static ReplayRunner Replay(MeasuredInput input, string strategy, string? decoded, string? journals)
    {
        using JournalWriter? journal =
            journals is null ? null : JournalWriter.Create(journals, TimeSpan.Zero);
        var chosen = new StrategyManifest(strategy, new Dictionary<string, string>());
        return RecordingReplay.Run(
            input.Recording,
            journal is null ? null : output => journal.Append(in output),
            new ReplayOptions
            {
                Catalog = s_catalog,
                DecodedEvents = decoded,
                Change = manifest => manifest with
                {
                    Instruments = manifest.Instruments.Select(item => item with { Strategy = chosen }).ToArray(),
                },
            }).Runner;
    }

    private static Figure Show(string name, Times times) => Figure.Ours(
        name,
        (FigureNames.EventsPerSecond, times.Events / times.Seconds),
        (FigureNames.MessagesPerSecond, times.Messages / times.Seconds),
        (FigureNames.NsPerMessage, times.Seconds * 1e9 / times.Messages),
        (FigureNames.NsPerLevel, times.Seconds * 1e9 / times.Levels),
        (FigureNames.AllocatedBytes, times.Bytes),
        (FigureNames.GcCollections, times.Collections));

    private readonly record struct Times(
        double Seconds, long Messages, long Events, long Levels, long Bytes, int Collections);
}
