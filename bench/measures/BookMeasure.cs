using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using LowLatency.Engine;
using LowLatency.Engine.Books;
using LowLatency.Engine.Events;

namespace LowLatency.Measures;

/// <summary>
/// The engine's book and its yardsticks, over the updates of a market: level updates only, with best bid and ask read
/// after each message. All alternate in one run, and the best round of each counts.
/// </summary>
internal static class BookMeasure
{
    private const int Rounds = 9;
    private const int Walks = 200_000;
    private const int Levels = 20;

    private const string Method =
        "level updates only, tops read after each message, best of 9 passes; walks through about 20 levels";

    public static MeasureReport Run(MeasuredInput input, Yardsticks yardsticks)
    {
        var stream = BookStream.Of(input);
        BookWay[] ways = [BookWay.Of<LadderBook>("book (ladder and far levels)"), .. yardsticks.Books];
        var best = new BookTimes[ways.Length];
        for (int round = 0; round < Rounds; round++)
        {
            for (int way = 0; way < ways.Length; way++)
            {
                best[way] = best[way].Best(ways[way].Measure(stream));
            }
        }

        return new MeasureReport(
            "book",
            string.Create(CultureInfo.InvariantCulture, $"{stream.Name}: {stream.Ticks.Length} books, ")
                + string.Create(CultureInfo.InvariantCulture, $"{stream.Messages} messages, {stream.Updates} updates"),
            Method,
            ways.Select((way, i) => new Figure(way.Name, IsYardstick: i != 0, Values(best[i]))).ToArray(),
            best.All(times => times.Seen == best[0].Seen) ? null : "the books differ in best prices or walks");

        Dictionary<string, double> Values(BookTimes times)
        {
            var values = new Dictionary<string, double>
            {
                [FigureNames.NsPerLevel] = times.UpdateNs,
                [FigureNames.NsPerWalk] = times.WalkNs,
                [FigureNames.EventsPerSecond] = 1e9 / times.UpdateNs,
                [FigureNames.AllocatedBytes] = times.Bytes,
                [FigureNames.GcCollections] = times.Collections,
            };
            if (ways.Length > 1)
            {
                values[FigureNames.Ratio] = times.UpdateNs / best[^1].UpdateNs;
            }

            return values;
        }
    }

    /// <summary>One round of a book.</summary>
    public static BookTimes Measure<TBook>(BookStream stream)
        where TBook : struct, IMeasuredBook<TBook>
    {
        int levels = OrderBook.DefaultLevelsPerSide(stream.Ticks.Length);
        TBook[] books = stream.Ticks.Select(tick => TBook.Create(levels, tick))
            .ToArray();

        // The first pass grows all buffers, as a session's first minutes do.
        Play(stream.Steps, books);
        long bytes = -GC.GetAllocatedBytesForCurrentThread();
        int collections = -GC.CollectionCount(0);
        long start = Stopwatch.GetTimestamp();
        ulong seen = Play(stream.Steps, books);
        double update = Stopwatch.GetElapsedTime(start).TotalNanoseconds / stream.Updates;
        bytes += GC.GetAllocatedBytesForCurrentThread();
        collections += GC.CollectionCount(0);
        long quantity = QuantityOfLevels(books[0]);
        start = Stopwatch.GetTimestamp();
        for (int i = 0; i < Walks; i++)
        {
            seen += (ulong)books[0].Walk(i % 2 == 0 ? Side.Buy : Side.Sell, quantity, out long price) * (ulong)price;
        }

        double walk = Stopwatch.GetElapsedTime(start).TotalNanoseconds / Walks;
        return new BookTimes(update, walk, seen, bytes, collections);
    }

    private static ulong Play<TBook>(BookStep[] steps, TBook[] books)
        where TBook : struct, IMeasuredBook<TBook>
    {
        var seen = default(StateHash);
        foreach (ref readonly BookStep step in steps.AsSpan())
        {
            ref TBook book = ref books[step.Instrument];
            if (step.Kind == EventKind.LevelUpdate)
            {
                book.Set(step.Side, step.Price, step.Quantity);
            }
            else if (step.Kind == EventKind.BookCommit)
            {
                seen.Add(book.BestBid);
                seen.Add(book.BestAsk);
            }
            else
            {
                book.Clear();
            }
        }

        return seen.Value;
    }

    private static long QuantityOfLevels<TBook>(TBook book)
        where TBook : struct, IMeasuredBook<TBook>
    {
        long passed = 0;
        for (int i = 0; i < Levels; i++)
        {
            passed = book.Walk(Side.Buy, passed + 1, out _);
        }

        return passed;
    }
}
