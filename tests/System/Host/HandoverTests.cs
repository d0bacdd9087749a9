using System.Linq;
using System.Threading.Tasks;
using LowLatency.Engine.Events;
using LowLatency.Replay;
using LowLatency.Sessions;
using LowLatency.Tests.Reliability;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Host;

/// <summary>Before a connection reaches its maximum age, a younger one listens in parallel and takes over.</summary>
public sealed class HandoverTests(ITestOutputHelper output)
{
    [Theory]
    [MemberData(nameof(WireFaultTests.Names), MemberType = typeof(WireFaultTests))]
    [FaultRow("F1")]
    public async Task ShouldReplaceAnAgeingConnectionWithoutMissingAnUpdate(string venue)
    {
        using var folder = new TemporaryFolder();
        await using WireFaultRig rig = await WireFaultRig.StartAsync(venue, folder.Path, replaceAfterSeconds: 0.8);
        await rig.UntilRightAsync("at the start");
        await Eventually.SeesAsync(() => rig.Handovers, count => count >= 3, "no younger connection took over");
        await rig.UntilRightAsync("after three handovers");

        (string recording, DecisionHash decisions) = await rig.StopAsync();
        SymbolCounters counters = rig.Session.ReadStatus().Symbol(0);
        string stales = string.Join(", ", counters.Stales.Where(pair => pair.Value != 0));
        output.WriteLine(
            $"{rig.Handovers} handovers, {counters.Gaps} gaps, {rig.View.StaleBooks} stale books {stales}");
        output.WriteLine(string.Join("; ", rig.Session.ReadStatus().Connections));
        Assert.Equal(0, counters.Gaps);

        // The only stale book is that at the session's end.
        Assert.InRange(rig.View.StaleBooks, 0, 1);
        ReplayResult replay = RecordingReplay.Run(recording);
        Assert.Null(replay.Runner.Divergence);
        Assert.Equal(decisions.Value, replay.Decisions.Value);
    }
}
