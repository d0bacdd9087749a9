using System.Collections.Generic;
using LowLatency.Engine;
using LowLatency.Engine.Books;
using LowLatency.Engine.Events;

namespace LowLatency.Tests.Reference;

/// <summary>A book that is as simple as possible, to verify the fast one.</summary>
internal sealed class ReferenceBook
{
    // Both are sorted from the best level outwards.
    private readonly SortedDictionary<long, long> _bids = new(Comparer<long>.Create((x, y) => y.CompareTo(x)));
    private readonly SortedDictionary<long, long> _asks = [];

    public void Clear()
    {
        _bids.Clear();
        _asks.Clear();
    }

    public void Set(Side side, long price, long quantity)
    {
        SortedDictionary<long, long> levels = side == Side.Buy ? _bids : _asks;
        if (quantity == 0)
        {
            levels.Remove(price);
        }
        else
        {
            levels[price] = quantity;
        }
    }

    /// <summary>Multiplies all levels, for finer increments.</summary>
    public void Rescale(long priceFactor, long quantityFactor)
    {
        foreach (Side side in new[] { Side.Buy, Side.Sell })
        {
            (long Price, long Quantity)[] levels = Levels(side);
            (side == Side.Buy ? _bids : _asks).Clear();
            foreach ((long price, long quantity) in levels)
            {
                Set(side, price * priceFactor, quantity * quantityFactor);
            }
        }
    }

    /// <summary>Levels from the best outwards.</summary>
    public (long Price, long Quantity)[] Levels(Side side)
    {
        SortedDictionary<long, long> levels = side == Side.Buy ? _bids : _asks;
        var copy = new (long Price, long Quantity)[levels.Count];
        int at = 0;
        foreach ((long price, long quantity) in levels)
        {
            copy[at++] = (price, quantity);
        }

        return copy;
    }

    /// <summary>The best level, or (0, 0).</summary>
    public (long Price, long Quantity) Best(Side side)
    {
        foreach ((long price, long quantity) in side == Side.Buy ? _bids : _asks)
        {
            return (price, quantity);
        }

        return (0, 0);
    }

    /// <summary>The same hash that <see cref="OrderBook.StateHash"/> promises.</summary>
    public ulong StateHash()
    {
        var hash = default(StateHash);
        foreach (Side side in new[] { Side.Buy, Side.Sell })
        {
            (long Price, long Quantity)[] levels = Levels(side);
            hash.Add(levels.Length);
            foreach ((long price, long quantity) in levels)
            {
                hash.Add(price);
                hash.Add(quantity);
            }
        }

        return hash.Value;
    }
}
