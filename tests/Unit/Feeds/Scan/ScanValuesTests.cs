using System;
using System.Linq;
using System.Text;
using LowLatency.Engine.Events;
using LowLatency.Feeds;
using LowLatency.Feeds.Scan;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Feeds.Scan;

/// <summary>
/// Times, numbers and words of the scanners, with and without vectors, against simple implementations.
/// </summary>
public sealed class ScanValuesTests(ITestOutputHelper output)
{
    private const int Rounds = 50_000;

    [Fact]
    public void ShouldReadEveryDayAsThePlatformDoes()
    {
        DateTime end = new(2200, 12, 31);
        for (DateTime day = DateTime.UnixEpoch; day <= end; day = day.AddDays(1))
        {
            DateTime time = day.AddTicks(day.Ticks % 864_000_000_000 * 7 % 864_000_000_000 / 10 * 10);
            byte[] text = Encoding.ASCII.GetBytes($"{time:yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'}");
            Assert.True(Rfc3339Text.TryRead<Vectors128>(in text[0], out long timeNs));
            Assert.Equal((time - DateTime.UnixEpoch).Ticks * 100, timeNs);
        }
    }

    [Fact]
    public void ShouldReadTimesAsTheParserDoesOrRefuseThem()
    {
        Random random = Seeds.Start(output, 10);
        int taken = 0;
        for (int round = 0; round < Rounds; round++)
        {
            string month = $"{random.Next(15):00}";
            byte[] text = Encoding.ASCII.GetBytes($"{random.Next(1960, 2210):0000}-{month}-{random.Next(34):00}T"
                + $"{random.Next(26):00}:{random.Next(63):00}:{random.Next(63):00}.{random.Next(1_000_000):000000}Z");
            if (random.Next(2) == 0)
            {
                text[random.Next(text.Length)] = (byte)random.Next('-', '<');
            }

            bool isTaken = WireTime.TryParseRfc3339(text, out long expectedNs);
            Assert.Equal(isTaken, Rfc3339Text.TryRead<Vectors128>(in text[0], out long timeNs));
            Assert.Equal(isTaken, Rfc3339Text.TryRead<NoVectors>(in text[0], out long plainNs));
            Assert.Equal(isTaken ? (expectedNs, expectedNs) : default, isTaken ? (timeNs, plainNs) : default);
            taken += isTaken ? 1 : 0;
        }

        output.WriteLine($"{taken} of {Rounds} are times");
        Assert.InRange(taken, Rounds / 20, Rounds);
    }

    [Fact]
    public void ShouldFindWhereAPlainStringStops()
    {
        Random random = Seeds.Start(output, 11);
        byte[] block = new byte[64];
        for (int round = 0; round < Rounds; round++)
        {
            random.NextBytes(block);
            block[random.Next(64)] = (byte)"\"\\\u001f \u007f!#[]"[random.Next(9)];
            ulong expected = block.Select((b, i) => b is < 0x20 or > 0x7F or (byte)'"' or (byte)'\\' ? 1UL << i : 0)
                .Aggregate(0UL, (all, bit) => all | bit);
            Assert.Equal(expected, PlainText.Stops<NoVectors>(in block[0]));
            Assert.Equal(expected, PlainText.Stops<Vectors512>(in block[0]));
        }
    }

    [Theory]
    [InlineData("0,", true)]
    [InlineData("0.0792,", true)]
    [InlineData("12}", true)]
    [InlineData("1e-8,", true)]
    [InlineData("1.5E+08,", true)]
    [InlineData("0.000,", true)]
    [InlineData("00,", false)]
    [InlineData("01.5,", false)]
    [InlineData("1.,", false)]
    [InlineData(".5,", false)]
    [InlineData("-1,", false)]
    [InlineData("1e,", false)]
    [InlineData("1e-,", false)]
    [InlineData("1e+-5,", false)]
    [InlineData("\"1\",", false)]
    [InlineData("", false)]
    public void ShouldStepOverBareNumbersAlone(string number, bool isTaken)
    {
        foreach (string end in new[] { string.Empty, new string('x', 70) })
        {
            byte[] text = Encoding.ASCII.GetBytes(new string('x', 70) + number + end);
            var scan = new ScanText<Vectors256>(text, 70);
            var plain = new ScanText<NoVectors>(text, 70);
            Assert.Equal(isTaken, scan.TrySkipNumber());
            Assert.Equal(isTaken, plain.TrySkipNumber());
            Assert.True(!isTaken || (scan.Rest == plain.Rest && scan.Rest == end.Length + 1));
        }
    }

    [Theory]
    [InlineData("2496.41,", 249641)]
    [InlineData("0.0}", 0)]
    [InlineData("7,", 700)]
    [InlineData("7.1}", 710)]
    [InlineData("7.120000000,", 712)]
    [InlineData("00.5,", -1)]
    [InlineData("7.,", -1)]
    [InlineData("7.123,", -1)]
    [InlineData("-7,", -1)]
    [InlineData("\"7\",", -1)]
    public void ShouldReadBareDecimals(string number, long expected)
    {
        byte[] text = Encoding.ASCII.GetBytes(new string('x', 70) + number + "x");
        var scan = new ScanText<Vectors512>(text, 70);
        var plain = new ScanText<NoVectors>(text, 70);
        Assert.Equal(expected >= 0, scan.TryReadBareDecimal(2, out long increments));
        Assert.Equal(expected >= 0, plain.TryReadBareDecimal(2, out long plainIncrements));
        Assert.True(expected < 0 || (increments == expected && plainIncrements == expected && scan.Rest == 2));
    }

    [Theory]
    [InlineData("\"buy\",\"", true, Side.Buy)]
    [InlineData("\"sell\",\"", true, Side.Sell)]
    [InlineData("\"bull\",\"", false, Side.Buy)]
    [InlineData("\"sel\",\"", false, Side.Buy)]
    [InlineData("\"buy\":\"", false, Side.Buy)]
    public void ShouldReadSides(string word, bool isTaken, Side expected)
    {
        byte[] text = Encoding.ASCII.GetBytes(new string('x', 70) + word + "y");
        var scan = new ScanText<Vectors512>(text, 70);
        Assert.Equal(isTaken, scan.TryReadSide(out Side side));
        Assert.True(!isTaken || (side == expected && scan.Rest == 1));
    }
}
