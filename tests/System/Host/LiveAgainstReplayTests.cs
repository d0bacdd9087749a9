using System;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LowLatency.Feeds;
using LowLatency.Host;
using LowLatency.Host.Cli;
using LowLatency.Tests.Reliability;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Host;

/// <summary>
/// The engine in real time, on a market whose connection loses, duplicates, garbles and reorders messages, is cut and
/// replaced: <c>verify</c> then finds every decision again in the session's replay.
/// </summary>
public sealed class LiveAgainstReplayTests(ITestOutputHelper output)
{
    private const int SessionMs = 3000;

    // Strategies that trade within the few seconds of such a session.
    private static readonly string[] s_strategies =
        ["DirectionMask", "Glft", "AvellanedaStoikov", "Grid", "ImbalanceMaker"];

    public static TheoryData<int> Seeds => new(Enumerable.Range(1, 10));

    [Theory]
    [MemberData(nameof(Seeds))]
    [FaultRow("I7")]
    public async Task ShouldDecideInReplayWhatItDecidedLive(int seed)
    {
        using var folder = new TemporaryFolder();
        string venue = Venues.All[seed % Venues.All.Count].Name;
        string recording = await RunAsync(seed, venue, folder);

        using var words = new StringWriter();
        using var errors = new StringWriter();
        int code = await Program.RunAsync(["verify", recording], words, errors, CancellationToken.None);
        output.WriteLine($"seed {seed}, {venue}, {s_strategies[seed % s_strategies.Length]}: {words}{errors}");
        Assert.Equal(string.Empty, ProgramRun.WithoutProgress(errors.ToString()));
        Assert.Matches("^identical: [1-9][0-9]* decisions", words.ToString());
        Assert.Equal(ExitCode.Ok, code);
    }

    private static async Task<string> RunAsync(int seed, string venue, TemporaryFolder folder)
    {
        await using WireFaultRig rig = await WireFaultRig.StartAsync(
            venue, folder.Path, replaceAfterSeconds: 1.3, (ulong)seed, settings =>
            {
                settings.Strategy.Name = s_strategies[seed % s_strategies.Length];
                settings.Recorder.WaypointMinutes = 0.005;
            });
        var random = new Random(seed);
        Lock gate = new();
        rig.Player.Fault = frame =>
        {
            lock (gate)
            {
                return random.Next(400) switch
                {
                    0 => [],
                    1 => [frame, frame],
                    2 => [frame[..(frame.Length / 2)]],
                    _ => [frame],
                };
            }
        };
        for (int waitedMs = 0; waitedMs < SessionMs;)
        {
            int pauseMs;
            bool isCut;
            lock (gate)
            {
                pauseMs = random.Next(100, 900);
                isCut = random.Next(2) == 0;
            }

            await Task.Delay(pauseMs, TestContext.Current.CancellationToken);
            waitedMs += pauseMs;
            if (isCut)
            {
                rig.Relay.Cut();
            }
        }

        rig.Player.Fault = null;
        return (await rig.StopAsync()).Recording;
    }
}
