using System;
using System.Collections.Generic;
using System.IO;
using System.IO.Compression;
using System.Linq;
using LowLatency.Engine.Events;
using LowLatency.Replay.Export;
using LowLatency.Replay.Npz;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Replay;

/// <summary>hftbacktest's files: bytes, order, clocks.</summary>
public sealed class NpzExportTests
{
    private const ulong Depth = 1;
    private const ulong Trade = 2;
    private const ulong Clear = 3;
    private const ulong Snapshot = 4;
    private const ulong Top = 5;

    [Fact]
    public void ShouldLayOutTheBytesAsNumpyDoes()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("a.npz");
        using (FileStream file = File.Create(path))
        {
            NpzFile.Write(file, 2, [new FeedRow { Event = 1, Price = 0.1 }, new FeedRow { Event = 2, OrderId = 3 }]);
        }

        using ZipArchive archive = ZipFile.OpenRead(path);
        ZipArchiveEntry entry = Assert.Single(archive.Entries);
        (string head, List<PlainRow> rows) = PlainNpz.Read(path);

        Assert.Equal("data.npy", entry.FullName);
        Assert.Equal(
            $"{{'descr': {PlainNpz.Type}, 'fortran_order': False, 'shape': (2,), }}", head.TrimEnd('\n').TrimEnd(' '));
        Assert.EndsWith("\n", head);
        Assert.Equal(0, (10 + head.Length) % 64);
        Assert.Equal(10 + head.Length + (2 * 64), entry.Length);
        Assert.Equal([new PlainRow(1, 0, 0, 0.1, 0), new PlainRow(2, 0, 0, 0, 0, Order: 3)], rows);
    }

    [Fact]
    public void ShouldTellSnapshotsUpdatesTradesTopsAndLostBooks()
    {
        using var folder = new TemporaryFolder();
        using var recording = new EventRecording(folder.Path, Fixture.Spot());
        recording.Add(EventRecording.Stale(990, StaleReason.NotSynchronised));
        recording.Add(
            EventRecording.Mark(EventKind.SnapshotBegin, 1000),
            EventRecording.Level(Side.Buy, 100_00, 1_50000, 1000, 950),
            EventRecording.Level(Side.Sell, 100_01, 1, 1000, 950),
            EventRecording.Mark(EventKind.BookCommit, 1000, CommitFlags.EndsSnapshot, 950, 7));
        recording.Add(
            EventRecording.Level(Side.Sell, 100_01, 0, 1100, 1050),
            EventRecording.Mark(EventKind.BookCommit, 1100, CommitFlags.None, 1050, 8));
        recording.Add(EventRecording.Trade(Side.Sell, 100_00, 50000, 1200, 77, 1150));
        recording.Add(EventRecording.Top((100_00, 100000), (100_02, 200000), 1300, 1250, 9));
        recording.Add(EventRecording.Stale(1400, StaleReason.Disconnected));

        (NpzExport export, List<PlainRow> rows) = Export(folder, recording.Finish());

        ulong bid = PlainNpz.Both | PlainNpz.Buy;
        ulong ask = PlainNpz.Both | PlainNpz.Sell;
        Assert.Equal(
            [
                new PlainRow(Clear | bid, 950, 1000, double.NaN, 0),
                new PlainRow(Clear | ask, 950, 1000, double.NaN, 0),
                new PlainRow(Snapshot | bid, 950, 1000, 100, 1.5),
                new PlainRow(Snapshot | ask, 950, 1000, 100.01, 0.00001),
                new PlainRow(Depth | ask, 1050, 1100, 100.01, 0),
                new PlainRow(Trade | ask, 1150, 1200, 100, 0.5),
                new PlainRow(Top | bid, 1250, 1300, 100, 1),
                new PlainRow(Top | ask, 1250, 1300, 100.02, 2),
                new PlainRow(Clear | bid, 1400, 1400, double.NaN, 0),
                new PlainRow(Clear | ask, 1400, 1400, double.NaN, 0),
            ],
            rows);
        Assert.Equal((0, 10), (export.ShiftNs, Assert.Single(export.Files).Rows));
    }

    [Fact]
    public void ShouldMoveTheLocalClockWhereTheVenueIsAhead()
    {
        using var folder = new TemporaryFolder();
        using var recording = new EventRecording(folder.Path, Fixture.Spot());
        recording.Add(EventRecording.Trade(Side.Buy, 1, 1, 1000, 1, venueNs: 1300));
        recording.Add(EventRecording.Trade(Side.Buy, 1, 1, 2000, 2));
        recording.Add(EventRecording.Trade(Side.Buy, 1, 1, 3000, 3, venueNs: 3400));

        (NpzExport export, List<PlainRow> rows) = Export(folder, recording.Finish());

        // The second has no venue time: the last known clock difference was 300.
        Assert.Equal(400, export.ShiftNs);
        Assert.Equal([(1300, 1400), (2300, 2400), (3400, 3400)], rows.Select(row => (row.ExchangeNs, row.LocalNs)));
    }

    [Fact]
    public void ShouldKeepTheOrderOfABookWhoseSnapshotHasNoTime()
    {
        using var folder = new TemporaryFolder();
        using var recording = new EventRecording(folder.Path, Fixture.Spot());
        recording.Add(
            EventRecording.Mark(EventKind.SnapshotBegin, 1000),
            EventRecording.Level(Side.Buy, 1, 1, 1000),
            EventRecording.Mark(EventKind.BookCommit, 1000, CommitFlags.EndsSnapshot | CommitFlags.CatchingUp, id: 7),
            EventRecording.Level(Side.Buy, 1, 2, 900, 850),
            EventRecording.Mark(EventKind.BookCommit, 900, CommitFlags.None, 850, 8));

        (_, List<PlainRow> rows) = Export(folder, recording.Finish());

        Assert.Equal([Clear, Clear, Snapshot, Depth], rows.Select(row => row.Event & 0xff));
        Assert.All(rows, row => Assert.Equal((1000, 1000), (row.ExchangeNs, row.LocalNs)));
        Assert.All(rows, row => Assert.Equal(PlainNpz.Both, row.Event & PlainNpz.Both));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 7)]
    [InlineData(3, 64)]
    [InlineData(4, 5000)]
    public void ShouldBringBothClocksIntoOrder(int seed, int pieceRows)
    {
        const int Count = 2000;
        using var folder = new TemporaryFolder();
        var random = new Random(seed);
        var added = new List<FeedRow>();
        long localNs = 1000;
        using var order = new TwoClockOrder(folder.File("rows"), pieceRows);
        for (int i = 0; i < Count; i++)
        {
            localNs += random.Next(4) == 0 ? random.Next(50) : 0;
            var row = new FeedRow
            {
                Event = Trade,
                LocalTimeNs = localNs,
                ExchangeTimeNs = localNs - (10 * random.Next(20)),
                Price = i,
            };
            added.Add(row);
            order.Add(row);
        }

        FeedRow[] rows = order.Rows(shiftNs: 5).ToArray();
        (double, ulong)[] again = order.Rows(shiftNs: 5).Select(row => (row.Price, row.Event)).ToArray();

        Assert.Equal(Merge(added).Select(row => (row.Price, row.Event)), rows.Select(row => (row.Price, row.Event)));
        Assert.Equal(rows.Select(row => (row.Price, row.Event)), again);
        FeedRow[] local = rows.Where(row => (row.Event & FeedRow.AtLocal) != 0).ToArray();
        FeedRow[] exchange = rows.Where(row => (row.Event & FeedRow.AtExchange) != 0).ToArray();
        Assert.Equal(
            added.Select(row => (row.Price, row.LocalTimeNs + 5)), local.Select(row => (row.Price, row.LocalTimeNs)));
        Assert.Equal(
            added.OrderBy(row => row.ExchangeTimeNs).Select(row => row.Price), exchange.Select(row => row.Price));
        Assert.All(rows, row => Assert.Equal(0UL, row.OrderId));
    }

    [Fact]
    public void ShouldLeaveNothingButItsFiles()
    {
        using var folder = new TemporaryFolder();
        using var recording = new EventRecording(folder.Path, Fixture.Spot(), Fixture.Spot(1, "ETH/USDT"));
        recording.Add(EventRecording.Trade(Side.Buy, 1, 1, 1000, 1));
        string path = recording.Finish();
        string output = folder.File("out");

        RecordingExport.Run(path, new ExportOptions(), instruments => new NpzExport(output, instruments, false));
        byte[] first = File.ReadAllBytes(Path.Combine(output, "BTCUSDT.npz"));
        IOException fault = Assert.Throws<IOException>(() => RecordingExport.Run(
            path, new ExportOptions(), instruments => new NpzExport(output, instruments, false)));
        RecordingExport.Run(path, new ExportOptions(), instruments => new NpzExport(output, instruments, true));

        Assert.Contains("is there already", fault.Message, StringComparison.Ordinal);
        Assert.Equal(
            ["BTCUSDT.npz", "ETH-USDT.npz"],
            Directory.GetFiles(output).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(first, File.ReadAllBytes(Path.Combine(output, "BTCUSDT.npz")));
    }

    [Theory]
    [InlineData(1, 1, 0.1)]
    [InlineData(9_007_199_254_740_993, 0, 9_007_199_254_740_992.0)]
    [InlineData(9_007_199_254_740_995, 0, 9_007_199_254_740_996.0)]
    [InlineData(4_611_686_018_427_387_903, 12, 4611686.018427387903)]
    public void ShouldTakeTheNearestDouble(long increments, int decimals, double expected) =>
        Assert.Equal(expected, ExactDouble.Of(increments, decimals));

    private static (NpzExport Export, List<PlainRow> Rows) Export(TemporaryFolder folder, string recording)
    {
        string path = folder.File("out.npz");
        NpzExport? export = null;
        RecordingExport.Run(
            recording, new ExportOptions(), instruments => export = new NpzExport(path, instruments, false));
        return (export!, PlainNpz.Read(path).Rows);
    }

    // hftbacktest's rule, with lists: two stably sorted copies are traversed in parallel.
    private static IEnumerable<FeedRow> Merge(List<FeedRow> rows)
    {
        FeedRow[] exchange = rows.OrderBy(row => row.ExchangeTimeNs).ToArray();
        FeedRow[] local = rows.OrderBy(row => row.LocalTimeNs).ToArray();
        int e = 0;
        int l = 0;
        while (e < exchange.Length || l < local.Length)
        {
            int order = e == exchange.Length ? 1
                : l == local.Length ? -1
                : (exchange[e].ExchangeTimeNs, exchange[e].LocalTimeNs)
                    .CompareTo((local[l].ExchangeTimeNs, local[l].LocalTimeNs));
            FeedRow row = order <= 0 ? exchange[e] : local[l];
            row.Event |= (order <= 0 ? PlainNpz.Exchange : 0) | (order >= 0 ? PlainNpz.Local : 0);
            yield return row;
            e += order <= 0 ? 1 : 0;
            l += order >= 0 ? 1 : 0;
        }
    }
}
