using System;
using System.Linq;
using LowLatency.Engine.Books;
using LowLatency.Engine.Events;
using LowLatency.Engine.Signals;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Engine.Signals;

public sealed class BookImbalanceTests(ITestOutputHelper output)
{
    // By hand: (100·30 + 104·10) / 40 = 101, (100·10 + 104·30) / 40 = 103.
    [Theory]
    [InlineData(100, 10, 104, 30, 101.0, 4040, 40)]
    [InlineData(100, 30, 104, 10, 103.0, 4120, 40)]
    [InlineData(100, 5, 101, 5, 100.5, 1005, 10)]
    [InlineData(100, 0, 101, 5, 100.0, 500, 5)]
    [InlineData(100, 5, 101, 0, 101.0, 505, 5)]
    [InlineData(100, 0, 101, 0, 100.5, 201, 2)]
    public void ShouldWeighTheMidCrosswise(
        long bid, long bidQuantity, long ask, long askQuantity, double price, long numerator, long denominator)
    {
        Assert.Equal(price, TopOfBookSignals.MicroPrice(bid, bidQuantity, ask, askQuantity));
        (Int128 above, Int128 below) = TopOfBookSignals.MicroPriceFraction(bid, bidQuantity, ask, askQuantity);
        Assert.Equal(((Int128)numerator, (Int128)denominator), (above, below));
        Assert.Equal(bid + ask, TopOfBookSignals.TwoMid(bid, ask));
    }

    [Fact]
    public void ShouldStayExactForTheLargestNumbers()
    {
        (Int128 numerator, Int128 denominator) =
            TopOfBookSignals.MicroPriceFraction(long.MaxValue, long.MaxValue, long.MaxValue, long.MaxValue);

        Assert.Equal(long.MaxValue, (long)(numerator / denominator));
        Assert.Equal(Int128.Zero, numerator % denominator);
    }

    [Theory]
    [InlineData(30, 10, 0.5)]
    [InlineData(10, 30, -0.5)]
    [InlineData(7, 0, 1.0)]
    [InlineData(0, 7, -1.0)]
    [InlineData(0, 0, 0.0)]
    public void ShouldCompareTheBestQuantities(long bids, long asks, double imbalance) =>
        Assert.Equal(imbalance, TopOfBookSignals.Imbalance(bids, asks));

    // Bids 100: 6, 99: 4, 95: 12; asks 102: 2, 104: 8. Twice the mid is 202.
    // Two levels: (10 - 10) / 20. One: (6 - 2) / 8. Three: (22 - 10) / 32, the asks having but two.
    // Falling weights, three levels: bids 6 + 4/2 + 12/3 = 12, asks 2 + 8/2 = 6, so 6 / 18.
    [Theory]
    [InlineData(0, 0.0, 0.0)]
    [InlineData(-1, 0.0, 0.0)]
    [InlineData(1, 0.5, 0.5)]
    [InlineData(2, 0.0, 2.0 / 14)]
    [InlineData(3, 0.375, 6.0 / 18)]
    [InlineData(99, 0.375, 6.0 / 18)]
    public void ShouldCompareTheFirstLevels(int levels, double equal, double falling)
    {
        OrderBook book = SmallBook();

        Assert.Equal(equal, DepthImbalance.OfLevels(book, levels));
        Assert.Equal(falling, DepthImbalance.OfFallingLevels(book, levels));
    }

    // Distances from the mid 101: bids 1, 2, 6; asks 1, 3.
    [Theory]
    [InlineData(-1, 0.0)]
    [InlineData(0, 0.0)]
    [InlineData(1, 0.5)]
    [InlineData(2, 8.0 / 12)]
    [InlineData(3, 0.0)]
    [InlineData(6, 12.0 / 32)]
    [InlineData(long.MaxValue, 12.0 / 32)]
    public void ShouldCompareTheLevelsNearTheMid(long distance, double imbalance) =>
        Assert.Equal(imbalance, DepthImbalance.WithinDistance(SmallBook(), distance));

    [Fact]
    public void ShouldSayNothingOfABookThatIsNotTwoSided()
    {
        OrderBook oneSided = Book((Side.Buy, 100, 6));
        OrderBook stale = SmallBook();
        stale.MarkStale(StaleReason.Disconnected);
        foreach (OrderBook book in new[] { oneSided, stale, new OrderBook() })
        {
            Assert.Equal(0, DepthImbalance.OfLevels(book, 5));
            Assert.Equal(0, DepthImbalance.OfFallingLevels(book, 5));
            Assert.Equal(0, DepthImbalance.WithinDistance(book, 5));
        }
    }

    [Fact]
    public void ShouldEqualAPlainSumOverRandomBooks()
    {
        Random random = Seeds.Start(output, 32);
        for (int i = 0; i < 500; i++)
        {
            (Side Side, long Price, long Quantity)[] levels = Enumerable.Range(0, 60)
                .Select(j => (j % 2 == 0 ? Side.Buy : Side.Sell, (long)random.Next(1, 500), (long)random.Next(1, 9)))
                .Select(level => (level.Item1, level.Item1 == Side.Buy ? 1000 - level.Item2 : 1000 + level.Item2,
                    level.Item3))
                .DistinctBy(level => level.Item2).ToArray();
            OrderBook book = Book(levels);
            var bids = levels.Where(level => level.Side == Side.Buy).OrderByDescending(level => level.Price).ToArray();
            var asks = levels.Where(level => level.Side == Side.Sell).OrderBy(level => level.Price).ToArray();
            int depth = random.Next(1, 30);
            long distance = random.Next(0, 600);
            double mid = (bids[0].Price + asks[0].Price) / 2.0;

            Assert.Equal(
                Ratio(bids.Take(depth).Sum(level => level.Quantity), asks.Take(depth).Sum(level => level.Quantity)),
                DepthImbalance.OfLevels(book, depth));
            Assert.Equal(
                Ratio(
                    bids.Take(depth).Select((level, j) => level.Quantity * (1.0 / (j + 1))).Sum(),
                    asks.Take(depth).Select((level, j) => level.Quantity * (1.0 / (j + 1))).Sum()),
                DepthImbalance.OfFallingLevels(book, depth),
                1e-12);
            Assert.Equal(
                Ratio(
                    bids.Where(level => mid - level.Price <= distance).Sum(level => level.Quantity),
                    asks.Where(level => level.Price - mid <= distance).Sum(level => level.Quantity)),
                DepthImbalance.WithinDistance(book, distance));
        }
    }

    private static double Ratio(double bids, double asks) => bids + asks == 0 ? 0 : (bids - asks) / (bids + asks);

    private static OrderBook SmallBook() => Book(
        (Side.Buy, 100, 6), (Side.Buy, 99, 4), (Side.Buy, 95, 12), (Side.Sell, 102, 2), (Side.Sell, 104, 8));

    private static OrderBook Book(params (Side Side, long Price, long Quantity)[] levels)
    {
        var book = new OrderBook();
        book.BeginSnapshot();
        foreach ((Side side, long price, long quantity) in levels)
        {
            book.Set(side, price, quantity);
        }

        book.Commit(1, isCatchingUp: false);
        return book;
    }
}
