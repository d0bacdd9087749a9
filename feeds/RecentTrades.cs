using System;

namespace LowLatency.Feeds;

/// <summary>What a venue's trade ids say.</summary>
internal enum TradeIds
{
    /// <summary>Nothing but which trade it is.</summary>
    Unordered,

    /// <summary>Later trades have higher ids.</summary>
    Rising,

    /// <summary>Each id is one higher than the one before, so that a hole shows missing trades.</summary>
    Consecutive,
}

/// <summary>
/// The latest trades of a symbol, to recognise repeats: after a reconnect, and while two connections overlap. Single
/// thread. Not cleared by a reconnect.
/// </summary>
/// <param name="ids">What the ids say.</param>
internal sealed class RecentTrades(TradeIds ids)
{
    // More than arrive while two connections overlap.
    private const int Kept = 1024;

    private long[] _keys = [];
    private int _next;
    private long _greatest;

    /// <summary>Adds a trade. Returns false if it is one of the latest.</summary>
    /// <param name="id">Its id; 0 if it has none, and then it is never a repeat.</param>
    /// <param name="lastId">Id of the last trade that the venue put together in it; 0 for a single trade. Two trades
    /// with equal ids and different last ids are different.</param>
    /// <param name="missing">Number of trades whose ids were left out before it; -1 if it is one of those.</param>
    public bool TryAdd(long id, long lastId, out long missing)
    {
        missing = 0;
        if (id == 0)
        {
            return true;
        }

        bool isNewest = ids != TradeIds.Unordered && id > _greatest;
        long key = unchecked(id + (lastId * -7046029254386353131));
        if (!isNewest && _keys.AsSpan().Contains(key))
        {
            return false;
        }

        if (ids == TradeIds.Consecutive && _greatest != 0)
        {
            missing = isNewest ? id - _greatest - 1 : id == _greatest ? 0 : -1;
        }

        _keys = _keys.Length == 0 ? new long[Kept] : _keys;
        _keys[_next] = key;
        _next = (_next + 1) % Kept;
        _greatest = Math.Max(_greatest, id);
        return true;
    }

    /// <summary>A trade is not published; its id leaves no hole.</summary>
    public void Skip(long id) => _greatest = _greatest == 0 || id != _greatest + 1 ? _greatest : id;
}
