using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using LowLatency.Engine.Books;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;

namespace LowLatency.Replay.Export;

/// <summary>
/// Turns a recording into rows: the engine's inputs, parsed by the same sessions as the live stream. Levels are written
/// only while there is a book for them, so that a reader who applies the rows between a snapshot and
/// the next stale row has the engine's book at each commit.
/// </summary>
public sealed class RecordingExport
{
    // Records of several connections are nearly in order of time: reading another minute misses none.
    private const long ReadOnNs = 60_000_000_000;

    private readonly ExportOptions _options;
    private readonly IExportWriter _writer;
    private readonly ReplayRunner _runner;
    private readonly SymbolState?[] _states;
    private long _nowNs = long.MinValue;
    private long _levels;
    private long _trades;
    private long _tops;

    private RecordingExport(
        Instrument[] instruments, int count, ExportOptions options, IExportWriter writer,
        ReplayRunner runner)
    {
        _options = options;
        _writer = writer;
        _runner = runner;
        _states = new SymbolState?[count];
        foreach (Instrument instrument in instruments)
        {
            _states[instrument.Id] = new SymbolState(instrument.Scale);
        }
    }

    /// <summary>Exports a recording.</summary>
    /// <param name="path">The recording's folder, or one segment.</param>
    /// <param name="options">Which part of it.</param>
    /// <param name="open">Creates the writer for the exported instruments, after the recording was opened. A disposable
    /// writer is disposed.</param>
    /// <exception cref="FileNotFoundException">There is no recording at the path.</exception>
    /// <exception cref="KeyNotFoundException">The recording has no such symbol.</exception>
    /// <exception cref="ArgumentException">Several venues have a symbol.</exception>
    /// <exception cref="InvalidDataException">It cannot be read.</exception>
    /// <exception cref="IOException">The output cannot be written.</exception>
    /// <exception cref="OperationCanceledException">It was stopped; rows that the writer had not buffered are written.
    /// </exception>
    public static ExportResult Run(
        string path, ExportOptions options, Func<IReadOnlyList<Instrument>, IExportWriter> open)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(open);
        using RecordingReplay replay = RecordingReplay.Open(path, new ReplayOptions
        {
            Catalog = null,
            UntilNs = options.UntilNs >= long.MaxValue - ReadOnNs ? null : options.UntilNs + ReadOnNs,
            OnProgress = options.OnProgress,
            Stop = options.Stop,
        });
        Instrument[] instruments = Select(replay.Manifest, options.Symbols);
        IExportWriter writer = open(instruments);
        using var owned = writer as IDisposable;
        var export = new RecordingExport(
            instruments, replay.Manifest.Instruments.Count, options, writer, replay.Runner);
        replay.Runner.Core.OnInput = export.BeforeHandled;
        replay.Runner.Core.OnHandled = export.OnHandled;
        ReplayResult result = replay.RunToEnd();
        options.Stop.ThrowIfCancellationRequested();
        writer.Complete();
        return new ExportResult
        {
            Replay = result,
            Symbols = instruments.Length,
            Levels = export._levels,
            Trades = export._trades,
            Tops = export._tops,
        };
    }

    private static Instrument[] Select(SessionManifest manifest, IReadOnlyList<string> symbols)
    {
        var lookup = new InstrumentLookup(manifest.InstrumentList);
        return symbols.Count == 0
            ? manifest.InstrumentList.ToArray()
            : symbols.Select(lookup.Find).DistinctBy(item => item.Id).OrderBy(item => item.Id).ToArray();
    }

    private bool IsIn => _nowNs >= _options.FromNs && _nowNs < _options.UntilNs;

    private SymbolState? StateOf(in EngineInput item) =>
        item.InstrumentId < _states.Length ? _states[item.InstrumentId] : null;

    // An export that begins inside the recording would otherwise contain changes to an unknown book.
    private void BeforeHandled(EngineInput item)
    {
        _nowNs = Math.Max(_nowNs, item.ReceiveTimeNs);
        if (StateOf(in item) is not { } state || !IsIn || state.HasBegun)
        {
            return;
        }

        state.HasBegun = true;
        OrderBook book = _runner.Core.Engine.Book(item.InstrumentId);
        if (!Wants(ExportContents.Levels) || !book.HasSnapshot)
        {
            return;
        }

        var at = new EngineInput
        {
            InstrumentId = item.InstrumentId,
            ReceiveTimeNs = Math.Max(_options.FromNs, 0),
            ExchangeTimeNs = state.VenueTimeNs,
            UpdateId = book.UpdateId,
        };
        WriteMark(ExportKind.Snapshot, in at, note: null);
        InstrumentScale scale = _runner.Core.Engine.Scale(item.InstrumentId);
        foreach (Side side in new[] { Side.Buy, Side.Sell })
        {
            foreach (BookLevel level in book[side])
            {
                at.Side = side;
                at.Price = level.Price;
                at.Quantity = level.Quantity;
                WriteNumbers(ExportKind.SnapshotLevel, in at, in scale, id: 0);
                _levels++;
            }
        }

        WriteMark(ExportKind.Commit, in at, "snapshot");
    }

    private void OnHandled(EngineInput item)
    {
        if (StateOf(in item) is not { } state)
        {
            return;
        }

        switch (item.Kind)
        {
            case EventKind.Trade when IsIn && Wants(ExportContents.Trades):
                _trades++;
                WriteTrade(in item, state);
                break;
            case EventKind.TopOfBook when IsIn && Wants(ExportContents.Tops):
                _tops++;
                WriteTop(in item);
                break;
            default:
                break;
        }

        OnBook(in item, state, _runner.Core.Engine.Book(item.InstrumentId));
    }

    private void OnBook(in EngineInput item, SymbolState state, OrderBook book)
    {
        bool hadBook = state.HasBook;
        state.HasBook = book.HasSnapshot;
        state.IsInSnapshot = book.HasSnapshot && (state.IsInSnapshot || item.Kind == EventKind.SnapshotBegin);
        if (item.Kind == EventKind.BookCommit)
        {
            state.VenueTimeNs = item.ExchangeTimeNs;
        }

        if (IsIn && Wants(ExportContents.Levels))
        {
            WriteBook(in item, state, book, hadBook);
        }

        state.IsInSnapshot &= item.Kind != EventKind.BookCommit;
    }

    private void WriteBook(in EngineInput item, SymbolState state, OrderBook book, bool hadBook)
    {
        // After any event: the engine itself invalidates crossed books and those that differ from the venue's top.
        if (item.Kind == EventKind.BookStale || (hadBook && !book.HasSnapshot))
        {
            WriteMark(ExportKind.Stale, in item, NameOf(book.StaleReason));
            return;
        }

        switch (item.Kind)
        {
            case EventKind.SnapshotBegin:
                WriteMark(ExportKind.Snapshot, in item, note: null);
                break;
            case EventKind.LevelUpdate when book.HasSnapshot:
                _levels++;
                WriteNumbers(
                    state.IsInSnapshot ? ExportKind.SnapshotLevel : ExportKind.Level,
                    in item,
                    _runner.Core.Engine.Scale(item.InstrumentId),
                    item.UpdateId);
                break;
            case EventKind.BookCommit when book.HasSnapshot:
                WriteMark(ExportKind.Commit, in item, NameOf(item.CommitFlags));
                break;
            default:
                break;
        }
    }

    private void WriteTrade(in EngineInput item, SymbolState state)
    {
        // A connection without books counts in the declared increments, also if the book's have been refined.
        InstrumentScale scale = item.TradeScale == TradeScale.Declared
            ? state.Declared
            : _runner.Core.Engine.Scale(item.InstrumentId);
        WriteNumbers(ExportKind.Trade, in item, in scale, item.TradeId);
    }

    private void WriteTop(in EngineInput item)
    {
        InstrumentScale scale = _runner.Core.Engine.Scale(item.InstrumentId);
        EngineInput side = item;
        side.Side = Side.Buy;
        WriteNumbers(ExportKind.Top, in side, in scale, item.UpdateId);
        side.Side = Side.Sell;
        side.Price = item.AskPrice;
        side.Quantity = item.AskQuantity;
        WriteNumbers(ExportKind.Top, in side, in scale, item.UpdateId);
    }

    private void WriteNumbers(ExportKind kind, in EngineInput item, in InstrumentScale scale, long id)
    {
        var row = new ExportRow
        {
            Kind = kind,
            InstrumentId = item.InstrumentId,
            ReceiveTimeNs = item.ReceiveTimeNs,
            EngineTimeNs = _nowNs,
            VenueTimeNs = item.ExchangeTimeNs,
            Side = item.Side,
            Price = item.Price,
            Quantity = item.Quantity,
            PriceDecimals = scale.PriceDecimals,
            QuantityDecimals = scale.QuantityDecimals,
            Id = id,
        };
        _writer.Write(in row);
    }

    private void WriteMark(ExportKind kind, in EngineInput item, string? note)
    {
        var row = new ExportRow
        {
            Kind = kind,
            InstrumentId = item.InstrumentId,
            ReceiveTimeNs = item.ReceiveTimeNs,
            EngineTimeNs = _nowNs,
            VenueTimeNs = item.ExchangeTimeNs,
            Id = kind == ExportKind.Commit ? item.UpdateId : 0,
            Note = note,
        };
        _writer.Write(in row);
    }

    private bool Wants(ExportContents contents) => (_options.Contents & contents) != 0;

    private static string? NameOf(CommitFlags flags) =>
        (flags & (CommitFlags.EndsSnapshot | CommitFlags.CatchingUp | CommitFlags.NoMessage)) switch
        {
            CommitFlags.EndsSnapshot | CommitFlags.CatchingUp => "snapshot catching-up",
            CommitFlags.EndsSnapshot => "snapshot",
            CommitFlags.CatchingUp => "catching-up",
            CommitFlags.NoMessage => "caught-up",
            _ => null,
        };

    private static string NameOf(StaleReason reason) => reason switch
    {
        StaleReason.NotSynchronised => "not-synchronised",
        StaleReason.Disconnected => "disconnected",
        StaleReason.SequenceGap => "sequence-gap",
        StaleReason.BadMessage => "bad-message",
        StaleReason.Crossed => "crossed",
        StaleReason.OutOfRange => "out-of-range",
        StaleReason.ChecksumMismatch => "checksum-mismatch",
        StaleReason.TopDiffers => "top-differs",
        StaleReason.Silent => "silent",
        _ => reason.ToString(),
    };

    private sealed class SymbolState(InstrumentScale declared)
    {
        public InstrumentScale Declared { get; } = declared;

        public bool HasBegun { get; set; }

        public bool HasBook { get; set; }

        public bool IsInSnapshot { get; set; }

        // The venue's time of the last commit.
        public long VenueTimeNs { get; set; }
    }
}
