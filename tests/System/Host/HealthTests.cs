using System;
using System.Net;
using System.Net.Http;
using System.Threading.Tasks;
using LowLatency.Engine;
using LowLatency.Engine.Orders;
using LowLatency.Host;
using LowLatency.Host.Configuration;
using LowLatency.Recorder;
using LowLatency.Sessions;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Host;

public sealed class HealthTests
{
    [Fact]
    public async Task ShouldBeReadyWhileItCanTradeAndNameWhatKeepsItFromThat()
    {
        using var folder = new TemporaryFolder();
        LiveSettings settings = Settings(folder);
        await using var session = (LiveSession)await Pipeline.StartAsync(
            settings, TestContext.Current.CancellationToken);
        await using SessionServer? server = await MetricsSetup.StartAsync(settings.Metrics, session);
        var page = new Uri(server!.Address);
        await UntilAsync(page, HttpStatusCode.OK, "ok\n");

        session.EngageKillSwitch();
        await UntilAsync(
            page, HttpStatusCode.ServiceUnavailable, "trading is stopped: kill switch: the operator\n");
        session.LiftKillSwitch();
        await UntilAsync(page, HttpStatusCode.OK, "ok\n");

        await session.Market.Embedded!.KillAsync();
        await UntilAsync(page, HttpStatusCode.ServiceUnavailable, "books not live: BTCUSDT\n");
        Assert.Equal((HttpStatusCode.OK, "ok\n"), await AskAsync(page, "live"));
        await session.Market.Embedded.RestartAsync();
        await UntilAsync(page, HttpStatusCode.OK, "ok\n");
    }

    [Fact]
    public async Task ShouldJudgeEachPart()
    {
        using var folder = new TemporaryFolder();
        await using var session = (LiveSession)await Pipeline.StartAsync(
            Settings(folder), TestContext.Current.CancellationToken);
        SessionStatus status = await Eventually.SeesAsync(
            session.ReadStatus, status => Health.Of(status).IsReady, "the session did not become ready",
            status => string.Join("; ", Health.Of(status).Problems));
        InstrumentView view = status.View(0);

        AssertHealth(status, [], []);
        AssertHealth(
            status with { Views = [view with { IsReconciling = true }] },
            ["orders not reconciled: waiting for the gateway's open orders"], []);
        AssertHealth(status with { Views = [view with { IsLive = false }] }, ["books not live: BTCUSDT"], []);
        AssertHealth(
            status with { Views = [view with { StoppedBecause = DecisionReason.KilledLoss }] },
            ["trading is stopped: kill switch: daily loss limit reached"], []);
        AssertHealth(
            status with { Recorder = status.Recorder! with { State = RecorderHealth.Failed, Health = "disk full" } },
            ["recorder disk full"], []);
        AssertHealth(
            status with { Recorder = status.Recorder! with { State = RecorderHealth.Degraded, Health = "slow" } },
            [], ["recorder slow"]);
        AssertHealth(
            status with { Journal = status.Journal! with { Health = "disk full" } }, ["journal disk full"], []);
        AssertHealth(status with { Stall = Health.StallMax }, [], []);
        SessionStatus stuck = status with { Stall = TimeSpan.FromSeconds(7) };
        AssertHealth(stuck, ["stuck: no progress of engine or gateway for 7 s"], []);
        Assert.False(Health.Of(stuck).IsAlive);
        SessionStatus failed = status with { Failure = "thread engine failed" };
        AssertHealth(failed, ["failed: thread engine failed"], []);
        Assert.False(Health.Of(failed).IsAlive);
    }

    private static void AssertHealth(SessionStatus status, string[] problems, string[] notes)
    {
        var health = Health.Of(status);

        Assert.Equal(problems, health.Problems);
        Assert.Equal(notes, health.Notes);
        Assert.Equal(problems.Length == 0, health.IsReady);
    }

    private static LiveSettings Settings(TemporaryFolder folder) => new()
    {
        Symbols = ["BTCUSDT"],
        EmbeddedVenue = new EmbeddedVenueSettings { Speed = "20" },
        Recorder = new RecorderSettings { Directory = folder.File("recordings") },
        Journal = new JournalSettings { Directory = folder.File("journal") },
        Metrics = new MetricsSettings { Port = 0 },
        Risk = Patience.Risk,
    };

    private static Task<(HttpStatusCode Code, string Text)> UntilAsync(Uri page, HttpStatusCode code, string text) =>
        Eventually.SeesAsync(
            () => AskAsync(page, "ready"), answer => answer == (code, text),
            $"/health/ready did not answer {code} {text}");

    private static async Task<(HttpStatusCode Code, string Text)> AskAsync(Uri page, string route)
    {
        using var http = new HttpClient();
        using HttpResponseMessage answer = await http.GetAsync(
            new Uri(page, $"/health/{route}"), TestContext.Current.CancellationToken);
        return (answer.StatusCode,
            await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
