using System;
using System.Diagnostics;
using System.Globalization;
using System.Numerics;
using System.Text;
using LowLatency.Feeds;
using LowLatency.Tests.Reliability;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Feeds;

public sealed class WireNumberTests(ITestOutputHelper output)
{
    private const int Cases = 200_000;

    [Theory]
    [InlineData("61837.63000000", 2, 6183763)]
    [InlineData("0.00001306", 8, 1306)]
    [InlineData("0.00000000", 2, 0)]
    [InlineData("0", 5, 0)]
    [InlineData("10", 3, 10_000)]
    [InlineData("007.5", 1, 75)]
    [InlineData("4611686018427387903", 0, 4611686018427387903)]
    public void ShouldReadPlainNumbersExactly(string text, int decimals, long expected)
    {
        Assert.Equal("Ok", Parse(text, decimals, out long value));
        Assert.Equal(expected, value);
    }

    [Theory]
    [FaultRow("F14")]
    [InlineData("", "Malformed")]
    [InlineData(".", "Malformed")]
    [InlineData("1.", "Malformed")]
    [InlineData(".5", "Malformed")]
    [InlineData("-", "Malformed")]
    [InlineData("+1", "Malformed")]
    [InlineData("1,5", "Malformed")]
    [InlineData("1 ", "Malformed")]
    [InlineData("NaN", "Malformed")]
    [InlineData("Infinity", "Malformed")]
    [InlineData("0x10", "Malformed")]
    [InlineData("１２", "Malformed")]
    [InlineData("1.2.3", "Malformed")]
    [InlineData("1e", "Malformed")]
    [InlineData("-1", "Negative")]
    [InlineData("-0.5", "Negative")]
    [InlineData("1e5", "Exponent")]
    [InlineData("5.1e-05", "Exponent")]
    [InlineData("1E+400", "Exponent")]
    [InlineData("0.001", "TooFine")]
    [InlineData("1.2300001", "TooFine")]
    [InlineData("46116860184273879.04", "Overflow")]
    [InlineData("9999999999999999999999999999999999999999", "Overflow")]
    public void ShouldNameWhatIsWrong(string text, string status)
    {
        Assert.Equal(status, Parse(text, 2, out long value));
        Assert.Equal(0, value);
    }

    [Fact]
    [FaultRow("F14")]
    public void ShouldAgreeWithBigIntegers()
    {
        Random random = Seeds.Start(output, 5);
        var watch = Stopwatch.StartNew();
        for (int i = 0; i < Cases; i++)
        {
            int decimals = random.Next(13);
            int fraction = random.Next(16);
            BigInteger digits = new(random.NextInt64(long.MaxValue) >> random.Next(63));
            string all = digits.ToString(CultureInfo.InvariantCulture).PadLeft(fraction + 1, '0');
            string text = fraction == 0 ? all : $"{all[..^fraction]}.{all[^fraction..]}";
            BigInteger scaled = digits * BigInteger.Pow(10, decimals);
            BigInteger exact = BigInteger.DivRem(scaled, BigInteger.Pow(10, fraction), out BigInteger rest);

            string status = Parse(text, decimals, out long value);

            bool fits = rest.IsZero && exact <= WireNumber.MaxValue;
            if (fits)
            {
                Assert.True(status == "Ok" && value == exact, $"{text} at {decimals}: {status} {value}");
            }
            else
            {
                Assert.True(status is "TooFine" or "Overflow", $"{text} at {decimals}: {status} {value}");
            }
        }

        FaultLedger.AddFigure(
            $"{Cases} numbers beside BigInteger, 0 different; "
            + $"{watch.ElapsedMilliseconds * 1_000_000 / Cases} ns each with the oracle",
            seed: 5);
    }

    private static string Parse(string text, int decimals, out long value) =>
        WireNumber.Parse(Encoding.UTF8.GetBytes(text), decimals, out value).ToString();
}
