using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;
using LowLatency.Recorder;
using LowLatency.Replay.Npz;

namespace LowLatency.Replay.Export;

/// <summary>One file that an export has made.</summary>
/// <param name="Symbol">Whose rows it holds.</param>
/// <param name="Path">Where it is.</param>
/// <param name="Rows">Its rows.</param>
public sealed record NpzExportFile(string Symbol, string Path, long Rows);

/// <summary>
/// Rows as hftbacktest's feed data, one file a symbol. The local time is that at which the engine met a row; where the
/// venue's clock is ahead of it, all local times of all files are moved by the same span in the end, so that nothing is
/// seen before it happens. The exchange's time is the venue's. Where it gives none it is the local one, moved by what
/// the venue's clock is known to be ahead so far. That of a book never goes back, so that the exchange's book is built
/// in the order that the venue gives. A snapshot clears both sides first, and so does a book that is given up: until
/// the next snapshot there is none.
/// </summary>
public sealed class NpzExport : IExportWriter, IDisposable
{
    // Rows of all symbols together that are sorted in memory: 16 MB.
    private const int PieceRowsTotal = 1 << 18;
    private const int PieceRowsMin = 1024;

    private readonly SymbolFile[] _files;
    private readonly SymbolFile?[] _byId;
    private readonly Clocks _clocks = new();
    private readonly List<NpzExportFile> _done = [];

    /// <summary>Prepares the files.</summary>
    /// <param name="path">A file for one instrument; a folder, which is made, for several, or where it is one.</param>
    /// <param name="instruments">Whose rows will come.</param>
    /// <param name="isReplacing">true to replace files that are there.</param>
    /// <exception cref="IOException">A file is there, or cannot be made.</exception>
    public NpzExport(string path, IReadOnlyList<Instrument> instruments, bool isReplacing)
        : this(path, instruments, isReplacing, Math.Max(PieceRowsMin, PieceRowsTotal / Math.Max(1, instruments.Count)))
    {
    }

    internal NpzExport(string path, IReadOnlyList<Instrument> instruments, bool isReplacing, int pieceRows)
    {
        ArgumentNullException.ThrowIfNull(instruments);
        bool isFolder = instruments.Count > 1 || Directory.Exists(path);
        _files = instruments
            .Select(item => new SymbolFile(
                item, isFolder ? Path.Combine(path, FileNameOf(item)) : path, _clocks, pieceRows, isReplacing))
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

    /// <summary>What is added to every local time, in nanoseconds; 0 where the clocks agree.</summary>
    public long ShiftNs => _clocks.ShiftNs;

    /// <inheritdoc/>
    public void Write(in ExportRow row) => _byId[row.InstrumentId]!.Write(in row);

    /// <inheritdoc/>
    public void Complete() => _done.AddRange(_files.Select(file => file.Save(ShiftNs)));

    /// <inheritdoc/>
    public void Dispose() => Array.ForEach(_files, file => file.Dispose());

    // Symbols such as BTC/USDT are no file names.
    private static string FileNameOf(Instrument instrument)
    {
        IEnumerable<char> name = instrument.Symbol.Select(
            letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '.' or '-' ? letter : '-');
        return string.Concat(name) + ".npz";
    }

    /// <summary>How far the venue's clock is ahead of the local one: the most by which a message came before it was
    /// sent.</summary>
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

        // A snapshot has begun whose time comes with what follows.
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

        // By way of another name, so that nobody takes half a file for a whole one.
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

        // A snapshot without a time is followed by messages that are older than its receive time.
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
