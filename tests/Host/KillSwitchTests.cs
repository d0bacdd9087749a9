using System;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Text.Json;
using System.Threading.Tasks;
using LowLatency.Engine.Events;
using LowLatency.Host.Cli;
using LowLatency.Recorder.Journal;
using LowLatency.Tests.Reliability;
using LowLatency.Tests.Support;
using LowLatency.TestTarget;
using Xunit;

namespace LowLatency.Tests.Host;

/// <summary>The operator's kill switch, thrown as the operator does: by a signal, whatever the engine's thread does.
/// </summary>
public sealed class KillSwitchTests
{
    private const int User1 = 10;
    private const int User2 = 12;
    private static readonly TimeSpan s_moreThanGrace = TimeSpan.FromSeconds(5);

    [Fact]
    [FaultRow("F33")]
    public async Task ShouldCancelAllAndPlaceNothingUntilItIsLifted()
    {
        using var folder = new TemporaryFolder();
        using HostProcess process = HostProcess.Start(
            folder.Path, "--strategy", "ImbalanceMaker", "--symbols", "BTCUSDT", "--speed", "60", "--no-metrics",
            "--quiet", "--no-record", "--set", $"Journal:Directory={folder.File("journal")}");
        await process.UntilAsync(() => OpenOrders(folder) > 0, "no order was placed");

        process.Send(User1);
        await process.UntilAsync(
            () => process.Errors.Contains("kill switch: the operator", StringComparison.Ordinal), "it was not heard");
        await process.UntilAsync(() => OpenOrders(folder) == 0, "orders are left");
        int placed = Placed(folder);
        await Task.Delay(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken);
        Assert.Equal((placed, 0), (Placed(folder), OpenOrders(folder)));

        process.Send(User2);
        await process.UntilAsync(() => Placed(folder) > placed, "it was not lifted");
        process.Send(HostProcess.Terminate);
        Assert.True(await process.EndAsync() == ExitCode.Ok, process.Errors);
        FaultLedger.AddFigure("SIGUSR1: 0 orders left and 0 placed until SIGUSR2");
    }

    [Fact]
    [FaultRow("F33")]
    public async Task ShouldCancelWithoutTheEngine()
    {
        using var folder = new TemporaryFolder();
        using HostProcess process = HostProcess.Start(
            folder.Path, "--strategy-assembly", typeof(MisbehavingStrategy).Assembly.Location, "--strategy",
            "Misbehaving", "--set", "Strategy:Fault=Block", "--set", "Strategy:Orders=3", "--symbols", "BTCUSDT",
            "--metrics-port", "0", "--no-record", "--json", "--set", $"Journal:Directory={folder.File("journal")}");
        using JsonDocument start = JsonDocument.Parse(await process.FirstLine);
        var page = new Uri(start.RootElement.GetProperty("metrics").GetString()!);
        await process.UntilAsync(
            () => process.Errors.Contains(MisbehavingStrategy.BlocksNow, StringComparison.Ordinal), "it did not block");

        // Nothing that runs on the engine's thread helps any more: neither health nor the cancels may need it.
        (HttpStatusCode code, string words) = await UntilStuckAsync(process, page);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, code);
        Assert.Matches("^stuck: the engine or the gateway has handled nothing for [0-9]+ s\n$", words);
        await process.UntilAsync(
            () => (process.Output + process.Errors).Contains("it is stuck; kill -USR1", StringComparison.Ordinal),
            "it did not say so");

        // A stop that follows would cancel them, too, a second later: the second signal comes before that.
        process.Send(User1);
        await Task.Delay(s_moreThanGrace, TestContext.Current.CancellationToken);
        process.Send(HostProcess.Terminate);
        await process.UntilAsync(
            () => (process.Output + process.Errors).Contains("stopping:", StringComparison.Ordinal),
            "the first signal was not heeded");
        process.Send(HostProcess.Terminate);
        Assert.Equal(ExitCode.Interrupted, await process.EndAsync());
        Assert.Equal(3, (process.Output + process.Errors).Split(", its cancel has left").Length - 1);
        FaultLedger.AddFigure(
            "SIGUSR1 with a stuck engine: 3 of 3 orders cancelled, /health/live says that it is stuck");
    }

    private static async Task<(HttpStatusCode Code, string Words)> UntilStuckAsync(HostProcess process, Uri page)
    {
        using var http = new HttpClient();
        (HttpStatusCode Code, string Words) last = default;
        for (int i = 0; i < 600 && last.Code != HttpStatusCode.ServiceUnavailable; i++)
        {
            Assert.False(process.HasExited, process.Errors);
            await Task.Delay(100, TestContext.Current.CancellationToken);
            using HttpResponseMessage answer = await http.GetAsync(
                new Uri(page, "/health/live"), TestContext.Current.CancellationToken);
            last = (answer.StatusCode,
                await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        }

        return last;
    }

    private static int OpenOrders(TemporaryFolder folder) => Journals.Files(folder.Path) is [var file]
        ? Journals.Fold(file).OpenOrders.Count()
        : 0;

    private static int Placed(TemporaryFolder folder) => Journals.Files(folder.Path) is [var file]
        ? JournalReader.Read(file).Outputs.Count(output => output.Kind == OutputKind.Place)
        : 0;
}
