using System;
using System.Linq;
using LowLatency.Measures;
using Xunit;

namespace LowLatency.Tests.Measures;

public sealed class TrendTests
{
    [Fact]
    public void ShouldFitAHandComputedLine()
    {
        // Means 2 and 4; sums of squares 10, 8 and 6.8 about them; the residual is 6.8 - 64/10 = 0.4 over 3 degrees of
        // freedom.
        Trend trend = Trend.Of([(0, 2.4), (1, 3.2), (2, 4), (3, 4.4), (4, 6)]);

        Assert.Equal(0.84, trend.Slope, 9);
        Assert.Equal(Math.Sqrt(0.304 / 3 / 10), trend.StandardError, 9);
    }

    [Fact]
    public void ShouldTellARiseFromChance()
    {
        Trend rising = Trend.Of(Enumerable.Range(0, 100).Select(x => ((double)x, (2.0 * x) + (x % 3))).ToArray());
        Trend restless = Trend.Of(Enumerable.Range(0, 100).Select(x => ((double)x, 50.0 * (x % 7))).ToArray());

        Assert.True(rising.IsAbove(1.9));
        Assert.False(rising.IsAbove(2.1));
        Assert.False(restless.IsAbove(0));
    }

    [Fact]
    public void ShouldNotJudgeByTwoPointsNorFitOne()
    {
        Assert.False(Trend.Of([(0, 1), (1, 100)]).IsAbove(0));
        Assert.Throws<ArgumentException>(() => Trend.Of([(1, 1), (1, 2)]));
    }
}
