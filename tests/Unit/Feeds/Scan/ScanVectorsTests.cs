using System;
using System.Linq;
using System.Runtime.Intrinsics;
using System.Text;
using LowLatency.Feeds.Scan;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Feeds.Scan;

/// <summary>The building blocks of scanners, against simple implementations.</summary>
public sealed class ScanVectorsTests(ITestOutputHelper output)
{
    private const int Rounds = 20_000;

    [Fact]
    public void ShouldClassifyAlikeWithVectorsOfEveryWidth()
    {
        Random random = Seeds.Start(output, 7);
        byte[] block = new byte[64];
        for (int round = 0; round < Rounds; round++)
        {
            random.NextBytes(block);
            for (int i = random.Next(64); i > 0; i--)
            {
                block[random.Next(64)] = (byte)random.Next('/', ';');
            }

            ulong expected = block.Select((b, i) => b is < (byte)'0' or > (byte)'9' ? 1UL << i : 0)
                .Aggregate(0UL, (all, bit) => all | bit);
            Assert.Equal(expected, NoVectors.NonDigits(in block[0]));
            Assert.Equal(expected, Vectors128.NonDigits(in block[0]));
            Assert.Equal(expected, Vectors256.NonDigits(in block[0]));
            Assert.Equal(expected, Vectors512.NonDigits(in block[0]));
        }
    }

    [Fact]
    public void ShouldCompareAlikeWithVectorsOfEveryWidth()
    {
        Random random = Seeds.Start(output, 9);
        byte[] block = new byte[64];
        for (int round = 0; round < Rounds; round++)
        {
            random.NextBytes(block);
            byte[] other = block.AsSpan().ToArray();
            ulong expected = 0;
            for (int i = random.Next(64); i > 0; i--)
            {
                int at = random.Next(64);
                other[at] = (byte)(block[at] ^ (1 << random.Next(8)));
                expected |= 1UL << at;
            }

            Assert.Equal(expected, NoVectors.Different(in block[0], in other[0]));
            Assert.Equal(expected, Vectors128.Different(in block[0], in other[0]));
            Assert.Equal(expected, Vectors256.Different(in block[0], in other[0]));
            Assert.Equal(expected, Vectors512.Different(in block[0], in other[0]));
        }
    }

    [Fact]
    public void ShouldReadUpToSixteenDigits()
    {
        Random random = Seeds.Start(output, 8);
        for (int round = 0; round < Rounds; round++)
        {
            int whole = random.Next(1, DigitText.MaxDigits + 1);
            int fraction = random.Next(0, DigitText.MaxDigits - whole + 1);
            byte[] text = Encoding.ASCII.GetBytes("before: 98765432."
                + string.Concat(Enumerable.Range(0, whole).Select(_ => random.Next(10)))
                + "." + string.Concat(Enumerable.Range(0, fraction).Select(_ => random.Next(10))) + "5");
            int start = text.Length - fraction - 2 - whole;
            string digits = Encoding.ASCII.GetString(text, start, whole);
            Assert.Equal(long.Parse(digits), DigitText.ReadWhole<Vectors128>(in text[start + whole], whole));
            Assert.Equal(long.Parse(digits), DigitText.ReadWhole<NoVectors>(in text[start + whole], whole));

            long expected = long.Parse(digits + Encoding.ASCII.GetString(text, start + whole + 1, fraction));
            Assert.Equal(expected, DigitText.ReadDecimal<Vectors128>(in text[^1], whole, fraction));
            Assert.Equal(expected, DigitText.ReadDecimal<NoVectors>(in text[^1], whole, fraction));

            int decimals = random.Next(fraction, DigitText.MaxDigits - whole + 1);
            int width = DigitText.Width(whole, fraction);
            if (width <= DigitText.MaxDigits)
            {
                Vector128<byte> order = DigitText.Order(whole, fraction, decimals);
                expected *= (long)Math.Pow(10, decimals - fraction);
                ref readonly byte first = ref text[start + width - DigitText.MaxDigits];
                Assert.Equal(expected, DigitText.ReadOrdered<Vectors128>(in first, order));
                Assert.Equal(expected, DigitText.ReadOrdered<NoVectors>(in first, order));
            }
        }
    }

    [Fact]
    public void ShouldCompareLiteralsOfEveryLength()
    {
        byte[] text = Enumerable.Range(0, 100).Select(i => (byte)(' ' + (i % 90))).ToArray();
        for (int length = 0; length <= 80; length++)
        {
            byte[] literal = text[..length];
            Assert.True(Literal.IsAt(in text[0], literal));
            for (int i = 0; i < length; i++)
            {
                literal[i] ^= 1;
                Assert.False(Literal.IsAt(in text[0], literal));
                literal[i] ^= 1;
            }
        }
    }

    [Fact]
    public void ShouldFindShortNamesAmongMany()
    {
        byte[][] names = Enumerable.Range(0, 500)
            .Select(i => Encoding.ASCII.GetBytes($"{i}usdt"[..Math.Min($"{i}usdt".Length, 1 + (i % 16))]))
            .DistinctBy(Encoding.ASCII.GetString).ToArray();
        var table = new ShortNameTable(names);
        for (int i = 0; i < names.Length; i++)
        {
            string name = Encoding.ASCII.GetString(names[i]);
            byte[] text = Encoding.ASCII.GetBytes($"{{\"stream\":\"{name}@and what follows it");
            Assert.Equal(i, table.Find(in text[11], names[i].Length));
            text[11] = (byte)'?';
            Assert.Equal(-1, table.Find(in text[11], names[i].Length));
        }
    }
}
