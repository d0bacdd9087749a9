using System;
using System.Collections.Generic;
using System.Linq;
using LowLatency.Engine.Signals;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Engine.Signals;

public sealed class IndicatorTests(ITestOutputHelper output)
{
    // By hand: means of three.
    [Fact]
    public void ShouldAverageSimply()
    {
        var average = new SimpleAverage(3);

        Assert.Equal([double.NaN, double.NaN, 2, 4, 6], Run([1, 2, 3, 7, 8], average.Add, () => average.Value));
        Assert.True(average.IsReady);
    }

    // By hand: α = 1/2 for n = 3; first (1 + 2 + 3) / 3 = 2, then (2 + 7) / 2 = 4.5, then (4.5 + 8) / 2 = 6.25.
    [Fact]
    public void ShouldAverageExponentially()
    {
        var average = new ExponentialAverage(3);

        Assert.Equal([double.NaN, double.NaN, 2, 4.5, 6.25], Run([1, 2, 3, 7, 8], average.Add, () => average.Value));
    }

    // By hand: 2, 4, 4, 4, 5, 5, 7, 9 is the textbook population of mean 5 and standard deviation 2.
    [Fact]
    public void ShouldDrawBands()
    {
        var bands = new BollingerBands(8, 2);
        foreach (long close in new long[] { 1000, 2, 4, 4, 4, 5, 5, 7 })
        {
            bands.Add(close);
        }

        Assert.True(bands.IsReady);
        bands.Add(9);
        Assert.Equal((5.0, 2.0, 9.0, 1.0), (bands.Middle, bands.Deviation, bands.Upper, bands.Lower));
        Assert.True(double.IsNaN(new BollingerBands(2, 2).Upper));
    }

    // By hand from Wilder's rules, n = 3. Closes 10, 12, 11, 14, 13, 13, 16: changes +2, -1, +3, -1, 0, +3.
    // Gain 5/3, 10/9, 20/27, 121/81; loss 1/3, 5/9, 10/27, 20/81. 100·gain/(gain + loss):
    // 100·5/6, 100·10/15, 100·20/30, 100·121/141.
    [Fact]
    public void ShouldFollowWildersStrengthByHand()
    {
        var strength = new RelativeStrength(3);
        double[] values = Run([10, 12, 11, 14, 13, 13, 16], strength.Add, () => strength.Value);

        Assert.All(values.Take(3), value => Assert.True(double.IsNaN(value)));
        AssertNear([500.0 / 6, 1000.0 / 15, 2000.0 / 30, 12100.0 / 141], values.Skip(3), 1e-12);
    }

    // The table of the StockCharts ChartSchool article on the relative strength index, n = 14, prices in 1/10000.
    [Fact]
    public void ShouldFollowThePublishedTableOfStrength()
    {
        long[] closes =
        [
            443389, 440902, 441497, 436124, 443278, 448264, 450955, 454245, 458433, 460826, 458931, 460328, 456140,
            462820, 462820, 460028, 460328, 464116, 462222, 456439,
        ];
        var strength = new RelativeStrength(14);

        AssertNear(
            [70.53, 66.32, 66.55, 69.41, 66.36, 57.97],
            Run(closes, strength.Add, () => strength.Value).Skip(14),
            0.005);
    }

    [Theory]
    [InlineData(new long[] { 1, 2, 3 }, 100)]
    [InlineData(new long[] { 3, 2, 1 }, 0)]
    [InlineData(new long[] { 2, 2, 2 }, 100)] // no loss at all
    public void ShouldKnowTheEndsOfStrength(long[] closes, double value)
    {
        var strength = new RelativeStrength(2);

        Assert.Equal(value, Run(closes, strength.Add, () => strength.Value)[^1]);
    }

    // By hand from Wilder's rules, n = 3: high/low/close 12/8/10, 11/9/10, 16/13/14, 14/5/6, 6/6/6.
    // True ranges 4, 2, max(3, 6, 3) = 6, max(9, 0, 9) = 9, 0. Averages 12/3 = 4, (8 + 9)/3 = 17/3, (34/3)/3 = 34/9.
    [Fact]
    public void ShouldFollowWildersRangeByHand()
    {
        var range = new AverageTrueRange(3);
        var values = new List<double>();
        foreach ((long high, long low, long close) in
            new (long, long, long)[] { (12, 8, 10), (11, 9, 10), (16, 13, 14), (14, 5, 6), (6, 6, 6) })
        {
            Assert.Equal(values.Count >= 3, range.IsReady);
            range.Add(new Candle(0, close, high, low, close, 1));
            values.Add(range.Value);
        }

        Assert.All(values.Take(2), value => Assert.True(double.IsNaN(value)));
        AssertNear([4, 17.0 / 3, 34.0 / 9], values.Skip(2), 1e-12);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(14)]
    [InlineData(500)]
    public void ShouldEqualPlainRecomputationsOfRandomCloses(int n)
    {
        Random random = Seeds.Start(output, 38);
        const int count = 3000;
        long close = 1_000_000_000_000;
        var candles = new List<Candle>();
        for (int i = 0; i < count; i++)
        {
            long open = close;
            close += random.Next(-1000, 1001);
            candles.Add(new Candle(
                i, open, Math.Max(open, close) + random.Next(100), Math.Min(open, close) - random.Next(100), close, 1));
        }

        var simple = new SimpleAverage(n);
        var exponential = new ExponentialAverage(n);
        var bands = new BollingerBands(n, 2);
        var strength = new RelativeStrength(n);
        var range = new AverageTrueRange(n);
        foreach (Candle candle in candles)
        {
            simple.Add(candle.Close);
            exponential.Add(candle.Close);
            bands.Add(candle.Close);
            strength.Add(candle.Close);
            range.Add(candle);
        }

        decimal[] last = candles.TakeLast(n).Select(candle => (decimal)candle.Close).ToArray();
        decimal mean = last.Average();
        Assert.Equal((double)mean, simple.Value, 1e-3);
        Assert.Equal((double)mean, bands.Middle, 1e-3);
        Assert.Equal(Math.Sqrt((double)last.Average(x => (x - mean) * (x - mean))), bands.Deviation, 1e-6);

        decimal smooth = candles.Take(n).Average(candle => (decimal)candle.Close);
        smooth = candles.Skip(n).Aggregate(smooth, (value, candle) => value + (2m / (n + 1) * (candle.Close - value)));
        Assert.Equal((double)smooth, exponential.Value, 1e-2);

        long[] changes = candles.Zip(candles.Skip(1), (from, to) => to.Close - from.Close).ToArray();
        decimal gain = Wilder(changes.Select(change => Math.Max(change, 0)), n);
        decimal loss = Wilder(changes.Select(change => Math.Max(-change, 0)), n);
        Assert.Equal(loss == 0 ? 100 : (double)(100 - (100 / (1 + (gain / loss)))), strength.Value, 1e-9);
        IEnumerable<long> ranges = candles.Zip(candles.Skip(1), (from, to) => Math.Max(
            to.High - to.Low, Math.Max(Math.Abs(to.High - from.Close), Math.Abs(to.Low - from.Close))));
        Assert.Equal((double)Wilder(ranges.Prepend(candles[0].High - candles[0].Low), n), range.Value, 1e-8);
    }

    [Fact]
    public void ShouldNotDriftOverAMillionCloses()
    {
        var simple = new SimpleAverage(20);
        var exponential = new ExponentialAverage(20);
        var bands = new BollingerBands(20, 2);
        const long far = 1L << 60;
        for (int i = 0; i < 1_000_000; i++)
        {
            long close = i % 7 == 0 ? far + i : i;
            simple.Add(close);
            exponential.Add(close);
            bands.Add(close);
        }

        for (int i = 0; i < 1000; i++)
        {
            simple.Add(i % 2);
            exponential.Add(1);
            bands.Add(i % 2);
        }

        Assert.Equal((0.5, 0.5, 0.5), (simple.Value, bands.Middle, bands.Deviation));
        Assert.Equal(1, exponential.Value, 1e-12);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(501)]
    public void ShouldRefuseImpossibleLengths(int n)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new SimpleAverage(n));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ExponentialAverage(n));
        Assert.Throws<ArgumentOutOfRangeException>(() => new BollingerBands(n, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RelativeStrength(n));
        Assert.Throws<ArgumentOutOfRangeException>(() => new AverageTrueRange(n));
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(-1.0)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void ShouldRefuseBandsWithoutWidth(double k) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new BollingerBands(20, k));

    private static double[] Run(long[] closes, Action<long> add, Func<double> value) => closes.Select(close =>
    {
        add(close);
        return value();
    }).ToArray();

    private static void AssertNear(double[] expected, IEnumerable<double> actual, double tolerance)
    {
        double[] values = actual.ToArray();
        Assert.Equal(expected.Length, values.Length);
        Assert.All(expected.Zip(values), pair => Assert.Equal(pair.First, pair.Second, tolerance));
    }

    private static decimal Wilder(IEnumerable<long> numbers, int n)
    {
        decimal[] all = numbers.Select(number => (decimal)number).ToArray();
        return all.Skip(n).Aggregate(all.Take(n).Average(), (value, number) => ((value * (n - 1)) + number) / n);
    }
}
