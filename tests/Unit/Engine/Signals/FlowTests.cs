using System;
using System.Collections.Generic;
using System.Linq;
using LowLatency.Engine.Events;
using LowLatency.Engine.Signals;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Engine.Signals;

public sealed class FlowTests(ITestOutputHelper output)
{
    private const long WindowNs = 1600;

    // By hand from the definition of Cont, Kukanov and Stoikov, after bid 100 × 10 and ask 102 × 20.
    [Theory]
    [InlineData(100, 10, 102, 20, 0)] // nothing moved
    [InlineData(100, 15, 102, 20, 5)] // five more to buy
    [InlineData(100, 10, 102, 27, -7)] // seven more to sell
    [InlineData(101, 4, 102, 20, 4)] // a better bid: its whole quantity
    [InlineData(99, 30, 102, 20, -10)] // the old bid is gone
    [InlineData(100, 10, 101, 3, -3)] // a better ask: its whole quantity
    [InlineData(100, 10, 103, 50, 20)] // the old ask is gone
    [InlineData(101, 4, 103, 50, 24)] // both up
    [InlineData(99, 30, 101, 3, -13)] // both down
    public void ShouldFollowItsDefinition(long bid, long bidQuantity, long ask, long askQuantity, long flow)
    {
        var signal = new OrderFlowImbalance(WindowNs);

        Assert.Equal(0, signal.OnTop(1000, 100, 10, 102, 20));
        Assert.Equal(flow, signal.OnTop(1001, bid, bidQuantity, ask, askQuantity));
        Assert.Equal(flow, (long)signal.WindowSum);
        Assert.Equal(flow, (long)signal.Total);
    }

    [Fact]
    public void ShouldLetFlowLeaveTheWindow()
    {
        var signal = new OrderFlowImbalance(WindowNs);
        signal.OnTop(1000, 100, 10, 102, 20);
        signal.OnTop(1050, 100, 15, 102, 20);
        signal.OnTop(2000, 100, 18, 102, 20);
        Assert.Equal(8, (long)signal.WindowSum);

        // The bucket of 1050 is [1000, 1100): it leaves when the sixteenth after it starts.
        signal.OnTime(2599);
        Assert.Equal(8, (long)signal.WindowSum);
        signal.OnTime(2600);
        Assert.Equal(3, (long)signal.WindowSum);
        signal.OnTime(1000);
        Assert.Equal(3, (long)signal.WindowSum);
        signal.OnTime(long.MaxValue);
        Assert.Equal(0, (long)signal.WindowSum);
        Assert.Equal(8, (long)signal.Total);
    }

    [Fact]
    public void ShouldForgetAndRescaleFlow()
    {
        var signal = new OrderFlowImbalance(WindowNs);
        signal.OnTop(1000, 100, 10, 102, 20);
        signal.OnTop(1000, 100, 15, 102, 20);
        signal.Rescale(10, 100);
        Assert.Equal(500, (long)signal.WindowSum);
        Assert.Equal(1, signal.OnTop(1000, 1000, 1501, 1020, 2000));
        Assert.Equal(501, (long)signal.Total);

        signal.Reset();
        Assert.Equal(0, (long)signal.Total);
        Assert.Equal(0, signal.OnTop(1000, 1, 1, 2, 1));
        Assert.Equal(0, (long)signal.WindowSum);
    }

    [Fact]
    public void ShouldCompareBoughtWithSold()
    {
        var signal = new TradeFlowImbalance(WindowNs);
        Assert.False(signal.HasVolume);
        Assert.Equal(0, signal.Value);

        signal.OnTrade(1000, Side.Buy, 30);
        signal.OnTrade(1100, Side.Sell, 10);
        Assert.Equal(0.5, signal.Value);
        signal.Rescale(10);
        Assert.Equal((300, 100), ((long)signal.Bought, (long)signal.Sold));
        signal.OnTime(2600);
        Assert.Equal(-1, signal.Value);
        signal.OnTime(2700);
        Assert.False(signal.HasVolume);
        signal.OnTrade(2700, Side.Buy, 1);
        signal.Reset();
        Assert.False(signal.HasVolume);
    }

    [Fact]
    public void ShouldEqualAPlainListThroughRandomFlow()
    {
        Random random = Seeds.Start(output, 33);
        var flow = new OrderFlowImbalance(WindowNs);
        var trades = new TradeFlowImbalance(WindowNs);
        var flows = new List<(long Bucket, long Flow)>();
        var bought = new List<(long Bucket, long Quantity)>();
        var sold = new List<(long Bucket, long Quantity)>();
        long nowNs = 1_000_000;
        for (int i = 0; i < 20_000; i++)
        {
            nowNs += random.Next(50) == 0 ? random.Next(5000) : random.Next(60);
            long bucket = nowNs / 100;
            long bid = random.Next(98, 102);
            long ask = bid + random.Next(1, 4);
            flows.Add((bucket, flow.OnTop(nowNs, bid, random.Next(1, 50), ask, random.Next(1, 50))));
            Side aggressor = random.Next(2) == 0 ? Side.Buy : Side.Sell;
            long quantity = random.Next(1, 100);
            trades.OnTrade(nowNs, aggressor, quantity);
            (aggressor == Side.Buy ? bought : sold).Add((bucket, quantity));

            Assert.Equal(Window(flows, bucket), (long)flow.WindowSum);
            Assert.Equal(Window(bought, bucket), (long)trades.Bought);
            Assert.Equal(Window(sold, bucket), (long)trades.Sold);
        }

        Assert.Equal(flows.Sum(item => item.Flow), (long)flow.Total);
    }

    [Fact]
    public void ShouldRefuseWindowsWithoutBuckets()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new OrderFlowImbalance(15));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TradeFlowImbalance(0));
    }

    private static long Window(List<(long Bucket, long Amount)> list, long bucket)
    {
        long sum = 0;
        for (int i = list.Count - 1; i >= 0 && list[i].Bucket > bucket - 16; i--)
        {
            sum += list[i].Amount;
        }

        return sum;
    }
}
