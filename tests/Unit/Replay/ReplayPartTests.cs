using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using LowLatency.Engine.Books;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Ring;
using LowLatency.Recorder;
using LowLatency.Recorder.Lz4;
using LowLatency.Replay;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Replay;

/// <summary>Replays of a part of a recording: from a time, until a time, some symbols.</summary>
public sealed class ReplayPartTests(WaypointRecording shared, ITestOutputHelper output)
    : IClassFixture<WaypointRecording>
{
    private const long SecondNs = 1_000_000_000;

    [Fact]
    public void ShouldBeginAtAWaypointWithTheBookThatReadingEverythingGives()
    {
        (string recording, long waypointNs, long endNs) = shared.Recording;
        long fromNs = waypointNs + (20 * SecondNs);

        var options = new ReplayOptions { FromNs = fromNs };
        using RecordingReplay part = RecordingReplay.Open(recording, options);
        long firstNs = 0;
        ReplayResult from = part.RunToEnd((in InputRecord record, ReadOnlySpan<byte> _) =>
            firstNs = firstNs == 0 ? record.ReceiveTimeNs : firstNs);
        ReplayResult whole = RecordingReplay.Run(recording);
        output.WriteLine($"{from.Runner.Records} of {whole.Runner.Records} records");

        // Nothing long before the waypoint was read, and the book is equal to the last level.
        Assert.InRange(firstNs, waypointNs - (32 * SecondNs), waypointNs);
        Assert.True(from.Runner.Records < whole.Runner.Records * 3 / 4);
        Assert.Equal(
            whole.Runner.Core.Engine.Book(0).StateHash(), from.Runner.Core.Engine.Book(0).StateHash());
        Assert.True(from.Runner.Core.Engine.Book(0).IsLive);
        Assert.Equal(endNs, from.Runner.LastTimeNs);
    }

    [Fact]
    public void ShouldTradeFromTheGivenTimeOnAndNotBefore()
    {
        (string recording, long waypointNs, _) = shared.Recording;
        long fromNs = waypointNs + (20 * SecondNs);
        var times = new List<long>();
        ReplayResult result = RecordingReplay.Run(
            recording,
            decision =>
            {
                if (decision.Kind == OutputKind.Place)
                {
                    times.Add(decision.TimeNs);
                }
            },
            new ReplayOptions { FromNs = fromNs });
        Assert.False(result.IsSession);
        Assert.NotEmpty(times);
        Assert.All(times, time => Assert.InRange(time, fromNs, long.MaxValue));
    }

    [Fact]
    public void ShouldEndAtTheGivenTime()
    {
        (string recording, long waypointNs, _) = shared.Recording;
        ReplayResult result = RecordingReplay.Run(recording, null, new ReplayOptions { UntilNs = waypointNs });
        Assert.True(result.IsStopped);
        Assert.InRange(result.Runner.LastTimeNs, waypointNs - SecondNs, waypointNs);
    }

    [Fact]
    public void ShouldGoOnBehindWhatTheRecorderLeftOut()
    {
        using var folder = new TemporaryFolder();
        string sample = Path.Combine(AppContext.BaseDirectory, "Golden", "samples", "binance-btcusdt");
        ReplayResult whole = RecordingReplay.Run(sample);
        string recording = WithLoss(folder, sample, from: 4000, count: 5);

        // To its end and to a time: what follows the hole is handled, and the result is reported as incomplete.
        foreach (long? untilNs in new long?[] { null, whole.Runner.LastTimeNs })
        {
            ReplayResult result = RecordingReplay.Run(recording, null, new ReplayOptions { UntilNs = untilNs });
            Assert.InRange(result.Runner.Records, whole.Runner.Records - 15, whole.Runner.Records - 5);
            Assert.Equal(5, result.Runner.LostRecords);
            Assert.Contains("inputs are missing: ring sequences", result.Runner.Gap, StringComparison.Ordinal);
            Assert.Equal(2, result.Runner.Faults.Count(fault => !fault.Contains("differs", StringComparison.Ordinal)));
            Assert.True(result.Decisions.Count > whole.Decisions.Count / 2);
        }

        VerifyResult verified = SessionVerifier.Verify(recording, journal: null, new ReplayOptions());
        Assert.Contains("dropped 5 records", verified.Incomplete, StringComparison.Ordinal);
    }

    [Fact]
    public void ShouldReadOnWhereASegmentIsMissing()
    {
        using var folder = new TemporaryFolder();
        (string whole, _, long endNs) = shared.Recording;
        string recording = folder.File("part");
        Directory.CreateDirectory(recording);
        foreach (string file in Directory.GetFiles(whole))
        {
            File.Copy(file, Path.Combine(recording, Path.GetFileName(file)));
        }

        File.Delete(Directory.GetFiles(recording).Order().First());
        Assert.Throws<InvalidDataException>(() => RecordingReplay.Run(recording));
        ReplayResult rest = RecordingReplay.Run(recording, null, new ReplayOptions { ContinueAfterDamage = true });
        Assert.Equal(endNs, rest.Runner.LastTimeNs);
        Assert.Contains("is missing", rest.Truncation!.Problem, StringComparison.Ordinal);

        // Its book begins at the waypoint.
        Assert.True(rest.Runner.Core.Engine.Book(0).IsLive);
    }

    [Fact]
    public void ShouldReplaySomeSymbolsAlone()
    {
        using var folder = new TemporaryFolder();
        ImportResult imported = CaptureCase.All.Single(item => item.Name == "kraken-20210417").Import(folder.Path);
        string[] symbols = imported.Instruments.Select(item => item.Symbol).ToArray();
        Assert.True(symbols.Length > 1);
        ReplayResult one = RecordingReplay.Run(imported.Folder, null, new ReplayOptions { Symbols = [symbols[0]] });
        Assert.Equal(
            ["DirectionMask", .. symbols[1..].Select(_ => "Watch")],
            one.Runner.Manifest.Instruments.Select(item => item.Strategy.Name));
        KeyNotFoundException unknown = Assert.Throws<KeyNotFoundException>(() => RecordingReplay.Run(
            imported.Folder, null, new ReplayOptions { Symbols = ["NOPE"] }));
        Assert.Contains("NOPE", unknown.Message, StringComparison.Ordinal);
        Assert.Contains(symbols[0], unknown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ShouldReadFromTheBeginningWhereThereIsNoIndex()
    {
        string recording = Path.Combine(AppContext.BaseDirectory, "Golden", "format-v1");
        ReplayResult whole = RecordingReplay.Run(recording);
        ReplayResult from = RecordingReplay.Run(
            recording, null, new ReplayOptions { FromNs = whole.Runner.LastTimeNs - SecondNs });
        Assert.Equal(
            whole.Runner.Core.Engine.Book(0).StateHash(), from.Runner.Core.Engine.Book(0).StateHash());
    }

    [Fact]
    public void ShouldRefuseThreadsWhereFillsAreMadeOnTheWay() => Assert.Throws<ArgumentException>(
        () => RecordingReplay.Run(
            Path.Combine(AppContext.BaseDirectory, "Golden", "format-v1"), null,
            new ReplayOptions { FromNs = 1, WaitStrategy = WaitStrategyKind.Block }));

    // The same session, without a few messages that the recorder dropped.
    // At `--speed 60`, a timer thread that the machine holds back for a moment logs its inputs most of a minute late in
    // recorded time.
    [Fact]
    public void ShouldWaitForRecordsThatWereLoggedLate()
    {
        using var folder = new TemporaryFolder();
        string sample = Path.Combine(AppContext.BaseDirectory, "Golden", "samples", "binance-btcusdt");
        ReplayResult whole = RecordingReplay.Run(sample);
        (string recording, int held) = WithLateEvents(folder, sample, lateByNs: 15 * SecondNs);
        Assert.InRange(held, 5, 39);

        ReplayResult result = RecordingReplay.Run(recording);

        Assert.Null(result.Runner.Gap);
        Assert.Equal(whole.Runner.Records, result.Runner.Records);
        Assert.Equal(whole.DecisionText, result.DecisionText);
    }

    // Holds back the ready-made events (timers and reports), then writes them in their order.
    private static (string Recording, int Held) WithLateEvents(TemporaryFolder folder, string sample, long lateByNs)
    {
        using RecordingReplay replay = RecordingReplay.Open(sample, new ReplayOptions { Catalog = null });
        var recording = LowLatency.Recorder.Recording.Create(
            folder.Path, 1, "test", settings: replay.SettingsJson);
        using var writer = new SegmentWriter(recording);
        var held = new List<(InputRecord Record, byte[] Payload)>();
        bool isReleased = false;
        int heldCount = 0;
        replay.RunToEnd((in InputRecord record, ReadOnlySpan<byte> payload) =>
        {
            isReleased |= held.Count != 0 && record.ReceiveTimeNs - held[0].Record.ReceiveTimeNs > lateByNs;
            if (record is { Kind: InputKind.Event, EventCount: > 0 } && !isReleased)
            {
                held.Add((record, payload.ToArray()));
                heldCount = held.Count;
                return;
            }

            if (isReleased)
            {
                held.ForEach(late => writer.Append(in late.Record, late.Payload));
                held.Clear();
            }

            writer.Append(in record, payload);
        });
        Assert.Empty(held);
        writer.Seal();
        return (recording.Directory, heldCount);
    }

    private static string WithLoss(TemporaryFolder folder, string sample, int from, int count)
    {
        using RecordingReplay replay = RecordingReplay.Open(sample, new ReplayOptions { Catalog = null });
        var recording = LowLatency.Recorder.Recording.Create(
            folder.Path, 1, "test", settings: replay.SettingsJson);
        using var writer = new SegmentWriter(recording);
        int seen = 0;
        int left = count;
        replay.RunToEnd((in InputRecord record, ReadOnlySpan<byte> payload) =>
        {
            if (++seen > from && left > 0 && record.Kind == InputKind.Frame && record.EventCount != 0)
            {
                left--;
                if (left == 0)
                {
                    writer.Append(new InputRecord(InputKind.Loss, 0, count, -1, 0, record.ReceiveTimeNs), default);
                }

                return;
            }

            writer.Append(in record, payload);
        });
        writer.Seal();
        return recording.Directory;
    }
}

/// <summary>A real capture, cut into small segments, with a waypoint in its middle: a snapshot that the session ignored
/// because its book was live, as the live process records every hour. Made once for all tests.</summary>
public sealed class WaypointRecording : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Lazy<(string Recording, long WaypointNs, long EndNs)> _recording;

    public WaypointRecording() => _recording = new(() => Write(_folder));

    /// <summary>The recording, when the waypoint is, and when its last frame is.</summary>
    public (string Recording, long WaypointNs, long EndNs) Recording => _recording.Value;

    public void Dispose() => _folder.Dispose();

    private static (string Recording, long WaypointNs, long EndNs) Write(TemporaryFolder folder)
    {
        ImportResult imported = CaptureCase.All[0].Import(folder.Path);
        using RecordingReplay replay = RecordingReplay.Open(imported.Folder, new ReplayOptions { Catalog = null });
        var recording = LowLatency.Recorder.Recording.Create(
            folder.Path, 1, "test", settings: replay.SettingsJson);
        var options = new SegmentWriterOptions { BlockSize = Lz4BlockSize.Max64KiB, SegmentBytesMax = 2_000_000 };
        using var writer = new SegmentWriter(recording, options);
        long waypointNs = 0;
        long endNs = 0;
        long seen = 0;
        replay.RunToEnd((in InputRecord record, ReadOnlySpan<byte> payload) =>
        {
            if (++seen == 60_000)
            {
                waypointNs = record.ReceiveTimeNs;
                byte[] body = Snapshot(replay.Runner);
                writer.Append(
                    new InputRecord(InputKind.Snapshot, record.Source, 0, -1, 0, waypointNs), body);
            }

            endNs = record.Kind == InputKind.Frame ? record.ReceiveTimeNs : endNs;
            writer.Append(in record, payload);
        });
        writer.Seal();
        return (recording.Directory, waypointNs, endNs);
    }

    private static byte[] Snapshot(ReplayRunner runner)
    {
        OrderBook book = runner.Core.Engine.Book(0);
        InstrumentScale scale = runner.Core.Engine.Scale(0);
        string Side(BookSide side)
        {
            var levels = new List<string>();
            foreach (BookLevel level in side)
            {
                string price = Text(level.Price, scale.PriceDecimals);
                levels.Add($"[\"{price}\",\"{Text(level.Quantity, scale.QuantityDecimals)}\"]");
            }

            return string.Join(',', levels);
        }

        return Encoding.UTF8.GetBytes(
            $"{{\"lastUpdateId\":{book.UpdateId},\"bids\":[{Side(book.Bids)}],\"asks\":[{Side(book.Asks)}]}}");
    }

    private static string Text(long value, int decimals) => ((decimal)value / InstrumentScale.PowerOfTen(decimals))
        .ToString(CultureInfo.InvariantCulture);
}
