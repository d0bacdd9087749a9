using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using System.Runtime.CompilerServices;
using LowLatency.Engine.Books;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Strategies;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Engine.Strategies;

/// <summary>What a strategy sees is in ticks and lots, with prices between ticks rounded to the passive side, and stays
/// so when the book is counted in finer increments. Here a tick is five increments, a lot ten.</summary>
public sealed class ViewTests
{
    private static readonly Instrument s_instrument = Fixture.Spot() with { Scale = new InstrumentScale(2, 3, 5, 10) };

    private readonly Asker _asker = new();
    private readonly EngineRig _rig;

    public ViewTests() => _rig = new EngineRig(Fixture.Setup(s_instrument, _asker));

    [Fact]
    public void ShouldRoundPricesBetweenTicksToThePassiveSide()
    {
        Book((1001, 25), (1008, 19));

        See(instrument =>
        {
            BookView book = instrument.Book;
            Assert.True(book.IsLive && book.IsTwoSided);
            Assert.Equal((200, 202, 2), (book.BestBidTicks, book.BestAskTicks, book.SpreadTicks));
            Assert.Equal((2, 1), (book.BestBidLots, book.BestAskLots));
            Assert.Equal((200, 200.9), (book.MidTicks, book.ExactMidTicks));
            Assert.Equal((200, 202), (book.BestTicks(Side.Buy), book.BestTicks(Side.Sell)));
            Assert.Equal((2, 1), (book.BestLots(Side.Buy), book.BestLots(Side.Sell)));
        });
    }

    [Fact]
    public void ShouldShowTheSameAfterTheBookIsCountedFiner()
    {
        Book((1001, 25), (1008, 19));
        _rig.Trade(Side.Buy, 1008, 12);
        (long, long, double, long, long, long) before = default;
        See(instrument => before = Sight(instrument));

        _rig.Publish(new EngineInput { Kind = EventKind.BookRescale, Price = 100, Quantity = 10 });
        _rig.Trade(Side.Buy, 100_800, 120);

        See(instrument => Assert.Equal(before, Sight(instrument)));
    }

    [Fact]
    public void ShouldWalkInLotsAndSayWhatItPassed()
    {
        Book((1000, 1000), (1006, 15), (1009, 20), (1021, 100));

        See(instrument =>
        {
            BookWalk walk = instrument.Book.Walk(Side.Sell, 3);
            Assert.Equal((202, 2, 3, true), (walk.PriceTicks, walk.Levels, walk.Lots, walk.IsEnough));
            Assert.Equal((201, 202), (walk.PriceTicksFor(Side.Buy), walk.PriceTicksFor(Side.Sell)));
            BookWalk thin = instrument.Book.Walk(Side.Sell, 14);
            Assert.Equal((205, 3, 13, false), (thin.PriceTicks, thin.Levels, thin.Lots, thin.IsEnough));
            Assert.Equal((0, 0, 0), (default(BookWalk).PriceTicks, default(BookWalk).Levels, default(BookWalk).Lots));
        });
    }

    [Fact]
    public void ShouldCountAndCopyLevels()
    {
        Book((1000, 1000), (1006, 15), (1009, 20), (1021, 100));

        See(instrument =>
        {
            BookView book = instrument.Book;
            Assert.Equal((1, 3), (book.LevelCount(Side.Buy), book.LevelCount(Side.Sell)));

            // 1006 and 1009 both show at tick 202: 35 increments are three lots.
            Assert.Equal(
                (3, 0, 10), (book.LotsAt(Side.Sell, 202), book.LotsAt(Side.Sell, 203), book.LotsAt(Side.Sell, 205)));
            Assert.Equal((100, 0), (book.LotsAt(Side.Buy, 200), book.LotsAt(Side.Buy, 201)));
            Assert.Equal((3, 13), (book.LotsTo(Side.Sell, 203), book.LotsTo(Side.Sell, 205)));
            var levels = new LevelView[2];
            Assert.Equal(2, book.CopyTop(Side.Sell, levels));
            Assert.Equal([new LevelView(202, 1), new LevelView(202, 2)], levels);
        });
    }

    [Fact]
    public void ShouldShowTheStreamsTopWhereItIsAheadOfTheDepth()
    {
        Book((1000, 100), (1010, 100));
        See(instrument => Assert.Equal(
            (false, 200, 202), (instrument.Top.IsStream, instrument.Top.BestBidTicks, instrument.Top.BestAskTicks)));

        _rig.NowNs += 50;
        Top(1004, 1011, updateId: 2);
        _rig.NowNs += 7;
        See(instrument =>
        {
            Assert.Equal(
                (true, 200, 203), (instrument.Top.IsStream, instrument.Top.BestBidTicks, instrument.Top.BestAskTicks));
            Assert.Equal((1, 2), (instrument.Top.BestBidLots, instrument.Top.BestAskLots));
            Assert.Equal((8, 59), (instrument.Top.AgeNs, instrument.Book.AgeNs));
        });

        // The depth catches up: the same update id is not ahead.
        _rig.Commit();
        See(instrument => Assert.False(instrument.Top.IsStream));
        Top(1004, 1011, updateId: 2);
        See(instrument => Assert.False(instrument.Top.IsStream));
    }

    [Fact]
    public void ShouldGoByReceiveTimeWhereTheVenueNumbersNothing()
    {
        Book((1000, 100), (1010, 100));
        _rig.NowNs += 50;
        Top(1004, 1011, updateId: 0);
        See(instrument => Assert.True(instrument.Top.IsStream));
        _rig.NowNs += 50;
        _rig.Commit();
        See(instrument => Assert.False(instrument.Top.IsStream));
    }

    [Fact]
    public void ShouldShowNoTopOfALostBook()
    {
        See(instrument => Assert.Equal((false, long.MaxValue, long.MaxValue),
            (instrument.Top.IsTwoSided, instrument.Top.AgeNs, instrument.Book.AgeNs)));
        Top(1004, 1011, updateId: 0);
        See(instrument => Assert.True(instrument.Top.IsStream));
        _rig.Stale(StaleReason.Disconnected);
        See(instrument => Assert.False(instrument.Top.IsStream || instrument.Top.IsTwoSided));
    }

    [Theory]
    [InlineData(Side.Buy, 1008, 202)]
    [InlineData(Side.Sell, 1008, 201)]
    [InlineData(Side.Buy, 1010, 202)]
    [InlineData(Side.Sell, 1010, 202)]
    public void ShouldRoundATradeAsTheRestingOrderShows(Side aggressor, long price, long ticks)
    {
        _rig.Trade(aggressor, price, 25);

        TradeView trade = Assert.Single(_asker.Trades);
        Assert.Equal((aggressor, ticks, 2), (trade.Aggressor, trade.PriceTicks, trade.Lots));
        Assert.Equal((price / 5.0, 2.5), (trade.ExactPriceTicks, trade.ExactLots));
    }

    [Fact]
    public void ShouldTellFillsBesideTheStatesOfOrders()
    {
        var rig = new AskerRig();
        long id = rig.PlaceLive(Side.Buy, 9_990, 10);
        rig.Fill(id, Side.Buy, 9_989, 4, tradeId: 7);
        rig.Fill(id, Side.Buy, 9_989, 4, tradeId: 7);
        rig.Fill(id, Side.Buy, 9_990, 6, tradeId: 8, isMaker: false);

        Assert.Equal(
            [
                new FillUpdate(id, Side.Buy, 9_989, 4, 6) { IsMaker = true, TradeId = 7 },
                new FillUpdate(id, Side.Buy, 9_990, 6, 0) { TradeId = 8 },
            ],
            rig.Asker.Fills);
        Assert.Equal(
            [OrderChange.Accepted, OrderChange.Filled, OrderChange.Filled],
            rig.Asker.Orders.ConvertAll(update => update.Change));
        Assert.Equal((9_990, 10, 0), (rig.Asker.Orders[^1].PriceTicks, rig.Asker.Orders[^1].QuantityLots,
            rig.Asker.Orders[^1].RemainingLots));
    }

    // Everything that a strategy can reach from its arguments, followed through public members.
    [Fact]
    public void ShouldNotLetAStrategyReachTheBookItselfOrTheRing()
    {
        var seen = new HashSet<Type>();
        void Follow(Type type)
        {
            type = type.IsByRef ? type.GetElementType()! : type;
            if (type.Assembly != typeof(IStrategy).Assembly || !seen.Add(type))
            {
                return;
            }

            foreach (PropertyInfo property in type.GetProperties())
            {
                Follow(property.PropertyType);
                bool canSet = property.SetMethod is { IsPublic: true } set
                    && !set.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit));
                Assert.False(canSet && !type.IsValueType, $"{type.Name}.{property.Name} can be set");
            }

            foreach (MethodInfo method in type.GetMethods())
            {
                Follow(method.ReturnType);
            }

            foreach (FieldInfo field in type.GetFields())
            {
                Follow(field.FieldType);
            }
        }

        foreach (ParameterInfo parameter in typeof(IStrategy).GetMethods().SelectMany(method => method.GetParameters()))
        {
            Follow(parameter.ParameterType);
        }

        Assert.Contains(typeof(BookView), seen);
        Assert.DoesNotContain(typeof(OrderBook), seen);
        Assert.DoesNotContain(typeof(BookSide), seen);
        Assert.DoesNotContain(typeof(EngineInput), seen);
        Assert.DoesNotContain(typeof(EventKind), seen);
    }

    private (long Bid, long Ask, double Mid, long Lots, long TradeTicks, long TradeLots) Sight(
        TradedInstrument instrument) => (
        instrument.Book.BestBidTicks, instrument.Book.BestAskTicks, instrument.Book.ExactMidTicks,
        instrument.Book.Walk(Side.Sell, 1).Lots, _asker.Trades[^1].PriceTicks, _asker.Trades[^1].Lots);

    private void Book((long Price, long Quantity) bid, params (long Price, long Quantity)[] asks)
    {
        _rig.Publish(new EngineInput { Kind = EventKind.SnapshotBegin });
        _rig.Level(Side.Buy, bid.Price, bid.Quantity);
        foreach ((long price, long quantity) in asks)
        {
            _rig.Level(Side.Sell, price, quantity);
        }

        _rig.Commit();
    }

    private void Top(long bid, long ask, long updateId) => _rig.Publish(new EngineInput
    {
        Kind = EventKind.TopOfBook,
        BidPrice = bid,
        BidQuantity = 19,
        AskPrice = ask,
        AskQuantity = 20,
        UpdateId = updateId,
    });

    private void See(Action<TradedInstrument> look)
    {
        _asker.Next = look;
        _rig.Timer(1);
        Assert.Null(_asker.Next);
    }
}
