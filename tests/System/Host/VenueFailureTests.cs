using System;
using System.Collections.Generic;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using LowLatency.Engine;
using LowLatency.Engine.Events;
using LowLatency.Host;
using LowLatency.Host.Configuration;
using LowLatency.Replay;
using LowLatency.Tests.Reliability;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Host;

/// <summary>A live session when its venue fails: real sockets, a real venue process in miniature.</summary>
public sealed class VenueFailureTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("binance")]
    [InlineData("binance-futures")]
    [FaultRow("F1")]
    [FaultRow("F25")]
    [FaultRow("I1")]
    public async Task ShouldPullQuotesWhenTheVenueDiesAndResumeWhenItIsBack(string venue)
    {
        using var folder = new TemporaryFolder();
        await using LiveSession session = await StartAsync(folder, venue);
        await Eventually.HoldsAsync(() => View(session).IsLive && View(session).OpenOrders > 0, "no order was placed");

        await session.Market.Embedded!.KillAsync();
        await Eventually.HoldsAsync(() => !View(session).IsLive, "the book did not go stale");
        Assert.Equal(StaleReason.Disconnected, View(session).StaleReason);
        await Eventually.HoldsAsync(() => View(session).OpenOrders == 0, "quotes were not pulled");
        InstrumentView dead = View(session);

        // The timer's inputs go on, and the engine decides on each.
        long records = session.ReadStatus().Recorder!.Records;
        await Eventually.HoldsAsync(
            () => session.ReadStatus().Recorder!.Records >= records + 10, "the timer does not go on");
        Assert.Equal(Placed(in dead), Placed(View(session)));
        Assert.Equal(dead.Triggers, View(session).Triggers);

        await session.Market.Embedded.RestartAsync();
        await Eventually.HoldsAsync(() => View(session).IsLive, "the book did not come back");
        await Eventually.HoldsAsync(() => Placed(View(session)) > Placed(in dead), "no order was placed afterwards");
        await session.StopAsync(CancellationToken.None);

        Assert.Equal(0, View(session).TopsDifferent);
        Assert.NotEqual(0, session.ReadStatus().Symbol(0).Resyncs);
        AssertNoDecisionWhileStale(session.ReadStatus().Recorder!.Folder, session.ReadStatus().Decisions.Value);
    }

    [Fact]
    [FaultRow("F4")]
    [FaultRow("I1")]
    public async Task ShouldResynchroniseAfterLostMessages()
    {
        using var folder = new TemporaryFolder();
        await using LiveSession session = await StartAsync(folder, "binance");
        await Eventually.HoldsAsync(() => View(session).IsLive, "the book did not become live");
        int depth = 0;
        session.Market.Embedded!.Player.Fault = frame =>
            frame.AsSpan().IndexOf("@depth"u8) >= 0 && ++depth % 20 == 0 ? [] : [frame];

        await Eventually.HoldsAsync(() => session.ReadStatus().Symbol(0).Gaps >= 5, "no gap was found");
        session.Market.Embedded.Player.Fault = null;
        long snapshots = session.ReadStatus().Symbol(0).Snapshots;
        await Eventually.HoldsAsync(
            () => View(session).IsLive && session.ReadStatus().Symbol(0).Snapshots >= snapshots,
            "the book did not come back");
        InstrumentView back = View(session);
        await Eventually.HoldsAsync(() => Placed(View(session)) > Placed(in back), "no order was placed afterwards");
        await session.StopAsync(CancellationToken.None);

        Assert.Equal(0, View(session).TopsDifferent);
        AssertNoDecisionWhileStale(session.ReadStatus().Recorder!.Folder, session.ReadStatus().Decisions.Value);
    }

    [Fact]
    [FaultRow("F12")]
    public async Task ShouldCloseOnATenMegabyteFrameAndLiveOn()
    {
        using var folder = new TemporaryFolder();
        await using LiveSession session = await StartAsync(folder, "binance");
        await Eventually.HoldsAsync(() => View(session).IsLive, "the book did not become live");
        byte[] huge = new byte[10 * 1024 * 1024];
        Array.Fill(huge, (byte)'x');
        int sent = 0;
        session.Market.Embedded!.Player.Fault = frame =>
            Interlocked.Exchange(ref sent, 1) == 0 ? [huge, frame] : [frame];

        await Eventually.EqualsAsync(
            1, () => session.ReadStatus().BadInputs["MessageTooLong"], "the frame was not refused");
        await Eventually.HoldsAsync(
            () => session.ReadStatus().Feed.Connects >= 2 && View(session).IsLive, "the session did not connect again");
        await session.StopAsync(CancellationToken.None);
        Assert.Contains(
            session.ReadStatus().RecentBadInputs,
            words => words.StartsWith("MessageTooLong", StringComparison.Ordinal));
    }

    [Fact]
    [FaultRow("F10")]
    public async Task ShouldLiveThroughNonsenseBetweenGoodMessages()
    {
        using var folder = new TemporaryFolder();
        await using LiveSession session = await StartAsync(folder, "binance");
        await Eventually.HoldsAsync(() => View(session).IsLive, "the book did not become live");
        int count = 0;
        byte[] nonsense = Encoding.UTF8.GetBytes("{\"stream\":\"btcusdt@depth@100ms\",\"data\":{\"U\":");
        session.Market.Embedded!.Player.Fault = frame => ++count % 50 == 0 ? Twice(nonsense, frame) : [frame];

        await Eventually.HoldsAsync(() => session.ReadStatus().BadInputs["MalformedJson"] >= 20, "nothing was refused");
        session.Market.Embedded.Player.Fault = null;
        await Eventually.HoldsAsync(() => View(session).IsLive, "the book did not come back");
        await session.StopAsync(CancellationToken.None);

        Assert.Equal(0, View(session).TopsDifferent);
        Assert.True(session.Completion.IsCompletedSuccessfully);
    }

    private static IEnumerable<byte[]> Twice(byte[] first, byte[] second) => [first, second];

    // The replay sees every book state and every decision, so it can check the live run.
    private void AssertNoDecisionWhileStale(string recording, ulong hash)
    {
        int placed = 0;
        ReplayResult replay = RecordingReplay.Run(recording, decision =>
        {
            if (decision.Kind == OutputKind.Place)
            {
                placed++;
                Assert.True(decision.BidPrice > 0 && decision.AskPrice > decision.BidPrice, "placed without a book");
            }
        });
        output.WriteLine($"{placed} orders placed, {replay.Runner.Records} records, {replay.Runner.Events} events");
        Assert.Null(replay.Runner.Divergence);
        Assert.Null(replay.Runner.Gap);
        Assert.Equal(hash, replay.Decisions.Value);
        Assert.NotEqual(0, placed);
    }

    private static async Task<LiveSession> StartAsync(TemporaryFolder folder, string venue)
    {
        var settings = new LiveSettings
        {
            Venue = venue,
            Symbols = ["BTCUSDT"],
            EmbeddedVenue = new EmbeddedVenueSettings { Speed = "20", Seed = 3 },
            Recorder = new RecorderSettings { Directory = folder.Path },
            Journal = new JournalSettings
            {
                Directory = folder.File("journal")
            },
            Metrics = new MetricsSettings { Enabled = false },
            Risk = Patience.Risk,
        };
        return (LiveSession)await Pipeline.StartAsync(settings, TestContext.Current.CancellationToken);
    }

    private static InstrumentView View(LiveSession session) => session.ReadStatus().View(0);

    private static long Placed(in InstrumentView view) => view.Buys.Placed + view.Sells.Placed;
}
