using System;
using LowLatency.Engine.Signals;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Engine.Signals;

public sealed class RepeatableMathTests(ITestOutputHelper output)
{
    // Natural logarithms as printed in any table, to 16 digits.
    [Theory]
    [InlineData(1.0, 0.0)]
    [InlineData(2.0, 0.6931471805599453)]
    [InlineData(10.0, 2.302585092994046)]
    [InlineData(0.5, -0.6931471805599453)]
    [InlineData(1.1, 0.09531017980432487)]
    public void ShouldKnowTheTable(double value, double log)
    {
        Assert.Equal(log, RepeatableMath.Log(value), 1e-16 * Math.Max(1, Math.Abs(log)) * 4);
        Assert.Equal(value, RepeatableMath.Exp(log), value * 1e-15);
    }

    [Fact]
    public void ShouldAgreeWithTheRuntimes()
    {
        Random random = Seeds.Start(output, 31);
        for (int i = 0; i < 100_000; i++)
        {
            double exponent = (random.NextDouble() - 0.5) * 1300;
            double value = Math.Exp(exponent);
            Assert.Equal(value, RepeatableMath.Exp(exponent), value * 2e-15);
            Assert.Equal(Math.Log(value), RepeatableMath.Log(value), (Math.Abs(exponent) + 0.01) * 4e-16);

            double near = 1 + ((random.NextDouble() - 0.5) * 0.6);
            Assert.Equal(Math.Log(near), RepeatableMath.Log(near), Math.Abs(Math.Log(near)) * 1e-15);
        }
    }

    [Fact]
    public void ShouldKeepTheDigitsOfNeighboursRatios()
    {
        // ln((m + 1) / m) = 2 atanh(1 / (2m + 1)), of which the first term is all that a double holds for so large m.
        const long large = 1L << 50;
        Assert.Equal(2.0 / ((2 * large) + 1), RepeatableMath.LogRatio(large + 1, large), 1e-30);
        Assert.Equal(-Math.Log(2), RepeatableMath.LogRatio(5, 10), 1e-15);
        Assert.Equal(0, RepeatableMath.LogRatio(7, 7));
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(-1.0)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void ShouldNotKnowTheLogarithmOfOthers(double value) => Assert.True(double.IsNaN(RepeatableMath.Log(value)));

    [Fact]
    public void ShouldHoldItsExponent()
    {
        Assert.Equal(RepeatableMath.Exp(700), RepeatableMath.Exp(1e9));
        Assert.True(RepeatableMath.Exp(-1e9) > 0);
        Assert.True(double.IsNaN(RepeatableMath.Exp(double.NaN)));
    }
}
