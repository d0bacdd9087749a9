using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using LowLatency.Engine;
using LowLatency.Engine.Events;
using LowLatency.Engine.Orders;
using LowLatency.Engine.Signals;
using LowLatency.Recorder;
using LowLatency.Sessions.Figures;
using Prometheus;
using Instrument = LowLatency.Engine.Instruments.Instrument;

namespace LowLatency.Sessions.Metrics;

/// <summary>
/// What the process shows to Prometheus. Nearly all is read from the session's status when somebody asks and costs the
/// hot path nothing; the latency of orders alone is observed on the gateway's thread, without a lock or an allocation.
/// </summary>
public sealed class SessionMetrics : IDisposable
{
    private const double NsPerSecond = 1e9;

    // 250 ns to 1 s in steps of 1, 2.5 and 5.
    private static readonly double[] s_latencyBounds =
    [
        2.5e-7, 5e-7, 1e-6, 2.5e-6, 5e-6, 1e-5, 2.5e-5, 5e-5, 1e-4, 2.5e-4, 5e-4, 1e-3, 2.5e-3, 5e-3, 1e-2, 2.5e-2,
        5e-2, 0.1, 0.25, 0.5, 1,
    ];

    // A registry of its own: the package's default one brings families that it chooses.
    private readonly CollectorRegistry _registry = Prometheus.Metrics.NewCustomRegistry();
    private readonly ISessionControl _session;
    private readonly Func<WebCounters> _readWeb;
    private readonly StatusFamilies _families;
    private readonly Histogram _latency;
    private readonly MemoryStream _page = new();
    private readonly string _venue;

    /// <summary>Observes a session until it is disposed of.</summary>
    /// <param name="session">The session.</param>
    /// <param name="readWeb">Reads the counters of the server that serves the page. Any thread.</param>
    public SessionMetrics(ISessionControl session, Func<WebCounters> readWeb)
    {
        _session = session;
        _readWeb = readWeb;
        _venue = session.ReadStatus().Venue;
        MetricFactory factory = Prometheus.Metrics.WithCustomRegistry(_registry);
        factory.ExemplarBehavior = ExemplarBehavior.NoExemplars();
        _families = new StatusFamilies(factory, _venue);
        AddFeed();
        AddConnections();
        AddBooks();
        AddOrders();
        AddResults();
        AddWorth();
        AddStrategies();
        AddRings();
        AddRecorder();
        AddProcess();
        AddWeb();
        _latency = factory.CreateHistogram(
            "lowlatency_order_latency_seconds",
            "From the last byte of a message to the gateway's receipt of the resulting order.",
            new HistogramConfiguration { Buckets = s_latencyBounds, SuppressInitialValue = true });

        // Makes its only series here, not on the gateway's thread.
        _latency.Unpublish();
        session.OnOrderLatency = _latency.Observe;
    }

    /// <summary>All families, for a test that compares their names, labels and helps.</summary>
    public IEnumerable<Collector> Families => _families.All.Append(_latency);

    /// <summary>
    /// The page as it stands now, in Prometheus' text format and UTF-8. Not twice at a time. The series are set here,
    /// not in a callback of the registry: it would swallow an exception and show old numbers.
    /// </summary>
    public byte[] Write()
    {
        _families.Fill(_session.ReadStatus());
        _page.SetLength(0);

        // Ends at once: the stream is memory.
        _registry.CollectAndExportAsTextAsync(_page).GetAwaiter().GetResult();
        return _page.ToArray();
    }

    /// <summary>Stops observing the session.</summary>
    public void Dispose() => _session.OnOrderLatency = null;

    private void AddFeed()
    {
        _families.Count("lowlatency_feed_frames_total", "Websocket messages received.", status => status.Feed.Frames);
        _families.Count("lowlatency_feed_received_bytes_total", "Bytes of websocket messages received.",
            status => status.Feed.Bytes);
        _families.Count("lowlatency_feed_scanned_messages_total", "Messages read by the venue's scanner.",
            status => status.Feed.Scanned);
        _families.Count("lowlatency_feed_fallback_messages_total",
            "Messages that the scanner left to the parser.", status => status.Feed.Fallbacks);
        _families.Count("lowlatency_feed_events_total", "Events published by the feeds.",
            status => status.Feed.Events);
        _families.Count("lowlatency_feed_connects_total", "Connections opened.", status => status.Feed.Connects);
        CountSymbol("depth_messages", "Depth messages received.", symbol => symbol.DepthMessages);
        CountSymbol("dropped_messages", "Depth messages contained in the snapshot.", symbol => symbol.Dropped);
        CountSymbol("gaps", "Gaps in the venue's sequence and checksum mismatches.", symbol => symbol.Gaps);
        CountSymbol("snapshots", "Snapshots taken.", symbol => symbol.Snapshots);
        CountSymbol("resyncs", "Resyncs of books.", symbol => symbol.Resyncs);
        CountSymbol("repeated_messages", "Depth messages not newer than the book.",
            symbol => symbol.Repeats);
        CountSymbol("checksums_right", "Matching checksums.", symbol => symbol.ChecksumsRight);
        CountSymbol("checksums_wrong", "Checksum mismatches.",
            symbol => symbol.ChecksumsWrong);
        _families.CountEach("lowlatency_feed_stale_books_total", "Live books invalidated, by reason.", ["reason"],
            [.. Enum.GetValues<StaleReason>().Select(reason => (new[] { reason.ToString() }, Stales(reason)))]);
        _families.CountItems("lowlatency_feed_bad_inputs_total", "Bad inputs, by kind.",
            "reason", status => status.BadInputs, pair => pair.Key, pair => pair.Value);
    }

    private static InstrumentReader Stales(StaleReason reason) =>
        (Instrument _, in InstrumentView _, SymbolCounters symbol) => symbol.Stales.GetValueOrDefault(reason);

    private void CountSymbol(string name, string help, Func<SymbolCounters, long> read) => _families.CountEach(
        $"lowlatency_feed_{name}_total", help,
        (Instrument _, in InstrumentView _, SymbolCounters symbol) => read(symbol));

    private void AddConnections()
    {
        CountConnections("opened", "Connections opened.", item => item.Opened);
        CountConnections("failed", "Failed connection attempts.", item => item.Failed);
        CountConnections("lost", "Connections lost.", item => item.Lost);
        CountConnections("handovers", "Handovers to a younger connection.", item => item.Handovers);
        CountConnections("wire_received_bytes", "Bytes from the network, including framing.", item => item.WireBytes);
        CountConnections(
            "held_back", "Times that reading was paused because the parser was behind.", item => item.HeldBack);
        CountConnections("frames", "Websocket messages.", item => item.Frames);
        CountConnections("ignored", "Messages of unused types.", item => item.Ignored);
        CountConnections("rejected", "Messages rejected.", item => item.Rejected);
    }

    private void CountConnections(string name, string help, Func<ConnectionCounters, double> read) =>
        _families.CountItems(
            $"lowlatency_connection_{name}_total", help, "connection", status => status.Connections,
            item => item.Name, read);

    private void AddBooks()
    {
        GaugeView("book_live", "1 while the book is live.", (in view) => view.IsLive ? 1 : 0);
        GaugeView("book_levels", "Price levels of both sides.", (in view) => view.Levels);
        CountView("book_messages", "Depth messages and snapshots applied.", (in view) => view.BookMessages);
        CountView("book_level_updates", "Level updates applied.", (in view) => view.LevelUpdates);
        CountView("book_tops_compared", "Tops of book compared with the venue's.", (in view) => view.TopsCompared);
        CountView(
            "book_tops_different", "Tops of book that differed from the venue's.", (in view) => view.TopsDifferent);
        CountView("market_trades", "Trades seen.", (in view) => view.Trades);
        CountView("signal_triggers", "Triggers of the direction mask.", (in view) => view.Triggers);
        GaugeView("feed_last_event_timestamp_seconds", "Market time of the last event.",
            (in view) => view.LastEventTimeNs / NsPerSecond);
        _families.CountEach("lowlatency_signal_directions_total", "Directions.", ["direction"],
            (["up"], (Instrument _, in InstrumentView view, SymbolCounters _) => view.DirectionsUp),
            (["down"], (Instrument _, in InstrumentView view, SymbolCounters _) => view.DirectionsDown));
    }

    private void AddOrders()
    {
        _families.CountEach("lowlatency_orders_total", "Orders by side and outcome.", ["side", "outcome"],
        [
            .. Outcomes("buy", (in view) => view.Buys), .. Outcomes("sell", (in view) => view.Sells),
        ]);
        GaugeView("orders_open", "Orders that may still trade.", (in view) => view.OpenOrders);
        CountView("orders_unknown_fills", "Fills of foreign orders.", (in view) => view.UnknownFills);
        CountView("orders_late_fills", "Fills after the end of their order.", (in view) => view.LateFills);
        CountView("orders_repeated_fills", "Duplicate fills.", (in view) => view.RepeatedFills);
        CountView("orders_foreign", "Foreign open orders.", (in view) => view.ForeignOrders);
        GaugeView("orders_composites", "Open composite orders.", (in view) => view.Composites);
        GaugeView("trading_stopped", "1 while trading is stopped.",
            (in view) => view.StoppedBecause == DecisionReason.None ? 0 : 1);
        GaugeView("clock_offset_seconds", "Local time minus venue time at the last book message with both.",
            (in view) => view.ClockOffsetNs / NsPerSecond);
    }

    private static IEnumerable<(string[] Values, InstrumentReader Read)> Outcomes(
        string side, ViewReader<OrderCounters> orders)
    {
        (string Outcome, Func<OrderCounters, long> Read)[] outcomes =
        [
            ("placed", counters => counters.Placed), ("accepted", counters => counters.Accepted),
            ("filled", counters => counters.Filled), ("amended", counters => counters.Amended),
            ("cancelled", counters => counters.Cancelled), ("expired", counters => counters.Expired),
            ("refused", counters => counters.Refused), ("rejected", counters => counters.Rejected),
        ];
        return outcomes.Select(item => (
            new[] { side, item.Outcome },
            (InstrumentReader)((Instrument _, in InstrumentView view, SymbolCounters _) =>
                item.Read(orders(in view)))));
    }

    private void AddResults()
    {
        GaugeMoney("pnl_realised", "Realised profit before fees, in the quote currency.",
            (instrument, in view) => InstrumentFigures.Realised(instrument, in view));
        GaugeMoney("position", "Position in units of the base currency.",
            (instrument, in view) => InstrumentFigures.Position(instrument, in view));
        GaugeMoney("pnl", "Profit and loss after fees in the quote currency; NaN if unknown.",
            InstrumentFigures.ProfitAndLoss);
        GaugeMoney("fees_maker", "Maker fees in the quote currency.",
            (instrument, in view) => InstrumentFigures.MakerFees(instrument, in view));
        GaugeMoney("fees", "Fees minus rebates in the quote currency.",
            (instrument, in view) => InstrumentFigures.Fees(instrument, in view));
    }

    private delegate T ViewReader<out T>(in InstrumentView view);

    private delegate decimal? MoneyReader(Instrument instrument, in InstrumentView view);

    private void GaugeMoney(string name, string help, MoneyReader read) => _families.GaugeEach(
        "lowlatency_" + name, help,
        (Instrument instrument, in InstrumentView view, SymbolCounters _) =>
            (double?)read(instrument, in view) ?? double.NaN);

    private void GaugeView(string name, string help, ViewReader<double> read) => _families.GaugeEach(
        "lowlatency_" + name, help, (Instrument _, in InstrumentView view, SymbolCounters _) => read(in view));

    private void CountView(string name, string help, ViewReader<long> read) => _families.CountEach(
        $"lowlatency_{name}_total", help, (Instrument _, in InstrumentView view, SymbolCounters _) => read(in view));

    private void AddWorth()
    {
        (string Rule, string Outcome, Func<WorthCounts, long> Read)[] outcomes =
        [
            ("signal", "right", counts => counts.Right), ("signal", "wrong", counts => counts.Wrong),
            ("signal", "unchanged", counts => counts.Unchanged), ("base", "right", counts => counts.BaseRight),
            ("base", "wrong", counts => counts.BaseWrong), ("base", "unchanged", counts => counts.BaseUnchanged),
        ];
        _families.Count(
            "lowlatency_signal_predictions_total",
            "Evaluated predictions, by signal, horizon, rule (the signal's own or the base) and outcome.",
            ["venue", "signal", "horizon", "rule", "outcome"],
            [
                .. from kind in Enum.GetValues<SignalKind>()
                   from horizon in Enum.GetValues<WorthHorizon>()
                   from item in outcomes
                   select (
                       new[] { _venue, kind.ToString(), horizon.ToString(), item.Rule, item.Outcome },
                       (Func<SessionStatus, double>)(status => item.Read(status.Worth(kind, horizon)))),
            ]);
    }

    private void AddStrategies()
    {
        _families.Count("lowlatency_strategy_log_lines_total", "Lines logged by strategies, including dropped ones.",
            status => status.LogLines);
        _families.Count("lowlatency_strategy_log_dropped_lines_total",
            "Lines of the strategies' log dropped because the reader was behind.", status => status.DroppedLogLines);
        _families.GaugeItems(
            "lowlatency_strategy_value", "Gauges published by strategies; the verb strategies explains them.",
            ["strategy", "symbol", "gauge"], status => status.Gauges,
            gauge => [gauge.Strategy, gauge.Instrument.Symbol, gauge.Name], gauge => gauge.Value);
    }

    private void AddRings()
    {
        _families.Gauge("lowlatency_ring_fill", "Slots published and not yet consumed.", ["ring"],
            (["inbound"], status => status.InboundFill), (["outbound"], status => status.OutboundFill));
        _families.Gauge("lowlatency_ring_capacity", "Slots of the ring.", ["ring"],
            (["inbound"], status => status.InboundCapacity));
        _families.Count(
            "lowlatency_ring_full_waits_total", "Times that a producer had to wait for a free slot.", ["ring"],
            (["inbound"], status => status.InboundFullWaits));
    }

    private void AddRecorder()
    {
        _families.Count("lowlatency_recorder_records_total", "Records written.",
            status => status.Recorder?.Records ?? 0);
        _families.Count("lowlatency_recorder_payload_bytes_total", "Bytes recorded.",
            status => status.Recorder?.PayloadBytes ?? 0);
        _families.Count("lowlatency_recorder_written_bytes_total", "Bytes in the recording's files.",
            status => status.Recorder?.CompressedBytes ?? 0);
        _families.Count("lowlatency_recorder_dropped_records_total", "Records lost.",
            status => status.Recorder?.DroppedRecords ?? 0);
        _families.Count("lowlatency_recorder_removed_recordings_total", "Older recordings removed.",
            status => status.Recorder?.RemovedRecordings ?? 0);
        _families.Gauge("lowlatency_recorder_memory_used_bytes", "Recorder memory in use.",
            status => status.Recorder?.MemoryUsedBytes ?? 0);
        _families.Gauge(
            "lowlatency_recorder_health",
            "Recorder health: 0 nothing lost, 1 records lost, 2 nothing is being written.",
            status => (double)(status.Recorder?.State ?? RecorderHealth.Healthy));
    }

    private void AddProcess()
    {
        _families.Count("lowlatency_gc_collections_total", "Collections by generation.", ["generation"],
        [
            .. Enumerable.Range(0, GC.MaxGeneration + 1).Select(generation => (
                new[] { generation.ToString(CultureInfo.InvariantCulture) },
                (Func<SessionStatus, double>)(_ => GC.CollectionCount(generation)))),
        ]);
        _families.Count("lowlatency_gc_allocated_bytes_total", "Bytes allocated by the whole process.",
            _ => GC.GetTotalAllocatedBytes());
        _families.Gauge("lowlatency_process_resident_memory_bytes", "Resident memory.", _ => Environment.WorkingSet);
        _families.Gauge("lowlatency_process_threads", "Threads.", _ => OfProcess(process => process.Threads.Count));
        _families.Gauge("lowlatency_process_open_handles", "Open files, sockets and other handles.",
            _ => OfProcess(process => process.HandleCount));
        _families.Count(
            "lowlatency_clock_jumps_total",
            "Jumps of the system clock relative to the monotonic clock.", [],
            ([], status => status.Clocks.Jumps));
        _families.Gauge("lowlatency_clock_set_off_seconds", "System time minus session time.",
            status => status.Clocks.Offset.TotalSeconds);
        double startSeconds = OfProcess(
            process => (process.StartTime.ToUniversalTime() - DateTime.UnixEpoch).TotalSeconds);
        _families.Gauge("lowlatency_process_start_time_seconds", "Start time of the process.", _ => startSeconds);
        _families.Gauge("lowlatency_build_info", "1; the labels tell what runs.", ["version", "venue"],
            ([ProgramVersion.Number, _venue], _ => 1));
    }

    private void AddWeb()
    {
        _families.Gauge("lowlatency_web_connections", "Open HTTP connections, without websockets.",
            _ => _readWeb().Connections);
        _families.Count("lowlatency_web_evicted_connections_total",
            "HTTP connections closed to make room for newer ones.", [], ([], _ => _readWeb().Evicted));
        _families.Gauge("lowlatency_web_live_clients", "Open websockets on /live.", _ => _readWeb().LiveClients);
        _families.Count("lowlatency_web_live_cut_total", "Websockets on /live closed because they read nothing.",
            [], ([], _ => _readWeb().LiveCut));
    }

    private static double OfProcess(Func<Process, double> read)
    {
        using var own = Process.GetCurrentProcess();
        return read(own);
    }
}
