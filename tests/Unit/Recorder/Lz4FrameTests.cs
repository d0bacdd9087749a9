using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using LowLatency.Recorder.Lz4;
using LowLatency.Tests.Reference;
using LowLatency.Tests.Reliability;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Recorder;

public sealed class Lz4FrameTests
{
    private const int HeaderLength = 7;

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
        int length = Lz4Block.Compress(bomb, block);
        byte[] header = TestFrames.Write([], Lz4BlockSize.Max64KiB)[..7];
        byte[] frame =
        [
            .. header, .. BitConverter.GetBytes(length), .. block.AsSpan(0, length),
            .. BitConverter.GetBytes(ReferenceSums.XxHash32(block.AsSpan(0, length))), 0, 0, 0, 0,
        ];
        Assert.Empty(TestFrames.Read(frame, out Lz4ReadResult end, out string problem));
        Assert.Equal(Lz4ReadResult.Damaged, end);
        Assert.Contains("larger than the frame allows", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [FaultRow("F19")]
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

                // No checksum of the format covers the bit for "stored" before the content checksum at the end: that is
                // why each record has its own checksum.
                bool isStoredBit = at == 10 && bit == 7;
                Assert.True(
                    isStoredBit || read.Length == 0 || read.AsSpan().SequenceEqual(content), $"byte {at} bit {bit}");
                Assert.NotEqual(Lz4ReadResult.End, end);
                Assert.NotEmpty(words);
            }
        }
    }

    [Fact]
    public void ShouldStopABombAtThePromisedContentSize()
    {
        byte[] bomb = new byte[100_000];
        using var stream = new MemoryStream();
        var writer = new Lz4FrameWriter(stream, Lz4BlockSize.Max64KiB, contentSize: 65536);
        writer.WriteBlock(bomb.AsSpan(0, 65536));
        writer.WriteBlock(bomb.AsSpan(65536));
        byte[] read = TestFrames.Read(stream.ToArray(), out Lz4ReadResult end, out string problem);
        Assert.Equal(65536, read.Length);
        Assert.Equal(Lz4ReadResult.Damaged, end);
        Assert.Contains("more content than the 65536 bytes", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ShouldWriteFramesWithoutAContentChecksum(bool isEmpty)
    {
        byte[] content = isEmpty ? [] : TestBytes.Mixed(20, 150_000);
        byte[] full = TestFrames.Write(content, Lz4BlockSize.Max64KiB);
        byte[] lean = TestFrames.Write(content, Lz4BlockSize.Max64KiB, contentChecksum: false);
        Assert.Equal(full.Length - 4, lean.Length);
        Assert.Equal(content, TestFrames.Read(lean, out Lz4ReadResult end, out _));
        Assert.Equal(Lz4ReadResult.End, end);
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.File("lean.lz4"), lean);
        Lz4Tool.Run($"-t {folder.File("lean.lz4")}");
        Assert.True(content.AsSpan().SequenceEqual(Lz4Tool.Output($"-dc {folder.File("lean.lz4")}")));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1000)]
    public void ShouldGoToAnyBlock(int before)
    {
        byte[] content = TestBytes.Mixed(21, 400_000);
        byte[] frame = TestFrames.Write(content, Lz4BlockSize.Max64KiB, content.Length);
        using var stream = new MemoryStream([.. new byte[before], .. frame]);
        stream.Position = before;
        var reader = new Lz4FrameReader(stream);
        List<(long Offset, byte[] Content)> blocks = ReadBlocks(reader, offset: HeaderLength + sizeof(long));
        Assert.Equal(7, blocks.Count);
        for (int i = blocks.Count - 1; i >= 0; i--)
        {
            Assert.True(reader.SeekToBlock(blocks[i].Offset));
            Assert.Equal(blocks[i].Offset, reader.GoodBytes);
            List<(long Offset, byte[] Content)> again = ReadBlocks(reader, blocks[i].Offset);
            Assert.Equal(blocks.Skip(i).Select(block => block.Content), again.Select(block => block.Content));
            Assert.Equal(blocks.Skip(i).Select(block => block.Offset), again.Select(block => block.Offset));
            Assert.Equal(frame.Length, reader.GoodBytes);
            Assert.Equal(frame.Length, reader.ReadBytes);
        }
    }

    [Fact]
    public void ShouldReadOnBehindADamagedBlock()
    {
        byte[] content = TestBytes.Mixed(22, 200_000);
        byte[] frame = TestFrames.Write(content, Lz4BlockSize.Max64KiB);
        long third = ReadBlocks(new Lz4FrameReader(new MemoryStream(frame)), HeaderLength)[2].Offset;
        frame[third - 10] ^= 1;
        var reader = new Lz4FrameReader(new MemoryStream(frame));
        Assert.Equal(Lz4ReadResult.Block, reader.Read(out _));
        Assert.Equal(Lz4ReadResult.Damaged, reader.Read(out _));
        Assert.True(reader.SeekToBlock(third));
        Assert.Empty(reader.Problem);
        Assert.Equal(Lz4ReadResult.Block, reader.Read(out ReadOnlySpan<byte> block));
        Assert.True(content.AsSpan(2 * 65536, 65536).SequenceEqual(block));

        // Not the start of a block: either the header or the checksum is wrong.
        Assert.True(reader.SeekToBlock(third + 1));
        Assert.NotEqual(Lz4ReadResult.Block, reader.Read(out _));
        Assert.NotEmpty(reader.Problem);
    }

    [Fact]
    public void ShouldRefuseToGoWhereThereIsNoBlock()
    {
        byte[] frame = TestFrames.Write(TestBytes.Mixed(23, 100_000), Lz4BlockSize.Max64KiB);
        var reader = new Lz4FrameReader(new MemoryStream(frame));
        Assert.False(reader.SeekToBlock(HeaderLength));
        Assert.Equal(Lz4ReadResult.Block, reader.Read(out _));
        long second = reader.GoodBytes;
        Assert.All(
            new[] { long.MinValue, -1, 0, HeaderLength - 1, frame.Length + 1, long.MaxValue },
            offset => Assert.False(reader.SeekToBlock(offset)));
        Assert.Equal(second, reader.GoodBytes);
        Assert.Equal(Lz4ReadResult.Block, reader.Read(out _));
        Assert.True(reader.SeekToBlock(HeaderLength));
        Assert.True(reader.SeekToBlock(frame.Length));
        Assert.Equal(Lz4ReadResult.Torn, reader.Read(out _));

        using var piped = new PipedStream(frame);
        reader = new Lz4FrameReader(piped);
        Assert.Equal(Lz4ReadResult.Block, reader.Read(out _));
        Assert.False(reader.SeekToBlock(HeaderLength));
        Assert.Equal(Lz4ReadResult.Block, reader.Read(out _));
    }

    [Fact]
    public void ShouldRefuseToGoToALinkedBlock()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.File("content"), TestBytes.Mixed(24, 300_000));
        Lz4Tool.Run($"-1 -B4 -BD -f {folder.File("content")} {folder.File("linked")}");
        var reader = new Lz4FrameReader(new MemoryStream(File.ReadAllBytes(folder.File("linked"))));
        Assert.Equal(Lz4ReadResult.Block, reader.Read(out _));
        Assert.False(reader.SeekToBlock(HeaderLength));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(5, 15)]
    [InlineData(70_000, 7)]
    public void ShouldWriteSkippableFramesThatTheLz4ToolPassesOver(int length, int nibble)
    {
        byte[] content = TestBytes.Mixed(25, 80_000);
        byte[] payload = TestBytes.Random(26, length);
        byte[] frame = TestFrames.Write(content, Lz4BlockSize.Max64KiB);
        using var stream = new MemoryStream();
        stream.Write(frame);
        Lz4SkippableFrame.Write(stream, payload, nibble);
        byte[] file = stream.ToArray();

        ReadOnlySpan<byte> rest = file.AsSpan(frame.Length);
        Assert.True(Lz4SkippableFrame.TryReadHeader(rest, out uint claimed, out int read));
        Assert.Equal((uint)length, claimed);
        Assert.Equal(nibble, read);
        Assert.True(payload.AsSpan().SequenceEqual(rest[Lz4SkippableFrame.HeaderLength..]));

        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.File("both.lz4"), file);
        Lz4Tool.Run($"-t {folder.File("both.lz4")}");
        Assert.True(content.AsSpan().SequenceEqual(Lz4Tool.Output($"-dc {folder.File("both.lz4")}")));
    }

    [Fact]
    public void ShouldTellSkippableFramesFromOthers()
    {
        byte[] header = [0x5F, 0x2A, 0x4D, 0x18, 1, 2, 3, 0xF4];
        Assert.True(Lz4SkippableFrame.TryReadHeader(header, out uint length, out int nibble));
        Assert.Equal(0xF4030201, length);
        Assert.Equal(15, nibble);
        for (int cut = 0; cut < header.Length; cut++)
        {
            Assert.False(Lz4SkippableFrame.TryReadHeader(header.AsSpan(0, cut), out _, out _));
        }

        Assert.False(Lz4SkippableFrame.TryReadHeader(TestFrames.Write([], Lz4BlockSize.Max64KiB), out _, out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => Lz4SkippableFrame.Write(Stream.Null, header, 16));
        Assert.Throws<ArgumentOutOfRangeException>(() => Lz4SkippableFrame.Write(Stream.Null, header, -1));
    }

    // The blocks from the next one on; the reader only knows its offset after the first read.
    private static List<(long Offset, byte[] Content)> ReadBlocks(Lz4FrameReader reader, long offset)
    {
        var blocks = new List<(long Offset, byte[] Content)>();
        while (reader.Read(out ReadOnlySpan<byte> block) == Lz4ReadResult.Block)
        {
            blocks.Add((offset, block.ToArray()));
            offset = reader.GoodBytes;
        }

        Assert.Empty(reader.Problem);
        return blocks;
    }

    // A stream that cannot seek, such as a pipe or a socket.
    private sealed class PipedStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }
    }
}
