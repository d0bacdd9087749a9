using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Positions;
using LowLatency.Engine.Signals;
using LowLatency.Feeds;
using LowLatency.Recorder;
using LowLatency.Sessions;
using LowLatency.Sessions.Journal;

namespace LowLatency.Host;

/// <summary>
/// Reads a running session into a <see cref="SessionStatus"/>, from what engine, feeds, recorder and journal publish
/// anyway. Any thread.
/// </summary>
/// <param name="parts">The session's parts.</param>
/// <param name="books">The connection that carries each instrument's book, and the symbol's index there.</param>
internal sealed class SessionStatusReader(
    SessionParts parts, IReadOnlyList<(FeedConnection Connection, int Symbol)> books)
{
    private static readonly StaleReason[] s_staleReasons = Enum.GetValues<StaleReason>();

    /// <summary>The session at this moment.</summary>
    /// <param name="stall">For how long the engine has handled nothing although its ring is not empty.</param>
    /// <param name="stopProblems">What did not end in time.</param>
    /// <param name="failure">Why the session failed, or null.</param>
    public SessionStatus Read(TimeSpan stall, IReadOnlyList<string> stopProblems, string? failure) => new()
    {
        NowNs = parts.Market.Clock.NowNs,
        Venue = parts.Venue.Name,
        Instruments = parts.Instruments,
        Views = parts.Instruments.Select(item => parts.Core.Engine.View(item.Id)).ToArray(),
        Symbols = books.Select(ReadSymbol).ToArray(),
        MarketDescription = parts.Market.Description,
        RestAddress = parts.Market.Address.Rest.ToString(),
        StreamAddress = parts.Market.Address.Stream.ToString(),
        Connections = parts.Connections.Select(ReadConnection).ToArray(),
        Feed = ReadFeed(),
        BadInputs = Enum.GetValues<BadInputKind>()
            .ToDictionary(kind => kind.ToString(), kind => parts.BadInputs.Count(kind)),
        RecentBadInputs = parts.BadInputs.Recent(),
        InboundFill = parts.Core.InboundFill,
        InboundCapacity = parts.Core.InboundCapacity,
        InboundFullWaits = parts.Core.InboundFullWaits,
        OutboundFill = parts.Core.OutboundFill,
        Recorder = ReadRecorder(),
        Journal = ReadJournal(),
        Clocks = new ClockStatus(
            parts.Clocks.Watch.Jumps, parts.Clocks.Watch.LastJump, parts.Clocks.Watch.Offset),
        Reporting = parts.Reporting.Length != 0 ? parts.Reporting : parts.Instruments[0].QuoteAsset,
        Funds = ReadFunds(parts.Core.Engine.Funds),
        SignalWorth = ReadSignalWorth(),
        LogLines = parts.Core.Engine.StrategyLog.Lines,
        DroppedLogLines = parts.Core.Engine.StrategyLog.Dropped,
        Gauges = parts.Gauges.Read(),
        RecentDecisions = parts.Core.Gateway!.Recent.Read()
            .Select(item => DecisionText.Line(parts.Instruments[item.InstrumentId], in item, parts.Reasons)).ToArray(),
        Orders = ReadOpenOrders(),
        StopProblems = stopProblems,
        Stall = stall,
        Decisions = parts.Core.Engine.Decisions,
        Failure = failure,
    };

    /// <summary>Orders that may be open. Never waits.</summary>
    public OpenOrdersStatus ReadOpenOrders() => new(
        parts.Venue.Name, parts.Market.Description, parts.Instruments, parts.Core.Gateway!.Open.Read(), ReadJournal());

    /// <summary>A copy of a ledger.</summary>
    public static IReadOnlyList<Funds> ReadFunds(FundsLedger funds) =>
        Enumerable.Range(0, funds.Count).Select(funds.At).ToArray();

    private static ConnectionCounters ReadConnection(FeedConnection connection, int index) => new(
        string.Create(CultureInfo.InvariantCulture, $"{index}"),
        connection.Connects,
        connection.FailedConnects,
        connection.Disconnects,
        connection.Handovers,
        connection.WireBytes,
        connection.HeldBack,
        connection.Session.Messages.Frames,
        connection.Session.Messages.Ignored,
        connection.Session.Messages.Rejected);

    private static SymbolCounters ReadSymbol((FeedConnection Connection, int Symbol) book)
    {
        BookFeedCounters counters = book.Connection.Session.Counters(book.Symbol);
        return new SymbolCounters
        {
            DepthMessages = counters.DepthMessages,
            Snapshots = counters.Snapshots,
            Gaps = counters.Gaps,
            Resyncs = counters.Resyncs,
            Dropped = counters.Dropped,
            Repeats = counters.Repeats,
            ChecksumsRight = counters.ChecksumsRight,
            ChecksumsWrong = counters.ChecksumsWrong,
            Stales = s_staleReasons.ToDictionary(reason => reason, counters.Stales),
        };
    }

    private FeedCounters ReadFeed() => new()
    {
        Connects = parts.Connections.Sum(connection => connection.Connects),
        Frames = parts.Connections.Sum(connection => connection.Session.Messages.Frames),
        Bytes = parts.Connections.Sum(connection => connection.Session.Messages.Bytes),
        Scanned = parts.Connections.Sum(connection => connection.Session.Messages.Scanned),
        Fallbacks = parts.Connections.Sum(connection => connection.Session.Messages.Fallbacks),
        Events = parts.Connections.Sum(connection => connection.Session.Events),
    };

    private JournalStatus? ReadJournal() => parts.Journal is { } journal
        ? new JournalStatus(
            journal.Path,
            journal.WrittenBytes,
            parts.Recovered?.Text,
            parts.Recovered?.Skipped ?? [],
            parts.LeftBehind,
            parts.Core.Gateway!.JournalProblem ?? JournalStatus.Healthy)
        : null;

    private RecordingStatus? ReadRecorder() => parts.Recording is ({ Recorder: var recorder }, var folder, var repairs)
        ? new RecordingStatus(
            folder,
            repairs,
            recorder.Health,
            recorder.Status.Health == RecorderHealth.Healthy
                ? "ok"
                : $"{recorder.Status.Health}: {recorder.Status.Reason}",
            recorder.Records,
            recorder.PayloadBytes,
            recorder.CompressedBytes,
            recorder.DroppedRecords,
            recorder.MemoryUsedBytes,
            recorder.RemovedRecordings)
        : null;

    private Dictionary<(SignalKind Kind, WorthHorizon Horizon), WorthCounts> ReadSignalWorth()
    {
        var worth = new Dictionary<(SignalKind, WorthHorizon), WorthCounts>();
        foreach (SignalKind kind in Enum.GetValues<SignalKind>())
        {
            foreach (WorthHorizon horizon in Enum.GetValues<WorthHorizon>())
            {
                var total = default(WorthCounts);
                foreach (Instrument instrument in parts.Instruments)
                {
                    total.Add(parts.Core.Engine.Signals(instrument.Id).Worth(kind).Counts(horizon));
                }

                worth[(kind, horizon)] = total;
            }
        }

        return worth;
    }
}
