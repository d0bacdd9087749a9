using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using LowLatency.Engine;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Ring;
using LowLatency.Engine.Runtime;
using LowLatency.Feeds;
using LowLatency.Recorder;
using LowLatency.Recorder.Journal;
using LowLatency.Replay;

namespace LowLatency.Simulation.Simulator;

/// <summary>The environment in which a simulated process starts.</summary>
internal sealed record SimulatedSurroundings
{
    /// <summary>Settings of each session.</summary>
    public required SessionManifest Settings { get; init; }

    /// <summary>Folder of the journals.</summary>
    public required string JournalFolder { get; init; }

    /// <summary>Folder of the recordings.</summary>
    public required string RecordingFolder { get; init; }

    public required SimulatedNetwork Network { get; init; }

    public required SimulatedExchange Exchange { get; init; }

    public required SimulatedDisk Disk { get; init; }

    public required IReadOnlyList<Instrument> Declared { get; init; }

    public required IReadOnlyList<ConnectionPlan> Plans { get; init; }
}

/// <summary>
/// One run of the process: the parts of the live process, wired alike. But a single thread calls them, in an order that
/// the simulation chooses, and disk, network, clock and venue are simulated. It can be killed at any point. One thread.
/// </summary>
internal sealed class SimulatedProcess : IEventHandler<EngineOutput>
{
    private const int RecorderMemoryBytes = 1 << 20;
    private const long TimerIntervalNs = 100 * SimulatedNetwork.Millisecond;

    private static readonly TimeSpan s_segmentAge = TimeSpan.FromHours(1);

    private readonly SimulatedSurroundings _around;
    private readonly SimulationJudge _judge;
    private readonly TradingCore _core;
    private readonly OutputAgent _watch;
    private readonly InputPublisher _control;
    private readonly InputPublisher _timer;
    private readonly JournalWriter _journal;
    private readonly TickRecorder _recorder;
    private readonly List<(int Instrument, StaleReason Reason)> _resyncs = [];
    private long _timerNs;

    /// <summary>Starts as the live process does: recovers, opens journal and recording, connects.</summary>
    /// <exception cref="IOException">The simulated disk is full or was killed in a write.</exception>
    public SimulatedProcess(SimulatedSurroundings around, SimulationJudge judge)
    {
        _around = around;
        _judge = judge;
        SimulatedClock clock = around.Network.Clock;
        JournalLock folderLock = JournalLock.Take(around.JournalFolder);
        RecoveredState? recovered;
        try
        {
            recovered = JournalRecovery.Recover(around.JournalFolder, around.Declared, clock.NowNs);
        }
        catch
        {
            folderLock.Dispose();
            throw;
        }

        // Not random, so that a seed gives the same bytes. A session without a journal file needs no distinct id.
        string sessionId = string.Create(
            CultureInfo.InvariantCulture,
            $"{clock.NowNs:x16}-{JournalReader.Files(around.JournalFolder).Count()}");
        SessionManifest manifest =
            SessionStart.Complete(around.Settings, sessionId, clock.NowNs, around.Plans, recovered?.Snapshot);
        IReadOnlyList<InstrumentSetup> setups = manifest.CreateSetups(SimulatedWorld.Catalog);
        _journal = SessionStart.BeginJournal(
            folderLock, TimeSpan.Zero, manifest, recovered?.Snapshot, around.Disk);
        try
        {
            _recorder = StartRecorder(manifest, out string recording);
            Recording = recording;
        }
        catch
        {
            _journal.Dispose();
            throw;
        }

        around.Exchange.OnProcessStarted();
        _core = new TradingCore(new TradingCoreOptions
        {
            Instruments = setups,
            Engine = manifest.CreateOptions(),
            InboundCapacity = manifest.RingCapacity,
            WaitStrategy = WaitStrategyKind.BusySpin,
            Log = _recorder,
            Venue = around.Exchange,
            Clock = clock,
            Journal = _journal,
            Time = clock,
            OnResync = (instrument, reason) => _resyncs.Add((instrument, reason)),
            MakeInboundRoom = MakeRoom,
            MakeOutboundRoom = () => RunGateway(),
        });
        _watch = _core.Observe(this);
        _core.OnHandled = OnHandled;
        _control = _core.NewPublisher(SessionSources.Control);
        _timer = _core.NewPublisher(SessionSources.Timer);
        Instrument[] instruments = setups.Select(setup => setup.Instrument).ToArray();
        Lines = around.Plans.Select((plan, index) => Connect(plan, instruments, index)).ToArray();
        judge.OnStarted(this, manifest, recovered?.Snapshot);
    }

    public EngineLoop Engine => _core.Engine;

    public IReadOnlyList<SimulatedLine> Lines { get; }

    public BadInputLog BadInputs { get; } = new();

    /// <summary>Folder of its recording.</summary>
    public string Recording { get; }

    /// <summary>true if the journal cannot be written any more, so that the process must be restarted.</summary>
    public bool HasLostJournal => _core.Gateway!.JournalProblem is not null;

    /// <summary>true after a clean stop: journal and recording are complete.</summary>
    public bool HasEndedWell { get; private set; }

    /// <summary>true while the rings are not empty.</summary>
    public bool IsBusy => _core.InboundFill != 0 || _resyncs.Count != 0;

    /// <summary>Publishes a timer event if it is due.</summary>
    public void RunTimer()
    {
        long nowNs = _around.Network.Clock.MarketNs;
        if (nowNs - _timerNs >= TimerIntervalNs)
        {
            _timerNs = nowNs;
            Report(_timer, EventKind.Timer);
        }
    }

    public void RunEngine()
    {
        while (_core.EngineAgent.DoWork() != 0)
        {
            // Until nothing is left.
        }
    }

    public bool RunGateway() => _core.GatewayAgent!.DoWork() != 0;

    public void RunRecorder() => _recorder.DoWork();

    /// <summary>Handles what the gateway has requested of the feeds.</summary>
    public void RunResyncs()
    {
        foreach ((int instrument, StaleReason reason) in _resyncs.ToArray())
        {
            SimulatedLine line = Lines.First(item => item.BookOf(instrument) >= 0);
            line.Resync(line.BookOf(instrument), reason);
        }

        _resyncs.Clear();
    }

    /// <summary>Sends an operator's command.</summary>
    public void Order(EventKind command)
    {
        _core.Gateway!.OnOperatorCommand(command);
        Report(_control, command);
    }

    /// <summary>Kills the process: what is in memory is lost.</summary>
    public void Kill()
    {
        _recorder.Dispose();
        _journal.Dispose();
    }

    /// <summary>Stops the process cleanly, after its orders have ended or the wait has timed out.</summary>
    public void End()
    {
        foreach (SimulatedLine line in Lines)
        {
            line.Close();
        }

        for (bool isBusy = true; isBusy;)
        {
            RunEngine();
            isBusy = RunGateway();
        }

        _core.Gateway!.TakeCommands();
        string words = string.Create(
            CultureInfo.InvariantCulture, $"{Engine.Decisions.Count} {Engine.Decisions.Value:x16}");
        _recorder.Append(
            new InputRecord(InputKind.End, 0, 0, -1, 0, _around.Network.Clock.NowNs), Encoding.UTF8.GetBytes(words));
        _recorder.Close();
        while (_recorder.DoWork() != 0)
        {
            // Until everything is written.
        }

        _recorder.OnClose();
        try
        {
            if (!HasLostJournal)
            {
                _journal.End();
                HasEndedWell = _recorder.DroppedRecords == 0;
            }
        }
        catch (IOException)
        {
            // As in the live process, the next start finds the torn tail.
        }

        _journal.Dispose();
    }

    void IEventHandler<EngineOutput>.OnEvent(ref EngineOutput item, long sequence, bool endOfBatch) =>
        _judge.OnOutput(in item);

    // After each event, so that each decision is checked against the state in which it was made.
    private void OnHandled(EngineInput item)
    {
        _judge.OnEvent(in item);
        _watch.DoWork();
        _judge.AfterEvent(in item);
    }

    private void MakeRoom()
    {
        RunEngine();
        RunGateway();
    }

    private void Report(InputPublisher publisher, EventKind kind) =>
        publisher.Publish(new EngineInput { Kind = kind, ReceiveTimeNs = _around.Network.Clock.NowNs });

    private SimulatedLine Connect(ConnectionPlan plan, Instrument[] instruments, int index) => new(
        _around.Network,
        plan,
        _around.Network.Venue.CreateSession(
            plan.Symbols.Select(symbol => instruments[symbol]).ToArray(),
            _core.NewPublisher((ushort)(SessionSources.FirstFeed + index)),
            BadInputs,
            plan.CarriesBooks));

    private TickRecorder StartRecorder(SessionManifest manifest, out string folder)
    {
        string recordings = _around.RecordingFolder;
        SimulatedClock clock = _around.Network.Clock;
        RecordingRepair.RepairAll(recordings);
        string journal = Path.GetRelativePath(Path.Combine(recordings, "session"), _journal.Path);
        var description = SessionDescription.Of(
            manifest, new ClockDescription("simulated", 1, clock.NowNs, clock.NowNs), journal);
        var recording = LowLatency.Recorder.Recording.Create(
            recordings, clock.NowNs, manifest.Program, description.ToJson(), manifest.ToJson());
        folder = recording.Directory;
        var options = new TickRecorderOptions
        {
            MemoryBytes = RecorderMemoryBytes,
            Sync = RecorderSync.Never,
            Segments = new SegmentWriterOptions
            {
                BlockSize = LowLatency.Recorder.Lz4.Lz4BlockSize.Max64KiB,
                SegmentAgeMax = s_segmentAge,
            },
        };
        var recorder = new TickRecorder(recording, options, clock, _around.Disk);
        recorder.OnStart();
        return recorder;
    }
}
