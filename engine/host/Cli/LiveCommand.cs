using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net.Http;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;
using LowLatency.Engine.Orders;
using LowLatency.Engine.Runtime;
using LowLatency.Feeds;
using LowLatency.Host.Configuration;
using LowLatency.Host.ConsoleUi;
using LowLatency.Host.Security;
using LowLatency.Replay;
using LowLatency.Sessions;
using LowLatency.Sessions.Figures;
using LowLatency.Sessions.Journal;

namespace LowLatency.Host.Cli;

/// <summary>The live engine process: start, show, stop.</summary>
internal static class LiveCommand
{
    // Linux numbers of SIGUSR1 and SIGUSR2.
    private const int SignalUser1 = 10;
    private const int SignalUser2 = 12;

    /// <summary>Runs a session until it ends, its time is up, or a stop is requested.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="view">Shows the session.</param>
    /// <param name="start">Starts the session.</param>
    /// <param name="stop">Cancelled for a clean stop.</param>
    /// <returns>The process's exit code.</returns>
    public static async Task<int> RunAsync(
        LiveSettings settings,
        IConsoleView view,
        Func<LiveSettings, CancellationToken, Task<ISessionControl>> start,
        CancellationToken stop)
    {
        foreach (string problem in FolderCheck.Run(settings))
        {
            view.ShowNotice($"lowlatency: warning: {problem}");
        }

        ISessionControl session;
        try
        {
            session = await start(settings, stop).ConfigureAwait(false);
        }
        catch (Exception fault) when (Explain(fault) is { } failure)
        {
            view.ShowNotice($"lowlatency: {failure.Text}");
            return failure.Code;
        }

        PosixSignalRegistration? kill = null;
        PosixSignalRegistration? resume = null;
        try
        {
            kill = OnSignal(SignalUser1, session.EngageKillSwitch);
            resume = OnSignal(SignalUser2, session.LiftKillSwitch);
            return await RunStartedAsync(settings, view, session, stop).ConfigureAwait(false);
        }
        catch (Exception)
        {
            // The caller reports the error. Before that, orders are cancelled, or those left open are reported.
            await StopAndReportAsync(view, session).ConfigureAwait(false);
            throw;
        }
        finally
        {
            // Not before the session has stopped: without these handlers, the signals end the process.
            kill?.Dispose();
            resume?.Dispose();
        }
    }

    private static async Task<int> RunStartedAsync(
        LiveSettings settings, IConsoleView view, ISessionControl session, CancellationToken stop)
    {
        var watch = Stopwatch.StartNew();
        SessionServer? server;
        try
        {
            server = await MetricsSetup.StartAsync(settings.Metrics, session).ConfigureAwait(false);
        }
        catch (IOException fault)
        {
            await session.StopAsync(CancellationToken.None).ConfigureAwait(false);
            view.ShowNotice($"lowlatency: cannot serve metrics on port {settings.Metrics.Port}: "
                + $"{fault.Message} Choose another port with --metrics-port, or use --no-metrics.");
            int code = ExitCodeOf(view, session, session.Completion.IsFaulted);
            return code == ExitCode.Ok ? ExitCode.Refused : code;
        }

        await using SessionServer? metrics = server;
        SessionStatus started = session.ReadStatus();
        view.ShowStart(started, settings, metrics?.Address);
        foreach (string repair in started.Recorder?.Repairs ?? [])
        {
            view.ShowNotice($"lowlatency: {repair}");
        }

        if (started.Journal?.LeftBehind is { } leftBehind)
        {
            view.ShowNotice($"lowlatency: {leftBehind}");
        }

        foreach (string skipped in started.Journal?.Skipped ?? [])
        {
            view.ShowNotice($"lowlatency: journal: {skipped}");
        }

        await ShowUntilEndAsync(settings, view, session, watch, stop).ConfigureAwait(false);
        if (stop.IsCancellationRequested)
        {
            view.ShowNotice("lowlatency: stopping: cancelling orders; a second Ctrl-C exits at once");
        }

        bool hasFailed = session.Completion.IsFaulted;
        await session.StopAsync(CancellationToken.None).ConfigureAwait(false);
        session.ReadStrategyLog(view.ShowLog);
        SessionStatus ended = session.ReadStatus();
        view.ShowSummary(ended, SessionFigures.Of(ended), watch.Elapsed);
        return ExitCodeOf(view, session, hasFailed);
    }

    private static async Task StopAndReportAsync(IConsoleView view, ISessionControl session)
    {
        bool hasFailed = session.Completion.IsFaulted;
        try
        {
            await session.StopAsync(CancellationToken.None).ConfigureAwait(false);
        }
        finally
        {
            session.ReadStrategyLog(view.ShowLog);
            ExitCodeOf(view, session, hasFailed);
        }
    }

    private static int ExitCodeOf(IConsoleView view, ISessionControl session, bool hasFailed)
    {
        if (hasFailed)
        {
            view.ShowNotice($"lowlatency: {FaultReport.Of(session.Completion.Exception!)}");
        }

        SessionStatus status = session.ReadStatus();
        foreach (string problem in status.StopProblems)
        {
            view.ShowNotice($"lowlatency: {problem}");
        }

        bool isClean = status.StopProblems.Count == 0 && status.Orders.Open.Count == 0;
        foreach (string line in isClean ? [] : OpenOrderText.Lines(status.Orders))
        {
            view.ShowNotice(line);
        }

        return hasFailed ? ExitCode.Unexpected : isClean ? ExitCode.Ok : ExitCode.Timeout;
    }

    // The kill switch must work without a web page and without keys that could be pressed by mistake: kill -USR1, kill
    // -USR2.
    private static PosixSignalRegistration? OnSignal(int number, Action action) => OperatingSystem.IsLinux()
        ? PosixSignalRegistration.Create((PosixSignal)number, context =>
        {
            context.Cancel = true;
            action();
        })
        : null;

    private static async Task ShowUntilEndAsync(
        LiveSettings settings, IConsoleView view, ISessionControl session, Stopwatch watch, CancellationToken stop)
    {
        var notices = new NoticeWatch();
        while (!stop.IsCancellationRequested && !session.Completion.IsCompleted)
        {
            TimeSpan wait = view.StatusInterval;
            if (settings.ForSeconds > 0)
            {
                TimeSpan left = TimeSpan.FromSeconds(settings.ForSeconds) - watch.Elapsed;
                if (left <= TimeSpan.Zero)
                {
                    return;
                }

                wait = left < wait ? left : wait;
            }

            using var delay = CancellationTokenSource.CreateLinkedTokenSource(stop);
            await Task.WhenAny(session.Completion, Task.Delay(wait, delay.Token)).ConfigureAwait(false);
            await delay.CancelAsync().ConfigureAwait(false);
            SessionStatus status = session.ReadStatus();
            SessionFigures figures = SessionFigures.Of(status);
            session.ReadStrategyLog(view.ShowLog);
            foreach (string notice in notices.Take(status, figures))
            {
                view.ShowNotice(notice);
            }

            view.ShowStatus(status, figures);
        }
    }

    // Start-up errors that the user can fix.
    private static (int Code, string Text)? Explain(Exception fault) => fault switch
    {
        FileNotFoundException or DirectoryNotFoundException => (ExitCode.NotFound, fault.Message),
        InvalidDataException => (ExitCode.DamagedData, fault.Message),
        SessionRoomException => (ExitCode.Configuration, $"Engine:{fault.Message}"),
        VenueException => (ExitCode.VenueRefused, fault.Message),
        HttpRequestException => (ExitCode.VenueRefused, $"the venue cannot be reached: {fault.Message}"),
        TaskCanceledException { InnerException: TimeoutException } =>
            (ExitCode.Timeout, "the venue did not answer in time"),
        OperationCanceledException => (ExitCode.Ok, "stopped during the start"),
        IOException or SocketException or UnauthorizedAccessException => (ExitCode.Refused, fault.Message),
        _ => null,
    };
}

/// <summary>Finds news worth a line: books that become stale or live, bad inputs, losses.</summary>
internal sealed class NoticeWatch
{
    private readonly Dictionary<int, bool> _wasLive = [];
    private readonly HashSet<string> _toldBadInputs = [];
    private string _recorderHealth = "ok";
    private string _journalHealth = "ok";
    private DecisionReason _stopped;
    private long _clockJumps;
    private long _droppedLogLines;
    private bool _wasStuck;

    public IReadOnlyList<string> Take(SessionStatus session, SessionFigures figures)
    {
        var notices = new List<string>();
        foreach (var instrument in session.Instruments)
        {
            bool isLive = figures.Views[instrument.Id].IsLive;
            if (_wasLive.TryGetValue(instrument.Id, out bool wasLive) && wasLive != isLive)
            {
                notices.Add(isLive
                    ? $"{instrument.Symbol}: the book is live again"
                    : $"{instrument.Symbol}: the book is stale ({figures.Views[instrument.Id].StaleReason}), "
                        + "its orders are cancelled");
            }

            _wasLive[instrument.Id] = isLive;
        }

        notices.AddRange(session.RecentBadInputs.Where(_toldBadInputs.Add).Select(words => $"bad input: {words}"));
        if (session.Recorder is { } recorder && recorder.Health != _recorderHealth)
        {
            _recorderHealth = recorder.Health;
            notices.Add($"recorder: {recorder.Health}, {recorder.DroppedRecords} records dropped");
        }

        if (session.Journal is { } journal && journal.Health != _journalHealth)
        {
            _journalHealth = journal.Health;
            notices.Add($"journal: {journal.Health}");
        }

        if (session.Clocks.Jumps != _clockJumps)
        {
            _clockJumps = session.Clocks.Jumps;
            notices.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"clock: the system clock jumped by {session.Clocks.LastJump.TotalSeconds:+0.000;-0.000} s; "
                + $"the session keeps its own time until its next start"));
        }

        if (session.DroppedLogLines != _droppedLogLines)
        {
            notices.Add($"strategy log: {session.DroppedLogLines - _droppedLogLines} lines dropped");
            _droppedLogLines = session.DroppedLogLines;
        }

        // Read each time, because the detector only knows about the stalls that it has seen.
        TimeSpan stall = session.Stall;
        bool isStuck = stall > Health.StallMax;
        if (isStuck != _wasStuck)
        {
            _wasStuck = isStuck;
            notices.Add(isStuck
                ? $"the engine or the gateway is stuck: no progress for {stall.TotalSeconds:0} s; "
                    + "kill -USR1 cancels all orders without it"
                : "the engine is running again");
        }

        DecisionReason stopped = figures.Views[0].StoppedBecause;
        if (stopped != _stopped)
        {
            _stopped = stopped;
            notices.Add(stopped == DecisionReason.None ? "trading continues" : DecisionText.Text(stopped));
        }

        return notices;
    }
}
