using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using LowLatency.Engine;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Positions;
using LowLatency.Engine.Runtime.Gateways;
using LowLatency.Engine.Signals;
using LowLatency.Feeds;
using LowLatency.Recorder;

namespace LowLatency.Host;

/// <summary>Counters of one venue connection or symbol of a feed; any thread may read them.</summary>
internal sealed record FeedCounters
{
    /// <summary>Connections opened, the first included.</summary>
    public long Connects { get; init; }

    /// <summary>Websocket messages.</summary>
    public long Frames { get; init; }

    /// <summary>Bytes of websocket messages.</summary>
    public long Bytes { get; init; }

    /// <summary>Messages that a venue's scanner took.</summary>
    public long Scanned { get; init; }

    /// <summary>Messages that a venue's scanner left to the slower reader.</summary>
    public long Fallbacks { get; init; }

    /// <summary>Events published into the inbound ring.</summary>
    public long Events { get; init; }
}

/// <summary>Counters of one symbol's book synchronisation.</summary>
internal sealed record SymbolCounters
{
    public long DepthMessages { get; init; }

    public long Snapshots { get; init; }

    public long Gaps { get; init; }

    public long Resyncs { get; init; }

    public long Dropped { get; init; }

    /// <summary>Depth messages not newer than the book.</summary>
    public long Repeats { get; init; }

    /// <summary>Checksums of the venue that the book had.</summary>
    public long ChecksumsRight { get; init; }

    /// <summary>Checksums of the venue that the book had not.</summary>
    public long ChecksumsWrong { get; init; }

    /// <summary>Times that a living book was given up, by cause.</summary>
    public IReadOnlyDictionary<StaleReason, long> Stales { get; init; } = new Dictionary<StaleReason, long>();
}

/// <summary>Counters of one connection; its name tells it from the session's others.</summary>
internal sealed record ConnectionCounters(
    string Name, long Opened, long Failed, long Lost, long Handovers, long WireBytes, long HeldBack, long Frames,
    long Ignored, long Rejected);

/// <summary>What the recorder says of itself: its folder, what killed sessions had left beside it, its state, that
/// state in words, and its counters.</summary>
internal sealed record RecordingStatus(
    string Folder, IReadOnlyList<string> Repairs, RecorderHealth State, string Health, long Records, long PayloadBytes,
    long CompressedBytes, long DroppedRecords, long MemoryUsedBytes, long RemovedRecordings);

/// <summary>What the journal says of itself: its file, its size, what the last session left, and whether it can be
/// written.</summary>
internal sealed record JournalStatus(string Path, long Bytes, string? Recovered, string Health)
{
    /// <summary>What it says while it can be written.</summary>
    public const string Healthy = "ok";
}

/// <summary>What a running session shows to the console and the metrics page. Every member may be called from any
/// thread and never disturbs the engine.</summary>
internal interface ISession
{
    string Venue { get; }

    IReadOnlyList<Instrument> Instruments { get; }

    /// <summary>"embedded (generator seed 1, speed 60)" or "wss://…": where the market comes from.</summary>
    string MarketDescription { get; }

    string RestAddress { get; }

    string StreamAddress { get; }

    /// <summary>Counters of each connection.</summary>
    IReadOnlyList<ConnectionCounters> Connections { get; }

    InstrumentView View(int instrumentId);

    FeedCounters Feed { get; }

    SymbolCounters Symbol(int instrumentId);

    /// <summary>Bad inputs by kind, since the start.</summary>
    IReadOnlyDictionary<string, long> BadInputs { get; }

    /// <summary>The last few bad inputs in words, with the offending text cut short; newest last.</summary>
    IReadOnlyList<string> RecentBadInputs { get; }

    long InboundFill { get; }

    int InboundCapacity { get; }

    long InboundFullWaits { get; }

    long OutboundFill { get; }

    RecordingStatus? Recorder { get; }

    JournalStatus? Journal { get; }

    /// <summary>What the machine's clock did.</summary>
    ClockWatch Clocks { get; }

    /// <summary>Currency in which everything is added up.</summary>
    string Reporting { get; }

    /// <summary>What each signal has been worth at each horizon, over all instruments; read while the engine runs, a
    /// count may be a moment old.</summary>
    WorthCounts Worth(SignalKind kind, WorthHorizon horizon);

    /// <summary>Funds by currency; final once the session has ended.</summary>
    FundsLedger Funds { get; }

    /// <summary>Called on the gateway's thread with the wire-to-gateway latency of each order command, in seconds.
    /// </summary>
    Action<double>? OnOrderLatency { get; set; }

    /// <summary>Order commands and refusals in words, newest last: "sell 0.016 BTCUSDT at 61837.64: mask 1111100".
    /// </summary>
    IReadOnlyList<string> RecentDecisions { get; }

    /// <summary>Orders that may be open, oldest first: those that have left for the gateway and are not known to have
    /// ended. Never waits.</summary>
    IReadOnlyList<OpenOrder> OpenOrders { get; }

    /// <summary>What did not end in time when the session was stopped, in words; empty for a good end.</summary>
    IReadOnlyList<string> StopProblems { get; }

    /// <summary>For how long the engine, or the gateway, has taken nothing from a ring that is not empty, as far as
    /// those who asked can tell. Any thread; to be asked now and then.</summary>
    TimeSpan Stall { get; }

    /// <summary>Market time now, nanoseconds since the Unix epoch.</summary>
    long NowNs { get; }

    /// <summary>Decisions and their hash; final once the session has ended.</summary>
    DecisionHash Decisions { get; }

    /// <summary>Ends when the input of the embedded venue has ended, or a fatal failure stopped the session.</summary>
    Task Completion { get; }

    /// <summary>The operator's kill switch: cancels everything, and places nothing until it is lifted.</summary>
    void EngageKillSwitch();

    /// <summary>Lifts the kill switch, whoever has thrown it; losses are measured from here on.</summary>
    void LiftKillSwitch();

    /// <summary>Cancels all orders, waits for their end, flushes the recording, ends all threads.</summary>
    Task StopAsync(CancellationToken cancellationToken);
}
