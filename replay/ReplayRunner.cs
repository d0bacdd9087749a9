using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.InteropServices;
using System.Text;
using LowLatency.Engine;
using LowLatency.Engine.Events;
using LowLatency.Engine.Ring;
using LowLatency.Engine.Runtime;
using LowLatency.Engine.Strategies;
using LowLatency.Feeds;
using LowLatency.Replay.Decoded;

namespace LowLatency.Replay;

/// <summary>
/// Feeds recorded inputs through the live sessions, ring and engine, in the order in which they reached the live ring.
/// The records of each producer are in order; between producers the ring sequences decide, so records that come too
/// early wait. Single thread.
/// </summary>
public sealed class ReplayRunner : IDisposable
{
    // Lines of a strategy's log between two reads, which is one input where everything runs on one thread.
    private const int LogCapacity = 4096;

    private readonly bool _isSession;
    private readonly bool _isSought;
    private readonly Action<StrategyLogLine>? _onStrategyLog;
    private readonly IInputLog _log;
    private readonly bool _isDecoding;
    private readonly InputPublisher _decoded;
    private bool _isStarted;

    // Indexed by source number; these are small and consecutive.
    private ReplaySource[] _sources = [];
    private readonly long _holeSpan;
    private long _nextSequence;
    private long _waitingSinceNs;
    private int _waitingCount;

    // A producer records its input right after publishing it. A record that has not appeared by then, or after this
    // many others, does not exist.
    private const long GapTimeoutNs = 600_000_000_000;

    /// <summary>Creates the engine and sessions that the manifest describes.</summary>
    /// <param name="recorded">The session's settings.</param>
    /// <param name="options">How it is replayed; null for an exact replay.</param>
    /// <exception cref="System.IO.InvalidDataException">A strategy is not in the catalog.</exception>
    /// <exception cref="KeyNotFoundException">A symbol is not in the session.</exception>
    /// <exception cref="ArgumentException">The options contradict each other.</exception>
    public ReplayRunner(SessionManifest recorded, ReplayOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(recorded);
        options ??= new ReplayOptions();
        SessionManifest manifest = options.Apply(recorded);
        Manifest = manifest;
        _isSession = options.IsSession;
        _isSought = options.FromNs is not null;
        _log = options.Log ?? NullInputLog.Instance;
        _onStrategyLog = options.OnStrategyLog;
        _holeSpan = 4L * manifest.RingCapacity;
        IReadOnlyList<InstrumentSetup> setups = manifest.CreateSetups(options.Catalog ?? StrategyCatalog.BuiltIn);
        if (options.FromNs is { } fromNs)
        {
            // One for each strategy, because a strategy can trade several instruments.
            var late = new Dictionary<IStrategy, LateStrategy>(ReferenceEqualityComparer.Instance);
            foreach (InstrumentSetup setup in setups)
            {
                late.TryAdd(setup.Strategy, new LateStrategy(setup.Strategy, fromNs));
            }

            setups = setups.Select(item => item with { Strategy = late[item.Strategy] }).ToArray();
        }

        // No paper venue is needed if there are no orders and no strategy places any.
        bool hasPaperVenue = !_isSession
            && (manifest.Snapshot is not null || setups.Any(item => !item.Strategy.OnlyWatches));
        EngineOptions engine = manifest.CreateOptions() with
        {
            StrategyLogCapacity = _onStrategyLog is null ? 0 : LogCapacity,
        };
        Core = options.WaitStrategy is { } wait
            ? OnThreads(setups, engine, manifest.RingCapacity, wait)
            : TradingCore.OnOneThread(setups, engine, manifest.RingCapacity, hasPaperVenue);
        _isDecoding = options.DecodedEvents is not null;
        _decoded = Core.NewPublisher(SessionSources.FirstFeed, NullInputLog.Instance);
        IReadOnlySet<ushort>? chosen = options.ChosenIn(manifest);
        foreach (SourceManifest feed in manifest.Feeds)
        {
            if (chosen?.Overlaps(feed.InstrumentIds) == false)
            {
                SourceOf(feed.Source).IsSkipped = true;
                continue;
            }

            ReplaySource source = SourceOf(feed.Source);
            source.Session = Venues.Find(feed.Venue).CreateSession(
                feed.InstrumentIds.Select(id => manifest.Instruments[id].Instrument).ToArray(),
                source.Publisher,
                BadInputs,
                feed.CarriesBooks,
                feed.Channels);
        }
    }

    /// <summary>The replayed settings: the session's, with the options applied.</summary>
    public SessionManifest Manifest { get; }

    /// <summary>The engine, with its books and views.</summary>
    public TradingCore Core { get; }

    /// <summary>Bad inputs found.</summary>
    public BadInputLog BadInputs { get; } = new();

    /// <summary>The session of a producer, or null if it is not a feed.</summary>
    public FeedSession? Session(ushort source) => source < _sources.Length ? _sources[source].Session : null;

    /// <summary>Records handled.</summary>
    public long Records { get; private set; }

    /// <summary>Events published.</summary>
    public long Events { get; private set; }

    /// <summary>
    /// The first difference from the recorded run although the inputs were the same, as text; null if there is none.
    /// </summary>
    public string? Divergence { get; private set; }

    /// <summary>The first inputs that are missing from the recording, as text; null if there are none.</summary>
    public string? Gap { get; private set; }

    /// <summary>The decisions in the recording's end record, or null if it has none.</summary>
    public string? RecordedDecisions { get; private set; }

    /// <summary>Receive time of the first record, nanoseconds since the Unix epoch; 0 before it.</summary>
    public long FirstTimeNs { get; private set; }

    /// <summary>Receive time of the last record.</summary>
    public long LastTimeNs { get; private set; }

    /// <summary>Records that the recorder had to drop.</summary>
    public long LostRecords { get; private set; }

    /// <summary>All reasons why this run is not the recorded one, as text; empty if there are none.</summary>
    public IReadOnlyList<string> Faults =>
    [
        .. LostRecords == 0 ? Array.Empty<string>() : [$"the recorder dropped {LostRecords} records"],
        .. Gap is null ? Array.Empty<string>() : [$"the recording is incomplete: {Gap}"],
        .. Divergence is null ? Array.Empty<string>() : [$"the replay differs from the recording: {Divergence}"],
    ];

    /// <summary>Receives the published events; null for none.</summary>
    internal DecodedWriter? Decoded { get; set; }

    /// <summary>Starts inside a recording: a connection counts as opened at its first message.</summary>
    public void BeginInTheMiddle() => _nextSequence = -1;

    /// <summary>
    /// Continues after damage: messages may be missing there, so the books of all connections are invalid.
    /// </summary>
    public void OnDamage()
    {
        foreach (ReplaySource source in _sources.Where(item => item.IsOpened))
        {
            source.Session!.OnDisconnected(LastTimeNs, "the recording is damaged here");
            source.IsOpened = false;
        }

        StartThreads();
        Core.ThrowIfFaulted();
    }

    /// <summary>Takes the next record of the recording.</summary>
    public void Add(in InputRecord record, ReadOnlySpan<byte> payload)
    {
        if (record.Kind == InputKind.End)
        {
            RecordedDecisions = Encoding.UTF8.GetString(payload);
            return;
        }

        if (record.Kind == InputKind.Loss)
        {
            LostRecords += record.Tag;
            return;
        }

        if (record.Kind == InputKind.Settings)
        {
            // Every segment begins with the settings.
            return;
        }

        ReplaySource source = SourceOf(record.Source);
        if (source.Waiting.Count == 0 && IsNext(in record))
        {
            Handle(source, in record, payload);
            DrainWaiting();
        }
        else
        {
            _waitingSinceNs = _waitingCount == 0 ? record.ReceiveTimeNs : _waitingSinceNs;
            source.Waiting.Enqueue(new WaitingRecord(record, payload.ToArray()));
            _waitingCount++;
            if (record.ReceiveTimeNs - _waitingSinceNs > GapTimeoutNs
                || record.RingSequence - _nextSequence > _holeSpan)
            {
                SkipGap(isReported: true);
            }
        }
    }

    /// <summary>
    /// Ends the run. Records that still wait come after a hole in the recording: they are handled in order of their
    /// sequences, and <see cref="Gap"/> reports the hole.
    /// </summary>
    /// <param name="isStopped">The run was stopped before the end of the recording: missing inputs may come
    /// later.</param>
    public void Finish(bool isStopped = false)
    {
        while (_waitingCount != 0)
        {
            SkipGap(isReported: !isStopped);
        }

        StartThreads();
        Complete();
    }

    /// <summary>Handles the events of a decoded input.</summary>
    internal void AddDecoded(ReadOnlySpan<EngineInput> events)
    {
        Events += events.Length;
        Records++;
        FirstTimeNs = FirstTimeNs == 0 ? events[0].ReceiveTimeNs : FirstTimeNs;
        LastTimeNs = Math.Max(LastTimeNs, events[^1].ReceiveTimeNs);
        _decoded.Publish(
            InputKind.Event, 0, events[0].ReceiveTimeNs, MemoryMarshal.AsBytes(events), events);
        ReadStrategyLog();
    }

    /// <summary>Ends a run of decoded events.</summary>
    /// <param name="summary">The results of decoding; null if the run was stopped.</param>
    internal void FinishDecoded(DecodedSummary? summary)
    {
        if (summary is not null)
        {
            (Records, FirstTimeNs, LastTimeNs) = (summary.Records, summary.FirstTimeNs, summary.LastTimeNs);
            (LostRecords, Gap, Divergence) = (summary.LostRecords, summary.Gap, summary.Divergence);
        }

        StartThreads();
        Complete();
    }

    /// <summary>The results of the run besides events.</summary>
    internal DecodedSummary Summary => new(Records, FirstTimeNs, LastTimeNs, LostRecords, Gap, Divergence);

    // Skips inputs that never came.
    private void SkipGap(bool isReported)
    {
        WaitingRecord first = _sources.Where(source => source.Waiting.Count != 0)
            .Select(source => source.Waiting.Peek())
            .MinBy(waiting => waiting.Record.RingSequence);
        if (isReported)
        {
            Gap ??= $"inputs are missing: ring sequences {_nextSequence} to {first.Record.RingSequence - 1}";
        }

        _nextSequence = first.Record.RingSequence;
        DrainWaiting();
        _waitingSinceNs = _sources.Where(source => source.Waiting.Count != 0)
            .Select(source => source.Waiting.Peek().Record.ReceiveTimeNs).DefaultIfEmpty(0).Min();
    }

    // A smaller sequence comes late. Inside a recording, it was published before the first record; otherwise it was
    // assumed lost.
    private bool IsNext(in InputRecord record)
    {
        if (_nextSequence < 0 && record.EventCount != 0)
        {
            _nextSequence = record.RingSequence;
        }

        return record.EventCount == 0 || record.RingSequence <= _nextSequence;
    }

    private void DrainWaiting()
    {
        bool hasMoved = _waitingCount != 0;
        while (hasMoved)
        {
            hasMoved = false;
            foreach (ReplaySource source in _sources)
            {
                while (source.Waiting.Count != 0 && IsNext(source.Waiting.Peek().Record))
                {
                    WaitingRecord waiting = source.Waiting.Dequeue();
                    _waitingCount--;
                    Handle(source, in waiting.Record, waiting.Payload);
                    hasMoved = true;
                }
            }
        }
    }

    private void Handle(ReplaySource source, in InputRecord record, ReadOnlySpan<byte> payload)
    {
        FirstTimeNs = FirstTimeNs == 0 ? record.ReceiveTimeNs : FirstTimeNs;
        LastTimeNs = Math.Max(LastTimeNs, record.ReceiveTimeNs);
        Records++;
        if (source.IsSkipped)
        {
            _nextSequence = Math.Max(_nextSequence, record.RingSequence + record.EventCount);
            return;
        }

        long before = source.Publisher.Published;
        if (record.Kind == InputKind.Event && !_isSession && IsOfOwnTrading(payload))
        {
            _nextSequence = Math.Max(_nextSequence, record.RingSequence + record.EventCount);
            return;
        }

        if (record.Kind == InputKind.Event)
        {
            ReadOnlySpan<EngineInput> events = MemoryMarshal.Cast<byte, EngineInput>(payload);
            source.Publisher.Publish(InputKind.Event, 0, record.ReceiveTimeNs, payload, events);
        }
        else if (source.Session is { } session)
        {
            if (!source.IsOpened && record.Kind != InputKind.ConnectionOpened)
            {
                session.OnConnected(record.ReceiveTimeNs, "recording starts here");
            }

            source.IsOpened = true;
            Handle(session, in record, payload);
        }

        long published = source.Publisher.Published - before;
        if (published != record.EventCount && !_isSought)
        {
            Diverge($"{record.Kind} of source {record.Source} at ring sequence {record.RingSequence} published "
                + $"{record.EventCount} events when it was recorded and {published} now");
        }

        Events += published;
        if (record.EventCount != 0)
        {
            _nextSequence = Math.Max(_nextSequence, record.RingSequence + record.EventCount);
        }

        StartThreads();
        ReadStrategyLog();
        Core.ThrowIfFaulted();
    }

    // What a strategy logged before it threw is worth most.
    private void Complete()
    {
        try
        {
            Core.Complete();
        }
        finally
        {
            ReadStrategyLog();
        }
    }

    private void ReadStrategyLog()
    {
        if (_onStrategyLog is not null)
        {
            Core.Engine.StrategyLog.Read(_onStrategyLog);
        }
    }

    // Reports of the session's own gateway and operator belong to its orders, not to the market.
    private static bool IsOfOwnTrading(ReadOnlySpan<byte> payload) =>
        MemoryMarshal.Read<EngineInput>(payload).Kind.IsOfOwnTrading();

    /// <inheritdoc/>
    public void Dispose() => Core.EndThreads();

    private static void Handle(FeedSession session, in InputRecord record, ReadOnlySpan<byte> payload)
    {
        switch (record.Kind)
        {
            case InputKind.ConnectionOpened:
                session.OnConnected(record.ReceiveTimeNs, Encoding.UTF8.GetString(payload));
                break;
            case InputKind.Frame:
                session.OnFrame(payload, record.ReceiveTimeNs, wireStamp: 0);
                break;
            case InputKind.Snapshot when record.Tag >= 0 && record.Tag < session.SymbolCount:
                session.OnSnapshot(record.Tag, payload, record.ReceiveTimeNs);
                break;
            case InputKind.Resync when record.Tag >= 0 && (record.Tag & 0xffff) < session.SymbolCount:
                session.OnResyncRequested(
                    record.Tag & 0xffff, (StaleReason)(record.Tag >> 16), record.ReceiveTimeNs);
                break;
            case InputKind.Refresh when record.Tag >= 0 && record.Tag < session.SymbolCount:
                session.OnRefresh(record.Tag, record.ReceiveTimeNs);
                break;
            case InputKind.Handover when record.Tag == 1:
                session.OnHandoverBegin(record.ReceiveTimeNs);
                break;
            case InputKind.Handover:
                session.OnHandoverEnd(record.ReceiveTimeNs);
                break;
            case InputKind.ConnectionClosed:
                session.OnDisconnected(record.ReceiveTimeNs, Encoding.UTF8.GetString(payload));
                break;
            default:
                break;
        }
    }

    private void Diverge(string text) => Divergence ??= text;

    private ReplaySource SourceOf(ushort source)
    {
        if (source >= _sources.Length)
        {
            _sources = [
                .. _sources,
                .. Enumerable.Range(_sources.Length, source + 1 - _sources.Length)
                    .Select(id => new ReplaySource(NewPublisher((ushort)id))),
            ];
        }

        return _sources[source];
    }

    // Not before the first input: until then callbacks are set.
    private void StartThreads()
    {
        if (!_isStarted)
        {
            _isStarted = true;
            Core.Start();
        }
    }

    // On their way to the engine, the events go to the file of decoded events, if there is one.
    private InputPublisher NewPublisher(ushort source) =>
        Core.NewPublisher(source, _log, _isDecoding ? events => Decoded?.Add(events) : null);

    // The engine and its observer on threads, as the live process has them. There is no paper venue: when a report came
    // would depend on the threads.
    private static TradingCore OnThreads(
        IReadOnlyList<InstrumentSetup> setups, EngineOptions engine, int ringCapacity, WaitStrategyKind wait) =>
        new(new TradingCoreOptions
        {
            Instruments = setups,
            Engine = engine,
            InboundCapacity = ringCapacity,
            OutboundCapacity = 65_536,
            HasOneProducer = true,
            WaitStrategy = wait,
        });

    // A producer of the session.
    private sealed class ReplaySource(InputPublisher publisher)
    {
        public InputPublisher Publisher { get; } = publisher;

        /// <summary>Parses its messages; null if it is not a feed.</summary>
        public FeedSession? Session { get; set; }

        /// <summary>true if it is skipped.</summary>
        public bool IsSkipped { get; set; }

        /// <summary>true once it has opened or sent a message.</summary>
        public bool IsOpened { get; set; }

        /// <summary>Its inputs that must wait for inputs of other producers.</summary>
        public Queue<WaitingRecord> Waiting { get; } = new();
    }

    private readonly struct WaitingRecord(InputRecord record, byte[] payload)
    {
        public readonly InputRecord Record = record;

        public readonly byte[] Payload = payload;
    }
}
