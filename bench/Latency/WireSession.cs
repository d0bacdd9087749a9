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
using LowLatency.Host;

namespace LowLatency.Bench.Latency;

/// <summary>What the engine on the bench shows to the web server: what it publishes, read as the live process reads it.
/// </summary>
internal sealed class WireSession(Instrument instrument, WireEngine engine, FeedSession feed) : ISession
{
    private readonly MonotonicUnixClock _clock = new();

    public string Venue => instrument.Venue;

    public IReadOnlyList<Instrument> Instruments { get; } = [instrument];

    public string MarketDescription => "bench";

    public string RestAddress => string.Empty;

    public string StreamAddress => string.Empty;

    public IReadOnlyList<ConnectionCounters> Connections =>
    [
        new ConnectionCounters(
            "0", 1, 0, 0, 0, feed.Messages.Bytes, 0, feed.Messages.Frames, feed.Messages.Ignored,
            feed.Messages.Rejected),
    ];

    public FeedCounters Feed => new()
    {
        Connects = 1,
        Frames = feed.Messages.Frames,
        Bytes = feed.Messages.Bytes,
        Scanned = feed.Messages.Scanned,
        Fallbacks = feed.Messages.Fallbacks,
        Events = feed.Events,
    };

    public IReadOnlyDictionary<string, long> BadInputs { get; } = new Dictionary<string, long>();

    public IReadOnlyList<string> RecentBadInputs => [];

    public long InboundFill => 0;

    public int InboundCapacity => engine.Inbound.Capacity;

    public long InboundFullWaits => 0;

    public long OutboundFill => 0;

    public RecordingStatus? Recorder => null;

    public JournalStatus? Journal => null;

    public string Reporting => instrument.QuoteAsset;

    public FundsLedger Funds => engine.Engine.Funds;

    public Action<double>? OnOrderLatency { get; set; }

    public IReadOnlyList<string> RecentDecisions => [];

    public ClockWatch Clocks { get; } = new(TimeProvider.System);

    public IReadOnlyList<OpenOrder> OpenOrders => [];

    public IReadOnlyList<string> StopProblems => [];

    public TimeSpan Stall => TimeSpan.Zero;

    public long NowNs => _clock.NowNs;

    public DecisionHash Decisions => default;

    public Task Completion { get; } = new TaskCompletionSource().Task;

    public InstrumentView View(int instrumentId) => engine.Engine.View(instrumentId);

    public SymbolCounters Symbol(int instrumentId)
    {
        BookFeedCounters counters = feed.Counters(instrumentId);
        return new SymbolCounters
        {
            DepthMessages = counters.DepthMessages,
            Snapshots = counters.Snapshots,
            Gaps = counters.Gaps,
            Repeats = counters.Repeats,
        };
    }

    public WorthCounts Worth(SignalKind kind, WorthHorizon horizon) =>
        engine.Engine.Signals(0).Worth(kind).Counts(horizon);

    public void EngageKillSwitch() => throw new NotSupportedException("the bench has no operator");

    public void LiftKillSwitch() => throw new NotSupportedException("the bench has no operator");

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
