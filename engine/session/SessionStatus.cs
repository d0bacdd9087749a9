using System;
using System.Collections.Generic;
using LowLatency.Engine;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Positions;
using LowLatency.Engine.Runtime.Gateways;
using LowLatency.Engine.Signals;
using LowLatency.Recorder;
using LowLatency.Replay;

namespace LowLatency.Sessions;

/// <summary>Counters of all connections of a session together.</summary>
public sealed record FeedCounters
{
    /// <summary>Connections opened, the first included.</summary>
    public long Connects { get; init; }

    /// <summary>Websocket messages.</summary>
    public long Frames { get; init; }

    /// <summary>Bytes of websocket messages.</summary>
    public long Bytes { get; init; }

    /// <summary>Messages read by the venue's scanner.</summary>
    public long Scanned { get; init; }

    /// <summary>Messages that the scanner left to the parser.</summary>
    public long Fallbacks { get; init; }

    /// <summary>Events published into the inbound ring.</summary>
    public long Events { get; init; }
}

/// <summary>Counters of one symbol's book synchronisation.</summary>
public sealed record SymbolCounters
{
    /// <summary>Depth messages received.</summary>
    public long DepthMessages { get; init; }

    /// <summary>Snapshots applied.</summary>
    public long Snapshots { get; init; }

    /// <summary>Gaps in the venue's sequence, and checksum mismatches.</summary>
    public long Gaps { get; init; }

    /// <summary>Resyncs of the book.</summary>
    public long Resyncs { get; init; }

    /// <summary>Depth messages that the snapshot already contained.</summary>
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

/// <summary>Counters of one connection.</summary>
/// <param name="Name">Its name, unique in the session.</param>
/// <param name="Opened">Connections opened.</param>
/// <param name="Failed">Failed connection attempts.</param>
/// <param name="Lost">Connections lost.</param>
/// <param name="Handovers">Handovers to a newer connection.</param>
/// <param name="WireBytes">Bytes from the network, including framing.</param>
/// <param name="HeldBack">Times that reading was paused because the parser was behind.</param>
/// <param name="Frames">Websocket messages.</param>
/// <param name="Ignored">Messages of unused types.</param>
/// <param name="Rejected">Messages rejected.</param>
public sealed record ConnectionCounters(
    string Name, long Opened, long Failed, long Lost, long Handovers, long WireBytes, long HeldBack, long Frames,
    long Ignored, long Rejected);

/// <summary>The recorder's state.</summary>
/// <param name="Folder">The folder of the recording.</param>
/// <param name="Repairs">Repairs of recordings that killed sessions left behind, one line each.</param>
/// <param name="State">Its health.</param>
/// <param name="Health">Its health as text.</param>
/// <param name="Records">Records written.</param>
/// <param name="PayloadBytes">Bytes recorded.</param>
/// <param name="CompressedBytes">Bytes in the recording's files.</param>
/// <param name="DroppedRecords">Records lost.</param>
/// <param name="MemoryUsedBytes">Recorder memory in use.</param>
/// <param name="RemovedRecordings">Older recordings removed.</param>
public sealed record RecordingStatus(
    string Folder, IReadOnlyList<string> Repairs, RecorderHealth State, string Health, long Records, long PayloadBytes,
    long CompressedBytes, long DroppedRecords, long MemoryUsedBytes, long RemovedRecordings);

/// <summary>The journal's state.</summary>
/// <param name="Path">Its file.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Recovered">What was restored from the last session, as text; null for nothing.</param>
/// <param name="Skipped">Newer journals that were skipped because they end before their first snapshot is complete.
/// </param>
/// <param name="LeftBehind">What the last session left open and this one starts without although nobody asked for
/// that, as text; null for nothing.</param>
/// <param name="Health"><see cref="Healthy"/>, or why it cannot be written.</param>
public sealed record JournalStatus(
    string Path, long Bytes, string? Recovered, IReadOnlyList<string> Skipped, string? LeftBehind, string Health)
{
    /// <summary>Its health while it can be written.</summary>
    public const string Healthy = "ok";
}

/// <summary>The machine's clock during the session.</summary>
/// <param name="Jumps">Jumps of the system clock relative to the monotonic clock.</param>
/// <param name="LastJump">Size of the last jump; positive when the system clock went forward.</param>
/// <param name="Offset">System time minus session time.</param>
public sealed record ClockStatus(long Jumps, TimeSpan LastJump, TimeSpan Offset);

/// <summary>
/// A session at one moment, as shown by console, <c>/live</c>, health and metrics. Immutable, so that each reader sees
/// one consistent state. Reading it never blocks the engine.
/// </summary>
public sealed record SessionStatus
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

    /// <summary>Where the market comes from: "binance at stream.binance.com", or "embedded venue: …".</summary>
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

    /// <summary>The last few bad inputs with the offending text, shortened; newest last.</summary>
    public required IReadOnlyList<string> RecentBadInputs { get; init; }

    /// <summary>Inputs in the inbound ring that the engine has not handled yet.</summary>
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

    /// <summary>The reporting currency.</summary>
    public required string Reporting { get; init; }

    /// <summary>Funds by currency; final once the session has ended.</summary>
    public required IReadOnlyList<Funds> Funds { get; init; }

    /// <summary>Each signal's predictions by outcome, over all instruments. While the engine runs, counts may lag
    /// slightly.</summary>
    public required IReadOnlyDictionary<(SignalKind Kind, WorthHorizon Horizon), WorthCounts> SignalWorth { get; init; }

    /// <summary>Lines that the strategies have logged, including the dropped ones.</summary>
    public long LogLines { get; init; }

    /// <summary>Lines of the strategies' log that were dropped because the reader was behind.</summary>
    public long DroppedLogLines { get; init; }

    /// <summary>The gauges that the strategies have set.</summary>
    public IReadOnlyList<GaugeValue> Gauges { get; init; } = [];

    /// <summary>Order commands and refusals as text, newest last: "sell 0.016 BTCUSDT at 61837.64: mask 1111100".
    /// </summary>
    public required IReadOnlyList<string> RecentDecisions { get; init; }

    /// <summary>Orders that may be open.</summary>
    public required OpenOrdersStatus Orders { get; init; }

    /// <summary>What did not stop in time when the session was stopped; empty for a clean stop.</summary>
    public required IReadOnlyList<string> StopProblems { get; init; }

    /// <summary>How long the engine has handled nothing although its ring is not empty; zero while it makes progress.
    /// </summary>
    public required TimeSpan Stall { get; init; }

    /// <summary>Decisions and their hash; final once the session has ended.</summary>
    public required DecisionHash Decisions { get; init; }

    /// <summary>Why the session failed; null while it has not.</summary>
    public required string? Failure { get; init; }

    /// <summary>An instrument's state.</summary>
    /// <param name="instrumentId">The instrument's id.</param>
    public InstrumentView View(int instrumentId) => Views[instrumentId];

    /// <summary>An instrument's book synchronisation.</summary>
    /// <param name="instrumentId">The instrument's id.</param>
    public SymbolCounters Symbol(int instrumentId) => Symbols[instrumentId];

    /// <summary>A signal's predictions by outcome.</summary>
    /// <param name="kind">The signal.</param>
    /// <param name="horizon">How far ahead it predicted.</param>
    public WorthCounts Worth(SignalKind kind, WorthHorizon horizon) => SignalWorth[(kind, horizon)];
}

/// <summary>Orders that may be open, reported if a session does not end cleanly.</summary>
/// <param name="Venue">The venue's name.</param>
/// <param name="MarketDescription">Where the market comes from.</param>
/// <param name="Instruments">The session's instruments in the order of their ids.</param>
/// <param name="Open">Orders that were sent to the gateway and are not known to have ended, oldest first.</param>
/// <param name="Journal">The journal; null when none is kept.</param>
public sealed record OpenOrdersStatus(
    string Venue, string MarketDescription, IReadOnlyList<Instrument> Instruments, IReadOnlyList<OpenOrder> Open,
    JournalStatus? Journal);
