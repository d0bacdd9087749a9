using LowLatency.Engine.Events;
using LowLatency.Testing;
using Xunit;

namespace MyStrategy.Tests;

public sealed class StrategyTests
{
    private readonly StrategyTester _tester = new(facts => new Strategy(new Settings { AwayTicks = 10 }, facts));

    [Fact]
    public void ShouldKeepOneBidBelowTheMarket()
    {
        _tester.Book(bidTicks: 6_000_000, askTicks: 6_000_002);

        TestDecision bid = Assert.Single(_tester.Decisions);
        Assert.Equal((OutputKind.Place, Side.Buy, 5_999_990L), (bid.Kind, bid.Side, bid.PriceTicks));
        Assert.True(bid.Is(Reason.NoBid));

        _tester.Accept(bid.OrderId);
        _tester.Book(bidTicks: 6_000_001, askTicks: 6_000_002);
        Assert.Single(_tester.Decisions);
        Assert.Equal(11, _tester.Gauge(Gauge.BidDistanceTicks));

        _tester.Fill(in bid);
        _tester.Book(bidTicks: 6_000_000, askTicks: 6_000_002);
        Assert.Equal(2, _tester.Decisions.Count);
        Assert.Empty(_tester.LogLines);
    }

    [Fact]
    public void ShouldSayWhyItHasNoBid()
    {
        var tester = new StrategyTester(
            facts => new Strategy(new Settings(), facts),
            limits: StrategyTester.SampleLimits with { MaxPositionTickLots = 1 });

        tester.Book(bidTicks: 6_000_000, askTicks: 6_000_002);

        Assert.Equal("bid at 5999990 ticks refused: RefusedPosition", Assert.Single(tester.LogLines).Text);
    }
}
