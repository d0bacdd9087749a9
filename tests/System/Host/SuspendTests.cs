using System;
using System.Collections.Concurrent;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using LowLatency.Engine.Events;
using LowLatency.Feeds;
using LowLatency.Host.Cli;
using LowLatency.Recorder.Journal;
using LowLatency.Simulation.EmbeddedVenue;
using LowLatency.Simulation.EmbeddedVenue.Market;
using LowLatency.Tests.Reliability;
using LowLatency.Tests.Support;
using LowLatency.TestTarget;
using Xunit;

namespace LowLatency.Tests.Host;

/// <summary>
/// The whole process is stopped for longer than the silence limit, as on a suspended machine, and continues.
/// </summary>
public sealed partial class SuspendTests
{
    private const double MaxAgeSeconds = 1;
    private const double Slack = 1;
    private static readonly TimeSpan s_suspended = TimeSpan.FromSeconds(5);

    [Fact]
    [FaultRow("F2")]
    [FaultRow("F20")]
    public async Task ShouldPlaceNothingOnOldDataAfterASuspension()
    {
        using var folder = new TemporaryFolder();
        var clock = new MonotonicUnixClock();
        var sentNs = new ConcurrentDictionary<long, long>();
        var player = new VenuePlayer(
            "binance",
            () => new GeneratedMarket(new GeneratedMarketOptions
            {
                Seed = 5,
                Symbols = ["BTCUSDT"],
                StartNs = clock.NowNs,
                IsFutures = false,
            }),
            new PlayOptions(1, IsLooping: false, WaitsForClient: false))
        {
            Fault = frame =>
            {
                if (LastUpdate().Match(Encoding.UTF8.GetString(frame)) is { Success: true } match)
                {
                    sentNs.TryAdd(long.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture), clock.NowNs);
                }

                return [frame];
            },
        };
        await using var venue = new EmbeddedVenueServer(player, port: 0);
        await venue.StartAsync();
        using HostProcess process = HostProcess.Start(folder.Path, Trading(folder, venue.RestBase.Port));
        await process.UntilAsync(() => Placed(folder).Length >= 5, "no order was placed");

        await process.StopAsync();
        int before = Placed(folder).Length;
        await Task.Delay(s_suspended, TestContext.Current.CancellationToken);
        long continuedNs = clock.NowNs;
        process.Send(HostProcess.Continue);
        await process.UntilAsync(() => Placed(folder).Length >= before + 5, "no order was placed afterwards");
        process.Send(HostProcess.Terminate);
        Assert.True(await process.EndAsync() == ExitCode.Ok, process.Errors);

        Assert.Contains(" 0 different", process.Output, StringComparison.Ordinal);
        Assert.Empty(Journals.Fold(Assert.Single(Journals.Files(folder.Path))).OpenOrders);
        EngineOutput[] later = Placed(folder).Where(order => order.TimeNs >= continuedNs).ToArray();
        Assert.NotEmpty(later);
        double[] ages = later.Where(order => sentNs.ContainsKey(order.UpdateId))
            .Select(order => (order.TimeNs - sentNs[order.UpdateId]) / 1e9).ToArray();
        Assert.NotEmpty(ages);
        Assert.All(ages, age => Assert.InRange(age, -Slack, MaxAgeSeconds + Slack));
        FaultLedger.AddFigure(string.Create(
            CultureInfo.InvariantCulture,
            $"process stopped for {s_suspended.TotalSeconds:0} s: {later.Length} orders afterwards, the oldest data "
            + $"behind one {ages.Max() * 1000:0} ms old (limit {MaxAgeSeconds * 1000:0} ms); "
            + $"{Math.Max(0, later.Min(order => order.TimeNs) - continuedNs) / 1e6:0} ms to the first"));
    }

    private static EngineOutput[] Placed(TemporaryFolder folder) => Journals.Files(folder.Path) is [var file]
        ? Journals.OwnOf(JournalReader.Read(file)).Where(output => output.Kind == OutputKind.Place).ToArray()
        : [];

    private static string[] Trading(TemporaryFolder folder, int port) =>
    [
        "--venue", "binance", "--symbols", "BTCUSDT", "--no-metrics", "--quiet",
        "--set", $"RestAddress=http://127.0.0.1:{port}", "--set", $"StreamAddress=ws://127.0.0.1:{port}",
        "--set", "Feed:SilenceTimeoutSeconds=2", "--set", $"Risk:MaxClockOffsetSeconds={MaxAgeSeconds}",
        "--strategy-assembly", typeof(RestlessStrategy).Assembly.Location, "--strategy", "Restless",
        "--record", folder.File("recordings"), "--set", $"Journal:Directory={folder.File("journal")}",
    ];

    [GeneratedRegex("""^\{"stream":"btcusdt@depth@100ms".*"u":(\d+),""")]
    private static partial Regex LastUpdate();
}
