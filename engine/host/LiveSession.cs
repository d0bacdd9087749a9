using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Orders;
using LowLatency.Engine.Ring;
using LowLatency.Engine.Runtime;
using LowLatency.Engine.Runtime.Gateways;
using LowLatency.Engine.Strategies;
using LowLatency.Feeds;
using LowLatency.Recorder.Journal;
using LowLatency.Replay;
using LowLatency.Sessions;

namespace LowLatency.Host;

/// <summary>The parts of a running session, as the pipeline wired them.</summary>
internal sealed record SessionParts
{
    public required IVenue Venue { get; init; }

    /// <summary>Currency of the totals; empty for the first quote currency.</summary>
    public required string Reporting { get; init; }

    public required Market Market { get; init; }

    public required IReadOnlyList<Instrument> Instruments { get; init; }

    public required TradingCore Core { get; init; }

    public required BadInputLog BadInputs { get; init; }

    public required IReadOnlyList<FeedConnection> Connections { get; init; }

    /// <summary>Text of the strategies' reasons.</summary>
    public required StrategyReasonText Reasons { get; init; }

    /// <summary>Reads the strategies' gauges.</summary>
    public required GaugeReader Gauges { get; init; }

    public required JournalWriter? Journal { get; init; }

    /// <summary>State recovered from the last session, or null.</summary>
    public required RecoveredState? Recovered { get; init; }

    public required string? LeftBehind { get; init; }

    public required InputPublisher Control { get; init; }

    public required SessionRecorder? Recording { get; init; }

    public required SessionClocks Clocks { get; init; }

    public required IDisposable Http { get; init; }
}

/// <summary>
/// A running session: starts and stops its parts in the right order, and gives their status to the console and the
/// metrics page.
/// </summary>
internal sealed class LiveSession : ISessionControl, IAsyncDisposable
{
    private static readonly TimeSpan s_cancelTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_threadTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_marketEndTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_drainPoll = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan s_stuckMin = TimeSpan.FromSeconds(1);

    private readonly SessionParts _parts;
    private readonly TradingCore _core;
    private readonly OrderGateway _gateway;
    private readonly CancellationTokenSource _feedsEnd = new();
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly (FeedConnection Connection, int Symbol)[] _books;
    private readonly SessionStatusReader _reader;
    private readonly ConcurrentQueue<string> _stopProblems = new();
    private readonly StallWatch _stall = new(TimeProvider.System);
    private readonly Timer _trimming = new(_ => NativeHeap.Trim());
    private Task _feeds = Task.CompletedTask;
    private Task _lastCommand = Task.CompletedTask;
    private Task? _stopping;
    private Action<double>? _onOrderLatency;

    public LiveSession(SessionParts parts)
    {
        _parts = parts;
        _core = parts.Core;
        _gateway = parts.Core.Gateway!;
        _books = parts.Instruments.Select(FindBook).ToArray();
        _reader = new SessionStatusReader(parts, _books);
    }

    public Task Completion => _completion.Task;

    /// <summary>The market, for tests that inject faults.</summary>
    public Market Market => _parts.Market;

    public Action<double>? OnOrderLatency
    {
        get => _onOrderLatency;
        set
        {
            _onOrderLatency = value;
            _gateway.OnOrderTaken = value is null ? null : stamp => value(WireStamps.ElapsedNs(stamp) * 1e-9);
        }
    }

    private long NowNs => _parts.Market.Clock.NowNs;

    public SessionStatus ReadStatus() => _reader.Read(
        _stall.Look(_core.InboundConsumed, _core.InboundFill != 0),
        _stopProblems.ToArray(),
        _completion.Task.Exception is { } fault ? FaultReport.Line(fault) : null);

    public OpenOrdersStatus ReadOpenOrders() => _reader.ReadOpenOrders();

    public void ReadStrategyLog(Action<StrategyLogLine> take) => _core.Engine.StrategyLog.Read(take);

    /// <summary>Requests a resync of an instrument's book. Any thread.</summary>
    public void RequestResync(int instrumentId, StaleReason reason) =>
        _books[instrumentId].Connection.RequestResync(_books[instrumentId].Symbol, reason);

    public void Start()
    {
        _core.Start();
        foreach (AgentThread thread in _core.Threads)
        {
            _ = WatchAsync(thread.Completion);
        }

        if (_parts.Recording is { } recording)
        {
            _ = WatchAsync(recording.Thread.Completion);
        }

        _feeds = Task.WhenAll(_parts.Connections.Select(
            connection => Task.Run(() => connection.RunAsync(_feedsEnd.Token))));
        _ = WatchAsync(_feeds);
        _ = WatchMarketAsync();
        _trimming.Change(NativeHeap.TrimInterval, NativeHeap.TrimInterval);
    }

    public void EngageKillSwitch() => _ = SendCommandAsync(EventKind.EngageKillSwitch);

    public void LiftKillSwitch() => _ = SendCommandAsync(EventKind.LiftKillSwitch);

    public Task StopAsync(CancellationToken cancellationToken)
    {
        lock (_parts)
        {
            return _stopping ??= StopOnceAsync(cancellationToken);
        }
    }

    public async ValueTask DisposeAsync() => await StopAsync(CancellationToken.None).ConfigureAwait(false);

    // Each wait has a timeout, so that a stuck thread cannot keep the others from ending.
    private async Task StopOnceAsync(CancellationToken cancellationToken)
    {
        await HasEndedAsync(SendCommandAsync(EventKind.EndSession), s_cancelTimeout).ConfigureAwait(false);
        await WaitForOrdersToEndAsync(cancellationToken).ConfigureAwait(false);
        await _feedsEnd.CancelAsync().ConfigureAwait(false);
        await EndAsync("the feeds", _feeds).ConfigureAwait(false);
        await WaitForEngineAsync().ConfigureAwait(false);
        foreach (AgentThread thread in _core.Threads)
        {
            await EndAsync($"thread {thread.RoleName}", thread.EndAsync()).ConfigureAwait(false);
        }

        if (_parts.Recording is { Thread: var recorder })
        {
            string text = string.Create(
                CultureInfo.InvariantCulture, $"{_core.Engine.Decisions.Count} {_core.Engine.Decisions.Value:x16}");
            if (_stopProblems.IsEmpty && !_completion.Task.IsFaulted)
            {
                recorder.Recorder.Append(
                    new InputRecord(InputKind.End, 0, 0, -1, 0, NowNs), Encoding.UTF8.GetBytes(text));
            }

            recorder.Dispose();
        }

        EndJournal();
        await _trimming.DisposeAsync().ConfigureAwait(false);
        await _parts.Market.DisposeAsync().ConfigureAwait(false);
        _parts.Http.Dispose();
        _feedsEnd.Dispose();
        _completion.TrySetResult();
    }

    // In order, on the thread pool: publishing blocks while the ring is full, such as when the engine is stuck.
    private Task SendCommandAsync(EventKind command)
    {
        lock (_books)
        {
            // Within the lock, so that gateway and engine get the commands in the same order.
            _gateway.OnOperatorCommand(command);
            return _lastCommand = _lastCommand.ContinueWith(
                _ => _parts.Control.Publish(new EngineInput { Kind = command, ReceiveTimeNs = NowNs }),
                CancellationToken.None,
                TaskContinuationOptions.None,
                TaskScheduler.Default);
        }
    }

    private async Task EndAsync(string what, Task task)
    {
        if (!await HasEndedAsync(task, s_threadTimeout).ConfigureAwait(false))
        {
            _stopProblems.Enqueue(string.Create(
                CultureInfo.InvariantCulture, $"{what} did not end within {s_threadTimeout.TotalSeconds:0} s"));

            // Releases publishers that wait for space in a ring that is no longer read.
            _core.Halt();
        }
    }

    private void EndJournal()
    {
        if (!_core.Threads.All(thread => thread.Completion.IsCompleted))
        {
            // A running thread may still write into it. It is complete as it is: commands are journaled before sending.
            return;
        }

        _gateway.TakeCommands();
        try
        {
            // The next session must know if this one failed or left orders open, so the end mark is left out.
            if (!_completion.Task.IsFaulted && _gateway.JournalProblem is null && _gateway.Open.Read().Count == 0)
            {
                _parts.Journal?.End();
            }
        }
        catch (IOException)
        {
            // The next start finds and reports the torn tail.
        }

        _parts.Journal?.Dispose();
    }

    // An engine with a backlog may show no orders and place some later, so it must have seen the stop, too.
    private async Task WaitForOrdersToEndAsync(CancellationToken cancellationToken)
    {
        for (TimeSpan waited = default; waited < s_cancelTimeout; waited += s_drainPoll)
        {
            bool isQuiet = _parts.Instruments.Select(instrument => _core.Engine.View(instrument.Id))
                .All(view => view.StoppedBecause != DecisionReason.None && view.OpenOrders == 0);

            // If the engine has failed, the gateway cancels the orders. If the gateway has failed, nothing can.
            bool isCancelled = _completion.Task.IsFaulted && (_gateway.Open.Read().All(order => order.IsCancelAsked)
                || _core.Threads.Any(thread => thread.RoleName == _gateway.RoleName && thread.Completion.IsFaulted));
            if (cancellationToken.IsCancellationRequested || isCancelled || isQuiet)
            {
                return;
            }

            await Task.Delay(s_drainPoll, CancellationToken.None).ConfigureAwait(false);
        }
    }

    // The gateway's thread ends before the engine's, so both rings must be drained first. If the session has failed or
    // the engine is stuck, this does not wait.
    private async Task WaitForEngineAsync()
    {
        for (TimeSpan waited = default; waited < s_threadTimeout; waited += s_drainPoll)
        {
            if (_core.IsDrained || _completion.Task.IsFaulted
                || _stall.Look(_core.InboundConsumed, _core.InboundFill != 0) > s_stuckMin)
            {
                return;
            }

            await Task.Delay(s_drainPoll, CancellationToken.None).ConfigureAwait(false);
        }
    }

    // If one part fails, the whole session fails.
    private async Task WatchAsync(Task part)
    {
        try
        {
            await part.ConfigureAwait(false);
        }
        catch (Exception fault)
        {
            // Before the fault is reported: no order is placed from here on, and gateway and engine cancel open ones.
            _core.Halt();
            _ = SendCommandAsync(EventKind.EngageKillSwitch);
            _completion.TrySetException(fault);
        }
    }

    // When the market ends, it closes all connections. The session is complete when each connection has handled its
    // last message and the inbound ring is empty.
    private async Task WatchMarketAsync()
    {
        try
        {
            await _parts.Market.Completion.ConfigureAwait(false);
            long[] opened = _parts.Connections.Select(connection => connection.Connects).ToArray();
            for (TimeSpan waited = default; waited < s_marketEndTimeout; waited += s_drainPoll)
            {
                bool hasEnded = _parts.Connections.Select((connection, i) => connection.Disconnects >= opened[i])
                    .All(ended => ended);
                if (hasEnded && _core.InboundFill == 0)
                {
                    break;
                }

                await Task.Delay(s_drainPoll, CancellationToken.None).ConfigureAwait(false);
            }

            _completion.TrySetResult();
        }
        catch (OperationCanceledException)
        {
            // The session was stopped before its market ended.
        }
        catch (Exception fault)
        {
            _completion.TrySetException(fault);
        }
    }

    // WatchAsync reports faults; this only waits.
    private static async Task<bool> HasEndedAsync(Task task, TimeSpan timeout)
    {
        using var end = new CancellationTokenSource();
        await Task.WhenAny(task, Task.Delay(timeout, end.Token)).ConfigureAwait(false);
        await end.CancelAsync().ConfigureAwait(false);
        return task.IsCompleted;
    }

    private (FeedConnection Connection, int Symbol) FindBook(Instrument instrument)
    {
        foreach (FeedConnection connection in _parts.Connections.Where(item => item.Session.CarriesBooks))
        {
            for (int symbol = 0; symbol < connection.Session.SymbolCount; symbol++)
            {
                if (connection.Session.Instrument(symbol).Id == instrument.Id)
                {
                    return (connection, symbol);
                }
            }
        }

        throw new InvalidOperationException($"no connection carries the book of {instrument.Symbol}");
    }
}
