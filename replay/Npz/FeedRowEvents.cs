using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.InteropServices;
using LowLatency.Engine.Events;

namespace LowLatency.Replay.Npz;

/// <summary>Receives the events of one message; they are valid only during the call.</summary>
internal delegate void EventGroupAction(ReadOnlySpan<EngineInput> events);

/// <summary>
/// Reassembles rows of feed data to messages. Adjacent rows of the same kind and local time form a message, because
/// nothing could be observed between them. Levels become an update with a commit, or a snapshot if both sides were
/// cleared. Two cleared sides without levels mean an invalidated book. The data have no update ids, so commits are
/// numbered.
/// </summary>
internal sealed class FeedRowEvents(FeedRowScale scale, EventGroupAction publish)
{
    private readonly List<EngineInput> _events = [];

    // Levels removed by the message's clears, one by one. A side is cleared before its levels, so these come first.
    private readonly List<EngineInput> _removals = [];

    // Prices that have a level, to know what a clear removes.
    private readonly SortedSet<long> _bids = [];
    private readonly SortedSet<long> _asks = [];

    // The last row of the message; kind 0 before the first.
    private FeedRow _last;

    // Sides that the message has covered already: a clear of them, or another top, starts the next message. Updates of
    // single levels count for both sides, so that none becomes part of the snapshot after it.
    private ulong _told;

    // Sides that the message has cleared completely.
    private ulong _emptied;
    private bool _hasBook;
    private EngineInput _top;
    private ulong _topSides;

    /// <summary>Commits of a book.</summary>
    public long Commits { get; private set; }

    /// <summary>Trades.</summary>
    public long Trades { get; private set; }

    /// <summary>Tops of book.</summary>
    public long Tops { get; private set; }

    /// <summary>Adds the next row; publishes the previous message if the row does not belong to it.</summary>
    public void Add(in PlacedRow placed)
    {
        FeedRow row = placed.Row;
        if (!Continues(in row))
        {
            Flush();
        }

        _last = row;

        switch (row.Kind)
        {
            case FeedRow.Trade:
                Trades++;
                ref EngineInput trade = ref Append(EventKind.Trade, in row);
                SetNumbers(ref trade, in placed);
                trade.TradeId = Trades;
                break;
            case FeedRow.TopOfBook:
                TakeTop(in placed);
                break;
            case FeedRow.DepthClear:
                Clear(in placed);
                break;
            default:
                _told |= row.Kind == FeedRow.DepthSnapshot ? SideOf(in row) : FeedRow.Buy | FeedRow.Sell;
                SetNumbers(ref Append(EventKind.LevelUpdate, in row), in placed);
                Remember(_events[^1]);
                break;
        }
    }

    /// <summary>Publishes the current message.</summary>
    public void Flush()
    {
        switch (ClassOf(_last.Kind))
        {
            case FeedRow.Depth:
                EndBook();
                break;
            case FeedRow.TopOfBook when _topSides == (FeedRow.Buy | FeedRow.Sell):
                Tops++;
                _top.ReceiveTimeNs = _last.LocalTimeNs;
                _top.ExchangeTimeNs = _last.ExchangeTimeNs;
                _events.Add(_top);
                break;
            default:
                break;
        }

        if (_events.Count != 0)
        {
            publish(CollectionsMarshal.AsSpan(_events));
        }

        _events.Clear();
        _removals.Clear();
        _last = default;
        (_told, _emptied) = (0, 0);
    }

    private static ulong ClassOf(ulong kind) =>
        kind is FeedRow.DepthClear or FeedRow.DepthSnapshot ? FeedRow.Depth : kind;

    private static ulong SideOf(in FeedRow row) => row.Event & (FeedRow.Buy | FeedRow.Sell);

    private static ulong ClearedBy(in FeedRow row) => SideOf(in row) is var side and not 0
        ? side
        : FeedRow.Buy | FeedRow.Sell;

    private bool Continues(in FeedRow row) =>
        row.LocalTimeNs == _last.LocalTimeNs
        && ClassOf(row.Kind) == ClassOf(_last.Kind)
        && row.Kind switch
        {
            FeedRow.DepthClear => (_told & ClearedBy(in row)) == 0,
            FeedRow.TopOfBook => (_told & SideOf(in row)) == 0,
            _ => true,
        };

    private ref EngineInput Append(EventKind kind, in FeedRow row)
    {
        _events.Add(Create(kind, in row));
        return ref CollectionsMarshal.AsSpan(_events)[^1];
    }

    private static EngineInput Create(EventKind kind, in FeedRow row) => new()
    {
        Kind = kind,
        ReceiveTimeNs = row.LocalTimeNs,
        ExchangeTimeNs = row.ExchangeTimeNs,
    };

    private void SetNumbers(ref EngineInput item, in PlacedRow placed)
    {
        item.Side = SideOf(placed.Row) == FeedRow.Buy ? Side.Buy : Side.Sell;
        item.Price = scale.Price(in placed);
        item.Quantity = scale.Quantity(in placed);
    }

    private void Remember(in EngineInput level)
    {
        SortedSet<long> side = level.Side == Side.Buy ? _bids : _asks;
        if (level.Quantity == 0)
        {
            side.Remove(level.Price);
        }
        else
        {
            side.Add(level.Price);
        }
    }

    private void TakeTop(in PlacedRow placed)
    {
        _top.Kind = EventKind.TopOfBook;
        _told |= SideOf(placed.Row);
        _topSides |= _told;
        if (SideOf(placed.Row) == FeedRow.Buy)
        {
            (_top.BidPrice, _top.BidQuantity) = (scale.Price(in placed), scale.Quantity(in placed));
        }
        else
        {
            (_top.AskPrice, _top.AskQuantity) = (scale.Price(in placed), scale.Quantity(in placed));
        }
    }

    private void Clear(in PlacedRow placed)
    {
        FeedRow row = placed.Row;
        ulong sides = ClearedBy(in row);
        _told |= sides;
        bool isWhole = !double.IsFinite(row.Price) || SideOf(in row) == 0;
        _emptied |= isWhole ? sides : 0;
        if ((sides & FeedRow.Buy) != 0)
        {
            Remove(_bids, Side.Buy, in row, isWhole ? long.MinValue : scale.Price(in placed), long.MaxValue);
        }

        if ((sides & FeedRow.Sell) != 0)
        {
            Remove(_asks, Side.Sell, in row, long.MinValue, isWhole ? long.MaxValue : scale.Price(in placed));
        }
    }

    private void Remove(SortedSet<long> prices, Side side, in FeedRow row, long from, long to)
    {
        foreach (long price in prices.GetViewBetween(from, to).ToArray())
        {
            EngineInput level = Create(EventKind.LevelUpdate, in row);
            level.Side = side;
            level.Price = price;
            _removals.Add(level);
            prices.Remove(price);
        }
    }

    private void EndBook()
    {
        bool isEmptied = _emptied == (FeedRow.Buy | FeedRow.Sell);
        if (isEmptied && _events.Count == 0)
        {
            if (_hasBook)
            {
                Append(EventKind.BookStale, in _last).StaleReason = StaleReason.NotSynchronised;
            }

            _hasBook = false;
            return;
        }

        // A completely new book needs no removals.
        bool isSnapshot = isEmptied || !_hasBook;
        _events.InsertRange(0, isSnapshot ? [Create(EventKind.SnapshotBegin, in _last)] : _removals);

        Commits++;
        _hasBook = true;
        ref EngineInput commit = ref Append(EventKind.BookCommit, in _last);
        commit.UpdateId = Commits;
        commit.CommitFlags = isSnapshot ? CommitFlags.EndsSnapshot : CommitFlags.None;
    }
}
