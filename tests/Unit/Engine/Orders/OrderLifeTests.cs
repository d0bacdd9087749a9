using System.Collections.Generic;
using System.Linq;
using LowLatency.Engine;
using LowLatency.Engine.Events;
using LowLatency.Engine.Journal;
using LowLatency.Engine.Orders;
using LowLatency.Tests.Reliability;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Engine.Orders;

/// <summary>An order's life, report by report.</summary>
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
        _rig.Do(context => context.Cancel(id, StrategyReason.Unnamed));
        _rig.Engine.Report(EventKind.OrderCancelled, id, Side.Sell);
        _rig.Fill(id, Side.Sell, 10_020, 3, tradeId: 1);

        Assert.Equal((-3, 1, 0), (View.PositionLots, View.LateFills, View.UnknownFills));
    }

    [Fact]
    [FaultRow("F23")]
    public void ShouldNotEndBeforeTheFillThatTheCancelOvertook()
    {
        long id = _rig.PlaceLive(Side.Sell, 10_020, 10);
        _rig.Do(context => context.Cancel(id, StrategyReason.Unnamed));
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
        _rig.Do(context => Assert.True(context.Amend(id, 9_995, 15, StrategyReason.Unnamed).IsSent));
        Assert.Equal(
            (OutputKind.Amend, 9_995L, 15L),
            (_rig.LastOutput.Kind, _rig.LastOutput.PriceTicks, _rig.LastOutput.QuantityLots));
        Assert.Equal(15, View.OpenBuyLots);

        _rig.Engine.Report(EventKind.OrderAmended, id, Side.Buy, 9_995, 15);

        Assert.Equal((OrderState.Live, 15L), (_rig.Asker.Orders[^1].State, _rig.Asker.Orders[^1].RemainingLots));
    }

    [Fact]
    public void ShouldSayWhyItSendsNoCancelAndNoAmendment()
    {
        var refused = new ChangeResult(DecisionReason.RefusedState);
        long id = _rig.PlaceLive(Side.Buy, 9_990, 10);
        int outputs = _rig.Engine.Outputs.Count;
        _rig.Do(context =>
        {
            Assert.Equal(refused, context.Cancel(id + 1, StrategyReason.Unnamed));
            Assert.Equal(refused, context.Cancel(0, StrategyReason.Unnamed));
            Assert.Equal(refused, context.Amend(0, 9_995, 15, StrategyReason.Unnamed));
        });
        Assert.Equal(outputs, _rig.Engine.Outputs.Count);

        _rig.Do(context =>
        {
            ChangeResult sent = context.Cancel(id, StrategyReason.Unnamed);
            Assert.Equal((true, DecisionReason.None), (sent.IsSent, sent.Refusal));
            Assert.Equal(refused, context.Cancel(id, StrategyReason.Unnamed));
            Assert.Equal(refused, context.Amend(id, 9_995, 15, StrategyReason.Unnamed));
        });
        Assert.Equal(
            [OutputKind.Cancel, OutputKind.Refuse], _rig.Engine.Outputs.Skip(outputs).Select(output => output.Kind));

        _rig.Engine.Report(EventKind.OrderCancelled, id);
        _rig.Do(context => Assert.False(context.Cancel(id, StrategyReason.Unnamed).IsSent));
    }

    [Fact]
    public void ShouldKeepTheOldOrderWhereTheGatewayRefusesTheAmendment()
    {
        long id = _rig.PlaceLive(Side.Buy, 9_990, 10);
        _rig.Do(context => context.Amend(id, 9_995, 15, StrategyReason.Unnamed, default));
        _rig.Engine.Report(EventKind.AmendRejected, id, Side.Buy);

        Assert.Equal((10, 1), (View.OpenBuyLots, View.OpenOrders));
        _rig.Do(context =>
        {
            Assert.True(context.TryFindOrder(Side.Buy, tag: 0, out Order order));
            Assert.Equal((OrderState.Live, 9_990L, 10L), (order.State, order.PriceTicks, order.QuantityLots));
        });
    }

    // The venue's answer to a query: the order rests, was never received, or is filled.
    [Fact]
    [FaultRow("F21")]
    public void ShouldAskWhatBecameOfAnOrderThatIsNotAnswered()
    {
        const long tickNs = EngineRig.Second / 10;
        const long lots = 10;
        var resolvedMs = new List<long>();
        foreach (OrderState end in new[] { OrderState.Live, OrderState.Cancelled, OrderState.Filled })
        {
            var rig = new AskerRig(options: new EngineOptions { AnswerTimeoutNs = EngineRig.Second });
            long id = rig.Place(Side.Buy, 9_990, lots);
            long placedNs = rig.Engine.NowNs;
            while (rig.LastOutput.Kind != OutputKind.Query)
            {
                Assert.Equal(lots, rig.Engine.View.OpenBuyLots);
                Assert.True(rig.Engine.NowNs < placedNs + (5 * EngineRig.Second), "no query was sent");
                rig.Engine.Timer(tickNs);
            }

            Assert.Equal(id, rig.LastOutput.OrderId);
            Assert.Equal(lots, rig.Engine.View.OpenBuyLots);
            long filledLots = end == OrderState.Filled ? lots : 0;
            if (filledLots != 0)
            {
                rig.Fill(id, Side.Buy, 9_990, filledLots, tradeId: 1);
            }

            rig.Engine.Publish(new EngineInput
            {
                Kind = end == OrderState.Live ? EventKind.OrderOpen : EventKind.OrderCancelled,
                OrderId = id,
                Price = 9_990,
                Quantity = end == OrderState.Live ? lots : filledLots,
                CommandNumber = rig.LastOutput.CommandNumber,
            });

            resolvedMs.Add((rig.Engine.NowNs - placedNs) / 1_000_000);
            Assert.Equal(end, rig.Asker.Orders[^1].State);
            Assert.Equal(
                (filledLots, end == OrderState.Live ? lots : 0),
                (rig.Engine.View.PositionLots, rig.Engine.View.OpenBuyLots));
            Assert.Single(rig.Engine.Outputs, output => output.Kind == OutputKind.Place);
        }

        FaultLedger.AddFigure(
            $"{resolvedMs.Count} of {resolvedMs.Count} outcomes resolved, at most {resolvedMs.Max()} ms of event time "
            + "after the order (timeout 1000 ms; the venue answers at once), 0 orders sent twice");
    }

    // The order's acknowledgement, two fills that complete it, one of them repeated, one beyond its quantity and one
    // for a foreign order, in every possible order. Nothing depends on a timer.
    [Fact]
    [FaultRow("F22")]
    [FaultRow("I2")]
    public void ShouldCountEveryFillRightAndTellItAtOnceInEveryOrderOfReports()
    {
        (long Lots, long TradeId, bool IsForeign)[] fills =
            [(4, 1, false), (6, 2, false), (4, 1, false), (3, 3, false), (5, 4, true)];
        int cases = 0;
        int alarms = 0;
        foreach (int[] order in Permutations.Of(first: 0, fills.Length + 1))
        {
            var rig = new AskerRig();
            long id = rig.Place(Side.Buy, 9_990, 10);
            var told = new Dictionary<long, long>();
            long ownLots = 0;
            foreach (int report in order)
            {
                if (report == fills.Length)
                {
                    rig.Engine.Report(EventKind.OrderAccepted, id, Side.Buy);
                    continue;
                }

                (long lots, long tradeId, bool isForeign) = fills[report];
                bool isNew = told.TryAdd(tradeId, lots);
                ownLots += isNew && !isForeign ? lots : 0;
                bool isBeyond = isNew && !isForeign && ownLots > 10;
                long before = Alarms(rig);
                rig.Fill(isForeign ? 4711 : id, Side.Buy, 9_990, lots, tradeId);
                Assert.Equal(told.Values.Sum(), rig.Engine.View.PositionLots);
                Assert.Equal(isForeign || !isNew || isBeyond, Alarms(rig) > before);
                alarms += Alarms(rig) > before ? 1 : 0;
            }

            InstrumentView view = rig.Engine.View;
            Assert.Equal((18, 0), (view.PositionLots, view.OpenOrders));
            Assert.Equal((1, 1, 1), (view.UnknownFills, view.RepeatedFills, view.Overfills));
            cases++;
        }

        FaultLedger.AddFigure(
            $"I2 held in {cases} of {cases} orders of six reports (100 %); {alarms:#,0} alarms, each raised by the "
            + "fill's own event");
    }

    [Fact]
    public void ShouldPlaceNothingBeforeItKnowsWhatIsOpen()
    {
        long id = _rig.PlaceLive(Side.Buy, 9_990, 10);
        _rig.Engine.Publish(new EngineInput { Kind = EventKind.GatewayLost });
        Assert.Equal(0, _rig.Place(Side.Buy, 9_980, 10));
        Assert.Equal(DecisionReason.RefusedReconciling, _rig.LastOutput.Reason);

        _rig.Engine.Publish(new EngineInput { Kind = EventKind.ReconcileBegin });
        _rig.Engine.Publish(new EngineInput { Kind = EventKind.ReconcileEnd });

        Assert.Equal(OrderState.Cancelled, _rig.Asker.Orders[^1].State);
        Assert.Equal((id, 0), (_rig.Asker.Orders[^1].OrderId, View.OpenOrders));
        Assert.NotEqual(0, _rig.Place(Side.Buy, 9_980, 10));
    }

    [Fact]
    public void ShouldReconcileEachVenueByItself()
    {
        long[] ids = [OrderIds.IdOf(1), OrderIds.IdOf(2) | 1];
        EngineOutput[] open = ids.Select((id, instrument) => new EngineOutput
        {
            Kind = OutputKind.OpenOrder,
            OrderId = id,
            InstrumentId = (ushort)instrument,
            Side = Side.Buy,
            PriceTicks = 9_990,
            QuantityLots = 10,
            WantedPriceTicks = 9_990,
            WantedQuantityLots = 10,
            ExpireTimeNs = long.MaxValue,
        }).ToArray();
        var rig = new EngineRig(
            hasPaperVenue: false, new EngineOptions { MaxOrders = 64, Snapshot = new EngineSnapshot(3, open) },
            Fixture.Setup(Fixture.Spot()), Fixture.Setup(Fixture.Spot(1) with { Venue = "okx" }));
        (bool IsReconciling, int OpenOrders) At(int instrument)
        {
            InstrumentView view = rig.Engine.View(instrument);
            return (view.IsReconciling, view.OpenOrders);
        }

        Assert.Equal(((true, 1), (true, 1)), (At(0), At(1)));
        rig.Publish(new EngineInput { Kind = EventKind.ReconcileBegin, InstrumentId = 1 });
        rig.Publish(new EngineInput { Kind = EventKind.ReconcileEnd, InstrumentId = 1 });
        Assert.Equal(((true, 1), (false, 0)), (At(0), At(1)));
        rig.Publish(new EngineInput { Kind = EventKind.ReconcileEnd });
        Assert.Equal(((false, 0), (false, 0)), (At(0), At(1)));
        rig.Publish(new EngineInput { Kind = EventKind.GatewayLost, InstrumentId = 1 });
        Assert.Equal(((false, 0), (true, 0)), (At(0), At(1)));
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
        Assert.Equal(OrderIds.MaxSlots + 1, OrderIds.FirstCounterAt(1_800_000_001_000_000_000) - now);
        var ids = new OrderIds(now);
        Assert.True(ids.NextCounter > 0 && OrderIds.IdOf(ids.NextCounter) > 0);
    }

    private static long Alarms(AskerRig rig)
    {
        InstrumentView view = rig.Engine.View;
        return view.UnknownFills + view.LateFills + view.Overfills + view.RepeatedFills;
    }
}
