using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Orders;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Engine;

/// <summary>The venue's trading status, and its minimum quantities.</summary>
public sealed class TradingStatusTests
{
    [Theory]
    [InlineData(TradingStatus.Halted)]
    [InlineData(TradingStatus.CancelOnly)]
    public void ShouldPullQuotesAndPlaceNoneWhileTheVenueTakesNoOrders(TradingStatus status)
    {
        var rig = new EngineRig(Fixture.Setup(Fixture.Spot()));
        rig.RiseAndTurn();
        EngineOutput placed = Assert.Single(rig.Outputs, output => output.Kind == OutputKind.Place);
        rig.Report(EventKind.OrderAccepted, placed.OrderId);
        rig.Publish(new EngineInput { Kind = EventKind.Status, TradingStatus = status });

        Assert.Equal(status, rig.View.Status);
        Assert.Equal(DecisionReason.NotTrading, rig.Outputs[^1].Reason);
        Assert.Equal((OutputKind.Cancel, placed.OrderId), (rig.Outputs[^1].Kind, rig.Outputs[^1].OrderId));

        rig.Outputs.Clear();
        rig.RiseAndTurn();
        Assert.DoesNotContain(rig.Outputs, output => output.Kind == OutputKind.Place);
        Assert.Contains(rig.Outputs, output => output.Reason == DecisionReason.RefusedNotTrading);

        rig.Publish(new EngineInput { Kind = EventKind.Status, TradingStatus = TradingStatus.Trading });
        rig.RiseAndTurn();
        Assert.Contains(rig.Outputs, output => output.Kind == OutputKind.Place);
    }

    [Fact]
    public void ShouldStartWithTheStatusThatTheVenueListed()
    {
        var rig = new EngineRig(Fixture.Setup(Fixture.Spot() with { Status = TradingStatus.Halted }));
        rig.RiseAndTurn();
        Assert.Equal(DecisionReason.RefusedNotTrading, Assert.Single(rig.Outputs).Reason);
    }

    [Fact]
    public void ShouldRefuseAnOrderBelowTheVenuesLeastNotional()
    {
        var rig = new EngineRig(Fixture.Setup(Fixture.Spot() with { MinNotionalTickLots = long.MaxValue }));
        rig.RiseAndTurn();
        Assert.Equal(DecisionReason.RefusedMinNotional, Assert.Single(rig.Outputs).Reason);
    }
}
