using System;
using System.Collections.Generic;
using System.IO;
using System.Runtime.InteropServices;
using LowLatency.Recorder;
using LowLatency.Replay.Npz;

namespace LowLatency.Replay.Export;

/// <summary>
/// Sorts feed data as hftbacktest requires: both clocks ascend. A row with the same position by either clock is written
/// once; any other is written twice, once for the exchange and once for the local side.
/// </summary>
/// <remarks>
/// Rows are added in the order of the local clock, which is the order of a file they are appended to. For the order of
/// the exchange clock they are sorted in pieces, which are merged at the end. So memory is bounded by the piece size,
/// whatever the number of rows and however late a row comes. The two temporary files take 128 bytes per row until <see
/// cref="Dispose"/>.
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
    /// <param name="path">Prefix of the two temporary files.</param>
    /// <param name="pieceRows">Rows sorted in memory, 1 or more.</param>
    public TwoClockOrder(string path, int pieceRows)
    {
        _path = path;
        _pieceRows = pieceRows;
    }

    /// <summary>Rows added.</summary>
    public long Added { get; private set; }

    /// <summary>Appends a row; its local time must not be before the previous one.</summary>
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

        // Identifies rows and keeps equal ones in order; it is not written in the end.
        row.OrderId = (ulong)Added++;
        _piece[_held++] = row;
        if (_held >= _pieceRows)
        {
            WritePiece();
        }
    }

    /// <summary>All rows in order. May be read repeatedly; nothing may be added after the first time.</summary>
    /// <param name="shiftNs">Added to every local time.</param>
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

    // Which of the two rows comes next, and whether they are the same one: the earlier by the exchange clock.
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

    // Rows [start, end) of a file; each reader has its own position.
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
