using System.Collections.Generic;
using LowLatency.Engine.Events;
using LowLatency.Measures;

namespace LowLatency.Bench.Rivals;

internal readonly struct SortedArrayBook(SortedArraySide bids, SortedArraySide asks)
    : IMeasuredBook<SortedArrayBook>
{
    public long BestBid => bids.BestPrice;

    public long BestAsk => asks.BestPrice;

    public static SortedArrayBook Create(int levels, long tickIncrements) =>
        new(new SortedArraySide(true, levels), new SortedArraySide(false, levels));

    public void Clear()
    {
        bids.Clear();
        asks.Clear();
    }

    public void Set(Side side, long price, long quantity) => Of(side).Set(price, quantity);

    public long Walk(Side side, long quantity, out long price) => Of(side).Walk(quantity, out price, out _);

    private SortedArraySide Of(Side side) => side == Side.Buy ? bids : asks;
}

internal readonly struct BlockedArrayBook(BlockedArraySide bids, BlockedArraySide asks)
    : IMeasuredBook<BlockedArrayBook>
{
    public long BestBid => bids.BestPrice;

    public long BestAsk => asks.BestPrice;

    public static BlockedArrayBook Create(int levels, long tickIncrements) =>
        new(new BlockedArraySide(true), new BlockedArraySide(false));

    public void Clear()
    {
        bids.Clear();
        asks.Clear();
    }

    public void Set(Side side, long price, long quantity) => Of(side).Set(price, quantity);

    public long Walk(Side side, long quantity, out long price) => Of(side).Walk(quantity, out price);

    private BlockedArraySide Of(Side side) => side == Side.Buy ? bids : asks;
}

/// <summary>
/// The baseline: the platform's tree, with keys rising away from the touch, so that the best is first.
/// </summary>
internal readonly struct TreeBook(SortedDictionary<long, long> bids, SortedDictionary<long, long> asks)
    : IMeasuredBook<TreeBook>
{
    public long BestBid => -First(bids);

    public long BestAsk => First(asks);

    public static TreeBook Create(int levels, long tickIncrements) => new([], []);

    public void Clear()
    {
        bids.Clear();
        asks.Clear();
    }

    public void Set(Side side, long price, long quantity)
    {
        SortedDictionary<long, long> levels = side == Side.Buy ? bids : asks;
        long key = side == Side.Buy ? -price : price;
        if (quantity == 0)
        {
            levels.Remove(key);
        }
        else
        {
            levels[key] = quantity;
        }
    }

    public long Walk(Side side, long quantity, out long price)
    {
        long passed = 0;
        price = 0;
        foreach (KeyValuePair<long, long> level in side == Side.Buy ? bids : asks)
        {
            if (passed >= quantity)
            {
                break;
            }

            passed += level.Value;
            price = side == Side.Buy ? -level.Key : level.Key;
        }

        return passed;
    }

    private static long First(SortedDictionary<long, long> levels)
    {
        foreach (KeyValuePair<long, long> level in levels)
        {
            return level.Key;
        }

        return 0;
    }
}
