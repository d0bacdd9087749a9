using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LowLatency.Engine;
using LowLatency.Engine.Events;
using LowLatency.Engine.Orders;
using LowLatency.Host;
using LowLatency.Host.Cli;
using LowLatency.Host.Configuration;
using LowLatency.Host.ConsoleUi;
using LowLatency.Recorder;
using LowLatency.Recorder.Journal;
using LowLatency.Replay;
using LowLatency.Sessions;
using LowLatency.Sessions.Figures;
using LowLatency.Tests.Reliability;
using LowLatency.Tests.Support;
using LowLatency.TestTarget;
using Xunit;

namespace LowLatency.Tests.Host;

/// <summary>Trading while the recording cannot be written: its folder disappears, and comes back.</summary>
public sealed class RecorderPolicyTests
{
    private const int TimedOrders = 500;

    [Fact]
    [FaultRow("F17")]
    public async Task ShouldStopTradingWhereTheSettingSaysSoUntilTheOperatorLiftsIt()
    {
        using var folder = new TemporaryFolder();
        await using LiveSession session = await StartAsync(folder, RecorderFailurePolicy.Stop);
        var notices = new NoticeWatch();
        await UntilAsync(session, () => Orders(session) > 5, "no order was placed");
        notices.Take(session.ReadStatus(), SessionFigures.Of(session.ReadStatus()));

        (long bytes, long dropped) = (session.ReadStatus().Feed.Bytes, session.ReadStatus().Recorder!.DroppedRecords);
        Break(session);
        await UntilAsync(
            session,
            () => session.ReadStatus().View(0).StoppedBecause == DecisionReason.KilledRecorder
                && session.ReadStatus().View(0).OpenOrders == 0,
            "trading did not stop");
        long placed = Orders(session);
        long messages = session.ReadStatus().View(0).BookMessages;
        await UntilAsync(
            session, () => session.ReadStatus().View(0).BookMessages > messages + 50, "the market does not go on");
        IReadOnlyList<string> told = notices.Take(session.ReadStatus(), SessionFigures.Of(session.ReadStatus()));
        Assert.Contains(told, words => words.StartsWith("kill switch: the recording", StringComparison.Ordinal));
        Assert.Contains(told, words => words.StartsWith("recorder: Failed", StringComparison.Ordinal));
        Assert.Equal((placed, true), (Orders(session), session.ReadStatus().View(0).IsLive));

        Repair(session);
        await UntilAsync(
            session,
            () => session.ReadStatus().Recorder!.State == RecorderHealth.Degraded,
            "the recorder does not continue");
        bytes = session.ReadStatus().Feed.Bytes - bytes;
        dropped = session.ReadStatus().Recorder!.DroppedRecords - dropped;
        session.LiftKillSwitch();
        await UntilAsync(session, () => Orders(session) > placed + 5, "trading does not go on");
        Assert.Equal(DecisionReason.None, session.ReadStatus().View(0).StoppedBecause);
        await session.StopAsync(CancellationToken.None);
        DecisionReason[] noted = JournalReader.Read(session.ReadStatus().Journal!.Path).Outputs
            .Where(item => item.Kind == OutputKind.RiskEvent && item.Reason != DecisionReason.None)
            .Select(item => item.Reason).Distinct().ToArray();
        Assert.Equal([DecisionReason.NewDay, DecisionReason.KilledRecorder, DecisionReason.Resumed], noted);
        ReplayResult replay = RecordingReplay.Run(
            session.ReadStatus().Recorder!.Folder, options: new ReplayOptions { ContinueAfterDamage = true });
        Assert.True(replay.Decisions.Count > 0);
        FaultLedger.AddFigure(
            $"Stop: {dropped:#,0} records lost and counted, {bytes:#,0} bytes received "
            + "meanwhile; 0 orders placed meanwhile");
    }

    // Run like the program, for the exit code: until it is stopped, with the recording still unavailable.
    [Fact]
    [FaultRow("F17")]
    public async Task ShouldTradeOnOnPaperUnlessToldOtherwise()
    {
        using var folder = new TemporaryFolder();
        using var stop = new CancellationTokenSource();
        var started = new TaskCompletionSource<LiveSession>(TaskCreationOptions.RunContinuationsAsynchronously);
        LiveSettings wanted = Settings(folder, policy: null);
        wanted.Strategy.Catalog = StrategyBinder.LoadCatalog(typeof(RestlessStrategy).Assembly.Location);
        wanted.Strategy.Name = "Restless";
        Task<int> running = LiveCommand.RunAsync(
            wanted,
            new TextConsoleView(TextWriter.Null, TextWriter.Null, isTerminal: false, isQuiet: true),
            async (settings, cancellation) =>
            {
                ISessionControl created = await Pipeline.StartAsync(settings, cancellation);
                started.SetResult((LiveSession)created);
                return created;
            },
            stop.Token);
        await using LiveSession session = await started.Task.WaitAsync(
            Eventually.Timeout, TestContext.Current.CancellationToken);

        // The first ones warm it up.
        await LatenciesAsync(session);
        double[] before = await LatenciesAsync(session);

        (long bytes, long dropped) = (session.ReadStatus().Feed.Bytes, session.ReadStatus().Recorder!.DroppedRecords);
        Break(session);
        await UntilAsync(
            session,
            () => session.ReadStatus().Recorder!.State == RecorderHealth.Failed,
            "the recorder did not report the failure");
        double[] meanwhile = await LatenciesAsync(session);
        bytes = session.ReadStatus().Feed.Bytes - bytes;
        dropped = session.ReadStatus().Recorder!.DroppedRecords - dropped;

        Assert.Equal(DecisionReason.None, session.ReadStatus().View(0).StoppedBecause);
        await stop.CancelAsync();
        int code = await running.WaitAsync(Eventually.Timeout, TestContext.Current.CancellationToken);
        Assert.Equal((ExitCode.Ok, RecorderHealth.Failed), (code, session.ReadStatus().Recorder!.State));
        Assert.True(dropped > 0, "nothing was counted as lost");
        FaultLedger.AddFigure(
            $"Continue: {dropped:#,0} records lost and counted, {bytes:#,0} bytes received "
            + $"meanwhile; p99 from message to order {P99Us(meanwhile)}, {P99Us(before)} before; exit code {code}");
    }

    // The next latencies, in seconds, as reported by the gateway thread.
    private static async Task<double[]> LatenciesAsync(LiveSession session)
    {
        var seconds = new ConcurrentQueue<double>();
        session.OnOrderLatency = seconds.Enqueue;
        await UntilAsync(session, () => seconds.Count >= TimedOrders, "trading does not go on");
        session.OnOrderLatency = null;
        return seconds.ToArray();
    }

    private static string P99Us(double[] seconds) => string.Create(
        CultureInfo.InvariantCulture,
        $"{seconds.Order().ElementAt(seconds.Length * 99 / 100) * 1e6:0} us of {seconds.Length} orders");

    private static async Task<LiveSession> StartAsync(TemporaryFolder folder, RecorderFailurePolicy? policy) =>
        (LiveSession)await Pipeline.StartAsync(Settings(folder, policy), TestContext.Current.CancellationToken);

    private static LiveSettings Settings(TemporaryFolder folder, RecorderFailurePolicy? policy) => new()
    {
        Symbols = ["BTCUSDT"],
        EmbeddedVenue = new EmbeddedVenueSettings { Speed = "60" },
        Strategy = new StrategySettings { Name = "ImbalanceMaker" },
        Metrics = new MetricsSettings { Enabled = false },
        Recorder = new RecorderSettings
        {
            Directory = folder.File("recordings"),
            OnFailure = policy,
            MinFreeMiB = 0,
        },
        Risk = Patience.Risk,
        Journal = new JournalSettings { Directory = folder.File("journal") },
    };

    private static void Break(LiveSession session) =>
        Directory.Move(session.ReadStatus().Recorder!.Folder, session.ReadStatus().Recorder!.Folder + ".away");

    private static void Repair(LiveSession session) =>
        Directory.Move(session.ReadStatus().Recorder!.Folder + ".away", session.ReadStatus().Recorder!.Folder);

    private static string Describe(LiveSession session) =>
        $"stopped because {session.ReadStatus().View(0).StoppedBecause}, {session.ReadStatus().Recorder?.Health}; "
        + string.Join("; ", session.ReadStatus().RecentDecisions.TakeLast(3));

    private static long Orders(LiveSession session)
    {
        InstrumentView view = session.ReadStatus().View(0);
        return view.Buys.Placed + view.Sells.Placed;
    }

    private static Task UntilAsync(LiveSession session, Func<bool> condition, string otherwise) =>
        Eventually.HoldsAsync(condition, otherwise, () => Describe(session));
}
