using System;
using System.Collections.Generic;
using System.IO;
using System.Runtime.InteropServices;
using LowLatency.Recorder;
using LowLatency.Replay.Npz;

namespace LowLatency.Replay.Export;

/// <summary>
/// Brings feed data into the order that hftbacktest wants: both clocks go forward. A row that stands at the same place
/// by either clock is written once; any other is written twice, once for the exchange and once for here.
/// </summary>
/// <remarks>
/// Rows are added in the order of the local clock, so that order is that of a file to which they are appended. For the
/// order of the exchange's clock they are sorted by pieces, which are merged at the end. So memory is bounded by the
/// piece, whatever the number of rows and however late a row comes; the two files take 128 bytes a row beside the
/// output until <see cref="Dispose"/>.
/// </remarks>
internal sealed class TwoClockOrder : IDisposable
{
    private const int MergeBytesMax = 16 << 20;
    private const int FirstRoom = 256;

    private readonly string _path;
    private readonly int _pieceRows;
    private readonly List<long> _pieceEnds = [];
    private FeedRow[] _piece = new FeedRow[FirstRoom];
    private int _held;
    private FileStream? _byLocal;
    private FileStream? _byExchange;
    private long _lastLocalNs = long.MinValue;

    /// <summary>Creates an empty order.</summary>
    /// <param name="path">What the names of the two temporary files begin with.</param>
    /// <param name="pieceRows">Rows that are sorted in memory, 1 or more.</param>
    public TwoClockOrder(string path, int pieceRows)
    {
        _path = path;
        _pieceRows = pieceRows;
    }

    /// <summary>Rows added.</summary>
    public long Added { get; private set; }

    /// <summary>Appends a row; its local time is not before that of the last one.</summary>
    public void Add(FeedRow row)
    {
        if (row.LocalTimeNs < _lastLocalNs)
        {
            throw new ArgumentException("rows are added in the order of the local clock", nameof(row));
        }

        if (_held == _piece.Length)
        {
            Array.Resize(ref _piece, Math.Min(_pieceRows, 2 * _piece.Length));
        }

        _lastLocalNs = row.LocalTimeNs;

        // Tells rows apart and keeps the order of equals; nothing of it is written in the end.
        row.OrderId = (ulong)Added++;
        _piece[_held++] = row;
        if (_held >= _pieceRows)
        {
            WritePiece();
        }
    }

    /// <summary>All rows in order. May be read more than once; nothing may be added after the first time.</summary>
    /// <param name="shiftNs">What is added to every local time.</param>
    public IEnumerable<FeedRow> Rows(long shiftNs)
    {
        WritePiece();
        _byLocal?.Flush();
        _byExchange?.Flush();
        using IEnumerator<FeedRow> local = Read(_byLocal, 0, Added, 1024).GetEnumerator();
        using IEnumerator<FeedRow> exchange = Merge().GetEnumerator();
        bool hasLocal = local.MoveNext();
        bool hasExchange = exchange.MoveNext();
        while (hasLocal || hasExchange)
        {
            ulong places = !hasLocal ? FeedRow.AtExchange
                : !hasExchange ? FeedRow.AtLocal
                : PlacesOf(exchange.Current, local.Current);
            FeedRow row = places == FeedRow.AtLocal ? local.Current : exchange.Current;
            row.Event |= places;
            row.OrderId = 0;
            row.LocalTimeNs += shiftNs;
            yield return row;
            hasExchange = (places & FeedRow.AtExchange) != 0 ? exchange.MoveNext() : hasExchange;
            hasLocal = (places & FeedRow.AtLocal) != 0 ? local.MoveNext() : hasLocal;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _byLocal?.Dispose();
        _byExchange?.Dispose();
    }

    // Which of the two next rows comes next, and whether they are one: the earlier by the exchange's clock.
    private static ulong PlacesOf(in FeedRow exchange, in FeedRow local)
    {
        if (exchange.OrderId == local.OrderId)
        {
            return FeedRow.AtExchange | FeedRow.AtLocal;
        }

        int order = exchange.ExchangeTimeNs.CompareTo(local.ExchangeTimeNs);
        order = order == 0 ? exchange.LocalTimeNs.CompareTo(local.LocalTimeNs) : order;
        return order < 0 ? FeedRow.AtExchange : FeedRow.AtLocal;
    }

    private void WritePiece()
    {
        if (_held == 0)
        {
            return;
        }

        _byLocal ??= TemporaryFile.CreateScratch(_path);
        _byExchange ??= TemporaryFile.CreateScratch(_path);
        Span<FeedRow> piece = _piece.AsSpan(0, _held);
        _byLocal.Write(MemoryMarshal.AsBytes(piece));
        piece.Sort(static (a, b) => ExchangeKey(in a).CompareTo(ExchangeKey(in b)));
        _byExchange.Write(MemoryMarshal.AsBytes(piece));
        _pieceEnds.Add(Added);
        _held = 0;
    }

    private static (long TimeNs, ulong Number) ExchangeKey(in FeedRow row) => (row.ExchangeTimeNs, row.OrderId);

    private IEnumerable<FeedRow> Merge()
    {
        int rowsAtOnce = Math.Clamp(MergeBytesMax / FeedRow.SizeBytes / Math.Max(1, _pieceEnds.Count), 16, 1024);
        var queue = new PriorityQueue<IEnumerator<FeedRow>, (long, ulong)>();
        long start = 0;
        foreach (long end in _pieceEnds)
        {
            IEnumerator<FeedRow> piece = Read(_byExchange, start, end, rowsAtOnce).GetEnumerator();
            start = end;
            piece.MoveNext();
            queue.Enqueue(piece, ExchangeKey(piece.Current));
        }

        while (queue.TryDequeue(out IEnumerator<FeedRow>? piece, out _))
        {
            yield return piece.Current;
            if (piece.MoveNext())
            {
                queue.Enqueue(piece, ExchangeKey(piece.Current));
            }
        }
    }

    // Rows [start, end) of a file, each reader with its own place in it.
    private static IEnumerable<FeedRow> Read(FileStream? file, long start, long end, int rowsAtOnce)
    {
        var rows = new FeedRow[rowsAtOnce];
        while (start < end)
        {
            int count = (int)Math.Min(rowsAtOnce, end - start);
            Span<byte> bytes = MemoryMarshal.AsBytes(rows.AsSpan(0, count));
            for (long offset = start * FeedRow.SizeBytes; bytes.Length != 0;)
            {
                int read = RandomAccess.Read(file!.SafeFileHandle, bytes, offset);
                if (read == 0)
                {
                    throw new EndOfStreamException($"{file.Name} was cut while it was read");
                }

                bytes = bytes[read..];
                offset += read;
            }

            for (int i = 0; i < count; i++)
            {
                yield return rows[i];
            }

            start += count;
        }
    }
}
