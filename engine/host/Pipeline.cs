using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;
using LowLatency.Engine;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Orders;
using LowLatency.Engine.Paper;
using LowLatency.Engine.Ring;
using LowLatency.Engine.Runtime;
using LowLatency.Engine.Runtime.Gateways;
using LowLatency.Feeds;
using LowLatency.Host.Configuration;
using LowLatency.Host.Journal;
using LowLatency.Recorder.Journal;
using LowLatency.Replay;

namespace LowLatency.Host;

/// <summary>
/// The wiring page: every ring and every thread of the process, in the order in which data flow. Nothing is wired
/// anywhere else.
/// <code>
///  thread pool   connection ▸ pipe ▸ parser ▸ sync rule ─┐
///  "timer"       time as events ─────────────────────────┤   every producer also hands its inputs to
///  "gateway"     acknowledgements and fills ─────────────┤   "recorder", which writes LZ4 segments
///  any           stop command ───────────────────────────┤
///                                                        ▼
///                              inbound ring (several producers) ──▶ "gateway" watches the market
///                                                        ▼
///  "engine"      book ▸ strategy ▸ risk gate ▸ orders
///                                                        ▼
///                              outbound ring (one producer) ──────▶ "gateway" ▸ journal ▸ paper venue
/// </code>
/// </summary>
internal static class Pipeline
{
    private const int OutboundCapacity = 4096;

    public static async Task<ISessionControl> StartAsync(LiveSettings settings, CancellationToken cancellationToken)
    {
        if (settings.Trading == TradingMode.Live)
        {
            throw new IOException($"orders cannot be sent to {settings.Venue} yet: trade on paper");
        }

        JournalLock? folderLock = SessionJournal.Lock(settings);
        try
        {
            return await StartAsync(settings, folderLock, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            folderLock?.Dispose();
            throw;
        }
    }

    private static async Task<ISessionControl> StartAsync(
        LiveSettings settings, JournalLock? folderLock, CancellationToken cancellationToken)
    {
        // 1. The market, and what is traded there.
        IVenue venue = Venues.Find(settings.Venue);
        Market market = await Market.OpenAsync(settings, venue).ConfigureAwait(false);
        var http = new HttpClient { Timeout = TimeSpan.FromSeconds(settings.Feed.AnswerTimeoutSeconds) };
        IReadOnlyList<Instrument> declared = await venue
            .LoadInstrumentsAsync(http, market.Address, settings.Symbols, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<ConnectionPlan> plans = venue.PlanConnections(market.Address, declared);
        RecoveredState? recovered = SessionJournal.Resumes(settings)
            ? JournalRecovery.Recover(SessionJournal.FolderOf(settings), declared, market.Clock.NowNs)
            : null;
        SessionManifest manifest = SessionManifests.Create(
            settings, market.Description, new MonotonicUnixClock().NowNs, declared, plans, recovered?.Snapshot) with
        {
            RingCapacity = Math.Max(settings.Engine.RingCapacity, venue.Profile.RingCapacity),
        };
        IReadOnlyList<InstrumentSetup> setups = manifest.CreateSetups(settings.Strategy.Catalog);
        IReadOnlyList<Instrument> instruments = setups.Select(setup => setup.Instrument).ToArray();

        // 2. The journal and the recorder, whose first records say what the session depends on.
        JournalWriter? journal = SessionJournal.Begin(folderLock, settings, manifest, recovered?.Snapshot);
        SessionRecorder? recording = SessionRecorder.Start(settings, manifest, market.Clock.NowNs, journal?.Path);
        IInputLog log = recording is { } own ? own.Recorder : NullInputLog.Instance;

        // 3. The rings. They share a wait strategy, so that whoever sleeps on one wakes for the other.
        IWaitStrategy wait = WaitStrategies.Create(settings.Engine.WaitStrategy);
        var inbound = new MultiProducerRing<EngineInput>(manifest.RingCapacity, wait);
        var outbound = new SingleProducerRing<EngineOutput>(OutboundCapacity, wait);

        // 4. The engine between them.
        var engine = new EngineLoop(setups, outbound, manifest.CreateOptions());
        var engineAgent = new EngineAgent(new RingConsumer<EngineInput>(inbound), engine);

        // 5. The gateway behind them.
        LiveSession? session = null;
        var recent = new RecentDecisions();
        var open = new OpenOrderBoard(manifest.MaxOrders);
        var paper = new PaperVenue(instruments, lastTradeId: new MonotonicUnixClock().NowNs);
        if (recovered?.Snapshot is { } left)
        {
            paper.Restore(left, market.Clock.NowNs);
            foreach (EngineOutput record in left.Records)
            {
                open.Take(in record);
            }
        }

        var gateway = new PaperGateway(
            new RingConsumer<EngineInput>(inbound),
            new RingConsumer<EngineOutput>(outbound),
            paper,
            new EventPublisher(inbound, log, SessionSources.Gateway),
            market.Clock,
            recent,
            open,
            journal)
        {
            OnResync = (instrument, reason) => session!.RequestResync(instrument, reason),
        };

        // 6. The timer and the feeds in front of them.
        var timed = new EventPublisher(inbound, log, SessionSources.Timer);
        var clocks = new SessionClocks(new ClockWatch(TimeProvider.System));
        bool stopsUnrecorded = settings.Recorder.OnFailure switch
        {
            { } policy => policy == RecorderFailurePolicy.Stop,
            null => settings.Trading == TradingMode.Live,
        };
        ITimedWatch[] watches = recording is { } watched && stopsUnrecorded
            ? [clocks, new RecorderGuard(
                watched.Recorder, timed, market.Clock, () => engine.View(0).StoppedBecause == DecisionReason.None)]
            : [clocks];
        var timer = new TimerAgent(
            timed, market.Clock, TimeSpan.FromMilliseconds(settings.Engine.TimerIntervalMs), watches);
        var badInputs = new BadInputLog();
        var limits = new VenueLimits(venue.Profile);
        FeedConnection[] connections = plans
            .Select((plan, index) => Connect(
                settings, venue, limits, market, plan, instruments, http, badInputs,
                new RingPublisher(inbound, log, (ushort)(SessionSources.FirstFeed + index))))
            .ToArray();

        // 7. Start: consumers first. They end in this order: publishers, gateway, engine.
        session = new LiveSession(new SessionParts
        {
            Venue = venue,
            Reporting = settings.Funds.Reporting,
            Market = market,
            Instruments = instruments,
            Inbound = inbound,
            Outbound = outbound,
            Engine = engine,
            BadInputs = badInputs,
            Connections = connections,
            Gateway = gateway,
            Recent = recent,
            Open = open,
            Journal = journal,
            Recovered = recovered,
            Control = new EventPublisher(inbound, log, SessionSources.Control),
            Recording = recording,
            Clocks = clocks,
            Threads =
            [
                new AgentThread(timer, priority: settings.Engine.RealTimePriority),
                new AgentThread(gateway, settings.Engine.GatewayCore, settings.Engine.RealTimePriority),
                new AgentThread(engineAgent, settings.Engine.EngineCore, settings.Engine.RealTimePriority),
            ],
            Http = http,
        });
        session.Start();
        return session;
    }

    private static TimeSpan? Seconds(double? value) => value is { } seconds ? TimeSpan.FromSeconds(seconds) : null;

    private static FeedConnection Connect(
        LiveSettings all,
        IVenue venue,
        VenueLimits limits,
        Market market,
        ConnectionPlan plan,
        IReadOnlyList<Instrument> instruments,
        HttpClient http,
        BadInputLog badInputs,
        RingPublisher publisher)
    {
        FeedSettings settings = all.Feed;
        bool hasWaypoints = all.Recorder is { Enabled: true, WaypointMinutes: > 0 };
        Instrument[] own = plan.Symbols.Select(symbol => instruments[symbol]).ToArray();
        var options = new FeedConnectionOptions
        {
            Plan = plan,
            Profile = venue.Profile,
            Limits = limits,
            SnapshotAddress = symbol =>
                venue.SnapshotAddress(market.Address, own[symbol].Symbol, settings.SnapshotLevels),
            Resubscription = symbol => venue.Resubscription(own[symbol].Symbol),
            Http = http,
            SilenceTimeout = Seconds(settings.SilenceTimeoutSeconds),
            BookSilence = Seconds(settings.BookSilenceSeconds),
            TradedSilence = TimeSpan.FromSeconds(settings.TradedSilenceSeconds),
            ReplaceAge = Seconds(settings.ReplaceAfterSeconds),
            Overlap = TimeSpan.FromSeconds(settings.OverlapSeconds),
            WaypointInterval = hasWaypoints ? TimeSpan.FromMinutes(all.Recorder.WaypointMinutes) : null,
            MaxMessageBytes = settings.MaxMessageBytes,
            ReconnectMin = TimeSpan.FromMilliseconds(settings.ReconnectMinMs),
            ReconnectMax = TimeSpan.FromMilliseconds(settings.ReconnectMaxMs),
        };
        return new FeedConnection(
            options, venue.CreateSession(own, publisher, badInputs, plan.CarriesBooks), market.Clock);
    }
}
