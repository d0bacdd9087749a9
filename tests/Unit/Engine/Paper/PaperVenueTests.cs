using System.Collections.Generic;
using System.Linq;
using LowLatency.Engine.Events;
using LowLatency.Engine.Orders;
using LowLatency.Engine.Paper;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Engine.Paper;

public sealed class PaperVenueTests
{
    private readonly PaperVenue _venue = new([Fixture.Spot()]);
    private long _id = 1;

    public PaperVenueTests() => Show(
        (Side.Buy, 99, 50), (Side.Buy, 98, 70), (Side.Sell, 101, 30), (Side.Sell, 102, 40));

    [Fact]
    public void ShouldFillAMarketableOrderAgainstDisplayedDepthAsATaker()
    {
        Place(Side.Buy, 102, 50);

        Assert.Equal(
            [(EventKind.OrderAccepted, 0L, 0L), (EventKind.OrderFilled, 101L, 30L), (EventKind.OrderFilled, 102L, 20L)],
            Take().Select(report => (report.Kind, report.PriceTicks, report.QuantityLots)));
        Assert.Equal(0, _venue.RestingOrders);
    }

    [Fact]
    public void ShouldRestWhatTheLimitDoesNotReach()
    {
        Place(Side.Buy, 101, 50);

        Assert.Equal(30, Take()[^1].QuantityLots);
        Assert.Equal(1, _venue.RestingOrders);
    }

    [Fact]
    public void ShouldFillARestingOrderOnceTheQueueAheadIsGone()
    {
        Place(Side.Buy, 99, 10);
        Take();

        Trade(Side.Sell, 99, 50);
        Assert.Empty(Take());
        Trade(Side.Sell, 99, 4);
        Assert.Equal(4, Assert.Single(Take()).QuantityLots);
        Trade(Side.Sell, 99, 100);

        EngineInput last = Assert.Single(Take());
        Assert.Equal((6L, 99L, EngineInput.MakerFlag), (last.QuantityLots, last.PriceTicks, last.Flags));
        Assert.Equal(0, _venue.RestingOrders);
    }

    [Fact]
    public void ShouldNotFillFromTradesOfItsOwnDirection()
    {
        Place(Side.Buy, 99, 10);
        Take();

        Trade(Side.Buy, 99, 1000);

        Assert.Empty(Take());
    }

    [Theory]
    [InlineData(Side.Buy, 99, 98)]
    [InlineData(Side.Sell, 101, 102)]
    public void ShouldFillInFullWhenATradeGoesThroughThePrice(Side side, long price, long tradePrice)
    {
        Place(side, price, 10);
        Take();

        Trade(side == Side.Buy ? Side.Sell : Side.Buy, tradePrice, 1);

        Assert.Equal((10L, price), (Assert.Single(Take()) is var fill ? fill.QuantityLots : 0, price));
    }

    [Fact]
    public void ShouldMoveForwardOnlyAsFarAsTheBookProves()
    {
        Place(Side.Buy, 99, 10);
        Take();

        // Forty of the fifty lots ahead vanish without a trade: at most ten are left ahead.
        Show((Side.Buy, 99, 10));
        Trade(Side.Sell, 99, 10);
        Assert.Empty(Take());
        Trade(Side.Sell, 99, 1);

        Assert.Equal(1, Assert.Single(Take()).QuantityLots);
    }

    [Fact]
    public void ShouldFillAsAMakerWhenTheOtherSideIsDisplayedAtItsPrice()
    {
        Place(Side.Buy, 99, 10);
        Take();

        Show((Side.Buy, 99, 0), (Side.Sell, 99, 4));

        EngineInput fill = Assert.Single(Take());
        Assert.Equal((4L, 99L, EngineInput.MakerFlag), (fill.QuantityLots, fill.PriceTicks, fill.Flags));
    }

    [Fact]
    public void ShouldCompareTradesOfAnotherConnectionInTheBooksOwnIncrements()
    {
        Place(Side.Buy, 99, 10);
        Take();
        Market(new EngineInput { Kind = EventKind.BookRescale, Price = 10, Quantity = 100 });

        // At the price, 50 lots ahead: of 54 declared lots, four reach the order.
        Market(new EngineInput
        {
            Kind = EventKind.Trade,
            Side = Side.Sell,
            Price = 99,
            Quantity = 54,
            TradeScale = TradeScale.Declared,
        });

        Assert.Equal((4L, 99L), (Assert.Single(Take()) is var fill ? fill.QuantityLots : 0, fill.PriceTicks));
    }

    [Fact]
    public void ShouldRejectWithoutABook()
    {
        Market(new EngineInput { Kind = EventKind.BookStale });

        Place(Side.Buy, 99, 10);

        EngineInput report = Assert.Single(Take());
        Assert.Equal(
            (EventKind.OrderRejected, RejectReason.BookNotLive), (report.Kind, report.RejectReason));
    }

    [Fact]
    public void ShouldCancelWhatRestsAndRefuseWhatDoesNot()
    {
        Place(Side.Buy, 99, 10);
        Cancel(1);
        Cancel(1);

        Assert.Equal(
            [EventKind.OrderAccepted, EventKind.OrderCancelled, EventKind.CancelRejected],
            Take().Select(report => report.Kind));
    }

    [Fact]
    public void ShouldFillNothingWhileTheBookIsStale()
    {
        Place(Side.Buy, 99, 10);
        Take();
        Market(new EngineInput { Kind = EventKind.BookStale });
        Market(new EngineInput { Kind = EventKind.LevelUpdate, Side = Side.Sell, Price = 90, Quantity = 9 });
        Market(new EngineInput { Kind = EventKind.BookCommit });

        Assert.Empty(Take());
    }

    private void Show(params (Side Side, long Price, long Quantity)[] levels)
    {
        if (_id == 1)
        {
            Market(new EngineInput { Kind = EventKind.SnapshotBegin });
        }

        foreach ((Side side, long price, long quantity) in levels)
        {
            Market(new EngineInput { Kind = EventKind.LevelUpdate, Side = side, Price = price, Quantity = quantity });
        }

        Market(new EngineInput { Kind = EventKind.BookCommit, UpdateId = 1 });
    }

    private void Trade(Side aggressor, long price, long quantity) => Market(
        new EngineInput { Kind = EventKind.Trade, Side = aggressor, Price = price, Quantity = quantity });

    private void Market(EngineInput item) => _venue.OnMarket(in item);

    private void Place(Side side, long price, long lots) => _venue.OnCommand(
        new EngineOutput
        {
            Kind = OutputKind.Place,
            OrderId = _id++,
            Side = side,
            PriceTicks = price,
            QuantityLots = lots,
        },
        nowNs: 5);

    private void Cancel(long id) =>
        _venue.OnCommand(new EngineOutput { Kind = OutputKind.Cancel, OrderId = id }, nowNs: 6);

    private List<EngineInput> Take()
    {
        var reports = new List<EngineInput>();
        while (_venue.Reports.Count != 0)
        {
            reports.Add(_venue.Reports.Peek());
            _venue.Reports.Dequeue();
        }

        return reports;
    }
}
