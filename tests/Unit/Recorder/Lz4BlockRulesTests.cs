using System;
using K4os.Compression.LZ4;
using LowLatency.Recorder.Lz4;
using Xunit;

namespace LowLatency.Tests.Recorder;

/// <summary>What is checked before the codec sees a block, each rule on both sides of its border.</summary>
public sealed class Lz4BlockRulesTests
{
    private const int Room = 1000;

    // One literal and a match of 19 bytes, then five literals.
    private const string Whole = "1F 41 01 00 00 50 41 41 41 41 41";

    [Theory]
    [InlineData("00", 0)]
    [InlineData("10 41", 1)]
    [InlineData(Whole, 25)]
    [InlineData("0F 01 00 00 50 41 41 41 41 41", -1)]
    [InlineData("1F 41 00 00 00 50 41 41 41 41 41", -1)]
    [InlineData("1F 41 02 00 00 50 41 41 41 41 41", -1)]
    [InlineData("1F 41 01 00 00 40 41 41 41 41", -1)]
    [InlineData("1F 41 01 00 00 00", -1)]
    [InlineData("1F 41 01 00 00", -1)]
    [InlineData("13 41 01 00 50 41 41 41 41 41", 13)]
    [InlineData("12 41 01 00 50 41 41 41 41 41", -1)]
    [InlineData("10 41 01 00 80 41 41 41 41 41 41 41 41", 13)]
    [InlineData("10 41 01 00 70 41 41 41 41 41 41 41", -1)]
    [InlineData("", -1)]
    public void ShouldHoldTheFormatsRules(string hex, int contentLength)
    {
        byte[] block = Bytes(hex);
        Assert.Equal(contentLength, Lz4BlockRules.ContentLength(block, 0, Room));
        Assert.Equal(contentLength, Lz4Block.Decompress(block, new byte[Room]));
    }

    [Theory]
    [InlineData(25, 25)]
    [InlineData(24, -1)]
    [InlineData(0, -1)]
    public void ShouldHoldTheRoom(int room, int contentLength) =>
        Assert.Equal(contentLength, Lz4Block.Decompress(Bytes(Whole), new byte[room]));

    [Theory]
    [InlineData(2, -1)]
    [InlineData(3, 25)]
    [InlineData(65_535, 25)]
    [InlineData(65_536, 25)]
    [InlineData(100_000, 25)]
    public void ShouldReachIntoTheHistoryAndNoFurther(int historyLength, int contentLength)
    {
        byte[] destination = new byte[historyLength + Room];
        TestBytes.Random(1, historyLength).CopyTo(destination, 0);
        int written = Lz4Block.Decompress(Bytes("1F 41 04 00 00 50 41 41 41 41 41"), destination, historyLength);
        Assert.Equal(contentLength, written);
        if (written > 0)
        {
            ReadOnlySpan<byte> pattern = destination.AsSpan(historyLength - 3, 4);
            Assert.True(pattern.SequenceEqual(destination.AsSpan(historyLength + 1, 4)));
        }
    }

    [Fact]
    public void ShouldRefuseAHistoryThatIsNotThere()
    {
        Assert.Equal(-1, Lz4Block.Decompress(Bytes("10 41"), new byte[10], 11));
        Assert.Equal(-1, Lz4Block.Decompress(Bytes("10 41"), new byte[10], -1));
    }

    [Fact]
    public void ShouldEndEndlessLengths()
    {
        byte[] literals = [0xF0, .. Filled(byte.MaxValue, 20_000_000)];
        byte[] match = [0x1F, 0x41, 1, 0, .. Filled(byte.MaxValue, 20_000_000)];
        Assert.Equal(-1, Lz4BlockRules.ContentLength(literals, 0, int.MaxValue));
        Assert.Equal(-1, Lz4BlockRules.ContentLength(match, 0, int.MaxValue));
    }

    // Why the rules are checked here. Where the package begins to refuse these two, they can go.
    [Fact]
    public void ShouldBeNeededBecauseTheCodecTakesWhatTheFormatForbids()
    {
        Assert.Equal(25, LZ4Codec.Decode(Bytes("1F 41 00 00 00 50 41 41 41 41 41"), new byte[25]));
        Assert.Equal(0, LZ4Codec.Decode([], new byte[25]));
    }

    private static byte[] Filled(byte value, int length)
    {
        byte[] bytes = new byte[length];
        Array.Fill(bytes, value);
        return bytes;
    }

    private static byte[] Bytes(string hex) =>
        Convert.FromHexString(hex.Replace(" ", string.Empty, StringComparison.Ordinal));
}
