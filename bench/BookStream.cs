using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Risk;
using LowLatency.Feeds;
using LowLatency.Feeds.Captures;
using LowLatency.Recorder;
using LowLatency.Replay;

namespace LowLatency.Bench;

/// <summary>One thing that happens to a book.</summary>
internal readonly record struct BookStep(EventKind Kind, Side Side, ushort Instrument, long Price, long Quantity);

/// <summary>
/// What a market does to its books, read beforehand and counted throughout in the increments that it ends with: so a
/// measurement holds nothing but the books.
/// </summary>
/// <param name="Name">Where it comes from.</param>
/// <param name="Ticks">Increments in a tick of each instrument.</param>
/// <param name="Steps">Snapshots, level updates and commits in their order.</param>
internal sealed record BookStream(string Name, long[] Ticks, BookStep[] Steps)
{
    /// <summary>Level updates, those of snapshots too.</summary>
    public int Updates => Steps.Count(step => step.Kind == EventKind.LevelUpdate);

    /// <summary>Snapshots and depth messages.</summary>
    public int Messages => Steps.Count(step => step.Kind == EventKind.BookCommit);

    /// <summary>Reads a public capture through the sessions that read the live stream.</summary>
    public static BookStream Read(string venue, string name, params string[] paths)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("lowlatency-bench-");
        try
        {
            ImportResult imported = new CaptureImport(Venues.Find(venue), symbol: null).Run(
                () => Capture.Read(paths, withSymbolLists: true, withOpenings: true), name, Describe,
                folder.FullName, "bench");
            return Collect(name, imported.Folder);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>
    /// A market like that of <see cref="TurningMarket"/>, for machines without captures: 1,000 levels a side, messages
    /// of 34 updates near a touch that wanders; the same on every machine.
    /// </summary>
    public static BookStream Generate(int messages)
    {
        var steps = new List<BookStep> { new(EventKind.SnapshotBegin, default, 0, 0, 0) };
        ulong state = 20_261_121;
        long Draw(long below)
        {
            state = (state * 6_364_136_223_846_793_005) + 1_442_695_040_888_963_407;
            return (long)((state >> 33) % (ulong)below);
        }

        long touch = 6_100_000;
        for (int i = 0; i < 1000; i++)
        {
            steps.Add(new BookStep(EventKind.LevelUpdate, Side.Buy, 0, touch - i, 1000));
            steps.Add(new BookStep(EventKind.LevelUpdate, Side.Sell, 0, touch + 1 + i, 1000));
        }

        for (int i = 0; i < messages; i++)
        {
            steps.Add(new BookStep(EventKind.BookCommit, default, 0, 0, 0));
            long moved = Draw(5) - 2;
            touch += moved;
            for (long taken = 1; taken <= Math.Abs(moved); taken++)
            {
                Side side = moved > 0 ? Side.Sell : Side.Buy;
                long price = moved > 0 ? touch + 1 - taken : touch + taken;
                steps.Add(new BookStep(EventKind.LevelUpdate, side, 0, price, 0));
            }

            steps.Add(new BookStep(EventKind.LevelUpdate, Side.Buy, 0, touch, 9));
            steps.Add(new BookStep(EventKind.LevelUpdate, Side.Sell, 0, touch + 1, 9));
            for (int j = 0; j < 32; j++)
            {
                // Squared, so that near levels change more often than far ones.
                long draw = Draw(64);
                long distance = 1 + (draw * draw);
                Side side = j % 2 == 0 ? Side.Buy : Side.Sell;
                long price = side == Side.Buy ? touch - distance : touch + 1 + distance;
                steps.Add(new BookStep(EventKind.LevelUpdate, side, 0, price, Draw(2) * (1 + Draw(1000))));
            }
        }

        steps.Add(new BookStep(EventKind.BookCommit, default, 0, 0, 0));
        return new BookStream("generated", [1], [.. steps]);
    }

    private static BookStream Collect(string name, string folder)
    {
        if (!SegmentReader.TryOpen(folder, out SegmentReader? reader, out string problem))
        {
            throw new InvalidDataException(problem);
        }

        using (reader)
        {
            reader!.TryRead(out _, out ReadOnlySpan<byte> json);
            SessionManifest manifest = SessionManifest.FromJson(json);
            using var runner = new ReplayRunner(manifest);
            var steps = new List<BookStep>();
            runner.Engine.OnInput = item =>
            {
                if (item.Kind is EventKind.SnapshotBegin or EventKind.LevelUpdate or EventKind.BookCommit
                    or EventKind.BookStale or EventKind.BookRescale)
                {
                    steps.Add(new BookStep(item.Kind, item.Side, item.InstrumentId, item.Price, item.Quantity));
                }
            };
            while (reader.TryRead(out InputRecord record, out ReadOnlySpan<byte> payload))
            {
                runner.Add(in record, payload);
            }

            runner.Finish();
            int instruments = manifest.Instruments.Count;
            return new BookStream(
                name,
                Enumerable.Range(0, instruments).Select(id => runner.Engine.Engine.Scale(id).TickIncrements).ToArray(),
                InLastIncrements(steps, instruments));
        }
    }

    // From the end to the start: what comes before a rescale is multiplied by it.
    private static BookStep[] InLastIncrements(List<BookStep> steps, int instruments)
    {
        (long Price, long Quantity)[] factors = Enumerable.Repeat((1L, 1L), instruments).ToArray();
        for (int i = steps.Count - 1; i >= 0; i--)
        {
            BookStep step = steps[i];
            ref (long Price, long Quantity) factor = ref factors[step.Instrument];
            if (step.Kind == EventKind.BookRescale)
            {
                factor = (factor.Price * step.Price, factor.Quantity * step.Quantity);
            }
            else
            {
                steps[i] = step with
                {
                    Price = step.Price * factor.Price,
                    Quantity = step.Quantity * factor.Quantity,
                };
            }
        }

        return steps.Where(step => step.Kind != EventKind.BookRescale).ToArray();
    }

    private static InstrumentManifest Describe(Instrument instrument) => new(
        instrument,
        new RiskLimits
        {
            MaxOrderTickLots = long.MaxValue,
            MaxPositionTickLots = long.MaxValue,
            MaxOpenOrders = 10,
            CollarPpm = 1_000_000,
        },
        new StrategyManifest("Watch", new Dictionary<string, string>()));
}
