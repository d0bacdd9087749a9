using System;
using LowLatency.Recorder.Lz4;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Recorder;

public sealed class Lz4BlockTests
{
    private readonly ITestOutputHelper _output;

    public Lz4BlockTests(ITestOutputHelper output) => _output = output;

    [Fact]
    public void ShouldRoundTripEverySizeUpTo4096()
    {
        byte[] random = TestBytes.Random(2, 4096);
        byte[] mixed = TestBytes.Mixed(3, 4096);
        byte[] same = new byte[4096];
        for (int size = 0; size <= 4096; size++)
        {
            AssertRoundTrip(random.AsSpan(0, size));
            AssertRoundTrip(mixed.AsSpan(0, size));
            AssertRoundTrip(same.AsSpan(0, size));
        }
    }

    [Fact]
    public void ShouldRoundTripRandomMixtures()
    {
        Random sizes = Seeds.Start(_output, Environment.TickCount);
        for (int round = 0; round < 200; round++)
        {
            AssertRoundTrip(TestBytes.Mixed(sizes.Next(), sizes.Next(300_000)));
        }
    }

    [Fact]
    public void ShouldShrinkRepetitionAndNeverExceedTheBound()
    {
        byte[] repeated = new byte[1 << 20];
        byte[] target = new byte[Lz4Block.CompressedLengthMax(repeated.Length)];
        Assert.InRange(Lz4Block.Compress(repeated, target), 1, repeated.Length / 200);
        byte[] random = TestBytes.Random(4, 1 << 20);
        Assert.InRange(Lz4Block.Compress(random, target), random.Length, target.Length);
        Assert.Equal(-1, Lz4Block.Compress(random, target.AsSpan(0, random.Length - 1)));
        Assert.Equal(-1, Lz4Block.Compress(default, default));
    }

    [Fact]
    public void ShouldWorkWithoutAllocating()
    {
        byte[] source = TestBytes.Mixed(5, 65536);
        byte[] target = new byte[Lz4Block.CompressedLengthMax(source.Length)];
        byte[] back = new byte[source.Length];
        int length = Lz4Block.Compress(source, target);
        Assert.Equal(source.Length, Lz4Block.Decompress(target.AsSpan(0, length), back));
        (int compressed, int decompressed) = (0, 0);
        Assert.Equal(0, Allocations.Of(() =>
        {
            compressed = Lz4Block.Compress(source, target);
            decompressed = Lz4Block.Decompress(target.AsSpan(0, compressed), back);
        }));
        Assert.Equal((length, source.Length), (compressed, decompressed));
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

    [Fact]
    public void ShouldKeepTheFormatsEndRules()
    {
        byte[] target = new byte[Lz4Block.CompressedLengthMax(300)];
        for (int size = 1; size <= 300; size++)
        {
            AssertEndRules(target.AsSpan(0, Lz4Block.Compress(new byte[size], target)), size);
            AssertEndRules(target.AsSpan(0, Lz4Block.Compress(TestBytes.Mixed(size, size), target)), size);
        }
    }

    // The last five bytes are literals, and no match starts in the last twelve: fast decoders rely on it.
    private static void AssertEndRules(ReadOnlySpan<byte> block, int contentLength)
    {
        (int at, int content, int lastStart) = (0, 0, -1);
        while (true)
        {
            int token = block[at++];
            int literals = ReadLength(block, ref at, token >> 4);
            at += literals;
            content += literals;
            if (at == block.Length)
            {
                Assert.Equal(contentLength, content);
                Assert.True(lastStart < 0 || (literals >= 5 && lastStart <= contentLength - 12));
                return;
            }

            lastStart = content;
            at += 2;
            content += ReadLength(block, ref at, token & 15) + 4;
        }
    }

    private static int ReadLength(ReadOnlySpan<byte> block, ref int at, int length)
    {
        bool goesOn = length == 15;
        while (goesOn)
        {
            goesOn = block[at] == 255;
            length += block[at++];
        }

        return length;
    }

    private static void AssertRoundTrip(ReadOnlySpan<byte> content)
    {
        byte[] target = new byte[Lz4Block.CompressedLengthMax(content.Length)];
        int length = Lz4Block.Compress(content, target);
        Assert.InRange(length, 1, target.Length);
        byte[] back = new byte[content.Length];
        Assert.Equal(content.Length, Lz4Block.Decompress(target.AsSpan(0, length), back));
        Assert.True(content.SequenceEqual(back));
    }
}
