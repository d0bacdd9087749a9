using System.Collections.Generic;
using System.Linq;
using LowLatency.Engine;
using LowLatency.Engine.Books;
using LowLatency.Engine.Events;

namespace LowLatency.Tests.Reference;

/// <summary>A book that is as simple as possible, to verify the fast one.</summary>
internal sealed class ReferenceBook
{
    private readonly SortedDictionary<long, long> _bids = [];
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
    public (long Price, long Quantity)[] Levels(Side side) => side == Side.Buy
        ? _bids.Reverse().Select(pair => (pair.Key, pair.Value)).ToArray()
        : _asks.Select(pair => (pair.Key, pair.Value)).ToArray();

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
