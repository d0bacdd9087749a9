using System;
using System.Threading;
using System.Threading.Tasks;
using LowLatency.Engine;
using LowLatency.Host;
using LowLatency.Host.Configuration;
using LowLatency.Replay;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Host;

/// <summary>The whole way on real messages: embedded venue, websocket, pipe, parser, ring, engine, paper, recording.
/// </summary>
public sealed class LiveSessionTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("binance", "hftbacktest/spot/btcusdt_20240808.gz", 3449)]
    [InlineData("binance-futures", "hftbacktest/usdm/btcusdt_20240808.gz", 6547)]
    public async Task ShouldRunACaptureTheWholeWayAndReplayToTheSameHash(string venue, string capture, int mostApplied)
    {
        using var folder = new TemporaryFolder();
        var settings = new LiveSettings
        {
            Venue = venue,
            EmbeddedVenue = new EmbeddedVenueSettings { Input = SharedData.Require(capture), Speed = "max" },
            Recorder = new RecorderSettings { Directory = folder.Path },
        };

        var session = (LiveSession)await Pipeline.StartAsync(settings, TestContext.Current.CancellationToken);
        await session.Completion.WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);
        await session.StopAsync(CancellationToken.None);

        InstrumentView view = session.View(0);
        output.WriteLine($"frames {session.Feed.Frames}, book messages {view.BookMessages}, ups {view.DirectionsUp}, "
            + $"downs {view.DirectionsDown}, triggers {view.Triggers}, placed {view.Buys.Placed + view.Sells.Placed}, "
            + $"filled {view.Buys.Filled + view.Sells.Filled}, decisions {session.Decisions.Count}");
        foreach (string bad in session.RecentBadInputs)
        {
            output.WriteLine(bad);
        }

        Assert.InRange(view.BookMessages, mostApplied / 2, mostApplied + 1);
        Assert.Equal(0, session.Symbol(0).Gaps);
        Assert.Equal("ok", session.Recorder!.Health);

        ReplayResult replay = RecordingReplay.Run(session.Recorder.Folder);
        Assert.Null(replay.Truncation);
        Assert.Null(replay.Runner.Divergence);
        Assert.Equal(session.Decisions.Count, replay.Decisions.Count);
        Assert.Equal(session.Decisions.Value, replay.Decisions.Value);
        Assert.Equal(replay.DecisionText, replay.Runner.RecordedDecisions);
        Assert.NotEqual(0, replay.Decisions.Count);
    }
}
