using System.Linq;
using LowLatency.Engine;
using LowLatency.Engine.Events;
using LowLatency.Engine.Journal;
using LowLatency.Engine.Orders;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Engine.Orders;

/// <summary>A lifetime of 0 is no expiry, sums saturate, and a refusal names its reason: for orders and composites.
/// </summary>
public sealed class LifetimeTests
{
    private const long Year = 365L * 86_400 * EngineRig.Second;

    private readonly AskerRig _rig = new();

    [Theory]
    [InlineData(0)]
    [InlineData(long.MaxValue)]
    [InlineData(long.MaxValue - 1)]
    public void ShouldNotExpireAnOrderWhoseLifetimeHasNoEnd(long lifetimeNs)
    {
        long id = _rig.Place(Side.Buy, 9_990, 10, lifetimeNs: lifetimeNs);
        _rig.Engine.Report(EventKind.OrderAccepted, id, Side.Buy);

        _rig.Engine.Timer(1);
        _rig.Engine.Timer(100 * Year);

        EngineOutput placed = Assert.Single(_rig.Engine.Outputs);
        Assert.Equal((OutputKind.Place, long.MaxValue), (placed.Kind, placed.ExpireTimeNs));
        Assert.Equal(1, _rig.Engine.View.OpenOrders);
    }

    [Fact]
    public void ShouldExpireAnOrderAtTheEndOfItsLifetimeAndNotBefore()
    {
        _rig.Place(Side.Buy, 9_990, 10, lifetimeNs: 5);
        _rig.Engine.Timer(4);
        Assert.Single(_rig.Engine.Outputs);
        _rig.Engine.Timer(1);

        Assert.Equal((OutputKind.Cancel, DecisionReason.Expired), (_rig.LastOutput.Kind, _rig.LastOutput.Reason));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(long.MaxValue)]
    public void ShouldNotExpireACompositeWhoseLifetimeHasNoEnd(long lifetimeNs)
    {
        _rig.Place(Paired(lifetimeNs));

        _rig.Engine.Timer(1);
        _rig.Engine.Timer(100 * Year);

        EngineOutput part = Assert.Single(_rig.Engine.Outputs);
        Assert.Equal((OutputKind.Place, long.MaxValue), (part.Kind, part.ExpireTimeNs));
        Assert.Equal(1, _rig.Engine.View.Composites);
    }

    [Fact]
    public void ShouldEndThePartsOfACompositeWithIt()
    {
        _rig.Place(Paired(60));
        Assert.Equal(_rig.Engine.NowNs + 60, Assert.Single(_rig.Engine.Outputs).ExpireTimeNs);
        _rig.Engine.Timer(60);

        Assert.Equal((OutputKind.Cancel, DecisionReason.Expired), (_rig.LastOutput.Kind, _rig.LastOutput.Reason));
    }

    [Fact]
    public void ShouldKeepNoExpiryOverARestart()
    {
        var fold = new JournalFold();
        _rig.Engine.Core.OnOutput += output => fold.Add(in output);
        long order = _rig.Place(Side.Buy, 9_980, 10, lifetimeNs: 0);
        long composite = _rig.Place(Paired(lifetimeNs: 0));

        var options = new EngineOptions { MaxOrders = 64, Snapshot = fold.ToSnapshot(_rig.Engine.NowNs) };
        var again = new AskerRig(options: options);
        again.Engine.NowNs = _rig.Engine.NowNs + (100 * Year);
        again.Engine.Publish(new EngineInput { Kind = EventKind.ReconcileBegin });
        again.Engine.Report(EventKind.OrderOpen, order, Side.Buy, 9_980, 10);
        again.Engine.Report(EventKind.OrderOpen, PartOf(composite), Side.Buy, 9_990, 10);
        again.Engine.Publish(new EngineInput { Kind = EventKind.ReconcileEnd });
        again.Engine.Timer(Year);

        Assert.DoesNotContain(again.Engine.Outputs, output => output.Kind == OutputKind.Cancel);
        Assert.Equal((2, 1), (again.Engine.View.OpenOrders, again.Engine.View.Composites));
    }

    [Fact]
    public void ShouldRefuseALifetimeBelowZeroAndSayWhy()
    {
        PlaceResult order = default;
        PlaceResult composite = default;
        _rig.Do(context => order = context.Place(
            new PlaceRequest { PriceTicks = 9_990, QuantityLots = 1, LifetimeNs = -1 }));
        _rig.Do(context => composite = context.Place(Paired(lifetimeNs: -1)));

        Assert.Equal(new PlaceResult(0, DecisionReason.RefusedTerms), order);
        Assert.Equal(order, composite);
        Assert.False(order.IsPlaced);
        Assert.All(
            _rig.Engine.Outputs,
            output => Assert.Equal((OutputKind.Refuse, DecisionReason.RefusedTerms), (output.Kind, output.Reason)));
    }

    [Theory]
    [InlineData((Side)9, OrderFlags.None)]
    [InlineData(Side.Sell, OrderFlags.PostOnly | OrderFlags.ImmediateOrCancel)]
    [InlineData(Side.Buy, OrderFlags.Maker)]
    [InlineData(Side.Buy, (OrderFlags)255)]
    public void ShouldRefuseTermsThatNoOrderCanHave(Side side, OrderFlags flags)
    {
        PlaceResult order = default;
        PlaceResult composite = default;
        _rig.Do(context => order = context.Place(
            new PlaceRequest { Side = side, Flags = flags, PriceTicks = 9_990, QuantityLots = 1 }));
        _rig.Do(context =>
        {
            CompositeRequest request = Paired(lifetimeNs: 0);
            (request.Side, request.Flags) = (side, flags);
            composite = context.Place(request);
        });

        Assert.Equal(new PlaceResult(0, DecisionReason.RefusedTerms), order);
        Assert.Equal(order, composite);
    }

    [Theory]
    [InlineData(5_000, 10, DecisionReason.RefusedCollar)]
    [InlineData(9_990, 0, DecisionReason.RefusedQuantity)]
    public void ShouldReturnWhyTheGateRefused(long priceTicks, long lots, DecisionReason reason)
    {
        PlaceResult result = default;
        _rig.Do(context => result = context.Place(
            new PlaceRequest { PriceTicks = priceTicks, QuantityLots = lots }));

        Assert.Equal(new PlaceResult(0, reason), result);
    }

    private long PartOf(long composite) =>
        _rig.Engine.Outputs.Single(output => output.ParentId == composite).OrderId;

    private static CompositeRequest Paired(long lifetimeNs) => new()
    {
        Kind = CompositeKind.Paired,
        Side = Side.Buy,
        QuantityLots = 10,
        PriceTicks = 9_990,
        SecondPriceTicks = 10_020,
        LifetimeNs = lifetimeNs,
    };
}
