using System;
using System.Collections.Generic;
using System.IO;
using LowLatency.Engine.Events;
using LowLatency.Engine.Strategies;
using LowLatency.ExampleStrategy;
using LowLatency.Testing;
using Xunit;

namespace LowLatency.Tests.Testing;

/// <summary>The example strategy, tested as its author would: with LowLatency.Testing.</summary>
public sealed class PullbackStrategyTests
{
    private readonly StrategyTester _tester = new(
        facts => new PullbackStrategy(new PullbackSettings { AverageSeconds = 2, PullbackBp = 10 }, facts));

    [Fact]
    public void ShouldBuyAPullbackAndSellWhatItBought()
    {
        Quiet();
        Assert.Empty(_tester.Decisions);
        Assert.Equal(0, _tester.Gauge(PullbackGauge.PullbackBp));

        _tester.Book(bidTicks: 9_980_000, askTicks: 9_980_002);

        Assert.Equal(20, _tester.Gauge(PullbackGauge.PullbackBp), tolerance: 0.1);
        StrategyLogLine line = Assert.Single(_tester.LogLines);
        Assert.Equal(
            ("BTCUSDT", "buys 501 lots at 9980000 ticks, 20.0 bp below average"), (line.Symbol, line.Text));
        Assert.Equal(2, _tester.Decisions.Count);
        (TestDecision pair, TestDecision buy) = (_tester.Decisions[0], _tester.Decisions[1]);
        Assert.Equal((OutputKind.CompositeCreated, Side.Buy), (pair.Kind, pair.Side));
        Assert.True(pair.Is(PullbackReason.Pullback));
        Assert.Equal((OutputKind.Place, Side.Buy, 9_980_000L), (buy.Kind, buy.Side, buy.PriceTicks));
        Assert.Equal(pair.OrderId, buy.ParentId);

        _tester.Accept(buy.OrderId);
        _tester.Fill(in buy);

        TestDecision sell = _tester.Decisions[^1];
        Assert.Equal(
            (OutputKind.Place, Side.Sell, 9_984_990L, buy.Lots),
            (sell.Kind, sell.Side, sell.PriceTicks, sell.Lots));
        Assert.Equal(buy.Lots, _tester.PositionLots);
    }

    [Fact]
    public void ShouldCancelItsOrderWhenTheBookIsLost()
    {
        Quiet();
        _tester.Book(bidTicks: 9_980_000, askTicks: 9_980_002);
        _tester.Accept(_tester.Decisions[1].OrderId);

        _tester.LoseBook();

        Assert.Equal(OutputKind.Cancel, _tester.Decisions[^1].Kind);
        _tester.Cancelled(_tester.Decisions[1].OrderId);
        Assert.Equal(0, _tester.OpenOrders);
    }

    [Fact]
    public void ShouldFillOnPaperWhenTheMarketTradesThere()
    {
        var tester = new StrategyTester(
            facts => new PullbackStrategy(new PullbackSettings { AverageSeconds = 2, PullbackBp = 10 }, facts),
            fillsOnPaper: true);
        tester.Book(10_000_000, 10_000_002);
        tester.Advance(TimeSpan.FromSeconds(2));
        tester.Book(10_000_000, 10_000_002);
        tester.Book(9_980_000, 9_980_002);
        tester.Trade(Side.Sell, 9_979_999, 10_000_000);

        Assert.True(tester.PositionLots > 0);
    }

    [Fact]
    public void ShouldDecideTheSameOverARecordingEachTime()
    {
        string sample = Path.Combine(AppContext.BaseDirectory, "Golden", "samples", "binance-btcusdt");
        var settings = new Dictionary<string, string> { ["AverageSeconds"] = "2", ["PullbackBp"] = "0.1" };

        var run = RecordingRun.Of<PullbackStrategy>(sample, settings);

        Assert.NotEmpty(run.Decisions);
        Assert.NotEmpty(run.LogLines);
        Assert.All(run.LogLines, line => Assert.Equal(("Pullback", "BTCUSDT"), (line.Strategy, line.Symbol)));
        Assert.All(run.Decisions, decision => Assert.Equal("BTCUSDT", decision.Symbol));
        Assert.Equal(run.DecisionText, RecordingRun.Of<PullbackStrategy>(sample, settings).DecisionText);
    }

    // Two samples of the average, a second apart.
    private void Quiet()
    {
        _tester.Book(bidTicks: 10_000_000, askTicks: 10_000_002);
        _tester.Advance(TimeSpan.FromSeconds(2));
        _tester.Book(bidTicks: 10_000_000, askTicks: 10_000_002);
    }
}
