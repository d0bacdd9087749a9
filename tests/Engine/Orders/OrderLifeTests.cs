using LowLatency.Engine;
using LowLatency.Engine.Events;
using LowLatency.Engine.Orders;
using LowLatency.Tests.Reliability;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Engine.Orders;

/// <summary>An order's life, report by report, by hand.</summary>
public sealed class OrderLifeTests
{
    private readonly AskerRig _rig = new();

    private InstrumentView View => _rig.Engine.View;

    [Fact]
    public void ShouldGoFromPendingToFilledAndTellEveryStep()
    {
        long id = _rig.PlaceLive(Side.Buy, 9_990, 10);
        _rig.Fill(id, Side.Buy, 9_990, 4, tradeId: 1);
        _rig.Fill(id, Side.Buy, 9_990, 6, tradeId: 2);

        Assert.Equal(
            [OrderState.Live, OrderState.PartlyFilled, OrderState.Filled],
            _rig.Asker.Orders.ConvertAll(update => update.State));
        Assert.Equal((10, 0), (View.PositionLots, View.OpenOrders));
        Assert.Equal(
            [OrderState.Live, OrderState.PartlyFilled, OrderState.Filled],
            _rig.Engine.Notes.FindAll(note => note.Kind == OutputKind.OrderEvent).ConvertAll(note => note.State));
    }

    [Fact]
    [FaultRow("F22")]
    public void ShouldTakeTheFillBeforeTheAcknowledgement()
    {
        long id = _rig.Place(Side.Buy, 9_990, 10);
        _rig.Fill(id, Side.Buy, 9_990, 10, tradeId: 1);
        _rig.Engine.Report(EventKind.OrderAccepted, id, Side.Buy);

        Assert.Equal((10, 0, 1), (View.PositionLots, View.OpenOrders, View.RepeatedReports));
        Assert.Equal(1, View.Buys.Filled);
    }

    [Fact]
    [FaultRow("F22")]
    public void ShouldCountAFillThatIsToldTwiceOnce()
    {
        long id = _rig.PlaceLive(Side.Buy, 9_990, 10);
        _rig.Fill(id, Side.Buy, 9_990, 4, tradeId: 7);
        _rig.Fill(id, Side.Buy, 9_990, 4, tradeId: 7);

        Assert.Equal((4, 1), (View.PositionLots, View.RepeatedFills));
    }

    [Fact]
    [FaultRow("F23")]
    public void ShouldCountAFillAfterTheEndOfItsOrder()
    {
        long id = _rig.PlaceLive(Side.Sell, 10_020, 10);
        _rig.Do(context => context.Cancel(id, DecisionReason.Replaced));
        _rig.Engine.Report(EventKind.OrderCancelled, id, Side.Sell);
        _rig.Fill(id, Side.Sell, 10_020, 3, tradeId: 1);

        Assert.Equal((-3, 1, 0), (View.PositionLots, View.LateFills, View.UnknownFills));
    }

    [Fact]
    [FaultRow("F23")]
    public void ShouldNotEndBeforeTheFillThatTheCancelOvertook()
    {
        long id = _rig.PlaceLive(Side.Sell, 10_020, 10);
        _rig.Do(context => context.Cancel(id, DecisionReason.Replaced));
        _rig.Engine.Report(EventKind.OrderCancelled, id, Side.Sell, quantity: 3);
        Assert.Equal(1, View.OpenOrders);

        _rig.Fill(id, Side.Sell, 10_020, 3, tradeId: 1);

        Assert.Equal((-3, 0, 0), (View.PositionLots, View.OpenOrders, View.LateFills));
        Assert.Equal(OrderState.Cancelled, _rig.Asker.Orders[^1].State);
    }

    [Fact]
    [FaultRow("F22")]
    public void ShouldCountFillsThatNobodyPlacedAndCancelOrdersThatNobodyPlaced()
    {
        _rig.Fill(4711, Side.Buy, 9_990, 5, tradeId: 1);
        _rig.Engine.Report(EventKind.OrderOpen, 4712, Side.Buy, 9_990, 5);

        Assert.Equal((5, 1, 1), (View.PositionLots, View.UnknownFills, View.ForeignOrders));
        Assert.Equal(
            (OutputKind.Cancel, 4712L, DecisionReason.Foreign),
            (_rig.LastOutput.Kind, _rig.LastOutput.OrderId, _rig.LastOutput.Reason));
    }

    [Fact]
    public void ShouldAmendAndCountBothUntilTheGatewayHasAnswered()
    {
        long id = _rig.PlaceLive(Side.Buy, 9_990, 10);
        _rig.Do(context => Assert.True(context.Amend(id, 9_995, 15, DecisionReason.Requote, default)));
        Assert.Equal(
            (OutputKind.Amend, 9_995L, 15L),
            (_rig.LastOutput.Kind, _rig.LastOutput.PriceTicks, _rig.LastOutput.QuantityLots));
        Assert.Equal(15, View.OpenBuyLots);

        _rig.Engine.Report(EventKind.OrderAmended, id, Side.Buy, 9_995, 15);

        Assert.Equal((OrderState.Live, 15L), (_rig.Asker.Orders[^1].State, _rig.Asker.Orders[^1].RemainingLots));
    }

    [Fact]
    public void ShouldKeepTheOldOrderWhereTheGatewayRefusesTheAmendment()
    {
        long id = _rig.PlaceLive(Side.Buy, 9_990, 10);
        _rig.Do(context => context.Amend(id, 9_995, 15, DecisionReason.Requote, default));
        _rig.Engine.Report(EventKind.AmendRejected, id, Side.Buy);

        Assert.Equal((10, 1), (View.OpenBuyLots, View.OpenOrders));
        _rig.Do(context =>
        {
            Assert.True(context.TryFindOrder(Side.Buy, tag: 0, out Order order));
            Assert.Equal((OrderState.Live, 9_990L, 10L), (order.State, order.PriceTicks, order.QuantityLots));
        });
    }

    [Fact]
    [FaultRow("F21")]
    public void ShouldAskWhatBecameOfAnOrderThatIsNotAnswered()
    {
        var rig = new AskerRig(options: new EngineOptions { AnswerPatienceNs = EngineRig.Second });
        long id = rig.Place(Side.Buy, 9_990, 10);
        rig.Engine.Timer(2 * EngineRig.Second);
        Assert.Equal((OutputKind.Query, id), (rig.LastOutput.Kind, rig.LastOutput.OrderId));
        Assert.Equal(10, rig.Engine.View.OpenBuyLots);

        rig.Engine.Publish(new MarketEvent
        {
            Kind = EventKind.OrderOpen,
            OrderId = id,
            Price = 9_990,
            Quantity = 10,
            CommandNumber = rig.LastOutput.CommandNumber,
        });

        Assert.Equal(OrderState.Live, rig.Asker.Orders[^1].State);
    }

    [Fact]
    public void ShouldPlaceNothingBeforeItKnowsWhatIsOpen()
    {
        long id = _rig.PlaceLive(Side.Buy, 9_990, 10);
        _rig.Engine.Publish(new MarketEvent { Kind = EventKind.GatewayLost });
        Assert.Equal(0, _rig.Place(Side.Buy, 9_980, 10));
        Assert.Equal(DecisionReason.RefusedReconciling, _rig.LastOutput.Reason);

        _rig.Engine.Publish(new MarketEvent { Kind = EventKind.ReconcileBegin });
        _rig.Engine.Publish(new MarketEvent { Kind = EventKind.ReconcileEnd });

        Assert.Equal(OrderState.Cancelled, _rig.Asker.Orders[^1].State);
        Assert.Equal((id, 0), (_rig.Asker.Orders[^1].OrderId, View.OpenOrders));
        Assert.NotEqual(0, _rig.Place(Side.Buy, 9_980, 10));
    }

    [Fact]
    public void ShouldEndWithTheStateExpiredWhenItsTimeIsOver()
    {
        long id = _rig.PlaceLive(Side.Buy, 9_990, 10);
        _rig.Engine.Timer(61 * EngineRig.Second);
        Assert.Equal((OutputKind.Cancel, DecisionReason.Expired), (_rig.LastOutput.Kind, _rig.LastOutput.Reason));
        _rig.Engine.Report(EventKind.OrderCancelled, id, Side.Buy);

        Assert.Equal(OrderState.Expired, _rig.Asker.Orders[^1].State);
        Assert.Equal(1, View.Buys.Expired);
    }

    [Fact]
    [FaultRow("I4")]
    public void ShouldNeverGiveAnIdTwiceOverSessions()
    {
        long now = OrderIds.FirstCounterAt(1_800_000_000_000_000_000);
        Assert.Equal(OrderIds.MostSlots + 1, OrderIds.FirstCounterAt(1_800_000_001_000_000_000) - now);
        var ids = new OrderIds(now);
        Assert.True(ids.NextCounter > 0 && OrderIds.IdOf(ids.NextCounter) > 0);
    }
}
