using System.Linq;
using LowLatency.Engine;
using LowLatency.Engine.Events;
using LowLatency.Engine.Orders;
using LowLatency.Engine.Strategies;
using LowLatency.Tests.Reliability;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Engine;

public sealed class EngineLoopTests
{
    private readonly InstrumentSetup _btc = Fixture.Setup(Fixture.Spot());

    [Fact]
    public void ShouldSellAfterARiseHasTurnedAndSayWhy()
    {
        var rig = new EngineRig(_btc);

        rig.RiseAndTurn();

        EngineOutput order = Assert.Single(rig.Outputs);
        Assert.Equal(
            (OutputKind.Place, Side.Sell, StrategyReason.Of(DirectionMaskReason.MaskSell).Recorded),
            (order.Kind, order.Side, order.Reason));
        Assert.Equal((0b1111100UL, 7), (order.Mask, (int)order.MaskLength));
        Assert.Equal(6_000_301, order.PriceTicks);

        // 1,000 USDT at 60,003.01 are 0.01666 BTC, in whole lots of 0.00001.
        Assert.Equal(1666, order.QuantityLots);
        Assert.Equal((6_000_300L, 6_000_301L), (order.BidPrice, order.AskPrice));
        Assert.Equal((1_000_000L, (ushort)1), (order.DepthPassed, order.LevelsWalked));
        Assert.Equal(rig.NowNs + (300 * EngineRig.Second), order.ExpireTimeNs);
    }

    [Fact]
    public void ShouldPriceWhereTheQuantityIsReached()
    {
        var rig = new EngineRig(_btc);
        rig.RiseAndTurn();
        rig.Outputs.Clear();

        // Ten lots at each of the first levels: the walk ends at the level where 1,666 lots are reached.
        rig.Publish(new EngineInput { Kind = EventKind.SnapshotBegin });
        rig.Level(Side.Buy, 6_000_200, 10);
        rig.Level(Side.Sell, 6_000_201, 10);
        rig.Level(Side.Sell, 6_000_205, 1600);
        rig.Level(Side.Sell, 6_000_219, 56);
        rig.Level(Side.Sell, 6_000_300, 999);
        rig.Commit();

        EngineOutput order = Assert.Single(rig.Outputs);
        Assert.Equal((6_000_219L, (ushort)3, 1666L), (order.PriceTicks, order.LevelsWalked, order.DepthPassed));
    }

    [Fact]
    public void ShouldRefuseWhenTheDepthIsTooThin()
    {
        var rig = new EngineRig(_btc);
        rig.RiseAndTurn();
        rig.Outputs.Clear();

        rig.Snapshot(6_000_200, 6_000_201, quantity: 10);

        EngineOutput refusal = Assert.Single(rig.Outputs);
        Assert.Equal(
            (OutputKind.Refuse, StrategyReason.Of(DirectionMaskReason.ThinBook).Recorded),
            (refusal.Kind, refusal.Reason));
        Assert.Equal(1, rig.View.Sells.Refused);
    }

    [Fact]
    public void ShouldCancelAnOrderThatOutlivedItsTime()
    {
        var rig = new EngineRig(_btc);
        rig.RiseAndTurn();
        long id = rig.Outputs[0].OrderId;
        rig.Report(EventKind.OrderAccepted, id);

        rig.Timer(299 * EngineRig.Second);
        Assert.Single(rig.Outputs);
        rig.Timer(EngineRig.Second);

        EngineOutput cancel = rig.Outputs[1];
        Assert.Equal((OutputKind.Cancel, DecisionReason.Expired, id), (cancel.Kind, cancel.Reason, cancel.OrderId));
        rig.Timer(100 * EngineRig.Second);
        Assert.Equal(2, rig.Outputs.Count);

        rig.Report(EventKind.OrderCancelled, id);
        Assert.Equal((0, 1L), (rig.View.OpenOrders, rig.View.Sells.Expired));
    }

    [Fact]
    [FaultRow("I1")]
    public void ShouldPullQuotesWhenTheBookGoesStaleAndDecideNothingUntilItIsBack()
    {
        var rig = new EngineRig(_btc);
        rig.RiseAndTurn();
        long id = rig.Outputs[0].OrderId;
        rig.Outputs.Clear();

        rig.Stale(StaleReason.SequenceGap);
        EngineOutput cancel = Assert.Single(rig.Outputs);
        Assert.Equal((OutputKind.Cancel, DecisionReason.BookStale, id), (cancel.Kind, cancel.Reason, cancel.OrderId));

        rig.Level(Side.Buy, 6_000_100, 5);
        rig.Commit();
        rig.Publish(new EngineInput { Kind = EventKind.TopOfBook, BidPrice = 1, AskPrice = 2 });
        rig.Trade(Side.Buy, 6_000_100, 1);
        Assert.Single(rig.Outputs);
        Assert.False(rig.View.IsLive);

        // Directions before the gap do not count after it.
        rig.Snapshot(6_000_200, 6_000_201);
        rig.Snapshot(6_000_100, 6_000_101);
        Assert.Single(rig.Outputs);
        Assert.Equal(1, rig.View.MaskCount);
    }

    [Fact]
    public void ShouldAskForANewBookWhenItIsCrossed()
    {
        var rig = new EngineRig(_btc);
        rig.Snapshot(100, 101);

        rig.Level(Side.Buy, 105, 1);
        rig.Commit();

        EngineOutput resync = Assert.Single(rig.Outputs);
        Assert.Equal((OutputKind.Resync, DecisionReason.ResyncCrossed), (resync.Kind, resync.Reason));
        Assert.Equal((false, StaleReason.Crossed), (rig.View.IsLive, rig.View.StaleReason));
        rig.Level(Side.Buy, 106, 1);
        rig.Commit();
        Assert.Single(rig.Outputs);
        Assert.False(rig.View.IsLive);
    }

    [Fact]
    public void ShouldNotJudgeACrossingInsideAMessage()
    {
        var rig = new EngineRig(_btc);
        rig.Snapshot(100, 101);

        rig.Level(Side.Buy, 101, 5);
        rig.Level(Side.Sell, 101, 0);
        rig.Commit();

        Assert.Empty(rig.Outputs);
        Assert.True(rig.View.IsLive);
    }

    [Fact]
    public void ShouldFollowAnOrderThroughFills()
    {
        var rig = new EngineRig(_btc);
        rig.RiseAndTurn();
        long id = rig.Outputs[0].OrderId;

        rig.Report(EventKind.OrderFilled, id, Side.Sell, 6_000_301, 666);
        Assert.Equal((1, -666L), (rig.View.OpenOrders, rig.View.PositionLots));
        rig.Report(EventKind.OrderFilled, id, Side.Sell, 6_000_301, 1000);

        InstrumentView view = rig.View;
        Assert.Equal((0, -1666L, 1L, 2L), (view.OpenOrders, view.PositionLots, view.Sells.Filled, view.Sells.Fills));
        Assert.Equal(1666L * 6_000_301, (long)view.CashTickLots);
        Assert.Equal(1666L * 6_000_301 * 1000, (long)view.FeesMicroTickLots);
    }

    [Fact]
    public void ShouldCountAFillOfAnOrderThatNobodyPlaced()
    {
        var rig = new EngineRig(_btc);
        rig.Snapshot(100, 101);

        rig.Report(EventKind.OrderFilled, 77 << 16, Side.Buy, 101, 5);

        Assert.Equal((5L, 1L), (rig.View.PositionLots, rig.View.UnknownFills));
    }

    [Fact]
    public void ShouldSendNothingOnceStopped()
    {
        var rig = new EngineRig(_btc);
        rig.RiseAndTurn();
        rig.Publish(new EngineInput { Kind = EventKind.EndSession });
        Assert.Equal((OutputKind.Cancel, DecisionReason.Stopped), (rig.Outputs[1].Kind, rig.Outputs[1].Reason));

        rig.Snapshot(6_000_200, 6_000_201);

        Assert.Equal((OutputKind.Refuse, DecisionReason.RefusedStopped), (rig.Outputs[2].Kind, rig.Outputs[2].Reason));
    }

    [Fact]
    public void ShouldIgnoreInstrumentsThatTheSessionDoesNotHave()
    {
        var rig = new EngineRig(_btc);

        rig.Publish(new EngineInput { Kind = EventKind.LevelUpdate, InstrumentId = 9, Price = 1, Quantity = 1 });

        Assert.Equal(1, rig.Engine.UnknownEvents);
    }

    [Fact]
    public void ShouldKeepItsOrdersAndDirectionsInFinerIncrements()
    {
        var rig = new EngineRig(_btc);
        rig.Snapshot(6_000_000, 6_000_001);
        rig.Publish(new EngineInput { Kind = EventKind.BookRescale, Price = 10, Quantity = 1 });
        Assert.Equal((60_000_000L, 60_000_010L), (rig.View.BidPrice, rig.View.AskPrice));

        rig.Snapshot(60_000_000, 60_000_010);
        Assert.Equal(0, rig.View.MaskCount);
        rig.Snapshot(60_001_000, 60_001_010);
        Assert.Equal(1, rig.View.DirectionsUp);
    }

    public static TheoryData<string, DecisionReason> Refusals => new()
    {
        { "notional", DecisionReason.RefusedNotional },
        { "position", DecisionReason.RefusedPosition },
        { "orders", DecisionReason.RefusedOpenOrders },
        { "quantity", DecisionReason.RefusedQuantity },
        { "collar", DecisionReason.RefusedCollar },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public void ShouldHoldEveryLimit(string limit, DecisionReason expected)
    {
        var limits = Fixture.Limits();
        long order = 1_000L * 100 * 100_000;
        limits = limit switch
        {
            "notional" => limits with { MaxOrderTickLots = order / 2 },
            "position" => limits with { MaxPositionTickLots = order / 2 },
            "orders" => limits with { MaxOpenOrders = 0 },
            "collar" => limits with { CollarPpm = 0 },
            _ => limits,
        };
        var instrument = Fixture.Spot() with { MinQuantityLots = limit == "quantity" ? 5000 : 1 };
        var strategy = new DirectionMaskStrategy(Fixture.Mask(), instrument);
        var rig = new EngineRig(new InstrumentSetup(instrument, limits, strategy));

        rig.RiseAndTurn();

        EngineOutput refusal = Assert.Single(rig.Outputs);
        Assert.Equal((OutputKind.Refuse, expected), (refusal.Kind, refusal.Reason));
        Assert.Equal(0, rig.View.OpenOrders);
    }

    [Fact]
    public void ShouldNotTradeWithItself()
    {
        var rig = new EngineRig(new InstrumentSetup(
            Fixture.Spot(), Fixture.Limits(), new CrossingStrategy()));

        rig.Snapshot(6_000_000, 6_000_001);
        rig.Snapshot(6_000_000, 6_000_001);

        Assert.Equal(
            [StrategyReason.Unnamed.Recorded, DecisionReason.RefusedSelfTrade],
            rig.Outputs.Select(item => item.Reason));
    }

    /// <summary>Buys first, then sells at the same price.</summary>
    private sealed class CrossingStrategy : IStrategy
    {
        private Side _side = Side.Buy;

        public void OnBook(StrategyContext context, TradedInstrument instrument)
        {
            var request = new PlaceRequest
            {
                Side = _side,
                Reason = StrategyReason.Unnamed,
                PriceTicks = 6_000_000,
                QuantityLots = 10,
                LifetimeNs = EngineRig.Second,
            };
            instrument.Place(in request);
            _side = Side.Sell;
        }
    }
}
