using System;
using System.Net;
using System.Net.Http;
using System.Reflection;
using System.Threading.Tasks;
using LowLatency.Engine;
using LowLatency.Engine.Orders;
using LowLatency.Host;
using LowLatency.Host.Configuration;
using LowLatency.Host.Metrics;
using LowLatency.Recorder;
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
        await using MetricsServer? server = await MetricsServer.StartAsync(settings.Metrics, session);
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
        for (int i = 0; i < 1000 && !Health.Of(session).IsReady; i++)
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        InstrumentView view = session.View(0);
        RecordingStatus recorder = session.Recorder!;
        JournalStatus journal = session.Journal!;
        var failed = Task.FromException(new InvalidOperationException("thread engine failed"));

        AssertHealth(session, [], [], null, null);
        AssertHealth(session, ["orders not reconciled: the gateway has not said yet what is open"], [],
            nameof(ISession.View), view with { IsReconciling = true });
        AssertHealth(session, ["books not live: BTCUSDT"], [], nameof(ISession.View), view with { IsLive = false });
        AssertHealth(session, ["trading is stopped: kill switch: the loss of the day has reached its limit"], [],
            nameof(ISession.View), view with { StoppedBecause = DecisionReason.KilledLoss });
        AssertHealth(session, ["recorder disk full"], [], $"get_{nameof(ISession.Recorder)}",
            recorder with { State = RecorderHealth.Failed, Health = "disk full" });
        AssertHealth(session, [], ["recorder slow"], $"get_{nameof(ISession.Recorder)}",
            recorder with { State = RecorderHealth.Degraded, Health = "slow" });
        AssertHealth(session, ["journal disk full"], [], $"get_{nameof(ISession.Journal)}",
            journal with { Health = "disk full" });
        AssertHealth(session, [], [], $"get_{nameof(ISession.Stall)}", Health.StallMax);
        AssertHealth(session, ["stuck: the engine or the gateway has handled nothing for 7 s"], [],
            $"get_{nameof(ISession.Stall)}", TimeSpan.FromSeconds(7));
        Assert.False(Health.Of(Altered.Of(session, $"get_{nameof(ISession.Stall)}", TimeSpan.FromSeconds(7))).IsAlive);
        AssertHealth(session, ["failed: thread engine failed"], [], $"get_{nameof(ISession.Completion)}", failed);
        Assert.False(Health.Of(Altered.Of(session, $"get_{nameof(ISession.Completion)}", failed)).IsAlive);
    }

    private static void AssertHealth(
        ISession session, string[] problems, string[] notes, string? member, object? value)
    {
        var health = Health.Of(member is null ? session : Altered.Of(session, member, value!));

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
    };

    // A bound against hanging, not a measurement.
    private static async Task UntilAsync(Uri page, HttpStatusCode code, string words)
    {
        (HttpStatusCode, string) last = default;
        for (int i = 0; i < 3000 && last != (code, words); i++)
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
            last = await AskAsync(page, "ready");
        }

        Assert.Equal((code, words), last);
    }

    private static async Task<(HttpStatusCode Code, string Text)> AskAsync(Uri page, string route)
    {
        using var http = new HttpClient();
        using HttpResponseMessage answer = await http.GetAsync(
            new Uri(page, $"/health/{route}"), TestContext.Current.CancellationToken);
        return (answer.StatusCode,
            await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}

/// <summary>A session with one member answering otherwise.</summary>
#pragma warning disable CA1852 // The proxy is made at run time, and derives from it.
internal class Altered : DispatchProxy
#pragma warning restore CA1852
{
    private ISession? _session;
    private string _member = string.Empty;
    private object? _value;

    public static ISession Of(ISession session, string member, object value)
    {
        ISession proxy = Create<ISession, Altered>();
        var own = (Altered)proxy;
        (own._session, own._member, own._value) = (session, member, value);
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        targetMethod!.Name == _member ? _value : targetMethod.Invoke(_session, args);
}
