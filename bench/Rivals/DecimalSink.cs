using System.Collections.Generic;
using LowLatency.Engine.Events;
using LowLatency.Measures;

namespace LowLatency.Bench.Rivals;

/// <summary>
/// The typical first implementation: decimals and the platform's tree. Values are summed as decimals; only an untimed
/// pass converts them to increments, to compare them.
/// </summary>
internal struct DecimalSink(bool isCompared, decimal priceFactor, decimal quantityFactor) : IMessageSink<decimal>
{
    /// <summary>The same checksum as the others, if it is compared.</summary>
    public SummingSink Seen;

    private readonly SortedDictionary<decimal, decimal> _bids = [];
    private readonly SortedDictionary<decimal, decimal> _asks = [];
    private decimal _sum;

    public void BeginSnapshot()
    {
        Seen.BeginSnapshot();
        _bids.Clear();
        _asks.Clear();
    }

    public void Level(Side side, decimal price, decimal quantity)
    {
        if (isCompared)
        {
            Seen.Level(side, Price(price), Quantity(quantity));
        }

        SortedDictionary<decimal, decimal> levels = side == Side.Buy ? _bids : _asks;
        decimal key = side == Side.Buy ? -price : price;
        if (quantity == 0)
        {
            levels.Remove(key);
        }
        else
        {
            levels[key] = quantity;
        }
    }

    public void Commit(long first, long last, long previous, long timeNs)
    {
        decimal bid = -First(_bids);
        decimal ask = First(_asks);
        _sum += bid + ask;
        Seen.Commit(first, last, previous, timeNs);
        if (isCompared)
        {
            Seen.Add(Price(bid));
            Seen.Add(Price(ask));
        }
    }

    public void Top(
        decimal bid, decimal bidQuantity, decimal ask, decimal askQuantity, long updateId, long timeNs)
    {
        _sum += bid + ask;
        if (isCompared)
        {
            Seen.Top(Price(bid), Quantity(bidQuantity), Price(ask), Quantity(askQuantity), updateId, timeNs);
        }
    }

    public void Trade(decimal price, decimal quantity, long tradeId, bool isBuyerMaker, long timeNs)
    {
        _sum += price;
        if (isCompared)
        {
            Seen.Trade(Price(price), Quantity(quantity), tradeId, isBuyerMaker, timeNs);
        }
    }

    private readonly long Price(decimal value) => (long)(value * priceFactor);

    private readonly long Quantity(decimal value) => (long)(value * quantityFactor);

    private static decimal First(SortedDictionary<decimal, decimal> levels)
    {
        foreach (KeyValuePair<decimal, decimal> level in levels)
        {
            return level.Key;
        }

        return 0;
    }
}
