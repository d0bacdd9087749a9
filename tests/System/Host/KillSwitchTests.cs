using System;
using System.Net;
using System.Net.Http;
using System.Text.Json;
using System.Threading.Tasks;
using LowLatency.Host.Cli;
using LowLatency.Tests.Reliability;
using LowLatency.Tests.Support;
using LowLatency.TestTarget;
using Xunit;

namespace LowLatency.Tests.Host;

/// <summary>The operator's kill switch, engaged by a signal, whatever the engine's thread does.</summary>
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
            folder.Path,
            [
                "--strategy", "ImbalanceMaker", "--symbols", "BTCUSDT", "--speed", "60", "--no-metrics", "--quiet",
                "--no-record", "--set", $"Journal:Directory={folder.File("journal")}", .. Patience.Options,
            ]);
        await process.UntilAsync(() => Journals.OpenOrders(folder.Path) > 0, "no order was placed");

        process.Send(User1);
        await process.UntilAsync(
            () => process.Errors.Contains("kill switch: the operator", StringComparison.Ordinal), "it was not engaged");
        await process.UntilAsync(() => Journals.OpenOrders(folder.Path) == 0, "orders are left");
        int placed = Journals.CountPlaced(folder.Path);
        await Task.Delay(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken);
        Assert.Equal(
            (placed, 0), (Journals.CountPlaced(folder.Path), Journals.OpenOrders(folder.Path)));

        process.Send(User2);
        await process.UntilAsync(() => Journals.CountPlaced(folder.Path) > placed, "it was not released");
        process.Send(HostProcess.Terminate);
        Assert.True(await process.EndAsync() == ExitCode.Ok, process.Errors);
        FaultLedger.AddFigure("SIGUSR1: 0 orders left and 0 placed until SIGUSR2");
    }

    [Fact]
    [FaultRow("F33")]
    public async Task ShouldCancelWithoutTheEngine()
    {
        using var folder = new TemporaryFolder();
        using HostProcess process = StartStuck(folder);
        using JsonDocument start = JsonDocument.Parse(await process.FirstLine);
        var page = new Uri(start.RootElement.GetProperty("metrics").GetString()!);
        await UntilSaidAsync(process, MisbehavingStrategy.BlocksNow);

        // Nothing on the engine's thread runs any more: neither health nor the cancels may depend on it.
        (HttpStatusCode code, string words) = await UntilStuckAsync(process, page);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, code);
        Assert.Matches("^stuck: no progress of engine or gateway for [0-9]+ s\n$", words);
        await UntilSaidAsync(process, "kill -USR1 cancels all orders without it");

        // A later stop would cancel them too, after a second: the second signal comes before that.
        process.Send(User1);
        await Task.Delay(s_moreThanGrace, TestContext.Current.CancellationToken);
        process.Send(HostProcess.Terminate);
        await UntilSaidAsync(process, "stopping:");
        process.Send(HostProcess.Terminate);
        await AssertAllCancelledAsync(process, ExitCode.Interrupted);
        FaultLedger.AddFigure(
            "SIGUSR1 with a stuck engine: 3 of 3 orders cancelled, /health/live says that it is stuck");
    }

    [Fact]
    [FaultRow("F33")]
    public async Task ShouldNotLiftAnEnd()
    {
        using var folder = new TemporaryFolder();
        using HostProcess process = StartStuck(folder);
        await UntilSaidAsync(process, MisbehavingStrategy.BlocksNow);
        process.Send(HostProcess.Terminate);
        await UntilSaidAsync(process, "stopping:");

        // It prints this before it acts.
        await Task.Delay(TimeSpan.FromMilliseconds(300), TestContext.Current.CancellationToken);
        process.Send(User2);
        await AssertAllCancelledAsync(process, ExitCode.Timeout);
    }

    private static HostProcess StartStuck(TemporaryFolder folder) => HostProcess.Start(
        folder.Path, "--strategy-assembly", typeof(MisbehavingStrategy).Assembly.Location, "--strategy", "Misbehaving",
        "--set", "Strategy:Fault=Block", "--set", "Strategy:Orders=3", "--symbols", "BTCUSDT", "--metrics-port", "0",
        "--no-record", "--json", "--set", $"Journal:Directory={folder.File("journal")}");

    private static Task UntilSaidAsync(HostProcess process, string words) => process.UntilAsync(
        () => (process.Output + process.Errors).Contains(words, StringComparison.Ordinal), $"it did not say '{words}'");

    private static async Task AssertAllCancelledAsync(HostProcess process, int code)
    {
        Assert.Equal(code, await process.EndAsync());
        Assert.Equal(3, (process.Output + process.Errors).Split(", cancel sent").Length - 1);
    }

    private static async Task<(HttpStatusCode Code, string Text)> UntilStuckAsync(HostProcess process, Uri page)
    {
        using var http = new HttpClient();
        return await Eventually.SeesAsync(
            async () =>
            {
                Assert.False(process.HasExited, process.Errors);
                using HttpResponseMessage answer = await http.GetAsync(
                    new Uri(page, "/health/live"), TestContext.Current.CancellationToken);
                return (answer.StatusCode,
                    Text: await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
            },
            answer => answer.StatusCode == HttpStatusCode.ServiceUnavailable,
            "/health/live did not find the engine stuck");
    }
}
