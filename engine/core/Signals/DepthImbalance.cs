using System;
using LowLatency.Engine.Books;
using LowLatency.Engine.Strategies;

namespace LowLatency.Engine.Signals;

/// <summary>
/// (bids - asks) / (bids + asks) of the quantities beyond the touch as well, from -1, only sellers, to 1, only buyers;
/// 0 if the book is not two-sided. The volume imbalance is that of Á. Cartea, S. Jaimungal, J. Penalva, "Algorithmic
/// and High-Frequency Trading", Cambridge University Press 2015, chapter 12; that the levels behind the best ones
/// inform too is shown by C. Cao, O. Hansch, X. Wang, "The information content of an open limit-order book", Journal of
/// Futures Markets 29(1), 2009, 16–41. Keeps no state. Engine thread only.
/// </summary>
public static class DepthImbalance
{
    /// <summary>The imbalance of the first levels of each side, equally weighted.</summary>
    /// <param name="book">The book as a strategy sees it.</param>
    /// <param name="levels">Levels per side; of a side with fewer, all count. 0 or less gives 0.</param>
    public static double OfLevels(BookView book, int levels) => OfLevels(book.Book, levels);

    /// <summary>The imbalance of the first levels of each side; level i, from 0, has the weight 1 / (i + 1).</summary>
    /// <param name="book">The book as a strategy sees it.</param>
    /// <param name="levels">Levels per side; of a side with fewer, all count. 0 or less gives 0.</param>
    public static double OfFallingLevels(BookView book, int levels) => OfFallingLevels(book.Book, levels);

    /// <summary>The imbalance of all levels within a distance from the mid, equally weighted.</summary>
    /// <param name="book">The book as a strategy sees it.</param>
    /// <param name="distanceTicks">The distance in ticks, that price included; one that reaches no level, such as less
    /// than half the spread, gives 0. The time it takes grows with the levels that it reaches.</param>
    public static double WithinDistance(BookView book, long distanceTicks) =>
        WithinDistance(book.Book, distanceTicks * book.Scale.TickIncrements);

    /// <summary>The imbalance of the first levels of each side, equally weighted.</summary>
    /// <param name="book">The book.</param>
    /// <param name="levels">Levels per side; of a side with fewer, all count. 0 or less gives 0.</param>
    public static double OfLevels(OrderBook book, int levels) => book.IsTwoSided
        ? TopOfBookSignals.Imbalance((double)Sum(book.Bids, levels), (double)Sum(book.Asks, levels))
        : 0;

    /// <summary>The imbalance of the first levels of each side; level i, from 0, has the weight 1 / (i + 1).</summary>
    /// <param name="book">The book.</param>
    /// <param name="levels">Levels per side; of a side with fewer, all count. 0 or less gives 0.</param>
    public static double OfFallingLevels(OrderBook book, int levels) => book.IsTwoSided
        ? TopOfBookSignals.Imbalance(FallingSum(book.Bids, levels), FallingSum(book.Asks, levels))
        : 0;

    /// <summary>The imbalance of all levels within a distance from the mid, equally weighted.</summary>
    /// <param name="book">The book.</param>
    /// <param name="distance">The distance in wire increments, that price included; one that reaches no level, such as
    /// less than half the spread, gives 0. The time it takes grows with the levels that it reaches.</param>
    public static double WithinDistance(OrderBook book, long distance)
    {
        if (!book.IsTwoSided)
        {
            return 0;
        }

        Int128 twoMid = (Int128)book.Bids.BestPrice + book.Asks.BestPrice;
        Int128 twoDistance = (Int128)distance * 2;
        return TopOfBookSignals.Imbalance(
            (double)SumWithin(book.Bids, twoMid, twoDistance), (double)SumWithin(book.Asks, twoMid, twoDistance));
    }

    private static Int128 Sum(BookSide side, int levels)
    {
        Int128 sum = 0;
        foreach (BookLevel level in side)
        {
            if (levels-- <= 0)
            {
                break;
            }

            sum += level.Quantity;
        }

        return sum;
    }

    private static double FallingSum(BookSide side, int levels)
    {
        double sum = 0;
        double depth = 0;
        foreach (BookLevel level in side)
        {
            if (levels-- <= 0)
            {
                break;
            }

            depth++;
            sum += level.Quantity / depth;
        }

        return sum;
    }

    private static Int128 SumWithin(BookSide side, Int128 twoMid, Int128 twoDistance)
    {
        Int128 sum = 0;
        foreach (BookLevel level in side)
        {
            if (Int128.Abs(((Int128)level.Price * 2) - twoMid) > twoDistance)
            {
                break;
            }

            sum += level.Quantity;
        }

        return sum;
    }
}
