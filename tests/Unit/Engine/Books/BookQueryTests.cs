using System;
using System.Linq;
using LowLatency.Engine.Books;
using LowLatency.Engine.Events;
using LowLatency.Tests.Reference;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Engine.Books;

/// <summary>
/// Every query of a book side is compared with a simple book after each update, in markets that wander, jump by half,
/// become empty, have levels far away and off the tick, and are rescaled on the way.
/// </summary>
public sealed class BookQueryTests(ITestOutputHelper output)
{
    // Capacity for one level gives the smallest window, so that levels are often outside it.
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(2, 1, 10)]
    [InlineData(3, 16, 1)]
    [InlineData(4, 16, 7)]
    [InlineData(5, 512, 1)]
    [InlineData(6, 8192, 100)]
    [InlineData(7, 16, 1L << 58)]
    public void ShouldAnswerLikeThePlainBookAfterEveryUpdate(int seed, int room, long tick)
    {
        Random random = Seeds.Start(output, seed);
        var book = new OrderBook(room, tick);
        var plain = new ReferenceBook();
        int updates = Math.Min(12_000, Cases.Times(4_000));
        var market = new Wanderer(random, Math.Min(tick, 1L << 30));
        for (int i = 0; i < updates; i++)
        {
            (Side side, long price, long quantity) = market.Next(book);
            book.Set(side, price, quantity);
            plain.Set(side, price, quantity);
            if (i == updates / 3 || i == updates * 2 / 3)
            {
                Assert.True(book.Rescale(10, 100));
                plain.Rescale(10, 100);
                market.Finer(10);
            }
            else if (i % (updates / 4) == (updates / 4) - 1)
            {
                Empty(i % 2 == 0 ? Side.Buy : Side.Sell, book, plain);
            }

            Compare(book, plain, side, random);
            if (i % 50 == 0)
            {
                Assert.Equal(plain.StateHash(), book.StateHash());
            }
        }

        Assert.Equal(plain.StateHash(), book.StateHash());
    }

    [Fact]
    public void ShouldHoldManyLevels()
    {
        int levels = Math.Min(100_000, Cases.Times(20_000));
        Random random = Seeds.Start(output, 8);
        var book = new OrderBook(512);
        var plain = new ReferenceBook();
        foreach (Side side in new[] { Side.Buy, Side.Sell })
        {
            for (int i = 0; i < levels; i++)
            {
                long price = side == Side.Buy ? 1_000_000 - (3 * i) : 1_000_001 + (3 * i);
                Set(book, plain, side, price, 1 + (i % 9));
            }
        }

        Assert.Equal((levels, levels), (book.Bids.Count, book.Asks.Count));
        Assert.Equal(plain.StateHash(), book.StateHash());

        // The price halves at once, and recovers.
        foreach ((long price, long _) in plain.Levels(Side.Buy).Take(levels * 3 / 5))
        {
            Set(book, plain, Side.Buy, price, 0);
        }

        Assert.Equal(plain.StateHash(), book.StateHash());
        for (int i = 0; i < levels / 5; i++)
        {
            Set(book, plain, Side.Buy, 1_000_000 - random.Next(3 * levels), random.Next(3));
            Assert.Equal(book.Bids.BestQuantity, book.Bids.QuantityAtPrice(book.Bids.BestPrice));
        }

        Compare(book, plain, Side.Buy, random);
        Assert.Equal(plain.StateHash(), book.StateHash());
    }

    [Fact]
    public void ShouldAllocateNothingWhenThePriceJumps()
    {
        var book = new OrderBook(1024);
        Jump(book);

        Assert.Equal(0, Allocations.Of(() => Jump(book)));
        Assert.Equal((500, 3_000_000L), (book.Bids.Count, book.Bids.BestPrice));
    }

    [Fact]
    public void ShouldBeExactBeyondSixtyFourBits()
    {
        var book = new OrderBook();
        book.Set(Side.Sell, 4_000_000_000_000_000_000, 4_000_000_000_000_000_000);
        book.Set(Side.Sell, 4_000_000_000_000_000_001, 3);

        Int128 cost = book.Asks.Cost(4_000_000_000_000_000_002, out long passed);

        Assert.Equal(4_000_000_000_000_000_002, passed);
        Assert.Equal(
            ((Int128)4_000_000_000_000_000_000 * 4_000_000_000_000_000_000)
            + ((Int128)4_000_000_000_000_000_001 * 2),
            cost);
    }

    [Fact]
    public void ShouldSayNothingOfAnEmptySide()
    {
        BookSide side = new OrderBook().Asks;

        Assert.Equal((0L, 0L, 0L), (side.BestPrice, side.BestQuantity, side.WorstPrice));
        Assert.Equal((0L, 0), (side.QuantityTo(long.MaxValue), side.CopyTop(new BookLevel[3])));
        Assert.Equal((Int128.Zero, 0L), (side.Cost(5, out long passed), passed));
        Assert.False(side.GetEnumerator().MoveNext());
    }

    private static void Jump(OrderBook book)
    {
        for (int jump = 0; jump < 40; jump++)
        {
            long touch = jump % 2 == 0 ? 6_000_000 : 3_000_000;
            for (int i = 0; i < 500; i++)
            {
                book.Set(Side.Buy, touch - i, 5);
            }

            for (int i = 0; jump % 2 != 0 && i < 500; i++)
            {
                book.Set(Side.Buy, 6_000_000 - i, 0);
            }
        }
    }

    private static void Set(OrderBook book, ReferenceBook plain, Side side, long price, long quantity)
    {
        book.Set(side, price, quantity);
        plain.Set(side, price, quantity);
    }

    private static void Empty(Side side, OrderBook book, ReferenceBook plain)
    {
        foreach ((long price, long _) in plain.Levels(side))
        {
            Set(book, plain, side, price, 0);
        }

        Assert.Equal((0, 0L, 0L), (book[side].Count, book[side].BestPrice, book[side].BestQuantity));
    }

    private static void Compare(OrderBook book, ReferenceBook plain, Side side, Random random)
    {
        BookSide actual = book[side];
        (long Price, long Quantity)[] levels = plain.Levels(side);
        var copied = new BookLevel[random.Next(40)];
        int count = actual.CopyTop(copied);
        Assert.Equal(Math.Min(copied.Length, levels.Length), count);
        Assert.True(copied.Take(count).SequenceEqual(
            levels.Take(count).Select(level => new BookLevel(level.Price, level.Quantity))));
        Assert.Equal(levels.Length, actual.Count);
        Assert.Equal(
            (levels.FirstOrDefault(), levels.LastOrDefault().Price),
            ((actual.BestPrice, actual.BestQuantity), actual.WorstPrice));
        if (levels.Length == 0)
        {
            return;
        }

        int depth = random.Next(levels.Length);
        Assert.Equal(levels[depth], (actual.PriceAt(depth), actual.QuantityAt(depth)));
        Assert.Equal(levels[depth].Quantity, actual.QuantityAtPrice(levels[depth].Price));
        long absent = levels[depth].Price + 1;
        Assert.Equal(
            levels.FirstOrDefault(level => level.Price == absent).Quantity, actual.QuantityAtPrice(absent));
        Assert.Equal(levels.Take(depth + 1).Sum(level => level.Quantity), actual.QuantityTo(levels[depth].Price));

        long wanted = 1 + random.NextInt64(levels.Sum(level => level.Quantity) + 5);
        CompareWalk(actual, levels, wanted);
    }

    private static void CompareWalk(BookSide actual, (long Price, long Quantity)[] levels, long wanted)
    {
        long passed = 0;
        long taken = 0;
        Int128 cost = 0;
        int walked = 0;
        foreach ((long price, long quantity) in levels.TakeWhile(_ => passed < wanted))
        {
            long part = Math.Min(quantity, wanted - passed);
            cost += (Int128)price * part;
            taken += part;
            passed += quantity;
            walked++;
        }

        Assert.Equal((cost, taken), (actual.Cost(wanted, out long costPassed), costPassed));
        Assert.Equal(
            (passed, levels[walked - 1].Price, walked),
            (actual.Walk(wanted, out long last, out int count), last, count));
    }

    /// <summary>A market with bids and asks anywhere: the book must be correct even if it makes no sense.</summary>
    private sealed class Wanderer(Random random, long tick)
    {
        private long _tick = tick;
        private long _touchTicks = 500_000;

        public void Finer(long factor) => _tick *= factor;

        public (Side Side, long Price, long Quantity) Next(OrderBook book)
        {
            int what = random.Next(1000);
            _touchTicks += what switch
            {
                < 2 => _touchTicks / 2,
                < 4 => -_touchTicks / 2,
                < 300 => random.Next(9) - 4,
                _ => 0,
            };
            _touchTicks = Math.Clamp(_touchTicks, 10_000, 4_000_000);
            Side side = random.Next(2) == 0 ? Side.Buy : Side.Sell;

            // Books of a few hundred levels: removals choose existing levels.
            if (book[side].Count > 0 && (random.Next(5) < 2 || book[side].Count > 250))
            {
                int depth = random.Next(3) == 0 ? 0 : random.Next(book[side].Count);
                return (side, book[side].PriceAt(depth), 0);
            }

            long distance = what % 10 == 0 ? random.Next(9_000) : random.Next(60);
            long price = (_touchTicks + (side == Side.Buy ? -distance : distance)) * _tick;
            long off = random.Next(8) == 0 ? random.NextInt64(_tick) : 0;
            return (side, price + off, random.Next(6) == 0 ? 0 : 1 + random.Next(1000));
        }
    }
}
