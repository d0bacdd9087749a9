using System;
using System.Collections.Generic;
using System.Linq;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Orders;
using LowLatency.Engine.Strategies;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Engine.Strategies;

/// <summary>Each strategy in a market simple enough to predict its orders.</summary>
public sealed class StrategyTests
{
    private static readonly Instrument s_instrument = Fixture.Spot();

    public static TheoryData<string> Quoting => ["AvellanedaStoikov", "Glft", "ImbalanceMaker"];

    [Theory]
    [MemberData(nameof(Quoting))]
    public void ShouldQuoteBothSidesAroundTheMarket(string name)
    {
        EngineRig rig = Start(name);
        rig.Snapshot(1_000_000, 1_000_010);

        EngineOutput[] quotes = rig.Outputs.ToArray();
        Assert.Equal([Side.Buy, Side.Sell], quotes.Select(quote => quote.Side));
        Assert.All(quotes, quote => Assert.Equal(
            (OutputKind.Place, Recorded(QuoteReason.Quote), OrderFlags.PostOnly),
            (quote.Kind, quote.Reason, quote.Flags)));
        Assert.True(quotes[0].PriceTicks < 1_000_005 && quotes[1].PriceTicks > 1_000_005);
        Assert.Equal(10_000_050_000 / 10_000 * 1_000, quotes[0].FairMicroTicks / 1_000, 2_000d);
        Assert.True(quotes[0].HalfSpreadMicroTicks > 0);
    }

    [Theory]
    [MemberData(nameof(Quoting))]
    public void ShouldLeanAgainstTheInventory(string name)
    {
        EngineRig rig = Start(name);
        rig.Snapshot(1_000_000, 1_000_010);
        long flatBid = rig.Outputs[0].PriceTicks;
        long lots = rig.Outputs[0].QuantityLots;
        Answer(rig);
        rig.Publish(new EngineInput
        {
            Kind = EventKind.OrderFilled,
            OrderId = rig.Outputs[0].OrderId,
            Side = Side.Buy,
            Price = flatBid,
            Quantity = lots,
            TradeId = 1,
        });
        rig.Snapshot(1_000_000, 1_000_010);

        EngineOutput bid = rig.Outputs.Last(output => output.Side == Side.Buy);
        Assert.True(bid.PriceTicks < flatBid, $"long {lots}, and still bids {bid.PriceTicks} of {flatBid}");
        Assert.True(bid.SkewMicroTicks < 0);
    }

    [Theory]
    [MemberData(nameof(Quoting))]
    public void ShouldFollowTheMarketWithTheSameOrders(string name)
    {
        EngineRig rig = Start(name);
        rig.Snapshot(1_000_000, 1_000_010);
        Answer(rig);
        rig.Outputs.Clear();
        rig.Snapshot(1_000_100, 1_000_110);

        Assert.Equal([OutputKind.Amend, OutputKind.Amend], rig.Outputs.Select(output => output.Kind));
        Assert.All(rig.Outputs, output => Assert.Equal(Recorded(QuoteReason.Requote), output.Reason));
    }

    [Theory]
    [MemberData(nameof(Quoting))]
    public void ShouldWaitForItsOwnAskToMoveBeforeTheBidFollowsAJump(string name)
    {
        EngineRig rig = Start(name);
        rig.Snapshot(1_000_000, 1_000_010);
        Answer(rig);
        EngineOutput oldAsk = rig.Outputs[1];
        rig.Outputs.Clear();
        rig.Snapshot(1_005_000, 1_005_010);
        EngineOutput ask = Assert.Single(rig.Outputs);
        Assert.Equal((OutputKind.Amend, Side.Sell), (ask.Kind, ask.Side));

        rig.Publish(new EngineInput
        {
            Kind = EventKind.OrderAmended,
            OrderId = oldAsk.OrderId,
            Price = ask.PriceTicks,
            Quantity = ask.QuantityLots,
            CommandNumber = ask.CommandNumber,
        });
        rig.Snapshot(1_005_000, 1_005_010);

        Assert.Equal((OutputKind.Amend, Side.Buy), (rig.Outputs[1].Kind, rig.Outputs[1].Side));
    }

    [Theory]
    [MemberData(nameof(Quoting))]
    public void ShouldStopAddingAtItsGreatestInventory(string name)
    {
        EngineRig rig = Start(name, ("MaxInventory", "1"));
        rig.Snapshot(1_000_000, 1_000_010);
        Answer(rig);
        EngineOutput bid = rig.Outputs[0];
        rig.Publish(new EngineInput
        {
            Kind = EventKind.OrderFilled,
            OrderId = bid.OrderId,
            Side = Side.Buy,
            Price = bid.PriceTicks,
            Quantity = bid.QuantityLots,
            TradeId = 1,
        });
        rig.Outputs.Clear();
        rig.Snapshot(1_000_000, 1_000_010);

        Assert.DoesNotContain(rig.Outputs, output => output.Side == Side.Buy);
    }

    [Fact]
    public void ShouldRestAGridAndAnswerEachFillOneStepFurther()
    {
        EngineRig rig = Start("Grid", ("Levels", "3"), ("StepBp", "10"));
        rig.Snapshot(1_000_000, 1_000_010);

        Assert.Equal(
            [999_005L, 998_005, 997_005, 1_001_005, 1_002_005, 1_003_005],
            rig.Outputs.Select(output => output.PriceTicks));
        EngineOutput first = rig.Outputs[0];
        Answer(rig);
        rig.Outputs.Clear();
        rig.Publish(new EngineInput
        {
            Kind = EventKind.OrderFilled,
            OrderId = first.OrderId,
            Side = Side.Buy,
            Price = first.PriceTicks,
            Quantity = first.QuantityLots,
            TradeId = 1,
        });
        rig.Snapshot(999_000, 999_010);

        Assert.Equal((Side.Sell, 1_000_005L), (rig.Outputs[0].Side, rig.Outputs[0].PriceTicks));
    }

    [Fact]
    public void ShouldBuyTheExtremeAndGuardThePosition()
    {
        EngineRig rig = Start(
            "BollingerRsi", ("CandleSeconds", "1"), ("BandCandles", "5"), ("BandDeviations", "1.2"),
            ("StrengthCandles", "4"));
        rig.Snapshot(1_000_000, 1_000_010);
        foreach (long price in new long[] { 1000, 1001, 1000, 1001, 1000, 999, 998, 990 })
        {
            rig.NowNs += EngineRig.Second;
            rig.Trade(Side.Sell, price * 1000, 1);
        }

        rig.Timer(2 * EngineRig.Second);
        EngineOutput entry = Assert.Single(rig.Outputs, output => output.Kind == OutputKind.Place);
        Assert.Equal(
            (Side.Buy, Recorded(BollingerRsiReason.BandBuy), OrderFlags.ImmediateOrCancel, 1_000_010L),
            (entry.Side, entry.Reason, entry.Flags, entry.PriceTicks));
        rig.Publish(new EngineInput
        {
            Kind = EventKind.OrderFilled,
            OrderId = entry.OrderId,
            Side = Side.Buy,
            Price = 1_000_010,
            Quantity = entry.QuantityLots,
            TradeId = 1,
        });
        rig.Snapshot(1_000_000, 1_000_010);

        EngineOutput exit = Assert.Single(rig.Notes, note => note.Kind == OutputKind.CompositeCreated);
        Assert.Equal(
            (CompositeKind.OneCancelsOther, Side.Sell, Recorded(BollingerRsiReason.Exit)),
            (exit.CompositeKind, exit.Side, exit.Reason));
        Assert.Equal((1_005_011L, 995_009L), (exit.PriceTicks, exit.TriggerTicks));
    }

    [Fact]
    public void ShouldDescribeEverySettingWithARangeThatItsDefaultIsIn()
    {
        Assert.Equal(
            ["AvellanedaStoikov", "BollingerRsi", "DirectionMask", "Glft", "Grid", "ImbalanceMaker", "Watch"],
            StrategyCatalog.BuiltIn.Strategies.Select(strategy => strategy.Name));
        foreach (StrategyDescription strategy in StrategyCatalog.BuiltIn.Strategies)
        {
            Assert.NotEmpty(strategy.Description);
            Assert.All(strategy.Settings, setting =>
            {
                Assert.Null(strategy.Check(setting.Name, setting.Default));
                Assert.NotEmpty(setting.Attribute.Description);
                Assert.True(setting.Type.IsEnum || setting.Type == typeof(bool)
                    || setting.Attribute.Max < double.MaxValue, $"{strategy.Name}.{setting.Name} has no range");
            });
        }
    }

    [Fact]
    public void ShouldRefuseAClassThatIsMadeWrongly()
    {
        var fault = Assert.Throws<ArgumentException>(() => StrategyDescription.Of(typeof(WithoutConstructor)));

        Assert.Contains("WithoutConstructor must implement IStrategy", fault.Message, StringComparison.Ordinal);
    }

    private static DecisionReason Recorded<TReason>(TReason reason)
        where TReason : unmanaged, Enum => StrategyReason.Of(reason).Recorded;

    private static EngineRig Start(string name, params (string Name, string Value)[] settings)
    {
        var values = new Dictionary<string, string>();
        foreach ((string key, string value) in settings)
        {
            values[key] = value;
        }

        IStrategy strategy = StrategyCatalog.BuiltIn.Find(name)!.Create(values, s_instrument);
        return new EngineRig(Fixture.Setup(s_instrument, strategy));
    }

    // The gateway accepts every order.
    private static void Answer(EngineRig rig)
    {
        foreach (EngineOutput output in rig.Outputs.Where(item => item.Kind == OutputKind.Place).ToArray())
        {
            rig.Report(EventKind.OrderAccepted, output.OrderId, output.Side);
        }
    }

    [Strategy("Wrong", "Has no constructor that takes an instrument.")]
    internal sealed class WithoutConstructor : IStrategy;
}
