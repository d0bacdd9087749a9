using LowLatency.Engine.Events;

namespace LowLatency.Measures;

/// <summary>
/// Receives the values that a way of parsing has read. Implemented by structs, so that each is compiled separately.
/// </summary>
/// <typeparam name="TNumber">Type of prices and quantities.</typeparam>
internal interface IMessageSink<TNumber>
{
    void BeginSnapshot();

    void Level(Side side, TNumber price, TNumber quantity);

    void Commit(long first, long last, long previous, long timeNs);

    void Top(TNumber bid, TNumber bidQuantity, TNumber ask, TNumber askQuantity, long updateId, long timeNs);

    void Trade(TNumber price, TNumber quantity, long tradeId, bool isBuyerMaker, long timeNs);
}

/// <summary>
/// Computes a checksum of all values, so that reads cannot be optimised away and all ways can be compared.
/// </summary>
internal struct SummingSink : IMessageSink<long>
{
    /// <summary>A hash of all values in order.</summary>
    public ulong Sum;

    public void BeginSnapshot() => Add(1);

    public void Level(Side side, long price, long quantity) => Add((price << 1) + (quantity * 31) + (long)side);

    public void Commit(long first, long last, long previous, long timeNs) =>
        Add(first + (last * 31) + (previous * 961) + timeNs);

    public void Top(long bid, long bidQuantity, long ask, long askQuantity, long updateId, long timeNs) =>
        Add(bid + (bidQuantity * 31) + (ask * 961) + (askQuantity * 29_791) + updateId + timeNs);

    public void Trade(long price, long quantity, long tradeId, bool isBuyerMaker, long timeNs) =>
        Add(price + (quantity * 31) + (tradeId * 961) + timeNs + (isBuyerMaker ? 1 : 0));

    /// <summary>Adds one value.</summary>
    public void Add(long value) => Sum = (Sum * 5) + (ulong)value;
}

/// <summary>Computes a checksum and also keeps a book, whose best prices are read after each message.</summary>
internal struct BookSink<TBook>(TBook book) : IMessageSink<long>
    where TBook : struct, IMeasuredBook<TBook>
{
    /// <summary>The values, and the best prices after each depth message.</summary>
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
