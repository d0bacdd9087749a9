using System.Linq;
using System.Net.WebSockets;
using System.Threading.Tasks;
using LowLatency.Engine.Events;
using LowLatency.Feeds;
using LowLatency.Replay;
using LowLatency.Tests.Reliability;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Host;

/// <summary>
/// Each venue's protocol over a real websocket, with one fault after the other: the book always comes back and equals
/// the venue's, and the recording replays to the same decisions.
/// </summary>
public sealed class WireFaultTests(ITestOutputHelper output)
{
    private static readonly int[] s_closeCodes = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 4004, 4009];

    public static TheoryData<string> Names => new(Venues.All.Select(venue => venue.Name));

    [Theory]
    [MemberData(nameof(Names))]
    [FaultRow("F1")]
    [FaultRow("F2")]
    [FaultRow("F4")]
    [FaultRow("F6")]
    [FaultRow("F7")]
    [FaultRow("I7")]
    public async Task ShouldComeBackFromEveryFault(string venue)
    {
        using var folder = new TemporaryFolder();
        await using WireFaultRig rig = await WireFaultRig.StartAsync(venue, folder.Path);
        await rig.UntilRightAsync("at the start");

        await rig.WithFrameFaultAsync("duplicate", (frame, count) => count % 5 == 0 ? [frame, frame] : [frame]);
        if (rig.ShowsLoss)
        {
            await rig.WithFrameFaultAsync("drop", (frame, count) => count % 40 == 0 ? [] : [frame]);
            await rig.WithFrameFaultAsync("reorder", rig.Reorder);
        }

        await rig.WithFrameFaultAsync("garble", (frame, count) =>
            count % 60 == 0 ? [frame[..(frame.Length / 2)]] : [frame]);
        await rig.WithFrameFaultAsync("wrong checksum", WireFaultRig.WrongChecksum);

        rig.Relay.SliceBytes = 7;
        await rig.UntilRightAsync("in slices of seven bytes");
        rig.Relay.SliceBytes = 64 * 1024;
        foreach (int code in s_closeCodes)
        {
            await rig.ReconnectingAsync(
                $"closed with {code}",
                () => rig.Player.CloseClientsAsync((WebSocketCloseStatus)code, "test"));
        }

        await rig.ReconnectingAsync("cut", () =>
        {
            rig.Relay.Cut();
            return Task.CompletedTask;
        });
        await rig.StallAsync();

        rig.Relay.IsBlackHole = true;
        await Eventually.HoldsAsync(() => !rig.View.IsLive, "a half-open connection was not found");
        Assert.Equal(StaleReason.Disconnected, rig.View.StaleReason);
        rig.Relay.IsBlackHole = false;
        rig.Relay.Cut();
        await rig.UntilRightAsync("after being half open");

        (string recording, DecisionHash decisions) = await rig.StopAsync();
        string figure = $"{venue}: {rig.Relay.Connections} TCP connections, {decisions.Count} decisions";
        output.WriteLine(figure);
        FaultLedger.AddFigure(figure);
        ReplayResult replay = RecordingReplay.Run(recording);
        Assert.Null(replay.Runner.Divergence);
        Assert.Equal(decisions.Value, replay.Decisions.Value);
    }
}
