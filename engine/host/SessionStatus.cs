using System;
using System.Collections.Generic;
using LowLatency.Engine;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Positions;
using LowLatency.Engine.Runtime.Gateways;
using LowLatency.Engine.Signals;
using LowLatency.Recorder;

namespace LowLatency.Host;

/// <summary>Counters of all connections of a session together.</summary>
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

    /// <summary>Checksums that matched the book.</summary>
    public long ChecksumsRight { get; init; }

    /// <summary>Checksum mismatches.</summary>
    public long ChecksumsWrong { get; init; }

    /// <summary>How often a live book was invalidated, by cause.</summary>
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

/// <summary>What the journal says of itself: its file, its size, what the last session left, newer files that were
/// passed over because they end inside their own beginning, and whether it can be written.</summary>
internal sealed record JournalStatus(
    string Path, long Bytes, string? Recovered, IReadOnlyList<string> PassedOver, string Health)
{
    /// <summary>What it says while it can be written.</summary>
    public const string Healthy = "ok";
}

/// <summary>What the machine's clock did during the session.</summary>
/// <param name="Jumps">How often the time of day jumped against the monotonic counter.</param>
/// <param name="LastJump">Size of the last jump; above 0 when the time of day went forward.</param>
/// <param name="Offset">The machine's time of day less the session's own time.</param>
internal sealed record ClockStatus(long Jumps, TimeSpan LastJump, TimeSpan Offset);

/// <summary>
/// A session at one moment, as shown by console, <c>/live</c>, health and metrics. Immutable, so that a page or line
/// shows one consistent state. Reading it never disturbs the engine.
/// </summary>
internal sealed record SessionStatus
{
    /// <summary>Market time, nanoseconds since the Unix epoch.</summary>
    public required long NowNs { get; init; }

    /// <summary>The venue's name.</summary>
    public required string Venue { get; init; }

    /// <summary>The session's instruments in the order of their ids.</summary>
    public required IReadOnlyList<Instrument> Instruments { get; init; }

    /// <summary>Each instrument's state as the engine last published it, in the order of their ids.</summary>
    public required IReadOnlyList<InstrumentView> Views { get; init; }

    /// <summary>Each instrument's book synchronisation, in the order of their ids.</summary>
    public required IReadOnlyList<SymbolCounters> Symbols { get; init; }

    /// <summary>"embedded (generator seed 1, speed 60)" or "wss://…": where the market comes from.</summary>
    public required string MarketDescription { get; init; }

    /// <summary>Address of REST requests.</summary>
    public required string RestAddress { get; init; }

    /// <summary>Address of the websockets.</summary>
    public required string StreamAddress { get; init; }

    /// <summary>Counters of each connection.</summary>
    public required IReadOnlyList<ConnectionCounters> Connections { get; init; }

    /// <summary>Counters of all connections together.</summary>
    public required FeedCounters Feed { get; init; }

    /// <summary>Bad inputs by kind since the start.</summary>
    public required IReadOnlyDictionary<string, long> BadInputs { get; init; }

    /// <summary>The last few bad inputs with the offending text cut short; newest last.</summary>
    public required IReadOnlyList<string> RecentBadInputs { get; init; }

    /// <summary>Events in the inbound ring that the engine has not handled yet.</summary>
    public required long InboundFill { get; init; }

    /// <summary>Slots of the inbound ring.</summary>
    public required int InboundCapacity { get; init; }

    /// <summary>How often a producer had to wait because the inbound ring was full.</summary>
    public required long InboundFullWaits { get; init; }

    /// <summary>Outputs in the outbound ring that the gateway has not handled yet.</summary>
    public required long OutboundFill { get; init; }

    /// <summary>The recorder; null when nothing is recorded.</summary>
    public required RecordingStatus? Recorder { get; init; }

    /// <summary>The journal; null when none is kept.</summary>
    public required JournalStatus? Journal { get; init; }

    /// <summary>The machine's clock.</summary>
    public required ClockStatus Clocks { get; init; }

    /// <summary>Currency in which everything is added up.</summary>
    public required string Reporting { get; init; }

    /// <summary>Funds by currency; final once the session has ended.</summary>
    public required IReadOnlyList<Funds> Funds { get; init; }

    /// <summary>How often each signal was right, over all instruments; while the engine runs a count may be a moment
    /// old.</summary>
    public required IReadOnlyDictionary<(SignalKind Kind, WorthHorizon Horizon), WorthCounts> SignalWorth { get; init; }

    /// <summary>Order commands and refusals as text, newest last: "sell 0.016 BTCUSDT at 61837.64: mask 1111100".
    /// </summary>
    public required IReadOnlyList<string> RecentDecisions { get; init; }

    /// <summary>Orders that may be open.</summary>
    public required OpenOrdersStatus Orders { get; init; }

    /// <summary>What did not end in time when the session was stopped; empty for a good end.</summary>
    public required IReadOnlyList<string> StopProblems { get; init; }

    /// <summary>For how long the engine has handled nothing although its ring is not empty; zero when it keeps up.
    /// </summary>
    public required TimeSpan Stall { get; init; }

    /// <summary>Decisions and their hash; final once the session has ended.</summary>
    public required DecisionHash Decisions { get; init; }

    /// <summary>Why the session failed; null while it has not.</summary>
    public required string? Failure { get; init; }

    /// <summary>An instrument's state.</summary>
    public InstrumentView View(int instrumentId) => Views[instrumentId];

    /// <summary>An instrument's book synchronisation.</summary>
    public SymbolCounters Symbol(int instrumentId) => Symbols[instrumentId];

    /// <summary>How often a signal was right at a horizon.</summary>
    public WorthCounts Worth(SignalKind kind, WorthHorizon horizon) => SignalWorth[(kind, horizon)];
}

/// <summary>Orders that may be open, and where: reported if a session does not end cleanly.</summary>
/// <param name="Venue">The venue's name.</param>
/// <param name="MarketDescription">Where the market comes from.</param>
/// <param name="Instruments">The session's instruments in the order of their ids.</param>
/// <param name="Open">Orders that have left for the gateway and are not known to have ended, oldest first.</param>
/// <param name="Journal">The journal; null when none is kept.</param>
internal sealed record OpenOrdersStatus(
    string Venue, string MarketDescription, IReadOnlyList<Instrument> Instruments, IReadOnlyList<OpenOrder> Open,
    JournalStatus? Journal);
