using System;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using K4os.Compression.LZ4;
using K4os.Compression.LZ4.Streams;
using LowLatency.Recorder.Lz4;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Recorder;

/// <summary>Frames of the project's first codec stay readable, and a second reader and writer agrees with the present
/// one.</summary>
public sealed class Lz4CompatibilityTests
{
    private const string FirstWriterContent = "a4c5e8829e48a50fddf5c4470616daf91bfae28a17f50da4f3951666026e66d1";

    // 248 frames behind each other: zeros and mixtures of 0 to 300 bytes at two accelerations, and 5 MB in each block
    // size. The hash is that of what the lz4 tool reads from the file.
    [Fact]
    public void ShouldReadWhatTheFirstWriterWrote()
    {
        string path = Path.Combine(AppContext.BaseDirectory, "Golden", "lz4", "first-writer.lz4");
        using FileStream file = File.OpenRead(path);
        using var content = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        int frames = 0;
        while (file.Position < file.Length)
        {
            var reader = new Lz4FrameReader(file);
            Lz4ReadResult result;
            while ((result = reader.Read(out ReadOnlySpan<byte> block)) == Lz4ReadResult.Block)
            {
                content.AppendData(block);
            }

            Assert.Equal((Lz4ReadResult.End, string.Empty), (result, reader.Problem));
            frames++;
        }

        Assert.Equal((248, FirstWriterContent), (frames, Convert.ToHexStringLower(content.GetHashAndReset())));
    }

    // The last one has several blocks of all sizes, in the quick run of all but the largest.
    public static TheoryData<int> Lengths => [0, 1, 13, 65_536, 65_537, Cases.AreAll ? 5_000_000 : 1_100_000];

    [Theory]
    [MemberData(nameof(Lengths))]
    public void ShouldExchangeFramesWithAnotherReaderAndWriter(int length)
    {
        byte[][] contents = [new byte[length], TestBytes.Random(50, length), TestBytes.Mixed(51, length)];
        foreach (byte[] content in contents)
        {
            foreach (Lz4BlockSize size in Enum.GetValues<Lz4BlockSize>())
            {
                byte[] ours = TestFrames.Write(content, size, size == Lz4BlockSize.Max64KiB ? length : null);
                using LZ4DecoderStream decoder = LZ4Stream.Decode(new MemoryStream(ours));
                using var read = new MemoryStream();
                decoder.CopyTo(read);
                Assert.True(content.AsSpan().SequenceEqual(read.ToArray()), $"{size}: the other reader differs");
                foreach (bool isChained in new[] { false, true })
                {
                    byte[] theirs = WriteTheirs(content, 1 << (8 + (2 * (int)size)), isChained);
                    byte[] back = TestFrames.Read(theirs, out Lz4ReadResult end, out string problem);
                    Assert.Equal((Lz4ReadResult.End, string.Empty), (end, problem));
                    Assert.True(content.AsSpan().SequenceEqual(back), $"{size}: the other writer's frame differs");
                }
            }
        }
    }

    private static byte[] WriteTheirs(byte[] content, int blockSize, bool isChained)
    {
        using var target = new MemoryStream();
        var settings = new LZ4EncoderSettings
        {
            BlockSize = blockSize,
            BlockChecksum = true,
            ContentChecksum = true,
            ChainBlocks = isChained,
            CompressionLevel = isChained ? LZ4Level.L09_HC : LZ4Level.L00_FAST,
        };
        using (LZ4EncoderStream encoder = LZ4Stream.Encode(target, settings, leaveOpen: true))
        {
            encoder.Write(content);
        }

        return target.ToArray();
    }
}
