using System;
using System.Linq;
using LowLatency.Engine.Books;
using LowLatency.Engine.Events;
using LowLatency.Tests.Reference;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Engine.Books;

public sealed class OrderBookTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(1, 50)]
    [InlineData(2, 5_000)]
    [InlineData(3, 1_000_000_000)]
    public void ShouldEqualThePlainBookAfterEveryUpdate(int seed, int prices)
    {
        Random random = Seeds.Start(output, seed);
        var book = new OrderBook(levelsASide: 4);
        var plain = new ReferenceBook();
        for (int i = 0; i < 20_000; i++)
        {
            Side side = random.Next(2) == 0 ? Side.Buy : Side.Sell;
            long price = 1 + random.Next(prices);
            long quantity = random.Next(3) == 0 ? 0 : 1 + random.Next(1000);
            book.Set(side, price, quantity);
            plain.Set(side, price, quantity);
            Assert.Equal(plain.Best(side), (book[side].BestPrice, book[side].BestQuantity));
            if (i % 97 == 0)
            {
                Assert.Equal(plain.StateHash(), book.StateHash());
            }
        }

        Assert.Equal(plain.Levels(Side.Buy), Levels(book.Bids));
        Assert.Equal(plain.Levels(Side.Sell), Levels(book.Asks));
    }

    [Theory]
    [InlineData(1, 1, 101, 5)]
    [InlineData(5, 1, 101, 5)]
    [InlineData(6, 2, 102, 12)]
    [InlineData(12, 2, 102, 12)]
    [InlineData(13, 3, 110, 13)]
    [InlineData(99, 3, 110, 13)]
    public void ShouldWalkUntilTheQuantityIsPassed(long quantity, int levels, long price, long passed)
    {
        var book = new OrderBook();
        book.Set(Side.Sell, 101, 5);
        book.Set(Side.Sell, 102, 7);
        book.Set(Side.Sell, 110, 1);

        long actual = book.Asks.Walk(quantity, out long actualPrice, out int actualLevels);

        Assert.Equal((passed, price, levels), (actual, actualPrice, actualLevels));
    }

    [Fact]
    public void ShouldWalkAnEmptySideToNothing()
    {
        var book = new OrderBook();

        Assert.Equal(0, book.Bids.Walk(1, out long price, out int levels));
        Assert.Equal((0L, 0), (price, levels));
    }

    [Fact]
    public void ShouldLiveOnlyFromASnapshotOn()
    {
        var book = new OrderBook();
        book.Set(Side.Buy, 10, 1);
        book.Commit(1, isCatchingUp: false);
        Assert.False(book.IsLive);

        book.BeginSnapshot();
        book.Set(Side.Buy, 10, 1);
        book.Commit(2, isCatchingUp: true);
        Assert.False(book.IsLive);

        book.Commit(3, isCatchingUp: false);
        Assert.True(book.IsLive);
        Assert.False(book.IsTwoSided);

        book.MarkStale(StaleReason.SequenceGap);
        book.Set(Side.Buy, 10, 1);
        book.Commit(4, isCatchingUp: false);
        Assert.False(book.IsLive);
        Assert.Equal(StaleReason.SequenceGap, book.StaleReason);
    }

    [Theory]
    [InlineData(99, false)]
    [InlineData(100, true)]
    [InlineData(101, true)]
    public void ShouldSayWhenItIsCrossed(long bid, bool isCrossed)
    {
        var book = new OrderBook();
        book.Set(Side.Sell, 100, 1);
        book.Set(Side.Buy, bid, 1);

        Assert.Equal(isCrossed, book.IsCrossed);
    }

    [Fact]
    public void ShouldKeepItsLevelsInFinerIncrements()
    {
        var book = new OrderBook();
        book.BeginSnapshot();
        book.Set(Side.Buy, 99, 3);
        book.Set(Side.Sell, 101, 4);
        book.Commit(1, isCatchingUp: false);

        Assert.True(book.Rescale(10, 1000));

        Assert.Equal((990L, 3000L), (book.Bids.BestPrice, book.Bids.BestQuantity));
        Assert.Equal((1010L, 4000L), (book.Asks.BestPrice, book.Asks.BestQuantity));
        Assert.False(book.Rescale(long.MaxValue / 100, 1));
        Assert.False(book.IsLive);
    }

    private static (long Price, long Quantity)[] Levels(BookSide side) => Enumerable.Range(0, side.Count)
        .Select(depth => (side.PriceAt(depth), side.QuantityAt(depth))).ToArray();
}
