using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using LowLatency.Recorder.Lz4;
using LowLatency.Tests.Reference;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Recorder;

/// <summary>
/// Random and damaged blocks and frames: a simple decoder and the product's give the same bytes, or both reject, and
/// nothing outside the content is touched. 24,000 blocks and 2,000 frames in the quick run.
/// </summary>
public sealed class Lz4FuzzTests(ITestOutputHelper output)
{
    private const int Seed = 20261121;
    private const int BlocksInRound = 24_000;
    private const int FramesInRound = 2_000;
    private const int ContentMax = 1500;
    private const int RoomMax = 1 << 17;
    private const byte Untouched = 0x5A;

    [Fact]
    public void ShouldDecompressWhatAPlainDecoderDoesOrRefuseBoth()
    {
        using var source = new GuardedMemory(RoomMax);
        using var target = new GuardedMemory(RoomMax);
        (int read, int refused) = (0, 0);
        foreach (Random random in Seeds.Rounds(output, Seed, rounds: 1))
        {
            Lz4Mutants mutants = new(random, ContentMax);
            for (int i = 0; i < BlocksInRound; i++)
            {
                byte[] block = mutants.NextBlock(out int likelyRoom);
                byte[] history = mutants.NextHistory();
                int room = mutants.NextRoom(likelyRoom);
                byte[]? expected = ReferenceLz4.Decompress(block, history, room);

                Span<byte> destination = target.Take(history.Length + room);
                destination.Fill(Untouched);
                history.CopyTo(destination);
                int written = Lz4Block.Decompress(source.Put(block), destination, history.Length);

                target.AssertUntouchedOutside(destination.Length);
                int end = history.Length + Math.Max(0, written);
                Assert.Equal(-1, destination[end..].IndexOfAnyExcept(Untouched));
                Assert.True(history.AsSpan().SequenceEqual(destination[..history.Length]));
                Assert.Equal(expected?.Length ?? -1, written);
                Assert.True(expected.AsSpan().SequenceEqual(destination.Slice(history.Length, Math.Max(0, written))));
                read += expected is null ? 0 : 1;
                refused += expected is null ? 1 : 0;
            }
        }

        output.WriteLine($"{read} blocks read, {refused} refused");
        Assert.True(read > refused / 10, "too few valid blocks: the mutations prove nothing");
    }

    [Fact]
    public void ShouldCompressAlikeInAnyRoomAndAfterAnything()
    {
        using var source = new GuardedMemory(RoomMax);
        using var target = new GuardedMemory(Lz4Block.CompressedLengthMax(RoomMax));
        foreach (Random random in Seeds.Rounds(output, Seed, rounds: 1))
        {
            for (int i = 0; i < 400; i++)
            {
                int length = random.Next(20) == 0 ? random.Next(RoomMax) : random.Next(ContentMax);
                byte[] content = Lz4Mutants.NextContent(random, length);
                byte[] expected = new byte[Lz4Block.CompressedLengthMax(length)];
                expected = expected[..Lz4Block.Compress(content, expected)];
                Assert.Equal(content, ReferenceLz4.Decompress(expected, [], length));

                int most = Lz4Block.CompressedLengthMax(length);
                int[] rooms = [most, expected.Length, expected.Length - 1, random.Next(most), most - random.Next(16)];
                foreach (int room in rooms)
                {
                    Span<byte> destination = target.Take(room);
                    int written = Lz4Block.Compress(source.Put(content), destination);
                    target.AssertUntouchedOutside(room);
                    Assert.InRange(written, -1, room);
                    Assert.True(room < most || written == expected.Length);

                    // With less room the codec may leave a match out. The block is right all the same.
                    Assert.True(written < 0
                        || content.AsSpan().SequenceEqual(ReferenceLz4.Decompress(destination[..written], [], length)));
                }
            }
        }
    }

    [Fact]
    public void ShouldReadFramesAsAPlainReaderDoesAndNeverThrow()
    {
        int[] ends = new int[Enum.GetValues<Lz4ReadResult>().Length];
        foreach (Random random in Seeds.Rounds(output, Seed, rounds: 1))
        {
            Lz4Mutants mutants = new(random, ContentMax);
            for (int i = 0; i < FramesInRound; i++)
            {
                FrameMutant frame = mutants.NextFrame();
                byte[] bytes = frame.Write();
                byte[] read = Read(bytes, frame, out Lz4ReadResult end);
                Assert.True(frame.Expected().AsSpan().SequenceEqual(read));
                ends[(int)end]++;

                // Damage without a corrected checksum.
                byte[] damaged = mutants.Damage(bytes);
                ends[(int)ReadAnything(damaged, random)]++;
            }
        }

        output.WriteLine(string.Join(", ", ends.Select((count, end) => $"{(Lz4ReadResult)end} {count}")));
        Assert.All(ends[1..], count => Assert.True(count > FramesInRound / 10));
    }

    private static byte[] Read(byte[] bytes, FrameMutant frame, out Lz4ReadResult end)
    {
        using var content = new MemoryStream();
        var reader = new Lz4FrameReader(new MemoryStream(bytes));
        while ((end = reader.Read(out ReadOnlySpan<byte> block)) == Lz4ReadResult.Block)
        {
            Assert.InRange(block.Length, 0, frame.BlockContentMax);
            content.Write(block);
            Assert.True(content.Length <= (frame.ContentSize ?? long.MaxValue));
        }

        AssertEnded(reader, end, bytes.Length);
        return content.ToArray();
    }

    private static Lz4ReadResult ReadAnything(byte[] bytes, Random random)
    {
        var reader = new Lz4FrameReader(new MemoryStream(bytes));
        Lz4ReadResult end;
        while ((end = reader.Read(out ReadOnlySpan<byte> block)) == Lz4ReadResult.Block)
        {
            Assert.InRange(block.Length, 0, 4 << 20);
        }

        AssertEnded(reader, end, bytes.Length);
        if (reader.SeekToBlock(random.Next(bytes.Length + 10)))
        {
            Lz4ReadResult last;
            while ((last = reader.Read(out _)) == Lz4ReadResult.Block)
            {
                Assert.Empty(reader.Problem);
            }

            AssertEnded(reader, last, bytes.Length);
        }

        return end;
    }

    private static void AssertEnded(Lz4FrameReader reader, Lz4ReadResult end, int length)
    {
        Assert.Equal(end == Lz4ReadResult.End, reader.Problem.Length == 0);
        Assert.InRange(reader.GoodBytes, 0, reader.ReadBytes);
        Assert.InRange(reader.ReadBytes, 0, length);
        Assert.Equal(end, reader.Read(out ReadOnlySpan<byte> nothing));
        Assert.True(nothing.IsEmpty);
    }
}
