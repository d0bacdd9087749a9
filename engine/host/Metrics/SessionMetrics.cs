using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Linq;
using LowLatency.Engine;
using LowLatency.Engine.Orders;
using LowLatency.Engine.Signals;
using LowLatency.Host.ConsoleUi;
using LowLatency.Recorder;
using Instrument = LowLatency.Engine.Instruments.Instrument;

namespace LowLatency.Host.Metrics;

/// <summary>
/// The process's instruments. Nearly all are observed when somebody asks: they read what the engine and the feeds
/// publish anyway and cost the hot path nothing.
/// </summary>
internal sealed class SessionMetrics : IDisposable
{
    public const string MeterName = "LowLatency";

    private const double NsPerSecond = 1e9;

    // 250 ns to 1 s in steps of 1, 2.5 and 5.
    private static readonly double[] s_latencyBounds =
    [
        2.5e-7, 5e-7, 1e-6, 2.5e-6, 5e-6, 1e-5, 2.5e-5, 5e-5, 1e-4, 2.5e-4, 5e-4, 1e-3, 2.5e-3, 5e-3, 1e-2, 2.5e-2,
        5e-2, 0.1, 0.25, 0.5, 1,
    ];

    private readonly Meter _meter = new(MeterName);
    private readonly ISessionControl _control;
    private SessionStatus _session;

    public SessionMetrics(ISessionControl session)
    {
        _control = session;
        _session = session.ReadStatus();
        AddFeed();
        AddConnections();
        AddBooks();
        AddOrders();
        AddWorth();
        AddRings();
        AddRecorder();
        AddProcess();
        Histogram<double> latency = _meter.CreateHistogram(
            "lowlatency.order.latency",
            "s",
            "From the last byte of the message to the gateway's receipt of the order that it led to.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = s_latencyBounds });
        session.OnOrderLatency = seconds => latency.Record(seconds);
    }

    /// <summary>Reads the session anew, for the page that is written next.</summary>
    public void Refresh() => _session = _control.ReadStatus();

    public void Dispose()
    {
        _control.OnOrderLatency = null;
        _meter.Dispose();
    }

    private void AddFeed()
    {
        Count("lowlatency.feed.frames", null, "Websocket messages received.", () => _session.Feed.Frames);
        Count("lowlatency.feed.received", "By", "Bytes of websocket messages received.", () => _session.Feed.Bytes);
        Count("lowlatency.feed.scanned_messages", null, "Messages that the venue's scanner took.",
            () => _session.Feed.Scanned);
        Count("lowlatency.feed.fallback_messages", null, "Messages that the scanner left to the slower reader.",
            () => _session.Feed.Fallbacks);
        Count("lowlatency.feed.events", null, "Events published by the feeds.", () => _session.Feed.Events);
        Count("lowlatency.feed.connects", null, "Connections opened.", () => _session.Feed.Connects);
        CountEach("lowlatency.feed.depth_messages", "Depth messages received.",
            (_, symbol) => symbol.DepthMessages);
        CountEach("lowlatency.feed.dropped_messages", "Depth messages that the book contained already.",
            (_, symbol) => symbol.Dropped);
        CountEach("lowlatency.feed.gaps", "Holes in the venue's sequence.", (_, symbol) => symbol.Gaps);
        CountEach("lowlatency.feed.snapshots", "Snapshots taken.", (_, symbol) => symbol.Snapshots);
        CountEach("lowlatency.feed.resyncs", "Books synchronised again after their first time.",
            (_, symbol) => symbol.Resyncs);
        CountEach("lowlatency.feed.repeated_messages", "Depth messages that were not newer than the book.",
            (_, symbol) => symbol.Repeats);
        CountEach("lowlatency.feed.checksums_right", "Checksums of the venue that the book had.",
            (_, symbol) => symbol.ChecksumsRight);
        CountEach("lowlatency.feed.checksums_wrong", "Checksums of the venue that the book had not.",
            (_, symbol) => symbol.ChecksumsWrong);
        _meter.CreateObservableCounter(
            "lowlatency.feed.stale_books",
            () => _session.Instruments.SelectMany(instrument => _session.Symbol(instrument.Id).Stales
                .Select(pair => Measure(pair.Value, instrument, ("reason", pair.Key.ToString())))),
            null,
            "Living books given up, by cause.");
        _meter.CreateObservableCounter(
            "lowlatency.feed.bad_inputs",
            () => _session.BadInputs.Select(pair => new Measurement<long>(
                pair.Value, Tag("venue", _session.Venue), Tag("reason", pair.Key))),
            null,
            "Inputs refused, by what was wrong with them.");
    }

    private void AddConnections()
    {
        CountConnections("opened", null, "Connections opened.", item => item.Opened);
        CountConnections("failed", null, "Connections that could not be opened.", item => item.Failed);
        CountConnections("lost", null, "Connections lost.", item => item.Lost);
        CountConnections("handovers", null, "Times that a younger connection took over.", item => item.Handovers);
        CountConnections("wire_received", "By", "Bytes from the network, frames and all.", item => item.WireBytes);
        CountConnections("held_back", null, "Times that the socket waited for the parser.", item => item.HeldBack);
        CountConnections("frames", null, "Websocket messages.", item => item.Frames);
        CountConnections("ignored", null, "Messages of kinds that are not used.", item => item.Ignored);
        CountConnections("rejected", null, "Messages refused.", item => item.Rejected);
    }

    private void CountConnections(string name, string? unit, string help, Func<ConnectionCounters, long> read) =>
        _meter.CreateObservableCounter(
            "lowlatency.connection." + name,
            () => _session.Connections.Select(item => new Measurement<long>(
                read(item), Tag("venue", _session.Venue), Tag("connection", item.Name))),
            unit,
            help);

    private void AddBooks()
    {
        GaugeEach("lowlatency.book.live", "1 while the book is live.", (_, view) => view.IsLive ? 1 : 0);
        GaugeEach("lowlatency.book.levels", "Price levels of both sides.", (_, view) => view.Levels);
        CountView("lowlatency.book.messages", "Depth messages and snapshots applied.", view => view.BookMessages);
        CountView("lowlatency.book.level_updates", "Level updates applied.", view => view.LevelUpdates);
        CountView("lowlatency.book.tops_compared", "Tops compared with the venue's own.", view => view.TopsCompared);
        CountView("lowlatency.book.tops_different", "Tops that differed from the venue's.",
            view => view.TopsDifferent);
        CountView("lowlatency.market.trades", "Trades seen.", view => view.Trades);
        CountView("lowlatency.signal.triggers", "Times that the direction mask triggered.", view => view.Triggers);
        GaugeEach(
            "lowlatency.feed.last_event_timestamp", "Market time of the last event.",
            (_, view) => view.LastEventTimeNs / NsPerSecond, "s");
        _meter.CreateObservableCounter(
            "lowlatency.signal.directions",
            () => _session.Instruments.SelectMany(instrument =>
            {
                InstrumentView view = _session.View(instrument.Id);
                return new[]
                {
                    Measure(view.DirectionsUp, instrument, ("direction", "up")),
                    Measure(view.DirectionsDown, instrument, ("direction", "down")),
                };
            }),
            null,
            "Directions drawn.");
    }

    private void AddOrders()
    {
        _meter.CreateObservableCounter(
            "lowlatency.orders",
            () => _session.Instruments.SelectMany(instrument =>
            {
                InstrumentView view = _session.View(instrument.Id);
                return Outcomes(instrument, "buy", view.Buys).Concat(Outcomes(instrument, "sell", view.Sells));
            }),
            null,
            "Orders by side and outcome.");
        GaugeEach("lowlatency.orders.open", "Orders that may still trade.", (_, view) => view.OpenOrders);
        CountView("lowlatency.orders.unknown_fills", "Fills of orders that nobody here placed.",
            view => view.UnknownFills);
        CountView("lowlatency.orders.late_fills", "Fills after the end of their order.", view => view.LateFills);
        CountView("lowlatency.orders.repeated_fills", "Fills told again.", view => view.RepeatedFills);
        CountView("lowlatency.orders.foreign", "Open orders that nobody here placed.", view => view.ForeignOrders);
        GaugeEach("lowlatency.orders.composites", "Living composite orders.", (_, view) => view.Composites);
        GaugeEach("lowlatency.trading.stopped", "1 while trading is stopped.",
            (_, view) => view.StoppedBecause == DecisionReason.None ? 0 : 1);
        GaugeEach("lowlatency.clock.offset", "Local time less the venue's at the last book message that had both.",
            (_, view) => view.ClockOffsetNs / NsPerSecond, "s");
        GaugeEach("lowlatency.pnl.realised", "Profit of what was closed, before fees, in the quote currency.",
            (instrument, view) => (double)InstrumentFigures.Realised(instrument, in view));
        GaugeEach("lowlatency.position", "Position in units of the base currency.",
            (instrument, view) => (double)InstrumentFigures.Position(instrument, in view));
        GaugeEach("lowlatency.pnl", "Profit and loss after fees in the quote currency; NaN while it cannot be told.",
            (instrument, view) => (double?)InstrumentFigures.ProfitAndLoss(instrument, in view) ?? double.NaN);
        GaugeEach("lowlatency.fees.maker", "The part of the fees that resting fills made, in the quote currency.",
            (instrument, view) => (double)InstrumentFigures.MakerFees(instrument, in view));
        GaugeEach("lowlatency.fees", "Fees less rebates in the quote currency.",
            (instrument, view) => (double)InstrumentFigures.Fees(instrument, in view));
    }

    private void AddWorth() => _meter.CreateObservableCounter(
        "lowlatency.signal.predictions",
        () => Enum.GetValues<SignalKind>().SelectMany(kind => Enum.GetValues<WorthHorizon>().SelectMany(horizon =>
        {
            WorthCounts counts = _session.Worth(kind, horizon);
            (string Rule, string Outcome, long Count)[] outcomes =
            [
                ("signal", "right", counts.Right), ("signal", "wrong", counts.Wrong),
                ("signal", "unchanged", counts.Unchanged), ("base", "right", counts.BaseRight),
                ("base", "wrong", counts.BaseWrong), ("base", "unchanged", counts.BaseUnchanged),
            ];
            return outcomes.Select(item => new Measurement<long>(
                item.Count,
                Tag("venue", _session.Venue), Tag("signal", kind.ToString()), Tag("horizon", horizon.ToString()),
                Tag("rule", item.Rule), Tag("outcome", item.Outcome)));
        })),
        null,
        "Predictions judged, by signal, horizon, rule (the signal's own or the base) and outcome.");

    private void AddRings()
    {
        Gauge("lowlatency.ring.fill", "Slots published and not yet consumed.",
            ("inbound", () => _session.InboundFill), ("outbound", () => _session.OutboundFill));
        Gauge("lowlatency.ring.capacity", "Slots of the ring.", ("inbound", () => _session.InboundCapacity));
        _meter.CreateObservableCounter(
            "lowlatency.ring.full_waits",
            () => new Measurement<long>(_session.InboundFullWaits, Tag("ring", "inbound")),
            null,
            "Times that a producer had to wait for room.");
    }

    private void AddRecorder()
    {
        Count("lowlatency.recorder.records", null, "Records written.", () => _session.Recorder?.Records ?? 0);
        Count("lowlatency.recorder.payload", "By", "Bytes recorded.", () => _session.Recorder?.PayloadBytes ?? 0);
        Count("lowlatency.recorder.written", "By", "Bytes in the recording's files.",
            () => _session.Recorder?.CompressedBytes ?? 0);
        Count("lowlatency.recorder.dropped_records", null, "Records lost.",
            () => _session.Recorder?.DroppedRecords ?? 0);
        Count("lowlatency.recorder.removed_recordings", null, "Older recordings removed to make room.",
            () => _session.Recorder?.RemovedRecordings ?? 0);
        _meter.CreateObservableGauge(
            "lowlatency.recorder.memory_used", () => _session.Recorder?.MemoryUsedBytes ?? 0, "By",
            "Memory in use between the feeds and the disk.");
        _meter.CreateObservableGauge(
            "lowlatency.recorder.health", () => (long)(_session.Recorder?.State ?? RecorderHealth.Healthy), null,
            "How the recorder is doing: 0 nothing was lost, 1 records were lost, 2 nothing is being written.");
    }

    private void AddProcess()
    {
        _meter.CreateObservableCounter(
            "lowlatency.gc.collections",
            () => Enumerable.Range(0, GC.MaxGeneration + 1).Select(
                generation => new Measurement<long>(GC.CollectionCount(generation), Tag("generation", generation))),
            null,
            "Collections by generation.");
        Count("lowlatency.gc.allocated", "By", "Bytes allocated by the whole process.",
            () => GC.GetTotalAllocatedBytes());
        _meter.CreateObservableGauge(
            "lowlatency.process.resident_memory", () => Environment.WorkingSet, "By", "Resident memory.");
        _meter.CreateObservableGauge(
            "lowlatency.process.threads", () => OfProcess(process => process.Threads.Count), null, "Threads.");
        _meter.CreateObservableGauge(
            "lowlatency.process.open_handles", () => OfProcess(process => process.HandleCount), null,
            "Open files, sockets and other handles.");
        _meter.CreateObservableCounter(
            "lowlatency.clock.jumps", () => _session.Clocks.Jumps, null,
            "Times that the machine's time of day jumped against its monotonic counter.");
        _meter.CreateObservableGauge(
            "lowlatency.clock.set_off", () => _session.Clocks.Offset.TotalSeconds, "s",
            "The machine's time of day less the session's own time.");
        DateTime start = Process.GetCurrentProcess().StartTime.ToUniversalTime();
        double startSeconds = (start - DateTime.UnixEpoch).TotalSeconds;
        _meter.CreateObservableGauge(
            "lowlatency.process.start_time", () => startSeconds, "s", "When the process was started.");
        _meter.CreateObservableGauge(
            "lowlatency.build_info",
            () => new Measurement<long>(1, Tag("version", ProgramVersion.Number), Tag("venue", _session.Venue)),
            null,
            "1; the labels tell what runs.");
    }

    private static long OfProcess(Func<Process, int> read)
    {
        using var own = Process.GetCurrentProcess();
        return read(own);
    }

    private IEnumerable<Measurement<long>> Outcomes(Instrument instrument, string side, OrderCounters orders)
    {
        (string Outcome, long Count)[] outcomes =
        [
            ("placed", orders.Placed), ("accepted", orders.Accepted), ("filled", orders.Filled),
            ("amended", orders.Amended), ("cancelled", orders.Cancelled),
            ("expired", orders.Expired), ("refused", orders.Refused),
            ("rejected", orders.Rejected),
        ];
        return outcomes.Select(item => Measure(item.Count, instrument, ("side", side), ("outcome", item.Outcome)));
    }

    private void Count(string name, string? unit, string help, Func<long> read) =>
        _meter.CreateObservableCounter(
            name, () => new Measurement<long>(read(), Tag("venue", _session.Venue)), unit, help);

    private void CountEach(string name, string help, Func<Instrument, SymbolCounters, long> read) =>
        _meter.CreateObservableCounter(
            name,
            () => _session.Instruments.Select(
                instrument => Measure(read(instrument, _session.Symbol(instrument.Id)), instrument)),
            null,
            help);

    private void CountView(string name, string help, Func<InstrumentView, long> read) =>
        _meter.CreateObservableCounter(
            name,
            () => _session.Instruments.Select(
                instrument => Measure(read(_session.View(instrument.Id)), instrument)),
            null,
            help);

    private void GaugeEach(
        string name, string help, Func<Instrument, InstrumentView, double> read, string? unit = null) =>
        _meter.CreateObservableGauge(
            name,
            () => _session.Instruments.Select(
                instrument => Measure(read(instrument, _session.View(instrument.Id)), instrument)),
            unit,
            help);

    private void Gauge(string name, string help, params (string Ring, Func<long> Read)[] rings) =>
        _meter.CreateObservableGauge(
            name,
            () => rings.Select(ring => new Measurement<long>(ring.Read(), Tag("ring", ring.Ring))),
            null,
            help);

    private Measurement<T> Measure<T>(T value, Instrument instrument, params (string Name, string Value)[] labels)
        where T : struct =>
        new(value, labels.Select(label => Tag(label.Name, label.Value))
            .Prepend(Tag("symbol", instrument.Symbol)).Prepend(Tag("venue", _session.Venue)));

    private static KeyValuePair<string, object?> Tag(string name, object value) => new(name, value);
}
