using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;
using LowLatency.Recorder;
using LowLatency.Replay.Npz;

namespace LowLatency.Replay.Export;

/// <summary>One file of an export.</summary>
/// <param name="Symbol">The symbol.</param>
/// <param name="Path">Its path.</param>
/// <param name="Rows">Number of rows.</param>
public sealed record NpzExportFile(string Symbol, string Path, long Rows);

/// <summary>
/// Rows as hftbacktest's feed data, one file per symbol. The local time of a row is the engine's. If the venue's clock
/// is ahead of it, all local times of all files are shifted by the same span at the end, so that no row is seen before
/// it happens. The exchange time is the venue's; if there is none, it is the local time shifted by the known lead of
/// the venue's clock. The exchange time of a book never goes back, so that the exchange's book is built in the venue's
/// order. Both sides are cleared before a snapshot, and when a book is invalidated: there is none until the next
/// snapshot.
/// </summary>
public sealed class NpzExport : IExportWriter, IDisposable
{
    // Rows of all symbols that are sorted in memory: 16 MB.
    private const int PieceRowsTotal = 1 << 18;
    private const int PieceRowsMin = 1024;

    private readonly SymbolFile[] _files;
    private readonly SymbolFile?[] _byId;
    private readonly Clocks _clocks = new();
    private readonly List<NpzExportFile> _done = [];

    /// <summary>Prepares the files.</summary>
    /// <param name="path">A file for one instrument; for several, or if it is a folder, a folder, which is
    /// created.</param>
    /// <param name="instruments">The exported instruments.</param>
    /// <param name="isReplacing">true to replace existing files.</param>
    /// <exception cref="IOException">A file exists, or cannot be created.</exception>
    public NpzExport(string path, IReadOnlyList<Instrument> instruments, bool isReplacing)
        : this(path, instruments, isReplacing, Math.Max(PieceRowsMin, PieceRowsTotal / Math.Max(1, instruments.Count)))
    {
    }

    internal NpzExport(string path, IReadOnlyList<Instrument> instruments, bool isReplacing, int pieceRows)
    {
        ArgumentNullException.ThrowIfNull(instruments);
        bool isFolder = instruments.Count > 1 || Directory.Exists(path);
        var names = new InstrumentLookup(instruments);
        _files = instruments
            .Select(item => new SymbolFile(
                item, isFolder ? Path.Combine(path, names.FileNameOf(item) + ".npz") : path, _clocks, pieceRows,
                isReplacing))
            .ToArray();
        if (_files.Select(file => file.Path).Distinct(StringComparer.OrdinalIgnoreCase).Count() != _files.Length)
        {
            throw new IOException("two symbols would have the same file name: export them one by one");
        }

        Array.ForEach(_files, file => TemporaryFile.RequireFree(file.Path, isReplacing));
        if (isFolder)
        {
            PrivateFile.CreateFolder(path);
        }

        _byId = new SymbolFile?[instruments.Max(item => item.Id) + 1];
        Array.ForEach(_files, file => _byId[file.Instrument.Id] = file);
    }

    /// <summary>The files, once the export is complete.</summary>
    public IReadOnlyList<NpzExportFile> Files => _done;

    /// <summary>Shift of all local times, in nanoseconds; 0 if the clocks agree.</summary>
    public long ShiftNs => _clocks.ShiftNs;

    /// <inheritdoc/>
    public void Write(in ExportRow row) => _byId[row.InstrumentId]!.Write(in row);

    /// <inheritdoc/>
    public void Complete() => _done.AddRange(_files.Select(file => file.Save(ShiftNs)));

    /// <inheritdoc/>
    public void Dispose() => Array.ForEach(_files, file => file.Dispose());

    /// <summary>
    /// The venue clock's lead over the local one: the maximum by which a message arrived before it was sent.
    /// </summary>
    private sealed class Clocks
    {
        public long ShiftNs { get; private set; }

        public void See(long venueTimeNs, long localTimeNs) =>
            ShiftNs = Math.Max(ShiftNs, venueTimeNs - localTimeNs);
    }

    private sealed class SymbolFile(
        Instrument instrument, string path, Clocks clocks, int pieceRows, bool isReplacing) : IDisposable
    {
        private readonly TwoClockOrder _order = new(path, pieceRows);
        private long _lastBookNs;
        private bool _hasBook;

        // A snapshot has begun whose time comes with the next row.
        private bool _owesClear;

        public Instrument Instrument => instrument;

        public string Path => path;

        public void Write(in ExportRow row)
        {
            switch (row.Kind)
            {
                case ExportKind.Snapshot:
                    _owesClear = true;
                    break;
                case ExportKind.SnapshotLevel or ExportKind.Level or ExportKind.Commit:
                    WriteBook(in row);
                    break;
                case ExportKind.Stale:
                    if (_hasBook)
                    {
                        WriteClear(in row);
                    }

                    (_owesClear, _hasBook) = (false, false);
                    break;
                default:
                    ulong kind = row.Kind == ExportKind.Trade ? FeedRow.Trade : FeedRow.TopOfBook;
                    WriteNumbers(in row, kind, TimeOf(in row));
                    break;
            }
        }

        // Under a temporary name, so that an incomplete file is never mistaken for a complete one.
        public NpzExportFile Save(long shiftNs)
        {
            long count = _order.Rows(shiftNs).LongCount();
            using (var file = new TemporaryFile(path, isReplacing))
            {
                NpzFile.Write(file.Stream, count, _order.Rows(shiftNs));
                file.Complete();
            }

            _order.Dispose();
            return new NpzExportFile(instrument.Symbol, path, count);
        }

        public void Dispose() => _order.Dispose();

        private void WriteBook(in ExportRow row)
        {
            if (_owesClear)
            {
                WriteClear(in row);
                (_owesClear, _hasBook) = (false, true);
            }

            if (row.HasNumbers)
            {
                ulong kind = row.Kind == ExportKind.Level ? FeedRow.Depth : FeedRow.DepthSnapshot;
                WriteNumbers(in row, kind, BookTimeOf(in row));
            }
        }

        private void WriteClear(in ExportRow row)
        {
            foreach (ulong side in new[] { FeedRow.Buy, FeedRow.Sell })
            {
                _order.Add(new FeedRow
                {
                    Event = FeedRow.DepthClear | side,
                    ExchangeTimeNs = BookTimeOf(in row),
                    LocalTimeNs = row.EngineTimeNs,
                    Price = double.NaN,
                });
            }
        }

        private void WriteNumbers(in ExportRow row, ulong kind, long exchangeTimeNs) => _order.Add(new FeedRow
        {
            Event = kind | (row.Side == Side.Buy ? FeedRow.Buy : FeedRow.Sell),
            ExchangeTimeNs = exchangeTimeNs,
            LocalTimeNs = row.EngineTimeNs,
            Price = ExactDouble.Of(row.Price, row.PriceDecimals),
            Quantity = ExactDouble.Of(row.Quantity, row.QuantityDecimals),
        });

        // A snapshot without a time is followed by messages older than its receive time.
        private long BookTimeOf(in ExportRow row) => _lastBookNs = Math.Max(_lastBookNs, TimeOf(in row));

        private long TimeOf(in ExportRow row)
        {
            if (row.VenueTimeNs == 0)
            {
                return row.EngineTimeNs + clocks.ShiftNs;
            }

            clocks.See(row.VenueTimeNs, row.EngineTimeNs);
            return row.VenueTimeNs;
        }
    }
}
