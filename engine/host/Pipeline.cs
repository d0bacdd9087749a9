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
using LowLatency.Feeds;
using LowLatency.Host.Configuration;
using LowLatency.Host.Journal;
using LowLatency.Recorder.Journal;
using LowLatency.Replay;
using LowLatency.Sessions;

namespace LowLatency.Host;

/// <summary>
/// The live process around <see cref="TradingCore"/>, which wires rings, engine and gateway: this adds the market,
/// journal, recorder, timer and feeds, in the order in which data flow.
/// <code>
///  thread pool   connection ▸ pipe ▸ parser ▸ sync rule ─┐
///  "timer"       time as events ─────────────────────────┤   every producer also hands its inputs to
///  any           operator's commands ────────────────────┤   "recorder", which writes LZ4 segments
///                                                        ▼
///                                                   TradingCore ─▶ journal, venue
/// </code>
/// </summary>
internal static class Pipeline
{
    private const int OutboundCapacity = 4096;

    // Lines that strategies can log between two updates of the console.
    private const int StrategyLogCapacity = 1024;

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
        SessionManifest manifest = SessionStart.Complete(
            SessionManifests.Create(settings, market.Description, declared),
            SessionStart.NewId(),
            new MonotonicUnixClock().NowNs,
            plans,
            recovered?.Snapshot) with
        {
            RingCapacity = Math.Max(settings.Engine.RingCapacity, venue.Profile.RingCapacity),
        };
        IReadOnlyList<InstrumentSetup> setups = manifest.CreateSetups(settings.Strategy.Catalog);
        IReadOnlyList<Instrument> instruments = setups.Select(setup => setup.Instrument).ToArray();

        // 2. The journal and the recorder, whose first records say what the session depends on.
        JournalWriter? journal = folderLock is null ? null : SessionStart.BeginJournal(
            folderLock, TimeSpan.FromMilliseconds(settings.Journal.SyncMs), manifest, recovered?.Snapshot);
        SessionRecorder? recording = SessionRecorder.Start(settings, manifest, market.Clock.NowNs, journal?.Path);

        // 3. The rings, the engine between them, and the order gateway with its venue behind it.
        LiveSession? session = null;
        var paper = new PaperVenue(instruments, lastTradeId: new MonotonicUnixClock().NowNs);
        if (recovered?.Snapshot is { } left)
        {
            paper.Restore(left, market.Clock.NowNs);
        }

        var core = new TradingCore(new TradingCoreOptions
        {
            Instruments = setups,
            Engine = manifest.CreateOptions() with { StrategyLogCapacity = StrategyLogCapacity },
            InboundCapacity = manifest.RingCapacity,
            WaitStrategy = settings.Engine.WaitStrategy,
            Log = recording?.Thread.Recorder ?? (IInputLog)NullInputLog.Instance,
            Venue = paper,
            Clock = market.Clock,
            Journal = journal,
            OnResync = (instrument, reason) => session!.RequestResync(instrument, reason),
            EngineThread = ThreadPlacement.Any with
            {
                Core = settings.Engine.EngineCore,
                Priority = settings.Engine.RealTimePriority,
            },
            GatewayThread = ThreadPlacement.Any with
            {
                Core = settings.Engine.GatewayCore,
                Priority = settings.Engine.RealTimePriority,
            },
        });

        // 4. The timer and the feeds in front of them.
        InputPublisher timed = core.NewPublisher(SessionSources.Timer);
        var clocks = new SessionClocks(new ClockWatch(TimeProvider.System));
        bool stopsUnrecorded = settings.Recorder.OnFailure switch
        {
            { } policy => policy == RecorderFailurePolicy.Stop,
            null => settings.Trading == TradingMode.Live,
        };
        ITimedWatch[] watches = recording is { } watched && stopsUnrecorded
            ? [clocks, new RecorderGuard(
                watched.Thread.Recorder, timed, market.Clock,
                () => core.Engine.View(0).StoppedBecause == DecisionReason.None)]
            : [clocks];
        core.AddSource(
            new TimerAgent(
                timed, market.Clock, TimeSpan.FromMilliseconds(settings.Engine.TimerIntervalMs), watches),
            ThreadPlacement.Any with { Priority = settings.Engine.RealTimePriority });
        var badInputs = new BadInputLog();
        var limits = new VenueLimits(venue.Profile);
        FeedConnection[] connections = plans
            .Select((plan, index) => Connect(
                settings, venue, limits, market, plan, instruments, http, badInputs,
                core.NewPublisher((ushort)(SessionSources.FirstFeed + index))))
            .ToArray();

        // 5. Start.
        session = new LiveSession(new SessionParts
        {
            Venue = venue,
            Reporting = settings.Funds.Reporting,
            Market = market,
            Instruments = instruments,
            Core = core,
            BadInputs = badInputs,
            Connections = connections,
            Reasons = StrategyReasonText.Of(manifest, settings.Strategy.Catalog),
            Gauges = new GaugeReader(manifest, settings.Strategy.Catalog, core.Engine),
            Journal = journal,
            Recovered = recovered,
            Control = core.NewPublisher(SessionSources.Control),
            Recording = recording,
            Clocks = clocks,
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
        InputPublisher publisher)
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
