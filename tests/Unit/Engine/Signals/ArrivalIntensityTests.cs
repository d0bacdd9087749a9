using System;
using System.Collections.Generic;
using System.Linq;
using LowLatency.Engine.Events;
using LowLatency.Engine.Signals;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Engine.Signals;

public sealed class ArrivalIntensityTests(ITestOutputHelper output)
{
    private const long Second = 1_000_000_000;

    // By hand: in 16 steps of a second, 4 reach 10, 2 of them 20, 1 of them 30: λ = 4/16, 2/16, 1/16. The line through
    // ln λ has slope -ln 2 for each 10, so k = ln 2 / 10, and λ(0) = 8/16.
    [Fact]
    public void ShouldFitAHandComputedLine()
    {
        var signal = new ArrivalIntensity(Second, 32 * Second, width: 10, bins: 5, fitBins: 4);
        signal.OnMid(0, 2001);
        signal.OnMid(Second / 2, 9999); // not the mid at the step's start
        signal.OnTrade(Second / 2, Side.Buy, 1011); // 10.5
        signal.OnMid(Second, 2001);
        signal.OnTrade(Second, Side.Sell, 990); // 10.5
        signal.OnTrade(Second, Side.Sell, 975); // 25.5, deeper
        signal.OnTrade(Second, Side.Buy, 1005); // 4.5, nearer
        signal.OnTime(5 * Second);
        signal.OnTrade(5 * Second, Side.Buy, 1031); // 30.5
        signal.OnTrade(6 * Second, Side.Sell, 986); // 14.5
        signal.OnTrade(7 * Second, Side.Sell, 1100); // on the wrong side of the mid
        signal.OnTime(16 * Second);

        Assert.Equal(16, signal.Seconds);
        Assert.Equal([4L, 2, 1, 0, 0, 0], Enumerable.Range(0, 6).Select(signal.HitsAt));
        Assert.Equal(0, signal.HitsAt(-1));
        Assert.Equal(30, signal.DistanceAt(2));
        Assert.True(signal.TryEstimate(out double a, out double k));
        Assert.Equal(Math.Log(2) / 10, k, 1e-14);
        Assert.Equal(0.5, a, 1e-14);

        signal.Rescale(100);
        Assert.True(signal.TryEstimate(out a, out k));
        Assert.Equal(Math.Log(2) / 1000, k, 1e-16);
        Assert.Equal(0.5, a, 1e-14);
        Assert.Equal(3000, signal.DistanceAt(2));
    }

    [Fact]
    public void ShouldNotEstimateWithoutALineThatFalls()
    {
        var signal = new ArrivalIntensity(Second, 32 * Second, width: 1, bins: 4, fitBins: 3);
        Assert.False(signal.TryEstimate(out double a, out double k));
        Assert.True(double.IsNaN(a) && double.IsNaN(k));
        signal.OnMid(0, 200);
        signal.OnTrade(0, Side.Buy, 102);
        signal.OnTime(Second);
        Assert.False(signal.TryEstimate(out _, out _)); // two bins
        signal.OnTrade(Second, Side.Buy, 150);
        signal.OnTime(2 * Second);
        Assert.Equal(1, signal.HitsAt(3));
        Assert.True(signal.TryEstimate(out _, out _));

        var flat = new ArrivalIntensity(Second, 32 * Second, width: 1, bins: 4, fitBins: 3);
        flat.OnMid(0, 200);
        flat.OnTrade(0, Side.Buy, 150);
        flat.OnTime(Second);
        Assert.False(flat.TryEstimate(out _, out _));
    }

    [Fact]
    public void ShouldSlideAndTakeAnyGap()
    {
        // Buckets of two steps.
        var signal = new ArrivalIntensity(Second, 32 * Second, width: 1, bins: 3, fitBins: 3);
        signal.OnMid(Second, 200);
        signal.OnTrade(Second, Side.Buy, 105);
        signal.OnTime(31 * Second);
        Assert.Equal((30.0, 1L), (signal.Seconds, signal.HitsAt(0)));
        signal.OnTime(32 * Second);
        Assert.Equal((30.0, 0L), (signal.Seconds, signal.HitsAt(0)));
        signal.OnTime(1_000_000_000 * Second); // thirty years
        Assert.Equal(30.0, signal.Seconds);
        Assert.Equal(0, signal.HitsAt(0));
    }

    [Fact]
    public void ShouldNotCountTimeWithoutABook()
    {
        var signal = new ArrivalIntensity(Second, 160 * Second, width: 1, bins: 3, fitBins: 3);
        signal.OnTrade(Second, Side.Buy, 105);
        signal.OnTime(20 * Second);
        Assert.Equal(0, signal.Seconds);
        signal.OnMid((20 * Second) + 1, 200);
        signal.OnTrade((20 * Second) + 1, Side.Buy, 105); // its step had no mid at the start
        signal.OnTime(25 * Second);
        Assert.Equal((4.0, 0L), (signal.Seconds, signal.HitsAt(0)));
        signal.OnTrade(25 * Second, Side.Buy, 105);
        signal.Reset();
        signal.OnTime(40 * Second);
        Assert.Equal((4.0, 0L), (signal.Seconds, signal.HitsAt(0)));
    }

    [Theory]
    [InlineData(2.0, 0.02)]
    [InlineData(5.0, 0.05)]
    public void ShouldComeBackNearAKnownIntensity(double trueA, double trueK)
    {
        // An hour of Poisson trades whose depth is exponential, in steps short against 1/A.
        Random random = Seeds.Start(output, 35);
        var signal = new ArrivalIntensity(Second / 100, 3600 * Second, width: 5, bins: 60, fitBins: (int)(0.5 / trueK));
        signal.OnMid(0, 2_000_000);
        double seconds = 0;
        while (true)
        {
            seconds -= Math.Log(1 - random.NextDouble()) / trueA;
            if (seconds > 3600)
            {
                break;
            }

            double depth = -Math.Log(1 - random.NextDouble()) / trueK;
            bool isBuy = random.Next(2) == 0;
            signal.OnTrade(
                (long)(seconds * Second),
                isBuy ? Side.Buy : Side.Sell,
                isBuy ? 1_000_000 + (long)depth : 1_000_000 - (long)depth);
        }

        Assert.True(signal.TryEstimate(out double a, out double k));
        output.WriteLine($"A {a} of {trueA}, k {k} of {trueK}");
        Assert.InRange(a / trueA, 0.9, 1.1);
        Assert.InRange(k / trueK, 0.9, 1.1);
    }

    [Fact]
    public void ShouldEqualAPlainRecomputationOfRandomTrades()
    {
        Random random = Seeds.Start(output, 36);
        const int stepsPerBucket = 3;
        var signal = new ArrivalIntensity(100, 16 * stepsPerBucket * 100, width: 4, bins: 12, fitBins: 9);
        var deepest = new Dictionary<long, double>();
        double mid = 500;
        var midAt = new Dictionary<long, double>();
        signal.OnMid(0, 1000);
        midAt[0] = mid;
        long nowNs = 0;
        long known = 0;
        for (int i = 0; i < 20_000; i++)
        {
            nowNs += random.Next(60) == 0 ? random.Next(12_000) : random.Next(80);
            long step = nowNs / 100;
            for (; known < step; known++)
            {
                midAt[known + 1] = mid;
            }

            if (random.Next(3) == 0)
            {
                long twoMid = random.Next(990, 1011);
                mid = twoMid / 2.0;
                signal.OnMid(nowNs, twoMid);
                if (nowNs % 100 == 0)
                {
                    midAt[step] = mid;
                }
            }
            else
            {
                bool isBuy = random.Next(2) == 0;
                long price = 500 + ((isBuy ? 1 : -1) * random.Next(-3, 60));
                signal.OnTrade(nowNs, isBuy ? Side.Buy : Side.Sell, price);
                double depth = isBuy ? price - midAt[step] : midAt[step] - price;
                deepest[step] = Math.Max(deepest.GetValueOrDefault(step, -1), depth);
            }

            if (i % 50 == 0)
            {
                Check(signal, deepest, Math.Max(((step / stepsPerBucket) - 15) * stepsPerBucket, 0), step);
            }
        }
    }

    private static void Check(ArrivalIntensity signal, Dictionary<long, double> deepest, long from, long to)
    {
        double seconds = (to - from) * 1e-7;
        long[] hits = new long[12];
        for (int bin = 0; bin < hits.Length; bin++)
        {
            for (long step = from; step < to; step++)
            {
                hits[bin] += deepest.GetValueOrDefault(step, -1) >= (bin + 1) * 4 ? 1 : 0;
            }

            Assert.Equal(hits[bin], signal.HitsAt(bin));
        }

        Assert.Equal(seconds, signal.Seconds, 1e-15);
        var points = hits.Take(9).Select((count, bin) => (X: (bin + 1) * 4.0, Count: count))
            .Where(point => point.Count != 0).Select(point => (point.X, Y: Math.Log(point.Count / seconds))).ToArray();
        double slope = double.NaN;
        double meanX = 0;
        double meanY = 0;
        if (points.Length >= 3)
        {
            meanX = points.Average(point => point.X);
            meanY = points.Average(point => point.Y);
            slope = points.Sum(point => (point.X - meanX) * (point.Y - meanY))
                / points.Sum(point => (point.X - meanX) * (point.X - meanX));
        }

        bool can = signal.TryEstimate(out double a, out double k);
        if (slope < -1e-12)
        {
            Assert.True(can);
            Assert.Equal(-slope, k, 1e-10);
            double expected = Math.Exp(meanY - (slope * meanX));
            Assert.Equal(expected, a, expected * 1e-10);
        }
        else if (double.IsNaN(slope))
        {
            Assert.False(can);
        }
    }
}
