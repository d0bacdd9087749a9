using System;
using System.Linq;
using LowLatency.Measures;
using Xunit;

namespace LowLatency.Tests.Measures;

public sealed class SpreadTests
{
    // P(Bin(n, 1/2) ≤ k) ≤ 0.025 by tables of the sign test: n = 6, k = 0; n = 9, k = 1; n = 15, k = 3; n = 20, k = 5.
    [Theory]
    [InlineData(1, 1, 1, 1)]
    [InlineData(4, 2.5, 1, 4)]
    [InlineData(6, 3.5, 1, 6)]
    [InlineData(9, 5, 2, 8)]
    [InlineData(15, 8, 4, 12)]
    [InlineData(20, 10.5, 6, 15)]
    public void ShouldBoundTheMedianByOrderStatistics(int count, double median, double low, double high) =>
        Assert.Equal(
            new Spread(median, low, high),
            Spread.Of(Enumerable.Range(1, count).Reverse().Select(value => (double)value)));

    [Fact]
    public void ShouldHoldTheTrueMedianAsOftenAsItSays()
    {
        var random = new Random(7);
        int held = Enumerable.Range(0, 4000).Count(_ =>
        {
            // An exponential distribution has median ln 2, far from its mean.
            Spread spread = Spread.Of(Enumerable.Range(0, 15).Select(_ => -Math.Log(1 - random.NextDouble())));
            return spread.Low <= Math.Log(2) && Math.Log(2) <= spread.High;
        });

        Assert.InRange(held / 4000.0, 0.95, 0.98);
    }

    [Fact]
    public void ShouldRefuseNothingAtAll() => Assert.Throws<ArgumentException>(() => Spread.Of([]));
}
