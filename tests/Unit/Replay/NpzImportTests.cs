using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using LowLatency.Engine;
using LowLatency.Engine.Books;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;
using LowLatency.Feeds;
using LowLatency.Replay;
using LowLatency.Replay.Export;
using LowLatency.Replay.Npz;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Replay;

/// <summary>hftbacktest's files become recordings; files from an export give the same books.</summary>
public sealed class NpzImportTests
{
    private const ulong Bid = PlainNpz.Both | PlainNpz.Buy;
    private const ulong Ask = PlainNpz.Both | PlainNpz.Sell;

    public static TheoryData<string> Captures => new(CaptureCase.Tried.Select(item => item.Name)
        .Intersect(["spot-btcusdt-202408", "usdm-btcusdt-20240808", "coinbase-20210417", "kraken-20210417",
            "bitstamp-20220105"]));

    [Theory]
    [MemberData(nameof(Captures))]
    public void ShouldBringBackTheBooksOfACapture(string name)
    {
        CaptureCase capture = CaptureCase.All.Single(item => item.Name == name);
        using var folder = new TemporaryFolder();
        string recording = capture.Import(folder.Path).Folder;

        foreach ((Instrument instrument, long compared, long commits) in RoundTrip(folder, recording, capture.Venue))
        {
            Assert.NotEqual(0, commits);
            Assert.True(compared == commits, $"{instrument.Symbol}: {compared} of {commits} are the original's");
        }
    }

    [Fact]
    public void ShouldBringBackGeneratedBooks()
    {
        for (int seed = 1; seed <= Cases.Times(5); seed++)
        {
            using var folder = new TemporaryFolder();
            string recording = Generate(folder, new Random(seed));

            (_, long compared, long commits) = Assert.Single(RoundTrip(folder, recording, "binance"));

            Assert.True(compared == commits && commits > 20, $"seed {seed}: {compared} of {commits}");
        }
    }

    [Fact]
    public void ShouldPutRowsTogetherToMessages()
    {
        using var folder = new TemporaryFolder();
        EngineInput[] events = Import(
            folder,
            new PlainRow(Bid | 1, 90, 100, 10, 1),
            new PlainRow(Ask | 1, 91, 100, 11, 2),
            new PlainRow(Ask | 2, 95, 100, 11, 0.5),
            new PlainRow(PlainNpz.Exchange | PlainNpz.Buy | 1, 99, 100, 10.5, 9),
            new PlainRow(Bid | 5, 100, 101, 10, 1),
            new PlainRow(Ask | 5, 100, 102, 11, 2),
            new PlainRow(Ask | 5, 100, 102, 11, 3),
            new PlainRow(PlainNpz.Both | 2, 100, 102, 11, 3),
            new PlainRow(PlainNpz.Both | 103, 100, 102, 11, 3),
            new PlainRow(Bid | 3, 110, 120, 9.5, 0),
            new PlainRow(Bid | 4, 110, 120, 9.5, 4),
            new PlainRow(Ask | 3, 110, 120, 12, 0),
            new PlainRow(Ask | 4, 110, 120, 12, 5),
            new PlainRow(PlainNpz.Both | 3, 130, 140, 0, 0),
            new PlainRow(Bid | 4, 130, 140, 8, 1),
            new PlainRow(Bid | 3, 150, 160, double.NaN, 0),
            new PlainRow(Ask | 3, 150, 160, double.NaN, 0));

        Assert.Equal(
            [
                "SnapshotBegin 100", "LevelUpdate 100 Buy 100 10", "LevelUpdate 100 Sell 110 20", "BookCommit 100 #1",
                "Trade 100 Sell 110 5",
                "TopOfBook 102 100x10 110x20", "TopOfBook 102 100x10 110x30",
                "LevelUpdate 120 Buy 100 0", "LevelUpdate 120 Sell 110 0", "LevelUpdate 120 Buy 95 40",
                "LevelUpdate 120 Sell 120 50", "BookCommit 120 #2",
                "SnapshotBegin 140", "LevelUpdate 140 Buy 80 10", "BookCommit 140 #3",
                "BookStale 160",
            ],
            events.Select(Describe));
        Assert.Equal([90L, 91L, 91L, 95L], events.Skip(1).Take(4).Select(item => item.ExchangeTimeNs));
    }

    [Fact]
    public void ShouldCountAsFinelyAsTheNumbersAre()
    {
        using var folder = new TemporaryFolder();
        PlainNpz.Write(
            folder.File("a.npz"),
            new PlainRow(Bid | 1, 1, 1, 61800.1, 1e-7),
            new PlainRow(Ask | 1, 1, 1, 1e6, 123456.25));
        PlainNpz.Write(folder.File("b.npz"), new PlainRow(Ask | 2, 2, 2, 61800.15, -0.0));

        Instrument plain = Import(folder, "a.npz", "b.npz").Instrument;
        Instrument declared = Run(
            folder, new NpzImport(Venues.Find("binance"), "BTCUSDT") { TickSize = "0.5", LotSize = "0.000000001" },
            "a.npz", "b.npz").Instrument;

        Assert.Equal(new InstrumentScale(2, 7, 1, 1), plain.Scale);
        Assert.Equal(new InstrumentScale(2, 9, 50, 1), declared.Scale);
        Assert.Throws<ArgumentException>(
            () => Run(folder, new NpzImport(Venues.Find("binance"), "BTCUSDT") { TickSize = "soon" }, "a.npz"));
    }

    [Fact]
    public void ShouldSplitASnapshotThatIsLargerThanOneInput()
    {
        using var folder = new TemporaryFolder();
        PlainRow[] rows = Enumerable.Range(1, 150_000).Select(i => new PlainRow(Bid | 4, 1, 1, i, 1)).ToArray();
        PlainNpz.Write(folder.File("a.npz"), rows);

        ReplayResult replay = RecordingReplay.Run(Import(folder, "a.npz").Folder);

        Assert.Equal(rows.Length, replay.Runner.Core.Engine.Book(0).Bids.Count);
        Assert.Null(replay.Runner.Divergence);
        Assert.Equal(replay.DecisionText, replay.RecordedDecisions);
    }

    [Theory]
    [InlineData("row 1: price NaN is not a number", 2, double.NaN, 1)]
    [InlineData("row 1: price Infinity is not a number", 2, double.PositiveInfinity, 1)]
    [InlineData("row 1: price -1 is not a number", 1, -1, 1)]
    [InlineData("row 1: quantity NaN is not a number", 1, 1, double.NaN)]
    [InlineData("row 1: quantity -0.5 is not a number", 4, 1, -0.5)]
    [InlineData("row 1: price -2 is not a number", 3, -2, 0)]
    [InlineData("row 1: 0.30000000000000004 has more than 12 decimals", 1, 0.1 + 0.2, 1)]
    [InlineData("row 1: 1E-13 has more than 12 decimals", 1, 1, 1e-13)]
    [InlineData("row 1: 1E+18 is too large to be counted in increments of 1 decimals", 1, 1e18, 1)]
    [InlineData("row 1: event 10 is a single-order event", 10, 1, 1)]
    public void ShouldRefuseANumberThatCannotBeCounted(string words, ulong kind, double price, double quantity)
    {
        using var folder = new TemporaryFolder();
        PlainNpz.Write(
            folder.File("a.npz"), new PlainRow(Bid | 1, 1, 1, 0.5, 1), new PlainRow(Ask | kind, 1, 1, price, quantity));

        AssertRefused(folder, words);
    }

    [Theory]
    [InlineData("row 1: local time 9 is before the previous one, 10", Bid | 1, 10, 9)]
    [InlineData("row 1: local time -1 is invalid", Bid | 1, 10, -1)]
    [InlineData("row 1: exchange time -1 is invalid", Bid | 1, -1, 10)]
    [InlineData("row 1: a level without a side", PlainNpz.Both | 1, 10, 10)]
    [InlineData("row 1: it has both sides", Bid | Ask | 1, 10, 10)]
    public void ShouldRefuseARowThatMakesNoSense(string words, ulong kind, long exchangeNs, long localNs)
    {
        using var folder = new TemporaryFolder();
        PlainNpz.Write(
            folder.File("a.npz"), new PlainRow(Bid | 1, 1, 10, 1, 1), new PlainRow(kind, exchangeNs, localNs, 1, 1));

        AssertRefused(folder, words);
    }

    [Theory]
    [InlineData("its rows have the type", "'<f8'), ('qty'", "'<f4'), ('qty'")]
    [InlineData("its rows have the type", PlainNpz.Type, "'<f8'")]
    [InlineData("its array is in Fortran order", "False", "True")]
    [InlineData("its array has the shape (1,8), not", "(1,)", "(1,8)")]
    [InlineData("its array has the shape (), not", "(1,)", "()")]
    [InlineData("its array has the shape (-1,), not", "(1,)", "(-1,)")]
    [InlineData("its array has the shape (999999999999999999,), not", "(1,)", "(999999999999999999,)")]
    [InlineData("its header has no 'descr'", "'descr'", "'dtype'")]
    [InlineData("it declares 2 rows but ends in row 1", "(1,)", "(2,)")]
    [InlineData("it declares 9999999999 rows but ends in row 1", "(1,)", "(9999999999,)")]
    [InlineData("bytes follow the 0 declared rows", "(1,)", "(0,)")]
    public void ShouldRefuseAHeadThatIsNotTheRows(string words, string from, string to)
    {
        using var folder = new TemporaryFolder();
        byte[] array = PlainNpz.Array(
            [new PlainRow(Bid | 1, 1, 1, 1, 1)], change: head => head.Replace(from, to, StringComparison.Ordinal));
        PlainNpz.Archive(folder.File("a.npz"), ("data.npy", array));

        AssertRefused(folder, words);
    }

    [Fact]
    public void ShouldRefuseWhatIsNoArchiveOfOneArray()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("a.npz");
        byte[] array = PlainNpz.Array([new PlainRow(Bid | 1, 1, 1, 1, 1)]);
        PlainNpz.Archive(path, ("data.npy", array));
        byte[] whole = File.ReadAllBytes(path);

        File.WriteAllBytes(path, whole[..^30]);
        AssertRefused(folder, string.Empty);
        File.WriteAllBytes(path, []);
        AssertRefused(folder, string.Empty);
        byte[] flipped = whole.ToArray();
        flipped[whole.AsSpan().IndexOf(array) + array.Length - 24] ^= 1;
        File.WriteAllBytes(path, flipped);
        AssertRefused(folder, "checksum");
        PlainNpz.Archive(path, ("readme.txt", array));
        AssertRefused(folder, "contains no NumPy array");
        PlainNpz.Archive(path, ("a.npy", array), ("b.npy", array));
        AssertRefused(folder, "several arrays, none named data.npy: a.npy, b.npy");
        PlainNpz.Archive(path, ("data.npy", array[1..]));
        AssertRefused(folder, "NumPy's magic bytes");
        PlainNpz.Archive(path, ("data.npy", array[..100]));
        AssertRefused(folder, "it ends within its header");
        PlainNpz.Write(path, new PlainRow(PlainNpz.Exchange | PlainNpz.Buy | 1, 1, 1, 1, 1));
        AssertRefused(folder, "no local row with a level, trade or top");
        Assert.Throws<FileNotFoundException>(() => Import(folder, "nowhere.npz"));

        // As written by an older NumPy, or under another name.
        PlainNpz.Archive(path, ("arr_0.npy", array));
        Assert.Equal(1, Import(folder, "a.npz").Commits);
    }

    [Fact]
    public void ShouldReadOrRefuseWhateverTheBytesAre()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("a.npz");
        PlainNpz.Write(path, Enumerable.Range(1, 20).Select(i => new PlainRow(Bid | 1, i, i, i, 1)).ToArray());
        byte[] whole = File.ReadAllBytes(path);
        var random = new Random(20261121);
        int refused = 0;
        int files = Cases.Times(300);
        for (int i = 0; i < files; i++)
        {
            byte[] bytes = whole.ToArray();
            for (int changes = random.Next(1, 4); changes > 0; changes--)
            {
                // Header and directory at the end are where the bytes have a meaning.
                int at = random.Next(3) switch
                {
                    0 => random.Next(400),
                    1 => whole.Length - 1 - random.Next(90),
                    _ => random.Next(whole.Length),
                };
                bytes[at] = (byte)random.Next(256);
            }

            File.WriteAllBytes(path, random.Next(10) == 0 ? bytes[..random.Next(bytes.Length)] : bytes);
            try
            {
                FeedRowScale.Measure(new FeedRowSource([path]).Read());
            }
            catch (InvalidDataException fault)
            {
                Assert.StartsWith(path, fault.Message);
                refused++;
            }
        }

        Assert.InRange(refused, files / 2, files);
    }

    private static void AssertRefused(TemporaryFolder folder, string words)
    {
        InvalidDataException fault = Assert.Throws<InvalidDataException>(() => Import(folder, "a.npz"));

        Assert.Contains("a.npz", fault.Message, StringComparison.Ordinal);
        Assert.Contains(words, fault.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder.File("imported")));
    }

    private static NpzImportResult Import(TemporaryFolder folder, params string[] names) =>
        Run(folder, new NpzImport(Venues.Find("binance"), "BTCUSDT"), names);

    private static NpzImportResult Run(TemporaryFolder folder, NpzImport import, params string[] names) => import.Run(
        Array.ConvertAll(names, folder.File),
        instrument => new InstrumentManifest(
            instrument, Fixture.Limits(), new StrategyManifest("DirectionMask", new Dictionary<string, string>())),
        folder.File("imported"),
        "tests");

    private static EngineInput[] Import(TemporaryFolder folder, params PlainRow[] rows)
    {
        PlainNpz.Write(folder.File("a.npz"), rows);
        NpzImportResult result = Import(folder, "a.npz");
        Assert.Equal((3, 1, 2, 2), (result.Commits, result.Trades, result.Tops, result.Ignored));
        using RecordingReplay replay = RecordingReplay.Open(result.Folder, new ReplayOptions { Catalog = null });
        var events = new List<EngineInput>();
        replay.Runner.Core.OnInput = events.Add;
        Assert.Null(replay.RunToEnd().Truncation);
        return events.ToArray();
    }

    private static string Describe(EngineInput item) => item.Kind switch
    {
        EventKind.LevelUpdate or EventKind.Trade =>
            $"{item.Kind} {item.ReceiveTimeNs} {item.Side} {item.Price} {item.Quantity}",
        EventKind.TopOfBook =>
            $"{item.Kind} {item.ReceiveTimeNs} {item.BidPrice}x{item.BidQuantity} {item.AskPrice}x{item.AskQuantity}",
        EventKind.BookCommit => $"{item.Kind} {item.ReceiveTimeNs} #{item.UpdateId}",
        _ => $"{item.Kind} {item.ReceiveTimeNs}",
    };

    // Exports each symbol, imports it, and compares the books at each commit of the import.
    private static List<(Instrument Instrument, long Compared, long Commits)> RoundTrip(
        TemporaryFolder folder, string recording, string venue)
    {
        NpzExport? export = null;
        string output = folder.File("npz");
        Directory.CreateDirectory(output);
        ExportResult exported = RecordingExport.Run(
            recording, new ExportOptions(), instruments => export = new NpzExport(output, instruments, false));
        Dictionary<(int, long), ulong> original = Books(recording, export!.ShiftNs, out _);
        var found = new List<(Instrument, long, long)>();
        long trades = 0;
        long tops = 0;
        foreach (NpzExportFile file in export.Files.Where(file => file.Rows != 0))
        {
            Instrument instrument = exported.Replay.Manifest.Instruments
                .Single(item => item.Instrument.Symbol == file.Symbol).Instrument;
            NpzImportResult imported = Run(
                folder, new NpzImport(Venues.Find(venue), file.Symbol), Path.GetRelativePath(folder.Path, file.Path));
            Dictionary<(int, long), ulong> books = Books(imported.Folder, shiftNs: 0, out ReplayResult replay);
            Assert.Null(replay.Runner.Divergence);
            trades += imported.Trades;
            tops += imported.Tops;
            long compared = books.LongCount(
                pair => original.TryGetValue((instrument.Id, pair.Key.Item2), out ulong hash) && hash == pair.Value);
            found.Add((instrument, compared, books.Count));
        }

        Assert.Equal((exported.Trades, exported.Tops), (trades, tops));
        return found;
    }

    // Hashes of the books in increments of twelve and nine decimals, by instrument and engine time.
    private static Dictionary<(int, long), ulong> Books(string recording, long shiftNs, out ReplayResult result)
    {
        using RecordingReplay replay = RecordingReplay.Open(recording, new ReplayOptions { Catalog = null });
        EngineLoop engine = replay.Runner.Core.Engine;
        var hashes = new Dictionary<(int, long), ulong>();
        long nowNs = 0;
        replay.Runner.Core.OnHandled = item =>
        {
            nowNs = Math.Max(nowNs, item.ReceiveTimeNs);
            if (item.Kind == EventKind.BookCommit && engine.Book(item.InstrumentId).HasSnapshot)
            {
                hashes[(item.InstrumentId, nowNs + shiftNs)] =
                    Hash(engine.Book(item.InstrumentId), engine.Scale(item.InstrumentId));
            }
        };
        result = replay.RunToEnd();
        return hashes;
    }

    private static ulong Hash(OrderBook book, InstrumentScale scale)
    {
        var hash = default(StateHash);
        foreach (BookSide side in new[] { book.Bids, book.Asks })
        {
            hash.Add(side.Count);
            foreach (BookLevel level in side)
            {
                // Overflows for large numbers, in the same way for both.
                hash.Add(unchecked(level.Price * InstrumentScale.PowerOfTen(12 - scale.PriceDecimals)));
                hash.Add(unchecked(level.Quantity * InstrumentScale.PowerOfTen(12 - scale.QuantityDecimals)));
            }
        }

        return hash.Value;
    }

    private static string Generate(TemporaryFolder folder, Random random)
    {
        Instrument instrument = Fixture.Spot() with
        {
            Scale = new InstrumentScale(random.Next(7), random.Next(9), 1, 1),
        };
        using var recording = new EventRecording(folder.Path, instrument);
        long timeNs = 1_700_000_000_000_000_000;
        bool hasBook = false;
        for (int i = 1; i < 200; i++)
        {
            timeNs += random.Next(3) * 1000;
            long venueNs = random.Next(5) == 0 ? 0 : timeNs - random.Next(-2000, 5000);
            int choice = random.Next(20);
            if (!hasBook || choice == 0)
            {
                recording.Add([
                    EventRecording.Mark(EventKind.SnapshotBegin, timeNs), .. Levels(random, timeNs, venueNs, 30),
                    EventRecording.Mark(EventKind.BookCommit, timeNs, CommitFlags.EndsSnapshot, venueNs, i)]);
                hasBook = true;
            }
            else if (choice == 1)
            {
                recording.Add(EventRecording.Stale(timeNs, StaleReason.SequenceGap));
                hasBook = false;
            }
            else if (choice < 5)
            {
                recording.Add(EventRecording.Trade(
                    (Side)random.Next(2), random.Next(1, 2000), random.Next(1, 1_000_000), timeNs, i, venueNs));
            }
            else if (choice < 8)
            {
                recording.Add(EventRecording.Top((999, i), (1000, i), timeNs, venueNs, id: 0));
            }
            else
            {
                recording.Add([
                    .. Levels(random, timeNs, venueNs, random.Next(1, 6)),
                    EventRecording.Mark(EventKind.BookCommit, timeNs, CommitFlags.None, venueNs, i)]);
            }
        }

        return recording.Finish();
    }

    private static IEnumerable<EngineInput> Levels(Random random, long timeNs, long venueNs, int count) =>
        Enumerable.Range(0, count).Select(_ =>
        {
            var side = (Side)random.Next(2);
            long price = side == Side.Buy ? random.Next(900, 1000) : random.Next(1000, 1100);
            return EventRecording.Level(side, price, random.Next(3) * random.Next(1, 100_000), timeNs, venueNs);
        });
}
