using System.Collections.Generic;
using LowLatency.Engine.Events;

namespace LowLatency.Measures.Rivals;

/// <summary>Where a way of reading puts what it has read. Structs implement it, so that each is compiled for itself.
/// </summary>
/// <typeparam name="TNumber">What prices and quantities are.</typeparam>
internal interface IMessageSink<TNumber>
{
    void BeginSnapshot();

    void Level(Side side, TNumber price, TNumber quantity);

    void Commit(long first, long last, long previous, long timeNs);

    void Top(TNumber bid, TNumber bidQuantity, TNumber ask, TNumber askQuantity, long updateId, long timeNs);

    void Trade(TNumber price, TNumber quantity, long tradeId, bool isBuyerMaker, long timeNs);
}

/// <summary>Sums up every value, so that nothing is read in vain and all readings can be compared.</summary>
internal struct SummingSink : IMessageSink<long>
{
    /// <summary>A hash of all values in their order.</summary>
    public ulong Sum;

    public void BeginSnapshot() => Add(1);

    public void Level(Side side, long price, long quantity) => Add((price << 1) + (quantity * 31) + (long)side);

    public void Commit(long first, long last, long previous, long timeNs) =>
        Add(first + (last * 31) + (previous * 961) + timeNs);

    public void Top(long bid, long bidQuantity, long ask, long askQuantity, long updateId, long timeNs) =>
        Add(bid + (bidQuantity * 31) + (ask * 961) + (askQuantity * 29_791) + updateId + timeNs);

    public void Trade(long price, long quantity, long tradeId, bool isBuyerMaker, long timeNs) =>
        Add(price + (quantity * 31) + (tradeId * 961) + timeNs + (isBuyerMaker ? 1 : 0));

    /// <summary>Adds one more value.</summary>
    public void Add(long value) => Sum = (Sum * 5) + (ulong)value;
}

/// <summary>Sums up every value and keeps a book besides, whose best prices are read after each message.</summary>
internal struct BookSink<TBook>(TBook book) : IMessageSink<long>
    where TBook : struct, IMeasuredBook<TBook>
{
    /// <summary>What was read, and the bests after each depth message.</summary>
    public SummingSink Seen;

    private readonly TBook _book = book;

    public void BeginSnapshot()
    {
        Seen.BeginSnapshot();
        _book.Clear();
    }

    public void Level(Side side, long price, long quantity)
    {
        Seen.Level(side, price, quantity);
        _book.Set(side, price, quantity);
    }

    public void Commit(long first, long last, long previous, long timeNs)
    {
        Seen.Commit(first, last, previous, timeNs);
        Seen.Add(_book.BestBid);
        Seen.Add(_book.BestAsk);
    }

    public void Top(long bid, long bidQuantity, long ask, long askQuantity, long updateId, long timeNs) =>
        Seen.Top(bid, bidQuantity, ask, askQuantity, updateId, timeNs);

    public void Trade(long price, long quantity, long tradeId, bool isBuyerMaker, long timeNs) =>
        Seen.Trade(price, quantity, tradeId, isBuyerMaker, timeNs);
}

/// <summary>
/// What is written first everywhere: decimals and the platform's tree. Its values are summed in decimals; only a pass
/// that is not timed counts them in increments, to compare them.
/// </summary>
internal struct DecimalSink(bool isCompared, decimal priceFactor, decimal quantityFactor) : IMessageSink<decimal>
{
    /// <summary>The same sum as the others', where it is compared.</summary>
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
