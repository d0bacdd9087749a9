using System;
using System.Collections.Generic;
using System.Linq;
using LowLatency.Engine.Signals;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Engine.Signals;

public sealed class CandleSeriesTests(ITestOutputHelper output)
{
    [Fact]
    public void ShouldCloseAtItsEnd()
    {
        var series = new CandleSeries(100);
        series.OnTime(5000);
        Assert.False(series.HasCurrent);
        series.OnTrade(1010, 50, 1);
        series.OnTrade(1020, 55, 2);
        series.OnTrade(1030, 48, 3);
        series.OnTrade(1099, 51, 4);
        Assert.Empty(Take(series));
        series.OnTrade(1100, 60, 5); // at the end: already the next one's
        Assert.Equal([new Candle(1000, 50, 55, 48, 51, 10)], Take(series));
        Assert.Equal(new Candle(1100, 60, 60, 60, 60, 5), series.Current);
        series.OnTrade(1050, 58, 1); // late: counts in the current one
        series.OnTime(1199);
        Assert.Empty(Take(series));
        series.OnTime(1200);
        Assert.Equal([new Candle(1100, 60, 60, 58, 58, 6)], Take(series));
        Assert.Equal(new Candle(1200, 58, 58, 58, 58, 0), series.Current);
        series.OnTrade(1201, 70, 1);
        Assert.Equal(new Candle(1200, 70, 70, 70, 70, 1), series.Current);
    }

    [Fact]
    public void ShouldRepeatTheLastCloseThroughAGap()
    {
        var series = new CandleSeries(100);
        series.OnTrade(1010, 50, 1);
        series.OnTrade(1350, 60, 1);

        Assert.Equal(
            [
                new Candle(1000, 50, 50, 50, 50, 1),
                new Candle(1100, 50, 50, 50, 50, 0),
                new Candle(1200, 50, 50, 50, 50, 0),
            ],
            Take(series));
        Assert.Equal(0, series.Skipped);
    }

    [Fact]
    public void ShouldBoundWhatAGapGives()
    {
        var series = new CandleSeries(100);
        series.OnTrade(1010, 50, 1);
        series.OnTime(1000 + (100 * 1000) + 1); // 999 empty intervals

        List<Candle> closed = Take(series);
        Assert.Equal(1 + CandleSeries.MaxEmpty, closed.Count);
        Assert.Equal(1000, closed[0].StartNs);
        Assert.Equal(1000 + (100 * 999), closed[^1].StartNs);
        Assert.Equal(1000 + (100 * (1000 - CandleSeries.MaxEmpty)), closed[1].StartNs);
        Assert.Equal(999 - CandleSeries.MaxEmpty, series.Skipped);
        Assert.Equal(0, series.Lost);

        for (int i = 0; i < CandleSeries.Capacity + 3; i++)
        {
            series.OnTime(series.Current.StartNs + 100);
        }

        Assert.Equal(3, series.Lost);
        Assert.Equal(CandleSeries.Capacity, Take(series).Count);
    }

    [Fact]
    public void ShouldHoldTheVolumeAtItsGreatest()
    {
        var series = new CandleSeries(100);
        series.OnTrade(1010, 50, 7);
        series.OnTrade(1110, 60, long.MaxValue - 1);
        series.OnTrade(1110, 61, 5);

        Assert.Equal([new Candle(1000, 50, 50, 50, 50, 7)], Take(series));
        Assert.Equal(new Candle(1100, 60, 61, 60, 61, long.MaxValue), series.Current);
    }

    [Fact]
    public void ShouldEqualAPlainGroupingOfRandomTrades()
    {
        Random random = Seeds.Start(output, 37);
        var series = new CandleSeries(1000);
        var trades = new List<(long Ns, long Price, long Quantity)>();
        var closed = new List<Candle>();
        long nowNs = 123_456;
        for (int i = 0; i < 20_000; i++)
        {
            nowNs += random.Next(100) == 0 ? random.Next(20_000) : random.Next(400);
            trades.Add((nowNs, random.Next(900, 1100), random.Next(1, 10)));
            series.OnTrade(nowNs, trades[^1].Price, trades[^1].Quantity);
            closed.AddRange(Take(series));
        }

        var plain = new List<Candle>();
        foreach (var group in trades.GroupBy(trade => trade.Ns / 1000 * 1000))
        {
            while (plain.Count != 0 && plain[^1].StartNs + 1000 < group.Key)
            {
                long close = plain[^1].Close;
                plain.Add(new Candle(plain[^1].StartNs + 1000, close, close, close, close, 0));
            }

            plain.Add(new Candle(
                group.Key,
                group.First().Price,
                group.Max(trade => trade.Price),
                group.Min(trade => trade.Price),
                group.Last().Price,
                group.Sum(trade => trade.Quantity)));
        }

        Assert.Equal(plain.SkipLast(1), closed);
        Assert.Equal(plain[^1], series.Current);
    }

    [Fact]
    public void ShouldRefuseAnIntervalOfNothing() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new CandleSeries(0));

    private static List<Candle> Take(CandleSeries series)
    {
        var closed = new List<Candle>();
        while (series.TryTakeClosed(out Candle candle))
        {
            closed.Add(candle);
        }

        return closed;
    }
}
