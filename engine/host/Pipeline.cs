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
    // Lines that strategies can log between two updates of the console.
    private const int StrategyLogCapacity = 1024;

    /// <summary>Starts a session.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="cancellationToken">Cancelled to stop while it starts.</param>
    /// <exception cref="IOException">A folder is locked by another session, or a file cannot be created.</exception>
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
        MarketParts market = await OpenMarketAsync(settings, cancellationToken).ConfigureAwait(false);
        SessionFiles files = OpenFiles(settings, market, folderLock);
        IReadOnlyList<InstrumentSetup> setups = files.Manifest.CreateSetups(settings.Strategy.Catalog);
        LiveSession? session = null;
        TradingCore core = BuildCore(
            settings, market.Market, files, setups,
            (instrument, reason) => session!.RequestResync(instrument, reason));
        var clocks = new SessionClocks(new ClockWatch(TimeProvider.System));
        AddTimer(settings, market.Market, files.Recording, core, clocks);
        IReadOnlyList<Instrument> instruments = setups.Select(setup => setup.Instrument).ToArray();
        var badInputs = new BadInputLog();
        session = new LiveSession(new SessionParts
        {
            Venue = market.Venue,
            Reporting = settings.Funds.Reporting,
            Market = market.Market,
            Instruments = instruments,
            Core = core,
            BadInputs = badInputs,
            Connections = Connect(settings, market, instruments, core, badInputs),
            Reasons = StrategyReasonText.Of(files.Manifest, settings.Strategy.Catalog),
            Gauges = new GaugeReader(files.Manifest, settings.Strategy.Catalog, core.Engine),
            Journal = files.Journal,
            Recovered = files.Recovered,
            LeftBehind = files.LeftBehind,
            Control = core.NewPublisher(SessionSources.Control),
            Recording = files.Recording,
            Clocks = clocks,
            Http = market.Http,
        });
        session.Start();
        return session;
    }

    // The market, and what is traded there.
    private static async Task<MarketParts> OpenMarketAsync(LiveSettings settings, CancellationToken cancellationToken)
    {
        IVenue venue = Venues.Find(settings.Venue);
        Market market = await Market.OpenAsync(settings, venue).ConfigureAwait(false);
        var http = new HttpClient { Timeout = TimeSpan.FromSeconds(settings.Feed.AnswerTimeoutSeconds) };
        IReadOnlyList<Instrument> declared = await venue
            .LoadInstrumentsAsync(http, market.Address, settings.Symbols, warn: null, cancellationToken)
            .ConfigureAwait(false);
        return new MarketParts(venue, market, http, declared, venue.PlanConnections(market.Address, declared));
    }

    // The journal and the recorder, whose first records say what the session depends on.
    private static SessionFiles OpenFiles(LiveSettings settings, MarketParts market, JournalLock? folderLock)
    {
        long nowNs = market.Market.Clock.NowNs;
        RecoveredState? recovered = SessionJournal.Resumes(settings)
            ? JournalRecovery.Recover(SessionJournal.FolderOf(settings), market.Declared, nowNs)
            : null;
        string? leftBehind = SessionJournal.FindLeftBehind(settings, folderLock);
        SessionManifest manifest = SessionStart.Complete(
            SessionManifests.Create(settings, market.Market.Description, market.Declared),
            SessionStart.NewId(),
            new MonotonicUnixClock().NowNs,
            market.Plans,
            recovered?.Snapshot) with
        {
            RingCapacity = Math.Max(settings.Engine.RingCapacity, market.Venue.Profile.RingCapacity),
        };
        JournalWriter? journal = folderLock is null ? null : SessionStart.BeginJournal(
            folderLock, TimeSpan.FromMilliseconds(settings.Journal.SyncMs), manifest, recovered?.Snapshot);
        return new SessionFiles(
            manifest, recovered, leftBehind, journal, SessionRecorder.Start(settings, manifest, nowNs, journal?.Path));
    }

    // The rings, the engine between them, and the order gateway with its venue behind it.
    private static TradingCore BuildCore(
        LiveSettings settings, Market market, SessionFiles files, IReadOnlyList<InstrumentSetup> setups,
        Action<int, StaleReason> onResync)
    {
        var paper = new PaperVenue(
            setups.Select(setup => setup.Instrument).ToArray(), lastTradeId: new MonotonicUnixClock().NowNs);
        if (files.Recovered?.Snapshot is { } left)
        {
            paper.Restore(left, market.Clock.NowNs);
        }

        ThreadPlacement placement = ThreadPlacement.Any with { Priority = settings.Engine.RealTimePriority };
        return new TradingCore(new TradingCoreOptions
        {
            Instruments = setups,
            Engine = files.Manifest.CreateOptions() with { StrategyLogCapacity = StrategyLogCapacity },
            InboundCapacity = files.Manifest.RingCapacity,
            WaitStrategy = settings.Engine.WaitStrategy,
            Log = files.Recording?.Thread.Recorder ?? (IInputLog)NullInputLog.Instance,
            Venue = paper,
            Clock = market.Clock,
            Journal = files.Journal,
            OnResync = onResync,
            EngineThread = placement with { Core = settings.Engine.EngineCore },
            GatewayThread = placement with { Core = settings.Engine.GatewayCore },
        });
    }

    // Time as inputs, and what is checked each time.
    private static void AddTimer(
        LiveSettings settings, Market market, SessionRecorder? recording, TradingCore core, SessionClocks clocks)
    {
        InputPublisher publisher = core.NewPublisher(SessionSources.Timer);
        bool stopsUnrecorded = settings.Recorder.OnFailure switch
        {
            { } policy => policy == RecorderFailurePolicy.Stop,
            null => settings.Trading == TradingMode.Live,
        };
        ITimedWatch[] watches = recording is not null && stopsUnrecorded
            ? [clocks, new RecorderGuard(
                recording.Thread.Recorder, publisher, market.Clock,
                () => core.Engine.View(0).StoppedBecause == DecisionReason.None)]
            : [clocks];
        core.AddSource(
            new TimerAgent(
                publisher, market.Clock, TimeSpan.FromMilliseconds(settings.Engine.TimerIntervalMs),
                TimeProvider.System, watches),
            ThreadPlacement.Any with { Priority = settings.Engine.RealTimePriority });
    }

    private static FeedConnection[] Connect(
        LiveSettings settings, MarketParts market, IReadOnlyList<Instrument> instruments, TradingCore core,
        BadInputLog badInputs)
    {
        var limits = new VenueLimits(market.Venue.Profile);
        return market.Plans.Select((plan, index) =>
        {
            Instrument[] own = plan.Symbols.Select(symbol => instruments[symbol]).ToArray();
            InputPublisher publisher = core.NewPublisher((ushort)(SessionSources.FirstFeed + index));
            return new FeedConnection(
                OptionsOf(settings, market, limits, plan, own),
                market.Venue.CreateSession(own, publisher, badInputs, plan.CarriesBooks),
                market.Market.Clock);
        }).ToArray();
    }

    private static FeedConnectionOptions OptionsOf(
        LiveSettings all, MarketParts market, VenueLimits limits, ConnectionPlan plan, Instrument[] own)
    {
        FeedSettings settings = all.Feed;
        bool hasWaypoints = all.Recorder is { Enabled: true, WaypointMinutes: > 0 };
        return new FeedConnectionOptions
        {
            Plan = plan,
            Profile = market.Venue.Profile,
            Limits = limits,
            SnapshotAddress = symbol => market.Venue.SnapshotAddress(
                market.Market.Address, own[symbol].Symbol, settings.SnapshotLevels),
            Resubscription = symbol => market.Venue.Resubscription(own[symbol].Symbol),
            Http = market.Http,
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
    }

    private static TimeSpan? Seconds(double? value) => value is { } seconds ? TimeSpan.FromSeconds(seconds) : null;

    private sealed record MarketParts(
        IVenue Venue, Market Market, HttpClient Http, IReadOnlyList<Instrument> Declared,
        IReadOnlyList<ConnectionPlan> Plans);

    private sealed record SessionFiles(
        SessionManifest Manifest, RecoveredState? Recovered, string? LeftBehind, JournalWriter? Journal,
        SessionRecorder? Recording);
}
