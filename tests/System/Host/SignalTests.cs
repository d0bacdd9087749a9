using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using LowLatency.Engine.Journal;
using LowLatency.Host.Cli;
using LowLatency.Recorder;
using LowLatency.Recorder.Journal;
using LowLatency.Replay;
using LowLatency.Tests.Reliability;
using LowLatency.Tests.Support;
using LowLatency.TestTarget;
using Xunit;

namespace LowLatency.Tests.Host;

/// <summary>How the real process ends: cleanly when asked once, at once when asked twice.</summary>
public sealed partial class SignalTests
{
    [Theory]
    [InlineData(HostProcess.Terminate)]
    [InlineData(HostProcess.Interrupt)]
    [InlineData(HostProcess.HangUp)]
    [FaultRow("F33")]
    public async Task ShouldCancelEverythingAndEndInGoodOrder(int signal)
    {
        using var folder = new TemporaryFolder();
        using HostProcess process = await StartTradingAsync(folder, HostProcess.Start);
        var watch = Stopwatch.StartNew();
        process.Send(signal);
        int code = await process.EndAsync();
        TimeSpan took = watch.Elapsed;

        Assert.True(code == ExitCode.Ok, $"{code}: {process.Errors}");
        JournalFile journal = JournalReader.Read(Assert.Single(Journals.Files(folder.Path)));
        JournalFold fold = Journals.Fold(journal.Outputs);
        Assert.True(journal.Summary.HasEnd);
        Assert.Empty(fold.OpenOrders);
        Assert.NotEmpty(Journals.Placed(journal));
        Assert.Contains("stopping: cancelling orders", process.Errors, StringComparison.Ordinal);
        Assert.Null(RecordingEnd(folder));
        await AssertResumesWithAsync(folder, "ended in good order", []);
        FaultLedger.AddFigure(string.Create(
            CultureInfo.InvariantCulture,
            $"{NameOf(signal)}: {Journals.Placed(journal).Length} orders "
            + $"placed, 0 left; process gone after {took.TotalMilliseconds:0} ms"));
    }

    [Fact]
    [FaultRow("F33")]
    public async Task ShouldTradeOnWhereHangingUpWasIgnoredAtTheStart()
    {
        using var folder = new TemporaryFolder();
        using HostProcess process = await StartTradingAsync(folder, HostProcess.StartWithoutHangUp);
        process.Send(HostProcess.HangUp);
        int before = Journals.CountPlaced(folder.Path);
        await process.UntilAsync(() => Journals.CountPlaced(folder.Path) >= before + 3, "it placed no order any more");
        string errors = process.Errors;
        process.Send(HostProcess.Terminate);
        int code = await process.EndAsync();

        Assert.True(code == ExitCode.Ok, $"{code}: {process.Errors}");
        Assert.DoesNotContain("stopping", errors, StringComparison.Ordinal);
    }

    // A closed terminal sends it twice, once from the shell and once from the kernel.
    [Fact]
    [FaultRow("F33")]
    public async Task ShouldNotTakeASecondHangUpForAnOrderToEndAtOnce()
    {
        using var folder = new TemporaryFolder();
        using HostProcess process = await StartStoppingAsync(folder, orders: 1, HostProcess.HangUp);
        process.Send(HostProcess.HangUp);
        int code = await process.EndAsync();

        Assert.True(code == ExitCode.Timeout, $"{code}: {process.Errors}");
        Assert.Contains("1 order may be open at binance", process.Errors, StringComparison.Ordinal);
    }

    [Fact]
    [FaultRow("F33")]
    public async Task ShouldEndAtOnceAtTheSecondSignalAndSayWhatMayBeOpen()
    {
        using var folder = new TemporaryFolder();
        using HostProcess process = await StartStoppingAsync(folder, orders: 3, HostProcess.Interrupt);
        var watch = Stopwatch.StartNew();
        process.Send(HostProcess.Interrupt);
        int code = await process.EndAsync();
        TimeSpan took = watch.Elapsed;

        Assert.True(code == ExitCode.Interrupted, $"{code}: {process.Errors}");
        string file = Assert.Single(Journals.Files(folder.Path));
        long[] open = Journals.Fold(file).OpenOrders.ToArray();
        Assert.Equal(3, open.Length);
        Assert.Contains("terminated by a second signal", process.Errors, StringComparison.Ordinal);
        Assert.Contains("3 orders may be open at binance", process.Errors, StringComparison.Ordinal);
        Assert.Equal(open, NamedOrders(process.Errors));
        Assert.All(open, id => Assert.Matches($@"  buy 0\.\d+ BTCUSDT at \d+(\.\d+)? \(order {id}\)", process.Errors));
        Assert.Contains(
            "contains them; a start with --resume restores them", process.Errors, StringComparison.Ordinal);
        await AssertResumesWithAsync(folder, "did not end in good order", open);
        FaultLedger.AddFigure(string.Create(
            CultureInfo.InvariantCulture,
            $"second SIGINT with a stuck engine: gone after {took.TotalMilliseconds:0} ms, 3 of 3 orders named"));
    }

    [Fact]
    [FaultRow("F33")]
    public async Task ShouldSayWhatMayBeOpenWhenTheEngineNeverAnswers()
    {
        using var folder = new TemporaryFolder();
        using HostProcess process = await StartStoppingAsync(folder, orders: 2, HostProcess.Terminate);
        int code = await process.EndAsync();

        Assert.True(code == ExitCode.Timeout, $"{code}: {process.Errors}");
        long[] open = Journals.Fold(Assert.Single(Journals.Files(folder.Path))).OpenOrders.ToArray();
        Assert.Contains("thread engine did not end within", process.Errors, StringComparison.Ordinal);
        Assert.Contains("2 orders may be open at binance", process.Errors, StringComparison.Ordinal);
        Assert.Equal(open, NamedOrders(process.Errors));
        await AssertResumesWithAsync(folder, "did not end in good order", open);
    }

    private delegate HostProcess StartProcess(string folder, params IEnumerable<string> args);

    // A process with an open order.
    private static async Task<HostProcess> StartTradingAsync(TemporaryFolder folder, StartProcess start)
    {
        HostProcess process = start(
            folder.Path,
            [
                "--strategy", "ImbalanceMaker", "--symbols", "BTCUSDT", "--speed", "60", "--no-metrics", "--quiet",
                "--record", folder.File("recordings"), "--set", $"Journal:Directory={folder.File("journal")}",
                "--resume", .. Patience.Options,
            ]);
        await process.UntilAsync(() => Journals.OpenOrders(folder.Path) > 0, "no order was placed");
        return process;
    }

    // A process whose engine is stuck with open orders, and that has begun to stop because of a signal.
    private static async Task<HostProcess> StartStoppingAsync(TemporaryFolder folder, int orders, int signal)
    {
        HostProcess process = HostProcess.Start(
            folder.Path,
            "--strategy-assembly", typeof(MisbehavingStrategy).Assembly.Location, "--strategy", "Misbehaving",
            "--set", "Strategy:Fault=Block", "--set", $"Strategy:Orders={orders}", "--symbols", "BTCUSDT",
            "--no-metrics", "--no-record", "--quiet", "--set", $"Journal:Directory={folder.File("journal")}",
            "--resume");
        await process.UntilAsync(
            () => process.Errors.Contains(MisbehavingStrategy.BlocksNow, StringComparison.Ordinal), "it did not block");
        process.Send(signal);
        await process.UntilAsync(
            () => process.Errors.Contains("stopping:", StringComparison.Ordinal), "the first signal was not heeded");
        return process;
    }

    // If the end was not summarised, or a block is damaged, the reader says so.
    private static Truncation? RecordingEnd(TemporaryFolder folder)
    {
        string recording = Assert.Single(Directory.GetDirectories(folder.File("recordings")));
        return RecordingReplay.Run(recording).Truncation;
    }

    private static string NameOf(int signal) => signal switch
    {
        HostProcess.Interrupt => "SIGINT",
        HostProcess.HangUp => "SIGHUP",
        _ => "SIGTERM",
    };

    private static long[] NamedOrders(string words) => OrderName().Matches(words)
        .Select(match => long.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture)).ToArray();

    private static async Task AssertResumesWithAsync(TemporaryFolder folder, string end, long[] open)
    {
        (int code, string output, string errors) = await HostProcess.RunAsync(
            folder.Path,
            "--strategy", "Grid", "--symbols", "BTCUSDT", "--no-metrics", "--no-record", "--for", "1s",
            "--set", $"Journal:Directory={folder.File("journal")}", "--resume");

        Assert.True(code == ExitCode.Ok, $"{code}: {errors}");
        Assert.Contains($"({end}): {open.Length} open orders", output, StringComparison.Ordinal);
        JournalFile second = JournalReader.Read(Journals.Files(folder.Path)[1]);
        Assert.Equal(open, Journals.Fold(Journals.SnapshotOf(second)).OpenOrders);
        Assert.Empty(Journals.Fold(second.Outputs).OpenOrders);
    }

    [GeneratedRegex(@"\(order (\d+)\)")]
    private static partial Regex OrderName();
}
