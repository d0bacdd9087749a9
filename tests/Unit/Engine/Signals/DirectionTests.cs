using System.Linq;
using LowLatency.Engine.Signals;
using Xunit;

namespace LowLatency.Tests.Engine.Signals;

public sealed class DirectionTests
{
    // Quotes as bid/ask: first, both up, one-sided up, both down, unchanged, both up against the last but one.
    private static readonly (long Bid, long Ask)[] s_quotes =
        [(100, 101), (102, 103), (102, 104), (101, 103), (101, 103), (102, 105), (101, 106)];

    [Theory]
    [InlineData(DirectionRule.Step, "?1?0?1?")]
    [InlineData(DirectionRule.SinceLast, "?1????")]
    [InlineData(DirectionRule.AnyOtherDown, "?100?10")]
    public void ShouldDrawByItsRule(DirectionRule rule, string drawn)
    {
        var signal = new DirectionSignal(rule);

        string actual = string.Concat(s_quotes.Take(drawn.Length).Select(
            quote => signal.OnQuote(quote.Bid, quote.Ask) switch
            {
                Direction.Up => '1',
                Direction.Down => '0',
                _ => '?',
            }));

        Assert.Equal(drawn, actual);
    }

    [Fact]
    public void ShouldCompareWithTheQuoteOfTheLastDirection()
    {
        var signal = new DirectionSignal(DirectionRule.SinceLast);
        signal.OnQuote(100, 101);

        Assert.Equal(Direction.None, signal.OnQuote(101, 101));
        Assert.Equal(Direction.Up, signal.OnQuote(101, 102));
        Assert.Equal(Direction.None, signal.OnQuote(100, 102));
        Assert.Equal(Direction.Down, signal.OnQuote(100, 101));
    }

    [Fact]
    public void ShouldForgetAndRescaleItsReference()
    {
        var signal = new DirectionSignal(DirectionRule.Step);
        signal.OnQuote(100, 101, tickIncrements: 5);
        Assert.Equal(Direction.None, signal.OnQuote(1000, 1010, tickIncrements: 50));
        signal.Reset();
        Assert.Equal(Direction.None, signal.OnQuote(20_000, 20_100, tickIncrements: 500));
        Assert.Equal(Direction.Up, signal.OnQuote(20_001, 20_101, tickIncrements: 500));
    }

    [Theory]
    [InlineData("1111100", MaskTrigger.Sell)]
    [InlineData("0000011", MaskTrigger.Buy)]
    [InlineData("1101100", MaskTrigger.Sell)]
    [InlineData("0010011", MaskTrigger.Buy)]
    [InlineData("1111000", MaskTrigger.Sell)]
    [InlineData("1110000", MaskTrigger.None)]
    [InlineData("1010100", MaskTrigger.None)]
    [InlineData("1111101", MaskTrigger.None)]
    [InlineData("1111110", MaskTrigger.None)]
    [InlineData("111100", MaskTrigger.None)]
    public void ShouldTriggerOnATurnAfterARun(string directions, MaskTrigger expected)
    {
        var mask = new DirectionMask(run: 5, correction: 1, turn: 2);
        MaskTrigger trigger = MaskTrigger.None;
        foreach (char direction in directions)
        {
            trigger = mask.Add(direction == '1' ? Direction.Up : Direction.Down);
        }

        Assert.Equal(expected, trigger);
        Assert.Equal(directions.Length, mask.Count);
    }

    [Theory]
    [InlineData(0, 0, 1)]
    [InlineData(5, 5, 2)]
    [InlineData(5, -1, 2)]
    [InlineData(5, 1, 0)]
    [InlineData(60, 1, 5)]
    public void ShouldRefuseImpossibleMasks(int run, int correction, int turn) =>
        Assert.ThrowsAny<System.ArgumentException>(() => new DirectionMask(run, correction, turn));

    [Fact]
    public void ShouldAgreeWithItsDefinitionForEveryMaskOfSevenBits()
    {
        for (int bits = 0; bits < 128; bits++)
        {
            var mask = new DirectionMask(5, 1, 2);
            MaskTrigger trigger = MaskTrigger.None;
            bool[] rises = Enumerable.Range(0, 7).Select(i => ((bits >> (6 - i)) & 1) != 0).ToArray();
            foreach (bool isRise in rises)
            {
                trigger = mask.Add(isRise ? Direction.Up : Direction.Down);
            }

            bool isSell = rises.Take(5).Count(rise => !rise) <= 1 && rises.Skip(5).All(rise => !rise);
            bool isBuy = rises.Take(5).Count(rise => rise) <= 1 && rises.Skip(5).All(rise => rise);
            Assert.Equal(isSell ? MaskTrigger.Sell : isBuy ? MaskTrigger.Buy : MaskTrigger.None, trigger);
        }
    }
}
