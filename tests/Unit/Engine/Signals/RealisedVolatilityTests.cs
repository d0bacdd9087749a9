using System;
using System.Collections.Generic;
using System.Linq;
using LowLatency.Engine.Signals;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Engine.Signals;

public sealed class RealisedVolatilityTests(ITestOutputHelper output)
{
    private const long Second = 1_000_000_000;

    // By hand: twice the mid is 200, 202, 202, 198 at seconds 10 to 13. Log returns ln 1.01, 0, ln(198/202);
    // changes of the mid 1, 0, -2, mean -1/3, variance (5/3 - 1/9) = 14/9.
    [Fact]
    public void ShouldAgreeWithAHandComputedTable()
    {
        var signal = new RealisedVolatility(Second, 10);
        Assert.True(double.IsNaN(signal.PerRootSecond));
        Assert.True(double.IsNaN(signal.PricePerRootSecond));
        signal.OnMid((9 * Second) + 1, 200);
        signal.OnMid(10 * Second, 200);
        signal.OnMid((10 * Second) + 5, 777);
        signal.OnMid(11 * Second, 201);
        signal.OnMid(11 * Second, 202); // the last one at the grid point is in force
        signal.OnMid((12 * Second) + 1, 300);
        signal.OnMid(13 * Second, 198);
        Assert.Equal(2, signal.Samples);
        signal.OnTime((13 * Second) + 1);

        Assert.Equal(3, signal.Samples);
        Assert.False(signal.IsFull);
        double squares = Math.Pow(Math.Log(202.0 / 200), 2) + Math.Pow(Math.Log(198.0 / 202), 2);
        Assert.Equal(Math.Sqrt(squares / 3), signal.PerRootSecond, 1e-15);
        Assert.Equal(Math.Sqrt(14.0 / 9), signal.PricePerRootSecond, 1e-14);
    }

    [Fact]
    public void ShouldScaleToTheRootOfASecond()
    {
        // Mid 100, 101, 100 …, ten times a second: changes ±1, so 1·√10 per root second.
        var signal = new RealisedVolatility(Second / 10, 100);
        for (int i = 0; i <= 200; i++)
        {
            signal.OnMid(i * (Second / 10), i % 2 == 0 ? 200 : 202);
        }

        Assert.True(signal.IsFull);
        Assert.Equal(Math.Sqrt(10), signal.PricePerRootSecond, 1e-13);
        Assert.Equal(Math.Log(1.01) * Math.Sqrt(10), signal.PerRootSecond, 1e-15);
        signal.Rescale(100);
        Assert.Equal(100 * Math.Sqrt(10), signal.PricePerRootSecond, 1e-11);
        Assert.Equal(Math.Log(1.01) * Math.Sqrt(10), signal.PerRootSecond, 1e-15);
    }

    [Fact]
    public void ShouldLeaveNothingBehindAndTakeAnyGap()
    {
        var signal = new RealisedVolatility(Second, 8);
        signal.OnMid(Second, 1_000_000);
        signal.OnMid(2 * Second, 3);
        signal.OnTime(10 * Second);
        Assert.True(signal.PerRootSecond > 1);
        signal.OnTime(long.MaxValue - Second);

        Assert.Equal(8, signal.Samples);
        Assert.Equal(0, signal.PerRootSecond);
        Assert.Equal(0, signal.PricePerRootSecond);
    }

    [Fact]
    public void ShouldTakeNoSampleAcrossAGapOfTheBook()
    {
        var signal = new RealisedVolatility(Second, 8);
        signal.OnMid(Second, 200);
        signal.OnMid(2 * Second, 200);
        signal.OnTime(3 * Second);
        Assert.Equal(1, signal.Samples);
        signal.Reset();
        signal.OnTime(50 * Second);
        signal.OnMid((50 * Second) + 1, 400);
        signal.OnMid(51 * Second, 0); // no mid: 400 stays in force
        signal.OnTime((51 * Second) + 1);
        Assert.Equal(1, signal.Samples);
        signal.OnTime((52 * Second) + 1);
        Assert.Equal(2, signal.Samples);
        Assert.Equal(0, signal.PerRootSecond);
    }

    [Fact]
    public void ShouldEqualAPlainRecomputationOfRandomMids()
    {
        Random random = Seeds.Start(output, 34);
        const int window = 50;
        var signal = new RealisedVolatility(Second, window);
        var events = new List<(long Ns, long TwoMid)>();
        long nowNs = 7 * Second;
        long twoMid = 2_000_000;
        for (int i = 0; i < 5000; i++)
        {
            nowNs += random.Next(40) == 0 ? random.Next(20) * Second : random.Next(600_000_000);
            twoMid += random.Next(-500, 501);
            events.Add((nowNs, twoMid));
            signal.OnMid(nowNs, twoMid);
        }

        // The mid at each grid point before the end, by plain search.
        var mids = new List<long>();
        int at = 0;
        for (long point = 7 * Second; point < nowNs; point += Second)
        {
            while (at + 1 < events.Count && events[at + 1].Ns <= point)
            {
                at++;
            }

            if (events[at].Ns <= point)
            {
                mids.Add(events[at].TwoMid);
            }
        }

        double[] last = mids.Skip(mids.Count - window - 1).Select(mid => mid / 2.0).ToArray();
        double[] changes = last.Zip(last.Skip(1), (from, to) => to - from).ToArray();
        double squares = last.Zip(last.Skip(1), (from, to) => Math.Pow(Math.Log(to / from), 2)).Sum();
        double variance = changes.Select(x => Math.Pow(x - changes.Average(), 2)).Average();
        Assert.Equal(window, signal.Samples);
        Assert.Equal(Math.Sqrt(squares / window), signal.PerRootSecond, 1e-15);
        Assert.Equal(Math.Sqrt(variance), signal.PricePerRootSecond, 1e-9);
    }

    [Theory]
    [InlineData(0, 10)]
    [InlineData(1, 1)]
    [InlineData(1, RealisedVolatility.MaxSamples + 1)]
    public void ShouldRefuseImpossibleWindows(long intervalNs, int samples) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new RealisedVolatility(intervalNs, samples));
}
