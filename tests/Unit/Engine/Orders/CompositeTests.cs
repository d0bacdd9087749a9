using System;
using System.Linq;
using LowLatency.Engine.Events;
using LowLatency.Engine.Orders;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Engine.Orders;

/// <summary>Each composite order by hand: touch at 10,000 and 10,010, then market moves.</summary>
public sealed class CompositeTests
{
    private readonly AskerRig _rig = new();

    private EngineOutput[] Placed =>
        _rig.Engine.Outputs.Where(output => output.Kind == OutputKind.Place).ToArray();

    private CompositeState LastState => _rig.Asker.Composites[^1].State;

    [Theory]
    [InlineData(Side.Buy, new long[] { 9_900, 9_933, 9_966, 10_000 })]
    [InlineData(Side.Sell, new long[] { 9_900, 9_934, 9_967, 10_000 })]
    public void ShouldSliceEvenlyBetweenTwoPricesRoundedToThePassiveSide(Side side, long[] prices)
    {
        if (side == Side.Sell)
        {
            _rig.Move(9_890, 9_895);
        }

        long id = _rig.Place(Sliced(side, parts: 4, lots: 10));

        Assert.Equal(prices, Placed.Select(order => order.PriceTicks));
        Assert.Equal([2L, 3, 2, 3], Placed.Select(order => order.QuantityLots));
        Assert.All(Placed, order => Assert.Equal(id, order.ParentId));
        Assert.Equal(CompositeState.Started, LastState);
    }

    [Fact]
    public void ShouldSliceByWeights()
    {
        CompositeRequest request = Sliced(Side.Buy, parts: 3, lots: 100);
        (request.Weights[0], request.Weights[1], request.Weights[2]) = (1, 2, 7);
        _rig.Place(request);

        Assert.Equal([10L, 20, 70], Placed.Select(order => order.QuantityLots));
        Assert.Contains(_rig.Engine.Notes, note => note.Kind == OutputKind.CompositeWeights);
    }

    [Fact]
    public void ShouldExecuteWhenTheLastSliceIsFilled()
    {
        _rig.Place(Sliced(Side.Buy, parts: 2, lots: 10));
        Fill(0);
        Assert.Equal((CompositeState.PartlyFilled, 5L), (LastState, _rig.Asker.Composites[^1].FilledLots));
        Fill(1);

        Assert.Equal((CompositeState.Executed, 10L), (LastState, _rig.Asker.Composites[^1].FilledLots));
        Assert.Equal(0, _rig.Engine.View.Composites);
    }

    [Fact]
    public void ShouldCancelItsLivingParts()
    {
        long id = _rig.Place(Sliced(Side.Buy, parts: 3, lots: 9));
        Fill(1);
        _rig.Do(context =>
        {
            Assert.True(context.Cancel(id, StrategyReason.Unnamed).IsSent);
            Assert.Equal(DecisionReason.RefusedState, context.Cancel(id, StrategyReason.Unnamed).Refusal);
        });

        Assert.Equal(2, _rig.Engine.Outputs.Count(output => output.Kind == OutputKind.Cancel));
        Assert.Equal(CompositeState.Cancelling, LastState);
        _rig.Engine.Report(EventKind.OrderCancelled, Placed[0].OrderId);
        _rig.Engine.Report(EventKind.OrderCancelled, Placed[2].OrderId);
        Assert.Equal((CompositeState.Cancelled, 3L), (LastState, _rig.Asker.Composites[^1].FilledLots));
        _rig.Do(context =>
            Assert.Equal(DecisionReason.RefusedState, context.Cancel(id, StrategyReason.Unnamed).Refusal));
    }

    [Fact]
    public void ShouldExpireAsAWhole()
    {
        _rig.Place(Sliced(Side.Buy, parts: 2, lots: 4) with { LifetimeNs = 5 * EngineRig.Second });
        _rig.Engine.Timer(6 * EngineRig.Second);
        foreach (EngineOutput order in Placed)
        {
            _rig.Engine.Report(EventKind.OrderCancelled, order.OrderId);
        }

        Assert.Equal(CompositeState.Expired, LastState);
    }

    [Fact]
    public void ShouldPlaceTheContraOrderOnlyAfterTheFirstIsFilledAndTellTheProfitWithFees()
    {
        _rig.Place(new CompositeRequest
        {
            Kind = CompositeKind.Paired,
            Side = Side.Buy,
            QuantityLots = 10,
            PriceTicks = 9_990,
            SecondPriceTicks = 10_050,
            LifetimeNs = 60 * EngineRig.Second,
        });
        Fill(0, lots: 4, tradeId: 1);
        Assert.Single(Placed);
        Fill(0, lots: 6, tradeId: 2);

        Assert.Equal((Side.Sell, 10_050L, 10L, DecisionReason.Contra),
            (Placed[1].Side, Placed[1].PriceTicks, Placed[1].QuantityLots, Placed[1].Reason));
        Fill(1);
        Assert.Equal((CompositeState.Executed, 20L), (LastState, _rig.Asker.Composites[^1].FilledLots));
        EngineOutput end = _rig.Engine.Notes.Last(note => note.Kind == OutputKind.CompositeEvent);
        Assert.Equal((Int128)600, end.OwnCashTickLots);
        Assert.Equal((Int128)1000 * (99_900 + 100_500), end.OwnFeesMicroTickLots);
    }

    [Theory]
    [InlineData(Side.Sell, 9_970, 9_971, 9_970)]
    [InlineData(Side.Buy, 10_040, 10_029, 10_030)]
    public void ShouldHoldAStopBackUntilTheThresholdIsCrossed(Side side, long trigger, long near, long bid)
    {
        _rig.Place(new CompositeRequest
        {
            Kind = CompositeKind.StopLoss,
            Side = side,
            QuantityLots = 10,
            TriggerTicks = trigger,
            LifetimeNs = 60 * EngineRig.Second,
        });
        Assert.Empty(Placed);
        Assert.Equal(0, _rig.Engine.Engine.Funds.Of("binance", "BTC").InOrders);

        _rig.Move(near, near + 10);
        Assert.Empty(Placed);
        _rig.Move(bid, bid + 10);

        EngineOutput order = Assert.Single(Placed);
        Assert.Equal((DecisionReason.Triggered, side, 10L), (order.Reason, order.Side, order.QuantityLots));
        Assert.Equal(side == Side.Sell ? bid : bid + 10, order.PriceTicks);
    }

    [Fact]
    public void ShouldClearItsOwnOrdersOutOfTheWayOfAStop()
    {
        long quote = _rig.PlaceLive(Side.Buy, 9_960, 5);
        _rig.Place(new CompositeRequest
        {
            Kind = CompositeKind.StopLoss,
            Side = Side.Sell,
            QuantityLots = 10,
            TriggerTicks = 9_970,
            LifetimeNs = 60 * EngineRig.Second,
        });
        _rig.Move(9_960, 9_970);
        Assert.Equal(
            (OutputKind.Cancel, quote, DecisionReason.InTheWay),
            (_rig.LastOutput.Kind, _rig.LastOutput.OrderId, _rig.LastOutput.Reason));
        _rig.Engine.Report(EventKind.OrderCancelled, quote);
        _rig.Engine.Timer(EngineRig.Second / 10);
        _rig.Move(9_960, 9_970);

        Assert.Equal((DecisionReason.Triggered, 10L), (Placed[^1].Reason, Placed[^1].QuantityLots));
    }

    [Fact]
    public void ShouldTrailTheMarketAndNeverGoBack()
    {
        _rig.Place(new CompositeRequest
        {
            Kind = CompositeKind.TrailingStop,
            Side = Side.Sell,
            QuantityLots = 10,
            TrailTicks = 50,
            LifetimeNs = 60 * EngineRig.Second,
        });
        _rig.Move(10_100, 10_110);
        _rig.Move(10_060, 10_070);
        Assert.Empty(Placed);
        _rig.Move(10_050, 10_060);

        Assert.Equal((DecisionReason.Triggered, 10_050L), (Placed[0].Reason, Placed[0].PriceTicks));
    }

    [Fact]
    public void ShouldLetOneCancelTheOtherAndTradeNothingTwice()
    {
        _rig.Place(OneCancelsOther());
        Assert.Equal(10_060, Assert.Single(Placed).PriceTicks);
        Fill(0, lots: 4, tradeId: 1);
        _rig.Move(9_950, 9_960);

        // The stop waits until the other order has ended.
        Assert.Equal(
            (OutputKind.Cancel, DecisionReason.OtherTraded), (_rig.LastOutput.Kind, _rig.LastOutput.Reason));
        Assert.Single(Placed);
        Fill(0, lots: 1, tradeId: 2);
        _rig.Engine.Report(EventKind.OrderCancelled, Placed[0].OrderId, quantity: 5);

        Assert.Equal((5L, DecisionReason.Triggered), (Placed[1].QuantityLots, Placed[1].Reason));
        Fill(1, tradeId: 3);
        Assert.Equal((CompositeState.Executed, 10L), (LastState, _rig.Asker.Composites[^1].FilledLots));
    }

    [Fact]
    public void ShouldEndTheOtherWhenTheLimitOrderIsFilled()
    {
        _rig.Place(OneCancelsOther());
        Fill(0);
        _rig.Move(9_900, 9_910);

        Assert.Equal(CompositeState.Executed, LastState);
        Assert.Single(Placed);
    }

    [Fact]
    public void ShouldShowOnlyTheTipOfAnIceberg()
    {
        _rig.Place(new CompositeRequest
        {
            Kind = CompositeKind.Iceberg,
            Side = Side.Buy,
            QuantityLots = 25,
            PriceTicks = 9_990,
            DisplayLots = 10,
            LifetimeNs = 60 * EngineRig.Second,
        });
        for (int part = 0; part < 3; part++)
        {
            Assert.Equal(part + 1, Placed.Length);
            Fill(part, tradeId: part + 1);
        }

        Assert.Equal([10L, 10, 5], Placed.Select(order => order.QuantityLots));
        Assert.Equal(CompositeState.Executed, LastState);
    }

    [Fact]
    public void ShouldComeBackAfterTheBookWasStale()
    {
        _rig.Place(Sliced(Side.Buy, parts: 1, lots: 10));
        Fill(0, lots: 3, tradeId: 1);
        _rig.Engine.Stale(StaleReason.SequenceGap);
        _rig.Engine.Report(EventKind.OrderCancelled, Placed[0].OrderId, quantity: 3);
        Assert.Single(Placed);
        _rig.Move(10_000, 10_010);

        Assert.Equal(7, Placed[1].QuantityLots);
    }

    [Fact]
    public void ShouldRefuseTermsThatContradictEachOther()
    {
        CompositeRequest[] wrong =
        [
            Sliced(Side.Buy, parts: 33, lots: 100), Sliced(Side.Buy, parts: 5, lots: 4),
            OneCancelsOther() with { TriggerTicks = 10_070 },
            new CompositeRequest { Kind = CompositeKind.TrailingStop, QuantityLots = 1, LifetimeNs = 1 },
            new CompositeRequest { Kind = CompositeKind.Iceberg, QuantityLots = 1, PriceTicks = 1, LifetimeNs = 1 },
            new CompositeRequest { Kind = (CompositeKind)99, QuantityLots = 1, PriceTicks = 1, LifetimeNs = 1 },
        ];

        Assert.All(wrong, request =>
        {
            Assert.Equal(0, _rig.Place(request));
            Assert.Equal(DecisionReason.RefusedTerms, _rig.LastOutput.Reason);
        });
    }

    private static CompositeRequest Sliced(Side side, int parts, long lots) => new()
    {
        Kind = CompositeKind.Sliced,
        Side = side,
        Parts = parts,
        QuantityLots = lots,
        PriceTicks = 9_900,
        SecondPriceTicks = 10_000,
        LifetimeNs = 60 * EngineRig.Second,
    };

    private static CompositeRequest OneCancelsOther() => new()
    {
        Kind = CompositeKind.OneCancelsOther,
        Side = Side.Sell,
        QuantityLots = 10,
        PriceTicks = 10_060,
        TriggerTicks = 9_950,
        LifetimeNs = 60 * EngineRig.Second,
    };

    private void Fill(int placed, long lots = 0, long tradeId = 0)
    {
        EngineOutput order = Placed[placed];
        _rig.Fill(order.OrderId, order.Side, order.PriceTicks, lots == 0 ? order.QuantityLots : lots, tradeId);
    }
}
