using System;
using System.IO;
using System.Text;
using LowLatency.Recorder.Lz4;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Recorder;

public sealed class Lz4Tests
{
    private readonly ITestOutputHelper _output;

    public Lz4Tests(ITestOutputHelper output) => _output = output;

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

    [Fact]
    public void ShouldStayInsideItsSpansOnHostileBlocks()
    {
        int seed = Environment.TickCount;
        _output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var block = new Lz4Block();
        byte[] guarded = new byte[4096 + 64];
        byte[] target = new byte[Lz4Block.CompressedLengthMax(4096)];
        for (int round = 0; round < 20_000; round++)
        {
            byte[] content = TestBytes.Mixed(random.Next(), random.Next(1, 4096));
            int length = block.Compress(content, target);
            byte[] hostile = target.AsSpan(0, random.Next(length + 1)).ToArray();
            for (int flips = random.Next(4); flips > 0 && hostile.Length > 0; flips--)
            {
                hostile[random.Next(hostile.Length)] ^= (byte)(1 << random.Next(8));
            }

            int room = random.Next(4096);
            int history = random.Next(room + 1);
            guarded.AsSpan().Fill(0xA5);
            int written = Lz4Block.Decompress(hostile, guarded.AsSpan(32, room), history);
            Assert.InRange(written, -1, room - history);
            Assert.Equal(-1, guarded.AsSpan(0, 32 + history).IndexOfAnyExcept((byte)0xA5));
            Assert.Equal(-1, guarded.AsSpan(32 + room).IndexOfAnyExcept((byte)0xA5));
        }
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

    [Theory]
    [InlineData(Lz4BlockSize.Max64KiB)]
    [InlineData(Lz4BlockSize.Max256KiB)]
    [InlineData(Lz4BlockSize.Max1MiB)]
    [InlineData(Lz4BlockSize.Max4MiB)]
    public void ShouldRoundTripFramesOfEveryBlockSize(Lz4BlockSize size)
    {
        byte[] content = [.. TestBytes.Mixed(6, 5_000_000), .. TestBytes.Random(7, 100_000)];
        Assert.Equal(content, TestFrames.Read(TestFrames.Write(content, size), out Lz4ReadResult end, out _));
        Assert.Equal(Lz4ReadResult.End, end);
    }

    [Fact]
    public void ShouldRefuseAContentSizeThatIsNotKept()
    {
        var writer = new Lz4FrameWriter(new MemoryStream(), Lz4BlockSize.Max64KiB, contentSize: 5);
        writer.WriteBlock("1234"u8);
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(writer.Finish);
        Assert.Contains("5 content bytes", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ShouldStopABombAtTheDeclaredBlockSize()
    {
        // 64 KiB and more of one byte in a block whose frame allows 64 KiB: checksums are right, the size is not.
        byte[] bomb = new byte[100_000];
        byte[] block = new byte[Lz4Block.CompressedLengthMax(bomb.Length)];
        int length = new Lz4Block().Compress(bomb, block);
        byte[] header = TestFrames.Write([], Lz4BlockSize.Max64KiB)[..7];
        byte[] frame =
        [
            .. header, .. BitConverter.GetBytes(length), .. block.AsSpan(0, length),
            .. BitConverter.GetBytes(XxHash32.Hash(block.AsSpan(0, length))), 0, 0, 0, 0,
        ];
        Assert.Empty(TestFrames.Read(frame, out Lz4ReadResult end, out string problem));
        Assert.Equal(Lz4ReadResult.Damaged, end);
        Assert.Contains("larger than the frame allows", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ShouldNeverReleaseAWrongByteOfADamagedFrame(bool compressible)
    {
        byte[] content = compressible ? new byte[300] : TestBytes.Random(8, 300);
        byte[] frame = TestFrames.Write(content, Lz4BlockSize.Max64KiB);
        for (int at = 0; at < frame.Length; at++)
        {
            byte[] cut = TestFrames.Read(frame.AsSpan(0, at).ToArray(), out Lz4ReadResult torn, out string words);
            Assert.True(cut.Length == 0 || cut.AsSpan().SequenceEqual(content));
            Assert.Equal(Lz4ReadResult.Torn, torn);
            Assert.NotEmpty(words);
            for (int bit = 0; bit < 8; bit++)
            {
                byte[] flipped = [.. frame];
                flipped[at] ^= (byte)(1 << bit);
                byte[] read = TestFrames.Read(flipped, out Lz4ReadResult end, out words);

                // No checksum of the format covers the bit that says "stored" before the content's own at the end:
                // that is why each record has a checksum too.
                bool isStoredBit = at == 10 && bit == 7;
                Assert.True(
                    isStoredBit || read.Length == 0 || read.AsSpan().SequenceEqual(content), $"byte {at} bit {bit}");
                Assert.NotEqual(Lz4ReadResult.End, end);
                Assert.NotEmpty(words);
            }
        }
    }

    [Theory]
    [InlineData("-1 -B4")]
    [InlineData("-9 -B4 -BD")]
    [InlineData("-1 -B5 -BX")]
    [InlineData("-1 -B6 -BD -BX --content-size")]
    [InlineData("-1 -B7 --no-frame-crc")]
    [InlineData("-12 -B7 -BD -BX")]
    public void ShouldReadWhatTheLz4ToolWrites(string arguments)
    {
        using var folder = new TemporaryFolder();
        byte[] content = [.. TestBytes.Mixed(9, 6_000_000), .. TestBytes.Random(10, 200_000)];
        File.WriteAllBytes(folder.File("content"), content);
        Lz4Tool.Run($"{arguments} -f {folder.File("content")} {folder.File("frame")}");
        byte[] frame = File.ReadAllBytes(folder.File("frame"));
        byte[] read = TestFrames.Read(frame, out Lz4ReadResult end, out string problem);
        Assert.Equal("", problem);
        Assert.Equal(Lz4ReadResult.End, end);
        Assert.True(content.AsSpan().SequenceEqual(read));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(65536)]
    [InlineData(3_000_000)]
    public void ShouldWriteWhatTheLz4ToolReads(int length)
    {
        using var folder = new TemporaryFolder();
        byte[] content = TestBytes.Mixed(11, length);
        File.WriteAllBytes(folder.File("frame.lz4"), TestFrames.Write(content, Lz4BlockSize.Max64KiB, length));
        Lz4Tool.Run($"-d -f {folder.File("frame.lz4")} {folder.File("content")}");
        Assert.True(content.AsSpan().SequenceEqual(File.ReadAllBytes(folder.File("content"))));
    }

    public static TheoryData<string> Captures()
    {
        var captures = new TheoryData<string>();
        if (SharedData.Root is null)
        {
            captures.Add("hftbacktest/usdm/btcusdt_20240808.gz");
            return captures;
        }

        foreach (string path in Directory.EnumerateFiles(SharedData.Root, "*", SearchOption.AllDirectories))
        {
            captures.Add(Path.GetRelativePath(SharedData.Root, path));
        }

        return captures;
    }

    [Theory]
    [MemberData(nameof(Captures))]
    public void ShouldExchangeEveryCaptureWithTheLz4Tool(string relative)
    {
        byte[] content = TestBytes.ReadCapture(SharedData.Require(relative));
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.File("content"), content);
        byte[] frame = TestFrames.Write(content, Lz4BlockSize.Max256KiB);
        File.WriteAllBytes(folder.File("ours.lz4"), frame);
        Lz4Tool.Run($"-d -f {folder.File("ours.lz4")} {folder.File("back")}");
        Assert.True(content.AsSpan().SequenceEqual(File.ReadAllBytes(folder.File("back"))));
        Lz4Tool.Run($"-1 -f {folder.File("content")} {folder.File("theirs.lz4")}");
        byte[] theirs = File.ReadAllBytes(folder.File("theirs.lz4"));
        Assert.True(content.AsSpan().SequenceEqual(TestFrames.Read(theirs, out Lz4ReadResult end, out _)));
        Assert.Equal(Lz4ReadResult.End, end);
        _output.WriteLine($"{relative}: {content.Length} bytes, ours {frame.Length}, lz4 -1 {theirs.Length}");
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
