using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using LowLatency.Bench.Rivals;
using LowLatency.Engine;
using LowLatency.Engine.Books;
using LowLatency.Engine.Events;

namespace LowLatency.Bench;

/// <summary>
/// The engine's book beside its rivals, over what real markets did to their books: level updates alone, best bid and
/// ask read after each message. All rivals take turns in one run, and the best round of each counts.
/// </summary>
internal static class BooksBench
{
    private const int Rounds = 9;
    private const int Walks = 200_000;

    private static readonly (string Venue, string Name, string[] Paths)[] s_captures =
    [
        ("binance-futures", "USD-M BTCUSDT 2024", ["hftbacktest/usdm/btcusdt_20240808.gz"]),
        ("binance", "spot BTCUSDT 2024",
            ["hftbacktest/spot/btcusdt_20240808.gz", "hftbacktest/spot/btcusdt_20240809.gz"]),
        ("coinbase", "Coinbase 2021", ["cryptofeed/COINBASE"]),
        ("kraken", "Kraken 2021", ["cryptofeed/KRAKEN"]),
        ("bybit", "Bybit 2021", ["cryptofeed/BYBIT"]),
        ("binance-futures", "USD-M 2021", ["cryptofeed/BINANCE_FUTURES"]),
    ];

    public static int Run()
    {
        string? root = FindCaptures();
        BookStream[] streams = root is null
            ? [BookStream.Generate(12_000)]
            : s_captures.Select(item => BookStream.Read(
                item.Venue, item.Name, item.Paths.Select(path => Path.Combine(root, path)).ToArray())).ToArray();
        if (root is null)
        {
            Console.WriteLine("no captures beside the project (tests/fetch-captures.sh): a generated market instead");
        }

        Console.WriteLine("ns a level update; in brackets ns a walk through about 20 levels of the last book");
        Console.WriteLine($"{"market",-20}{"symbols",8}{"messages",10}{"updates",10}"
            + $"{"ladder",18}{"sorted array",18}{"blocked array",18}{"tree",18}");
        bool isEqual = true;
        foreach (BookStream stream in streams)
        {
            Figures ladder = default, array = default, blocks = default, tree = default;
            for (int round = 0; round < Rounds; round++)
            {
                ladder = ladder.Best(Measure<LadderBook>(stream));
                array = array.Best(Measure<SortedArrayBook>(stream));
                blocks = blocks.Best(Measure<BlockedArrayBook>(stream));
                tree = tree.Best(Measure<TreeBook>(stream));
            }

            Console.WriteLine($"{stream.Name,-20}{stream.Ticks.Length,8}{stream.Messages,10}{stream.Updates,10}"
                + $"{ladder,18}{array,18}{blocks,18}{tree,18}");
            isEqual &= ladder.Seen == tree.Seen && array.Seen == tree.Seen && blocks.Seen == tree.Seen;
        }

        Console.WriteLine(isEqual ? "all saw the same bests and walks" : "THE BOOKS DIFFER");
        return isEqual ? 0 : 1;
    }

    private static Figures Measure<TBook>(BookStream stream)
        where TBook : struct, IMeasuredBook<TBook>
    {
        TBook[] books = stream.Ticks.Select(tick => TBook.Create(OrderBook.FairLevels(stream.Ticks.Length), tick))
            .ToArray();

        // The first time grows what grows, as a session's first minutes do.
        Play(stream.Steps, books);
        long start = Stopwatch.GetTimestamp();
        ulong seen = Play(stream.Steps, books);
        double update = Stopwatch.GetElapsedTime(start).TotalNanoseconds / stream.Updates;
        long quantity = QuantityOfTwentyLevels(books[0]);
        start = Stopwatch.GetTimestamp();
        for (int i = 0; i < Walks; i++)
        {
            seen += (ulong)books[0].Walk(i % 2 == 0 ? Side.Buy : Side.Sell, quantity, out long price) * (ulong)price;
        }

        return new Figures(update, Stopwatch.GetElapsedTime(start).TotalNanoseconds / Walks, seen);
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

    private static long QuantityOfTwentyLevels<TBook>(TBook book)
        where TBook : struct, IMeasuredBook<TBook>
    {
        long passed = 0;
        for (int i = 0; i < 20; i++)
        {
            passed = book.Walk(Side.Buy, passed + 1, out _);
        }

        return passed;
    }

    /// <summary>The folder of the captures beside the project, or null when there is none.</summary>
    public static string? FindCaptures()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string data = Path.Combine(folder.FullName, "shared", "data");
            if (Directory.Exists(data))
            {
                return data;
            }
        }

        return null;
    }

    private readonly record struct Figures(double UpdateNs, double WalkNs, ulong Seen)
    {
        public Figures Best(Figures other) => UpdateNs == 0
            ? other
            : new Figures(Math.Min(UpdateNs, other.UpdateNs), Math.Min(WalkNs, other.WalkNs), other.Seen);

        public override string ToString() =>
            string.Create(CultureInfo.InvariantCulture, $"{UpdateNs:0.0} ({WalkNs:0})");
    }
}
