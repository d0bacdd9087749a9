using System;
using System.IO.Hashing;
using System.Text;
using LowLatency.Tests.Reference;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Recorder;

/// <summary>The package's checksums are those of the venues, zip archives and LZ4 frames.</summary>
public sealed class ChecksumTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("", 0u, 0x02CC5D05u)]
    [InlineData("", 0x9E3779B1u, 0x36B78AE7u)]
    [InlineData("a", 0u, 0x550D7456u)]
    [InlineData("abc", 0u, 0x32D153FFu)]
    [InlineData("abcdefghij", 0u, 0x8B988CFEu)]
    [InlineData("abcdefghijklmnopqrstuvwxyz0123456789", 0u, 0x42AE804Du)]
    public void ShouldHashThePublishedVectors(string text, uint seed, uint expected)
    {
        Assert.Equal(expected, XxHash32.HashToUInt32(Encoding.ASCII.GetBytes(text), (int)seed));
        Assert.Equal(expected, ReferenceSums.XxHash32(Encoding.ASCII.GetBytes(text), seed));
    }

    [Fact]
    public void ShouldSumTheCheckValue()
    {
        Assert.Equal(0xcbf43926, Crc32.HashToUInt32("123456789"u8));
        Assert.Equal(0xcbf43926, ReferenceSums.Crc32("123456789"u8));
    }

    [Fact]
    public void ShouldSumAsTheReferenceDoesHoweverTheBytesAreSplit()
    {
        foreach (Random random in Seeds.Rounds(output, Environment.TickCount, rounds: 3))
        {
            for (int length = 0; length < 600; length++)
            {
                byte[] data = TestBytes.Random(random.Next(), length);
                int split = random.Next(length + 1);
                var crc = new Crc32();
                var hash = new XxHash32();
                foreach (Range range in new[] { ..split, split.. })
                {
                    crc.Append(data.AsSpan(range));
                    hash.Append(data.AsSpan(range));
                }

                (uint Crc, uint Hash) expected = (ReferenceSums.Crc32(data), ReferenceSums.XxHash32(data));
                Assert.Equal(expected, (crc.GetCurrentHashAsUInt32(), hash.GetCurrentHashAsUInt32()));
                Assert.Equal(expected, (Crc32.HashToUInt32(data), XxHash32.HashToUInt32(data)));
            }
        }
    }

    [Fact]
    public void ShouldSumWithoutAllocating()
    {
        byte[] data = TestBytes.Random(1, 300);
        uint sum = 0;
        Assert.Equal(0, Allocations.Of(() => sum ^= Crc32.HashToUInt32(data) ^ XxHash32.HashToUInt32(data)));
        Assert.NotEqual(0u, sum);
    }
}
