using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LowLatency.Engine;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Signals;
using LowLatency.Engine.Strategies;
using LowLatency.Sessions;

namespace LowLatency.Tests.Support;

/// <summary>A session that stands still: its status is what a test puts there.</summary>
internal sealed class StillSession : ISessionControl
{
    /// <summary>Begins with quiet instruments.</summary>
    public StillSession(params string[] symbols) => Status = Quiet(symbols);

    /// <summary>What is read next.</summary>
    public SessionStatus Status { get; set; }

    /// <summary>Where not null, reading the status fails so.</summary>
    public Exception? Failure { get; set; }

    public Task Completion { get; } = new TaskCompletionSource().Task;

    public Action<double>? OnOrderLatency { get; set; }

    public SessionStatus ReadStatus() => Failure is null ? Status : throw Failure;

    public OpenOrdersStatus ReadOpenOrders() => Status.Orders;

    public void ReadStrategyLog(Action<StrategyLogLine> take)
    {
    }

    public void EngageKillSwitch() => throw new NotSupportedException("it trades nothing");

    public void LiftKillSwitch() => throw new NotSupportedException("it trades nothing");

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static SessionStatus Quiet(string[] symbols)
    {
        Instrument[] instruments = [.. symbols.Select((symbol, id) => new Instrument
        {
            Id = (ushort)id,
            Venue = "binance",
            Symbol = symbol,
            BaseAsset = "BTC",
            QuoteAsset = "USDT",
            Scale = new InstrumentScale(2, 5, 1, 1),
            MinQuantityLots = 1,
            MakerFeePpm = 0,
            TakerFeePpm = 0,
        })];
        return new SessionStatus
        {
            NowNs = 0,
            Venue = "binance",
            Instruments = instruments,
            Views = new InstrumentView[instruments.Length],
            Symbols = [.. instruments.Select(_ => new SymbolCounters
            {
                Stales = Enum.GetValues<StaleReason>().ToDictionary(reason => reason, _ => 0L),
            })],
            MarketDescription = "still",
            RestAddress = string.Empty,
            StreamAddress = string.Empty,
            Connections = [new ConnectionCounters("0", 1, 0, 0, 0, 0, 0, 0, 0, 0)],
            Feed = new FeedCounters(),
            BadInputs = new Dictionary<string, long> { ["Malformed"] = 0 },
            RecentBadInputs = [],
            InboundFill = 0,
            InboundCapacity = 1024,
            InboundFullWaits = 0,
            OutboundFill = 0,
            Recorder = null,
            Journal = null,
            Clocks = new ClockStatus(0, TimeSpan.Zero, TimeSpan.Zero),
            Reporting = "USDT",
            Funds = [],
            SignalWorth = Enum.GetValues<SignalKind>()
                .SelectMany(kind => Enum.GetValues<WorthHorizon>().Select(horizon => (kind, horizon)))
                .ToDictionary(item => item, _ => default(WorthCounts)),
            RecentDecisions = [],
            Orders = new OpenOrdersStatus("binance", "still", instruments, [], null),
            StopProblems = [],
            Stall = TimeSpan.Zero,
            Decisions = default,
            Failure = null,
        };
    }
}
