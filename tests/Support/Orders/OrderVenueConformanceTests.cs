using System.Collections.Generic;
using System.Linq;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Orders;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Orders;

/// <summary>
/// What <see cref="IOrderVenue"/> demands of every venue. A class for each venue derives from this and builds a rig.
/// </summary>
public abstract class OrderVenueConformanceTests
{
    private const long Bid = 10_000;
    private const long Ask = 10_100;
    private const long Inside = 10_050;
    private const long Displayed = 100;

    private readonly OrderVenueRig _rig;
    private long _counter = OrderIds.FirstCounterAt(1_785_000_000_000_000_000);
    private long _commandNumber;

    /// <summary>Connects to the venue.</summary>
    protected OrderVenueConformanceTests()
    {
        _rig = Connect([Fixture.Spot(0), Fixture.Spot(1, "ETHUSDT")]);
        _rig.Show(0, Bid, Ask, Displayed);
        _rig.Show(1, Bid, Ask, Displayed);
        Answers();
    }

    /// <summary>Builds the venue and its market.</summary>
    protected abstract OrderVenueRig Connect(Instrument[] instruments);

    /// <summary>Answers come with the id, instrument and side of the command, and with the time.</summary>
    [Fact]
    public void ShouldAcceptAnOrder()
    {
        EngineOutput buy = Place(0, Side.Buy, Inside, 5);
        Assert.Equal([(EventKind.OrderAccepted, buy.OrderId, 0, Side.Buy)], Answers().Select(Who));
        EngineOutput sell = Place(1, Side.Sell, Inside, 7);
        EngineInput accepted = Assert.Single(Answers());

        Assert.Equal((EventKind.OrderAccepted, sell.OrderId, 1, Side.Sell), Who(accepted));
        Assert.True(accepted.ReceiveTimeNs > 0);
    }

    [Theory]
    [InlineData(0, 5)]
    [InlineData(Inside, 0)]
    public void ShouldRejectNumbersThatAreNotPositive(long price, long quantity)
    {
        EngineOutput order = Place(0, Side.Buy, price, quantity);

        EngineInput rejected = Assert.Single(Answers());
        Assert.Equal((EventKind.OrderRejected, order.OrderId, 0, null), Who(rejected));
        Assert.Equal(RejectReason.BadNumber, rejected.RejectReason);
    }

    [Theory]
    [InlineData(Side.Buy, Ask)]
    [InlineData(Side.Sell, Bid)]
    public void ShouldRejectAPostOnlyOrderThatWouldTake(Side side, long price)
    {
        EngineOutput order = Place(0, side, price, 5, OrderFlags.PostOnly);

        EngineInput rejected = Assert.Single(Answers());
        Assert.Equal((EventKind.OrderRejected, order.OrderId, 0, null), Who(rejected));
        Assert.Equal(RejectReason.WouldTake, rejected.RejectReason);
    }

    [Fact]
    public void ShouldFillAMarketableOrderAsATaker()
    {
        EngineOutput order = Place(0, Side.Buy, Ask, 30);

        List<EngineInput> answers = Answers();
        Assert.Equal(EventKind.OrderAccepted, answers[0].Kind);
        List<EngineInput> fills = answers[1..];
        Assert.All(fills, fill => Assert.Equal(
            (EventKind.OrderFilled, order.OrderId, 0, Side.Buy, Ask, 0L),
            (fill.Kind, fill.OrderId, fill.InstrumentId, fill.Side, fill.PriceTicks, fill.Flags)));
        Assert.Equal(30, fills.Sum(fill => fill.QuantityLots));
        Assert.Equal(EventKind.CancelRejected, Assert.Single(Command(OutputKind.Cancel, in order)).Kind);
    }

    [Fact]
    public void ShouldExpireWhatAnImmediateOrderCannotTake()
    {
        EngineOutput order = Place(0, Side.Buy, Ask, Displayed + 20, OrderFlags.ImmediateOrCancel);

        List<EngineInput> answers = Answers();
        Assert.Equal(
            Displayed, answers.Where(item => item.Kind == EventKind.OrderFilled).Sum(item => item.QuantityLots));
        Assert.Equal((EventKind.OrderExpired, order.OrderId, 0, Side.Buy), Who(answers[^1]));
        Assert.Equal(Displayed, answers[^1].FilledLots);
    }

    [Fact]
    public void ShouldFillARestingOrderAsAMakerPieceByPiece()
    {
        EngineOutput order = PlaceResting(0, Side.Buy, 10);
        _rig.Fill(in order, 4);
        List<EngineInput> fills = Answers();
        _rig.Fill(in order, 6);
        fills.AddRange(Answers());

        Assert.Equal(
            [(EventKind.OrderFilled, Inside, 4L, EngineInput.MakerFlag),
                (EventKind.OrderFilled, Inside, 6L, EngineInput.MakerFlag)],
            fills.Select(fill => (fill.Kind, fill.PriceTicks, fill.QuantityLots, fill.Flags)));
        Assert.Equal(2, fills.Select(fill => fill.TradeId).Distinct().Count());
        Assert.DoesNotContain(0, fills.Select(fill => fill.TradeId));
        Assert.Equal(EventKind.CancelRejected, Assert.Single(Command(OutputKind.Cancel, in order)).Kind);
    }

    [Fact]
    public void ShouldCancelAndSayWhatWasFilled()
    {
        EngineOutput order = PlaceResting(0, Side.Sell, 10);
        _rig.Fill(in order, 3);
        Answers();

        EngineInput cancelled = Assert.Single(Command(OutputKind.Cancel, in order));
        Assert.Equal((EventKind.OrderCancelled, order.OrderId, 0, Side.Sell), Who(cancelled));
        Assert.Equal(3, cancelled.FilledLots);
        Assert.Equal(EventKind.CancelRejected, Assert.Single(Command(OutputKind.Cancel, in order)).Kind);
    }

    [Fact]
    public void ShouldRejectACancelOfAnOrderThatItDoesNotKnow()
    {
        var order = new EngineOutput { OrderId = NextId(), InstrumentId = 1, Side = Side.Sell };

        EngineInput rejected = Assert.Single(Command(OutputKind.Cancel, in order));

        Assert.Equal((EventKind.CancelRejected, order.OrderId, 1, null), Who(rejected));
    }

    [Fact]
    public void ShouldAmendPriceAndQuantity()
    {
        EngineOutput order = PlaceResting(0, Side.Buy, 10);
        order.PriceTicks = Inside - 10;
        order.QuantityLots = 15;

        EngineInput amended = Assert.Single(Command(OutputKind.Amend, in order));

        Assert.Equal((EventKind.OrderAmended, order.OrderId, 0, Side.Buy), Who(amended));
        Assert.Equal(
            (_commandNumber, Inside - 10, 15L), (amended.CommandNumber, amended.PriceTicks, amended.QuantityLots));
        Assert.Equal(0, Assert.Single(Command(OutputKind.Cancel, in order)).FilledLots);
    }

    [Fact]
    public void ShouldRejectAnAmendOfAnOrderThatItDoesNotKnow()
    {
        var order = new EngineOutput { OrderId = NextId(), PriceTicks = Inside, QuantityLots = 1 };

        EngineInput rejected = Assert.Single(Command(OutputKind.Amend, in order));

        Assert.Equal((EventKind.AmendRejected, order.OrderId, 0, null), Who(rejected));
        Assert.Equal(_commandNumber, rejected.CommandNumber);
    }

    [Fact]
    public void ShouldAnswerWhetherAnOrderIsOpen()
    {
        EngineOutput order = PlaceResting(1, Side.Buy, 10);
        _rig.Fill(in order, 4);
        Answers();

        EngineInput open = Assert.Single(Command(OutputKind.Query, in order));
        Assert.Equal((EventKind.OrderOpen, order.OrderId, 1, Side.Buy), Who(open));
        Assert.Equal((_commandNumber, Inside, 10L), (open.CommandNumber, open.PriceTicks, open.QuantityLots));
        Command(OutputKind.Cancel, in order);
        Assert.Equal(
            (EventKind.OrderCancelled, order.OrderId, 1, Side.Buy),
            Who(Assert.Single(Command(OutputKind.Query, in order))));
    }

    [Fact]
    public void ShouldNameEveryOpenOrderInASnapshot()
    {
        EngineOutput ended = PlaceResting(0, Side.Buy, 1);
        Command(OutputKind.Cancel, in ended);
        EngineOutput[] open =
            [PlaceResting(0, Side.Buy, 2), PlaceResting(1, Side.Sell, 3), PlaceResting(0, Side.Sell, 4)];
        Answers();

        _rig.Reconnect(open);

        List<EngineInput> said = Answers();
        int begin = said.FindIndex(item => item.Kind == EventKind.ReconcileBegin);
        Assert.True(begin >= 0, "no snapshot");
        Assert.All(said[..begin], item => Assert.Equal(EventKind.GatewayLost, item.Kind));
        Assert.Equal(EventKind.ReconcileEnd, said[^1].Kind);
        List<EngineInput> between = said[(begin + 1)..^1];
        Assert.All(between, item => Assert.True(item.Kind is EventKind.OrderOpen or EventKind.OrderFilled));
        Assert.Equal(
            open.Select(item => (item.OrderId, item.InstrumentId, item.Side, item.PriceTicks, item.QuantityLots, 0L))
                .Order(),
            between.Where(item => item.Kind == EventKind.OrderOpen)
                .Select(item => (
                    item.OrderId, item.InstrumentId, item.Side, item.PriceTicks, item.QuantityLots,
                    item.CommandNumber))
                .Order());

        // It goes on with them.
        _rig.Show(0, Bid, Ask, Displayed);
        _rig.Show(1, Bid, Ask, Displayed);
        Answers();
        Assert.All(open, order => Assert.Equal(
            EventKind.OrderCancelled, Assert.Single(Command(OutputKind.Cancel, in order)).Kind));
    }

    [Fact]
    public void ShouldPassOverWhatIsNoCommand()
    {
        EngineOutput order = PlaceResting(0, Side.Buy, 5);
        foreach (OutputKind kind in System.Enum.GetValues<OutputKind>().Where(kind => !IsCommand(kind)))
        {
            Assert.Empty(Command(kind, in order));
        }

        Assert.Equal(EventKind.OrderOpen, Assert.Single(Command(OutputKind.Query, in order)).Kind);
    }

    private static bool IsCommand(OutputKind kind) => new EngineOutput { Kind = kind }.IsCommand;

    // A reject has its reason where others have the side.
    private static (EventKind Kind, long OrderId, int Instrument, Side? Side) Who(EngineInput report) => (
        report.Kind,
        report.OrderId,
        report.InstrumentId,
        report.Kind is EventKind.OrderRejected or EventKind.CancelRejected or EventKind.AmendRejected
            ? null
            : report.Side);

    private EngineOutput PlaceResting(int instrument, Side side, long lots)
    {
        EngineOutput order = Place(instrument, side, Inside, lots, OrderFlags.PostOnly);
        Assert.Equal(EventKind.OrderAccepted, Assert.Single(Answers()).Kind);
        return order;
    }

    private EngineOutput Place(int instrument, Side side, long price, long lots, OrderFlags flags = OrderFlags.None)
    {
        var order = new EngineOutput
        {
            Kind = OutputKind.Place,
            OrderId = NextId(),
            InstrumentId = (ushort)instrument,
            Side = side,
            PriceTicks = price,
            QuantityLots = lots,
            Flags = flags,
        };
        _rig.Venue.OnCommand(in order, _rig.NowNs);
        return order;
    }

    private List<EngineInput> Command(OutputKind kind, in EngineOutput order)
    {
        EngineOutput command = order;
        command.Kind = kind;
        command.CommandNumber = ++_commandNumber;
        _rig.Venue.OnCommand(in command, _rig.NowNs);
        return Answers();
    }

    private List<EngineInput> Answers()
    {
        _rig.Settle();
        var answers = new List<EngineInput>();
        ReportQueue reports = _rig.Venue.Reports;
        while (reports.Count != 0)
        {
            answers.Add(reports.Peek());
            reports.Dequeue();
        }

        return answers;
    }

    private long NextId() => OrderIds.IdOf(_counter++);
}
