using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LowLatency.Engine.Instruments;
using LowLatency.Feeds;
using LowLatency.Feeds.Captures;
using LowLatency.Host;
using LowLatency.Host.Cli;
using LowLatency.Replay;
using LowLatency.Replay.Npz;
using LowLatency.Simulation.EmbeddedVenue;
using LowLatency.Tests.Replay;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Host;

/// <summary>The effect of the first signal on verbs that read, list and convert.</summary>
public sealed class StoppedCommandTests
{
    [Theory]
    [InlineData("book", "REC", "--every", "1")]
    [InlineData("directions", "REC")]
    public async Task ShouldEndAListingWhereItIs(params string[] words)
    {
        using var folder = new TemporaryFolder();
        string recording = Btcusdt().Import(folder.Path).Folder;
        string[] args = words.Select(word => word == "REC" ? recording : word).ToArray();
        using var stop = new CancellationTokenSource();
        using var output = new StoppingWriter(stop, afterLines: 3);
        var errors = new StringWriter();

        int code = await Program.RunAsync(args, output, errors, stop.Token);
        (int wholeCode, string whole, _) = await RunAsync(TestContext.Current.CancellationToken, args);

        Assert.Equal((ExitCode.Interrupted, ExitCode.Ok), (code, wholeCode));
        Assert.Equal(
            "lowlatency: stopped before the end of the recording; the listing is incomplete\n", errors.ToString());
        string[] lines = Lines(output.ToString());
        string[] all = Lines(whole);
        Assert.InRange(lines.Length, 3, all.Length / 2);
        Assert.Equal(all.Take(lines.Length), lines);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ShouldNotCallAPartOfARecordingComplete(bool isStopped)
    {
        using var folder = new TemporaryFolder();
        string recording = Btcusdt().Import(folder.Path).Folder;
        var stop = new CancellationToken(isStopped);

        (_, string text, _) = await RunAsync(stop, "inspect", recording);
        (_, string json, _) = await RunAsync(stop, "inspect", recording, "--json");

        Assert.Equal(
            isStopped
                ? "stopped before the end of the recording: the figures are of the part that was read"
                : "complete",
            Lines(text)[^1]);
        Assert.Equal(!isStopped, text.Contains(" to 1", StringComparison.Ordinal));
        Assert.Contains($"\"stopped\":{(isStopped ? "true" : "false")}", json, StringComparison.Ordinal);
        Assert.Equal(!isStopped, json.Contains("compression_ratio", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ShouldTellNoStoryOfHalfARecording()
    {
        using var folder = new TemporaryFolder();
        string recording = Btcusdt().Import(folder.Path).Folder;

        (int code, string output, string errors) = await RunAsync(
            new CancellationToken(canceled: true), "explain", "1", recording);

        Assert.Equal((ExitCode.Interrupted, string.Empty), (code, output));
        Assert.Contains("the order's history is incomplete", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("import CAPTURE --format lines --venue binance-futures --out MADE")]
    [InlineData("import NPZ --format npz --venue binance --symbol BTCUSDT --out MADE")]
    [InlineData("fit-market CAPTURE --out MADE")]
    [InlineData("fit-market JUNK --out MADE")]
    public async Task ShouldLeaveNothingBehind(string line)
    {
        using var folder = new TemporaryFolder();
        string made = folder.File("made");
        string npz = folder.File("a.npz");
        WriteNpz(npz);
        string junk = folder.File("junk");
        await File.WriteAllTextAsync(junk, "no capture", TestContext.Current.CancellationToken);

        (int code, string output, string errors) = await RunAsync(
            new CancellationToken(canceled: true),
            line.Split(' ').Select(word => word switch
            {
                "CAPTURE" => Btcusdt().Require()[0],
                "NPZ" => npz,
                "JUNK" => junk,
                "MADE" => made,
                _ => word,
            }).ToArray());

        Assert.Equal((ExitCode.Interrupted, string.Empty), (code, output));
        Assert.StartsWith("lowlatency: stopped before the end of the ", errors);
        Assert.False(Path.Exists(made));
    }

    [Fact]
    public void ShouldRemoveTheHalfOfAnImportedCapture()
    {
        using var folder = new TemporaryFolder();
        using var stop = new CancellationTokenSource();
        string[] paths = Btcusdt().Require();
        int passes = 0;
        int halves = 0;
        IEnumerable<CapturedMessage> Read()
        {
            bool isSecond = ++passes == 2;
            int messages = 0;
            foreach (CapturedMessage message in Capture.Read(paths))
            {
                yield return message;
                if (isSecond && ++messages == 1000)
                {
                    halves = Directory.GetDirectories(folder.Path).Length;
                    stop.Cancel();
                }
            }
        }

        var import = new CaptureImport(Venues.Find("binance-futures"), symbol: null);
        Assert.Throws<OperationCanceledException>(
            () => import.Run(Read, "capture", Describe, folder.Path, "tests", stop.Token));

        Assert.Equal(1, halves);
        Assert.Empty(Directory.GetDirectories(folder.Path));
    }

    [Fact]
    public void ShouldRemoveTheHalfOfAnImportedFile()
    {
        using var folder = new TemporaryFolder();
        using var stop = new CancellationTokenSource();
        string npz = folder.File("a.npz");
        WriteNpz(npz);

        // It is called between the two passes over the file.
        InstrumentManifest DescribeAndStop(Instrument instrument)
        {
            stop.Cancel();
            return Describe(instrument);
        }

        var import = new NpzImport(Venues.Find("binance"), "BTCUSDT");
        Assert.Throws<OperationCanceledException>(
            () => import.Run([npz], DescribeAndStop, folder.File("made"), "tests", stop.Token));

        Assert.Empty(Directory.GetDirectories(folder.File("made")));
    }

    [Fact]
    public void ShouldRemoveTheHalfOfAnImportThatFails()
    {
        using var folder = new TemporaryFolder();
        int passes = 0;
        string[] paths = Btcusdt().Require();
        IEnumerable<CapturedMessage> Read()
        {
            IEnumerable<CapturedMessage> all = Capture.Read(paths);
            return ++passes == 1 ? all : all.Take(1000).Concat(Fail());
        }

        IEnumerable<CapturedMessage> Fail()
        {
            Assert.Single(Directory.GetDirectories(folder.Path));
            throw new IOException("the disk is gone");
        }

        var import = new CaptureImport(Venues.Find("binance-futures"), symbol: null);
        Assert.Throws<IOException>(() => import.Run(
            Read, "capture", Describe, folder.Path, "tests", TestContext.Current.CancellationToken));

        Assert.Empty(Directory.GetDirectories(folder.Path));
    }

    [Fact]
    public void ShouldStopMeasuringWhereItIs()
    {
        using var stop = new CancellationTokenSource();
        using CaptureSource source = CaptureSource.Open(Btcusdt().Require(), stop.Token);
        Assert.True(source.TryNext(out _));

        stop.Cancel();

        Assert.Throws<OperationCanceledException>(() => source.TryNext(out _));
    }

    private static CaptureCase Btcusdt() => CaptureCase.All.Single(item => item.Name == "usdm-btcusdt-20240808");

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static InstrumentManifest Describe(Instrument instrument) =>
        new(instrument, Fixture.Limits(), new StrategyManifest("Watch", new Dictionary<string, string>()));

    private static void WriteNpz(string path) => PlainNpz.Write(
        path,
        [
            new PlainRow(PlainNpz.Both | PlainNpz.Buy | 1, 90, 100, 10, 1),
            new PlainRow(PlainNpz.Both | PlainNpz.Sell | 1, 91, 100, 11, 2),
        ]);

    private static async Task<(int Code, string Output, string Errors)> RunAsync(
        CancellationToken stop, params string[] args)
    {
        var output = new StringWriter();
        var errors = new StringWriter();
        int code = await Program.RunAsync(args, output, errors, stop);
        return (code, output.ToString(), errors.ToString());
    }

    /// <summary>Sends the signal after a number of lines.</summary>
    private sealed class StoppingWriter(CancellationTokenSource stop, int afterLines) : StringWriter
    {
        private int _lines;

        public override void WriteLine(string? value)
        {
            base.WriteLine(value);
            if (++_lines == afterLines)
            {
                stop.Cancel();
            }
        }
    }
}
