using LowLatency.Engine.Books;
using LowLatency.Engine.Events;

namespace LowLatency.Measures;

/// <summary>What the measurement asks of a book. Structs implement it, so that each is compiled for itself.</summary>
internal interface IMeasuredBook<TSelf>
    where TSelf : struct, IMeasuredBook<TSelf>
{
    static abstract TSelf Create(int levels, long tickIncrements);

    long BestBid { get; }

    long BestAsk { get; }

    void Clear();

    void Set(Side side, long price, long quantity);

    long Walk(Side side, long quantity, out long price);
}

/// <summary>The engine's own book.</summary>
internal readonly struct LadderBook(OrderBook book) : IMeasuredBook<LadderBook>
{
    public long BestBid => book.Bids.BestPrice;

    public long BestAsk => book.Asks.BestPrice;

    public static LadderBook Create(int levels, long tickIncrements) => new(new OrderBook(levels, tickIncrements));

    public void Clear() => book.BeginSnapshot();

    public void Set(Side side, long price, long quantity) => book.Set(side, price, quantity);

    public long Walk(Side side, long quantity, out long price) => book[side].Walk(quantity, out price, out _);
}
