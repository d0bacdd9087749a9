using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LowLatency.Engine;
using LowLatency.Host;
using LowLatency.Host.Configuration;
using LowLatency.Replay;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Host;

/// <summary>
/// The whole path with real messages: embedded venue, websocket, pipe, parser, ring, engine, paper venue, recording.
/// </summary>
public sealed class LiveSessionTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("binance", 1072, 6493, "spot/btcusdt_20240808.gz", "spot/btcusdt_20240809.gz")]
    [InlineData("binance-futures", 629, 6547, "usdm/btcusdt_20240808.gz")]
    public async Task ShouldRunACaptureTheWholeWayAndReplayToTheSameHash(
        string venue, int tops, int applied, params string[] captures)
    {
        string[] paths = captures.Select(name => SharedData.Require($"hftbacktest/{name}")).ToArray();
        using var folder = new TemporaryFolder();
        var settings = new LiveSettings
        {
            Venue = venue,
            EmbeddedVenue = new EmbeddedVenueSettings { Input = string.Join(';', paths), Speed = "max" },
            Metrics = new MetricsSettings { Enabled = false },
            Recorder = new RecorderSettings { Directory = folder.Path },
            Journal = new JournalSettings
            {
                Directory = folder.File("journal")
            },
        };

        var session = (LiveSession)await Pipeline.StartAsync(settings, TestContext.Current.CancellationToken);
        await session.Completion.WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);
        await session.StopAsync(CancellationToken.None);

        InstrumentView view = session.ReadStatus().View(0);
        output.WriteLine($"frames {session.ReadStatus().Feed.Frames}, book messages {view.BookMessages}, "
            + $"ups {view.DirectionsUp}, "
        + $"downs {view.DirectionsDown}, triggers {view.Triggers}, placed {view.Buys.Placed + view.Sells.Placed}, "
        + $"tops compared {view.TopsCompared}, filled {view.Buys.Filled + view.Sells.Filled}, "
        + $"decisions {session.ReadStatus().Decisions.Count}");
        foreach (string bad in session.ReadStatus().RecentBadInputs)
        {
            output.WriteLine(bad);
        }

        Assert.Equal((tops, 0L), (view.TopsCompared, view.TopsDifferent));

        // The snapshot counts, and the venue's own answer may contain a message that the captured one did not.
        Assert.InRange(view.BookMessages, applied, applied + 1);
        Assert.Equal(0, session.ReadStatus().Symbol(0).Gaps);
        Assert.Equal("ok", session.ReadStatus().Recorder!.Health);

        ReplayResult replay = RecordingReplay.Run(session.ReadStatus().Recorder!.Folder);
        Assert.Null(replay.Truncation);
        Assert.Null(replay.Runner.Divergence);
        Assert.Equal(session.ReadStatus().Decisions.Count, replay.Decisions.Count);
        Assert.Equal(session.ReadStatus().Decisions.Value, replay.Decisions.Value);
        Assert.Equal(replay.DecisionText, replay.Runner.RecordedDecisions);
        Assert.NotEqual(0, replay.Decisions.Count);
    }
}
