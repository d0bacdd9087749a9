using System;
using System.Text;
using LowLatency.Recorder.Lz4;
using Xunit;

namespace LowLatency.Tests.Recorder;

public sealed class Lz4BlockTests
{
    private readonly ITestOutputHelper _output;

    public Lz4BlockTests(ITestOutputHelper output) => _output = output;

    [Theory]
    [InlineData("", 0u, 0x02CC5D05u)]
    [InlineData("", 0x9E3779B1u, 0x36B78AE7u)]
    [InlineData("a", 0u, 0x550D7456u)]
    [InlineData("abc", 0u, 0x32D153FFu)]
    [InlineData("abcdefghij", 0u, 0x8B988CFEu)]
    [InlineData("abcdefghijklmnopqrstuvwxyz0123456789", 0u, 0x42AE804Du)]
    public void ShouldHashThePublishedVectors(string text, uint seed, uint expected) =>
        Assert.Equal(expected, XxHash32.Hash(Encoding.ASCII.GetBytes(text), seed));

    [Fact]
    public void ShouldHashAlikeHoweverTheBytesAreSplit()
    {
        byte[] data = TestBytes.Random(1, 300);
        uint whole = XxHash32.Hash(data, 7);
        for (int split = 0; split <= data.Length; split++)
        {
            var hash = new XxHash32(7);
            hash.Append(data.AsSpan(0, split));
            hash.Append(data.AsSpan(split, (data.Length - split) / 2));
            hash.Append(data.AsSpan(split + ((data.Length - split) / 2)));
            Assert.Equal(whole, hash.Digest());
        }
    }

    [Fact]
    public void ShouldRoundTripEverySizeUpTo4096()
    {
        var block = new Lz4Block();
        byte[] random = TestBytes.Random(2, 4096);
        byte[] mixed = TestBytes.Mixed(3, 4096);
        byte[] same = new byte[4096];
        for (int size = 0; size <= 4096; size++)
        {
            AssertRoundTrip(block, random.AsSpan(0, size));
            AssertRoundTrip(block, mixed.AsSpan(0, size));
            AssertRoundTrip(block, same.AsSpan(0, size));
        }
    }

    [Fact]
    public void ShouldRoundTripRandomMixtures()
    {
        int seed = Environment.TickCount;
        _output.WriteLine($"seed {seed}");
        var sizes = new Random(seed);
        var block = new Lz4Block();
        for (int round = 0; round < 200; round++)
        {
            AssertRoundTrip(block, TestBytes.Mixed(sizes.Next(), sizes.Next(300_000)));
        }
    }

    [Fact]
    public void ShouldShrinkRepetitionAndNeverExceedTheBound()
    {
        var block = new Lz4Block();
        byte[] repeated = new byte[1 << 20];
        byte[] target = new byte[Lz4Block.CompressedLengthMax(repeated.Length)];
        Assert.InRange(block.Compress(repeated, target), 1, repeated.Length / 200);
        byte[] random = TestBytes.Random(4, 1 << 20);
        Assert.InRange(block.Compress(random, target), random.Length, target.Length);
        Assert.Equal(-1, block.Compress(random, target.AsSpan(0, random.Length - 1)));
        Assert.Equal(-1, block.Compress(default, default));
    }

    [Fact]
    public void ShouldCompressWithoutAllocating()
    {
        var block = new Lz4Block();
        byte[] source = TestBytes.Mixed(5, 65536);
        byte[] target = new byte[Lz4Block.CompressedLengthMax(source.Length)];
        block.Compress(source, target);
        long before = GC.GetAllocatedBytesForCurrentThread();
        int length = block.Compress(source, target);
        long after = GC.GetAllocatedBytesForCurrentThread();
        Assert.True(length > 0);
        Assert.Equal(before, after);
    }

    [Theory]
    [InlineData("")]
    [InlineData("10 41 00 00 00")]
    [InlineData("10 41 05 00 00")]
    [InlineData("1F 41 01 00")]
    [InlineData("F0 FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF")]
    [InlineData("1F 41 01 00 FF FF FF FF FF FF FF FF FF FF FF FF FF 00 50 41 41 41 41 41")]
    [InlineData("50 41 41")]
    public void ShouldRefuseMalformedBlocks(string hex)
    {
        byte[] block = Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
        Assert.Equal(-1, Lz4Block.Decompress(block, new byte[1000]));
    }

    private static void AssertRoundTrip(Lz4Block block, ReadOnlySpan<byte> content)
    {
        byte[] target = new byte[Lz4Block.CompressedLengthMax(content.Length)];
        int length = block.Compress(content, target);
        Assert.InRange(length, 1, target.Length);
        byte[] back = new byte[content.Length];
        Assert.Equal(content.Length, Lz4Block.Decompress(target.AsSpan(0, length), back));
        Assert.True(content.SequenceEqual(back));
    }
}
