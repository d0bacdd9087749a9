using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using LowLatency.Engine;
using LowLatency.Engine.Events;
using LowLatency.Recorder;
using LowLatency.Replay;
using LowLatency.Simulation.EmbeddedVenue;

namespace LowLatency.Simulation.Simulator;

/// <summary>
/// One simulation: the whole system on virtual time in one thread. First faults are injected. Then they end, and the
/// system must become live, correct and quiet again. At last it stops cleanly, and the replay of every session's
/// recording must make the same decisions. A step is a message of the market.
/// </summary>
internal sealed class SimulationRun
{
    private const int SchedulePurpose = 3000;
    private const long Second = SimulatedNetwork.Second;
    private const long CalmNs = 120 * Second;
    private const long QuietNs = 60 * Second;
    private const int RecorderEachSteps = 8;
    private const int SlowSteps = 400;

    private readonly SimulationOptions _options;
    private readonly SimulationSpan _span;
    private readonly SimulatedSurroundings _around;
    private readonly SimulationJudge _judge;
    private readonly SimulatedMarket _market;
    private readonly SimulatedClock _clock;
    private readonly FaultPlan _plan;
    private readonly List<(string Recording, bool IsWhole)> _sessions = [];
    private readonly string _words;
    private readonly long _startNs;
    private SimulatedProcess? _process;
    private long _step;
    private long _downUntil;
    private long _engineSlowUntil;
    private long _gatewaySlowUntil;
    private long _diskSlowUntil;
    private long _diskFullUntil;
    private long _lastSecondNs;
    private long _processes;
    private long _frames;
    private long _replayed;
    private ulong _digest = 14_695_981_039_346_656_037;

    private SimulationRun(SimulationOptions options)
    {
        _options = options;
        _span = options.Span ?? SimulationSpan.Draw(options.Seed);
        _around = SimulatedWorld.Create(options, _span, out _words);
        _market = _around.Network.Market;
        _clock = _around.Network.Clock;
        _plan = _around.Network.Plan;
        _judge = new SimulationJudge(_around.Network, _around.Exchange)
        {
            Trace = options.TracesOrders ? options.Log : null,
        };
        MoveMarket(out _);
        _startNs = _market.NowNs;
    }

    /// <summary>Runs a simulation to its end or its first failure. Its files are kept.</summary>
    public static SimulationResult Run(SimulationOptions options)
    {
        var watch = Stopwatch.StartNew();
        var run = new SimulationRun(options);
        string? failure = null;
        try
        {
            run.RunToEnd();
        }
        catch (Exception fault) when (fault.GetBaseException() is SimulationFailure)
        {
            // The judge also checks while the engine handles an event, and the engine's agent wraps its exceptions.
            failure = fault.GetBaseException().Message;
        }
        catch (Exception fault)
        {
            failure = $"I6 no exception: {fault.GetType().Name}: {fault.Message}";
            options.Log?.Invoke(fault.ToString());
        }
        finally
        {
            run._process?.Kill();
            run._around.Disk.CloseAll();
            run._market.Dispose();
        }

        return run.ToResult(failure, watch.Elapsed);
    }

    private SimulationResult ToResult(string? failure, TimeSpan elapsed) => new()
    {
        Seed = _options.Seed,
        World = _words,
        Span = _span,
        Rates = _plan.RatesText,
        Faults = _plan.Done,
        Failure = failure,
        Steps = _step,
        SimulatedNs = _market.NowNs - _startNs,
        Elapsed = elapsed,
        Frames = _frames,
        Events = _judge.Events,
        Decisions = _judge.Decisions,
        Fills = _judge.Fills,
        Processes = _processes,
        BooksCompared = _judge.BooksCompared,
        Reconciliations = _judge.Reconciliations,
        Replayed = _replayed,
        Digest = _digest,
    };

    private void RunToEnd()
    {
        long faultsUntilNs = _startNs + (_span.Seconds * Second);
        while (_market.NowNs < faultsUntilNs)
        {
            Step();
        }

        EndFaults();
        RunUntil(WhatIsNotLive, CalmNs, "live");
        _process!.Order(EventKind.EndSession);
        RunUntil(WhatIsNotQuiet, QuietNs, "quiet");
        _judge.AtRest();
        EndProcess();
        Replay();
    }

    private void Step()
    {
        _step++;
        MoveMarket(out VenueMessage message);
        bool isSecond = _market.NowNs - _lastSecondNs >= Second;
        _lastSecondNs = isSecond ? _market.NowNs : _lastSecondNs;
        MeetFaults();
        if (_process is null)
        {
            if (_step >= _downUntil)
            {
                Start();
            }

            return;
        }

        try
        {
            RunProcess(_process, in message, isSecond);
            _judge.AfterStep();
        }
        catch (Exception fault) when (fault.GetBaseException() is SimulatedKillException)
        {
            Kill("killed in the middle of a write");
        }
    }

    private void MoveMarket(out VenueMessage message)
    {
        message = _market.Step();
        _clock.MarketNs = _market.NowNs;
    }

    private void RunProcess(SimulatedProcess process, in VenueMessage message, bool isSecond)
    {
        var schedule = new FaultDraw(_options.Seed, SchedulePurpose, _step);
        foreach (SimulatedLine line in process.Lines)
        {
            line.Step(in message, isSecond, _step);
        }

        _around.Exchange.Step(_step, _clock.NowNs);
        process.RunTimer();
        bool isGatewayFirst = schedule.Next(2) == 0;
        if (isGatewayFirst && _step >= _gatewaySlowUntil)
        {
            process.RunGateway();
        }

        if (_step >= _engineSlowUntil)
        {
            process.RunEngine();
        }

        if (!isGatewayFirst && _step >= _gatewaySlowUntil)
        {
            process.RunGateway();
        }

        if (_step >= _engineSlowUntil && !process.IsBusy)
        {
            _judge.CheckFreshBooks();
        }

        process.RunResyncs();
        if (_step % RecorderEachSteps == 0 && _step >= _diskSlowUntil)
        {
            process.RunRecorder();
        }

        if (process.HasLostJournal && _step >= _diskFullUntil && schedule.Next(50) == 0)
        {
            // The operator frees disk space and restarts the process.
            Restart("started anew: the journal could not be written");
        }
    }

    private void MeetFaults()
    {
        if (_plan.Happens(FaultKind.RateLimit, _step, out FaultDraw draw))
        {
            _around.Network.SnapshotsPausedUntilNs = _market.NowNs + (draw.Next(1, 10) * Second);
        }

        if (_plan.Happens(FaultKind.Maintenance, _step, out draw))
        {
            _around.Network.AwayUntilNs = _market.NowNs + (draw.Next(1, 15) * Second);
            _around.Exchange.RefuseUntil(_step + draw.Next(100, 1500));
        }

        _engineSlowUntil = Slow(FaultKind.SlowEngine, _engineSlowUntil);
        _gatewaySlowUntil = Slow(FaultKind.SlowGateway, _gatewaySlowUntil);
        _diskSlowUntil = Slow(FaultKind.SlowDisk, _diskSlowUntil);
        _diskFullUntil = Slow(FaultKind.FullDisk, _diskFullUntil);
        _around.Disk.IsFull = _step < _diskFullUntil;
        if (_process is { } process)
        {
            MeetFaultsOfProcess(process);
        }
        else if (_plan.Happens(FaultKind.ClockJump, _step, out draw))
        {
            _clock.Set((draw.Next(7200) - 3600) * Second);
        }
    }

    private long Slow(FaultKind kind, long until) =>
        _plan.Happens(kind, _step, out FaultDraw draw) ? _step + draw.Next(1, SlowSteps) : until;

    private void MeetFaultsOfProcess(SimulatedProcess process)
    {
        if (_plan.Happens(FaultKind.ClockJump, _step, out FaultDraw draw))
        {
            _clock.JumpAhead(draw.Next(1, 3600) * Second);
        }

        if (_plan.Happens(FaultKind.KillSwitch, _step, out _))
        {
            process.Order(EventKind.EngageKillSwitch);
        }

        if (_plan.Happens(FaultKind.ResumeTrading, _step, out _))
        {
            process.Order(EventKind.LiftKillSwitch);
        }

        if (_plan.Happens(FaultKind.TornWrite, _step, out draw))
        {
            _around.Disk.TearNext(draw);
        }

        if (_plan.Happens(FaultKind.Restart, _step, out _))
        {
            Restart("restarted");
        }
        else if (_plan.Happens(FaultKind.Kill, _step, out _))
        {
            Kill("killed");
        }
    }

    private void Start()
    {
        try
        {
            _around.Exchange.Step(_step, _clock.NowNs);
            _process = new SimulatedProcess(_around, _judge);
            _processes++;
            _options.Log?.Invoke($"step {_step}: process {_processes} started");
        }
        catch (Exception fault) when (fault.GetBaseException() is SimulatedKillException)
        {
            Kill("killed while it started");
        }
        catch (IOException fault) when (_around.Disk.IsFull)
        {
            _around.Disk.CloseAll();
            _downUntil = Math.Max(_step + 1, _diskFullUntil);
            _options.Log?.Invoke($"step {_step}: not started: {fault.Message}");
        }
    }

    private void Restart(string why)
    {
        try
        {
            _options.Log?.Invoke($"step {_step}: {why}");
            EndProcess();
            _downUntil = _step + 1;
        }
        catch (Exception fault) when (fault.GetBaseException() is SimulatedKillException)
        {
            Kill("killed while it ended");
        }
    }

    private void EndProcess()
    {
        SimulatedProcess process = _process!;
        process.End();
        Note(process);
        _around.Exchange.OnProcessEnded();
        _around.Disk.CloseAll();
        _process = null;
    }

    private void Kill(string why)
    {
        _options.Log?.Invoke($"step {_step}: {why}");
        if (_process is { } process)
        {
            Note(process);
            process.Kill();
        }

        _process = null;
        _around.Disk.CloseAll();
        _around.Exchange.OnProcessEnded();
        var draw = new FaultDraw(_options.Seed, SchedulePurpose + 2, _step);
        _around.Exchange.TradeWhileDown(draw);
        _downUntil = _step + draw.Next(1, 300);
    }

    private void Note(SimulatedProcess process)
    {
        _sessions.Add((process.Recording, process.HasEndedWell));
        _frames += process.Lines.Sum(line => line.Delivered);
        Digest((ulong)process.Engine.Decisions.Count);
        Digest((ulong)process.Engine.Decisions.Value);
        Digest((ulong)_judge.Events);
    }

    private void EndFaults()
    {
        _plan.IsOn = false;
        _around.Network.AwayUntilNs = 0;
        _around.Network.SnapshotsPausedUntilNs = 0;
        (_engineSlowUntil, _gatewaySlowUntil, _diskSlowUntil, _diskFullUntil) = (0, 0, 0, 0);
        _around.Disk.IsFull = false;
        _around.Disk.Forget();
        _around.Exchange.Calm();
        if (_process is not null && (_clock.OffsetNs != 0 || _process.HasLostJournal))
        {
            // The operator sets the clock and restarts the process.
            Restart("restarted for its clock or its journal");
        }

        if (_process is null)
        {
            _clock.Set(0);
            Start();
        }

        foreach (SimulatedLine line in _process!.Lines)
        {
            line.Calm();
        }

        _process.Order(EventKind.LiftKillSwitch);
        _options.Log?.Invoke($"step {_step}: the faults have ended");
    }

    private void RunUntil(Func<string?> obstacle, long withinNs, string words)
    {
        long untilNs = _market.NowNs + withinNs;
        do
        {
            if (_market.NowNs > untilNs)
            {
                throw new SimulationFailure(
                    "recovery", $"not {words} {withinNs / Second} s after it should begin to be: {obstacle()}");
            }

            Step();
        }
        while (obstacle() is not null);
    }

    // The reason why it is not live and correct yet, as text.
    private string? WhatIsNotLive()
    {
        SimulatedProcess process = _process!;
        if (process.Lines.Any(line => line.IsUnsettled))
        {
            return "a connection is not settled";
        }

        if (process.IsBusy || _around.Exchange.IsUnsettled)
        {
            return "something is on its way";
        }

        for (int i = 0; i < _around.Declared.Count; i++)
        {
            if (!process.Engine.Book(i).IsLive)
            {
                return $"the book of {_around.Declared[i].Symbol} is not live: {process.Engine.View(i).StaleReason}";
            }

            string? difference = _market.Differs(
                i, process.Engine.Book(i), process.Engine.Scale(i), levels: 20, _around.Network.ProvenLevels);
            if (difference is not null)
            {
                return difference;
            }
        }

        return null;
    }

    private string? WhatIsNotQuiet()
    {
        EngineLoop engine = _process!.Engine;
        return _process.IsBusy || _around.Exchange.IsUnsettled ? "something is on its way"
            : engine.OpenOrders != 0 || engine.LivingComposites != 0
            ? $"the engine has {engine.OpenOrders} orders and {engine.LivingComposites} composite orders, the venue "
                + $"{_around.Exchange.Open.Count} orders"
            : null;
    }

    // A replay makes the same decisions; for a killed process, as far as both recording and journal reach.
    private void Replay()
    {
        RecordingRepair.RepairAll(_around.RecordingFolder);
        foreach ((string recording, bool isWhole) in _sessions)
        {
            if (!Directory.EnumerateFiles(recording).Any())
            {
                continue;
            }

            VerifyResult result = SessionVerifier.Verify(
                recording,
                SessionVerifier.FindJournal(recording),
                new ReplayOptions { Catalog = SimulatedWorld.Catalog });
            bool isCut = result.Divergence is null or { Journal: null } or { Replay: null };
            bool isWrong = isWhole
                ? result.Divergence is not null || result.ParseDifference is not null || result.Incomplete is not null
                : !isCut && result.Replay.Runner.LostRecords == 0 && result.Replay.Runner.Gap is null;
            if (isWrong)
            {
                throw new SimulationFailure(
                    "I7 replay",
                    $"{Path.GetFileName(recording)}: after {result.Identical} equal decisions "
                    + $"{result.Divergence} {result.ParseDifference} {result.Incomplete}");
            }

            _replayed++;
            Digest((ulong)result.Identical);
        }
    }

    // FNV-1a over whole numbers.
    private void Digest(ulong value) => _digest = (_digest ^ value) * 1_099_511_628_211;
}
