using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Signals;
using LowLatency.Engine.Strategies;
using LowLatency.Feeds;
using LowLatency.Host;
using LowLatency.Sessions;

namespace LowLatency.Bench.Latency;

/// <summary>What the bench's engine shows to the web server: its published data, read as in the live process.</summary>
internal sealed class WireSession(Instrument instrument, WireEngine engine, FeedSession feed) : ISessionControl
{
    private readonly MonotonicUnixClock _clock = new();

    public Action<double>? OnOrderLatency { get; set; }

    public Task Completion { get; } = new TaskCompletionSource().Task;

    public SessionStatus ReadStatus()
    {
        BookFeedCounters counters = feed.Counters(0);
        return new SessionStatus
        {
            NowNs = _clock.NowNs,
            Venue = instrument.Venue,
            Instruments = [instrument],
            Views = [engine.Core.Engine.View(0)],
            Symbols =
            [
                new SymbolCounters
                {
                    DepthMessages = counters.DepthMessages,
                    Snapshots = counters.Snapshots,
                    Gaps = counters.Gaps,
                    Repeats = counters.Repeats,
                },
            ],
            MarketDescription = "bench",
            RestAddress = string.Empty,
            StreamAddress = string.Empty,
            Connections =
            [
                new ConnectionCounters(
                    "0", 1, 0, 0, 0, feed.Messages.Bytes, 0, feed.Messages.Frames, feed.Messages.Ignored,
                    feed.Messages.Rejected),
            ],
            Feed = new FeedCounters
            {
                Connects = 1,
                Frames = feed.Messages.Frames,
                Bytes = feed.Messages.Bytes,
                Scanned = feed.Messages.Scanned,
                Fallbacks = feed.Messages.Fallbacks,
                Events = feed.Events,
            },
            BadInputs = new Dictionary<string, long>(),
            RecentBadInputs = [],
            InboundFill = 0,
            InboundCapacity = engine.Core.InboundCapacity,
            InboundFullWaits = 0,
            OutboundFill = 0,
            Recorder = null,
            Journal = null,
            Clocks = new ClockStatus(0, TimeSpan.Zero, TimeSpan.Zero),
            Reporting = instrument.QuoteAsset,
            Funds = SessionStatusReader.ReadFunds(engine.Core.Engine.Funds),
            SignalWorth = Enum.GetValues<SignalKind>()
                .SelectMany(kind => Enum.GetValues<WorthHorizon>().Select(horizon => (kind, horizon)))
                .ToDictionary(
                    item => item,
                    item => engine.Core.Engine.Signals(0).Worth(item.kind).Counts(item.horizon)),
            RecentDecisions = [],
            Orders = ReadOpenOrders(),
            StopProblems = [],
            Stall = TimeSpan.Zero,
            Decisions = default,
            Failure = null,
        };
    }

    public OpenOrdersStatus ReadOpenOrders() => new(instrument.Venue, "bench", [instrument], [], null);

    public void ReadStrategyLog(Action<StrategyLogLine> take) => engine.Core.Engine.StrategyLog.Read(take);

    public void EngageKillSwitch() => throw new NotSupportedException("the bench has no operator");

    public void LiftKillSwitch() => throw new NotSupportedException("the bench has no operator");

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
