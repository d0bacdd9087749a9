using System;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using LowLatency.Engine;
using LowLatency.Engine.Books;
using LowLatency.Engine.Events;
using LowLatency.Measures.Rivals;

namespace LowLatency.Measures;

/// <summary>
/// The engine's book beside its rivals, over what a market did to its books: level updates alone, best bid and ask read
/// after each message. All take turns in one run, and the best round of each counts.
/// </summary>
internal static class BookMeasure
{
    private const int Rounds = 9;
    private const int Walks = 200_000;
    private const int Levels = 20;

    private const string Method =
        "level updates alone, tops read after each message, best of 9 passes; walks through about 20 levels";

    public static MeasureReport Run(MeasuredInput input) => Run(BookStream.Of(input));

    public static MeasureReport Run(BookStream stream)
    {
        Times ladder = default, array = default, blocks = default, tree = default;
        for (int round = 0; round < Rounds; round++)
        {
            ladder = ladder.Best(Measure<LadderBook>(stream));
            array = array.Best(Measure<SortedArrayBook>(stream));
            blocks = blocks.Best(Measure<BlockedArrayBook>(stream));
            tree = tree.Best(Measure<TreeBook>(stream));
        }

        bool isEqual = ladder.Seen == tree.Seen && array.Seen == tree.Seen && blocks.Seen == tree.Seen;
        return new MeasureReport(
            "book",
            string.Create(CultureInfo.InvariantCulture, $"{stream.Name}: {stream.Ticks.Length} books, ")
                + string.Create(CultureInfo.InvariantCulture, $"{stream.Messages} messages, {stream.Updates} updates"),
            Method,
            [
                Figure.Ours("book (ladder and far levels)", Values(ladder)),
                Figure.Yardstick("sorted array", Values(array)),
                Figure.Yardstick("array in blocks", Values(blocks)),
                Figure.Yardstick("SortedDictionary", Values(tree)),
            ],
            isEqual ? null : "the books have shown different bests or walks");

        (string, double)[] Values(Times times) =>
        [
            (FigureNames.NsPerLevel, times.UpdateNs),
            (FigureNames.NsPerWalk, times.WalkNs),
            (FigureNames.Ratio, times.UpdateNs / tree.UpdateNs),
            (FigureNames.EventsPerSecond, 1e9 / times.UpdateNs),
            (FigureNames.AllocatedBytes, times.Bytes),
            (FigureNames.GcCollections, times.Collections),
        ];
    }

    private static Times Measure<TBook>(BookStream stream)
        where TBook : struct, IMeasuredBook<TBook>
    {
        int levels = OrderBook.DefaultLevelsPerSide(stream.Ticks.Length);
        TBook[] books = stream.Ticks.Select(tick => TBook.Create(levels, tick))
            .ToArray();

        // The first time grows what grows, as a session's first minutes do.
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

        return new Times(update, Stopwatch.GetElapsedTime(start).TotalNanoseconds / Walks, seen, bytes, collections);
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

    private readonly record struct Times(double UpdateNs, double WalkNs, ulong Seen, long Bytes, int Collections)
    {
        public Times Best(Times other) => UpdateNs == 0
            ? other
            : new Times(
                Math.Min(UpdateNs, other.UpdateNs),
                Math.Min(WalkNs, other.WalkNs),
                other.Seen,
                Math.Max(Bytes, other.Bytes),
                Math.Max(Collections, other.Collections));
    }
}
