using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using LowLatency.Engine.Events;
using LowLatency.Recorder;
using LowLatency.Recorder.Lz4;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Recorder;

public sealed class SegmentIndexTests
{
    private const long StartNs = 1_763_676_900_000_000_000;

    private static readonly SegmentWriterOptions s_small = new() { BlockSize = Lz4BlockSize.Max64KiB };

    [Fact]
    public void ShouldNameAllBlocksAndMarksAndWhereRecordsBegin()
    {
        using var folder = new TemporaryFolder();
        string path = Write(folder, s_small).Single();
        SegmentIndex index = Load(path);
        Assert.Equal(300, index.Records);
        Assert.Equal(300, index.Blocks.Sum(block => block.Records));
        Assert.True(index.Blocks.Count > 10, $"{index.Blocks.Count} blocks");
        Assert.Equal(30, index.Marks.Count);

        // Each index entry matches what the frame contains at that place.
        var frame = new Lz4FrameReader(new MemoryStream(File.ReadAllBytes(path)));
        foreach (IndexedBlock block in index.Blocks)
        {
            Assert.Equal(Lz4ReadResult.Block, frame.Read(out ReadOnlySpan<byte> content));
            Assert.Equal(block.ContentLength, content.Length);
            Assert.Equal(block.ContentCrc, Crc32C.Of(content));
        }
    }

    [Fact]
    public void ShouldBeSkippedByTheLz4Tool()
    {
        using var folder = new TemporaryFolder();
        string path = Write(folder, s_small).Single();
        Lz4Tool.Run("-t " + path);
        Lz4Tool.Run($"-d -f {path} {folder.File("content")}");
        Assert.Equal(
            Load(path).Blocks.Sum(block => (long)block.ContentLength), new FileInfo(folder.File("content")).Length);
    }

    [Fact]
    public void ShouldBeginReadingAtAnyBlockOrMarkWithoutWhatComesBefore()
    {
        using var folder = new TemporaryFolder();
        string[] files = Write(folder, s_small with { SegmentBytesMax = 200_000 });
        Assert.True(files.Length >= 3, $"{files.Length} segments");
        string recording = Path.GetDirectoryName(files[0])!;
        int before = 0;
        for (int segment = 0; segment < files.Length; segment++)
        {
            SegmentIndex index = Load(files[segment]);
            var firstOfBlock = new List<int>();
            foreach (IndexedBlock block in index.Blocks)
            {
                firstOfBlock.Add(before);
                if (block.Records != 0)
                {
                    AssertGoesOnFrom(
                        recording, new SegmentPosition(segment, block.FileOffset, block.FirstRecordOffset), before);
                }

                before += block.Records;
            }

            foreach (IndexedMark mark in index.Marks)
            {
                IndexedBlock block = index.Blocks[mark.Block];
                Assert.InRange(mark.Tag, firstOfBlock[mark.Block], firstOfBlock[mark.Block] + block.Records - 1);
                AssertGoesOnFrom(
                    recording, new SegmentPosition(segment, block.FileOffset, mark.OffsetInBlock), mark.Tag);
            }
        }

        Assert.Equal(300, before);
    }

    [Fact]
    public void ShouldRefuseAPositionThatIsNotThere()
    {
        using var folder = new TemporaryFolder();
        string recording = Path.GetDirectoryName(Write(folder, s_small).Single())!;
        Assert.False(SegmentReader.TryOpen(
            recording, out _, out string problem, from: new SegmentPosition(7, 0, 0)));
        Assert.Contains("no segment 7", problem, StringComparison.Ordinal);
        Assert.False(SegmentReader.TryOpen(
            recording, out _, out problem, from: new SegmentPosition(0, 1_000_000_000, 0)));
        Assert.NotEmpty(problem);
    }

    [Fact]
    public void ShouldTellADamagedIndexAndStillGiveEveryRecord()
    {
        using var folder = new TemporaryFolder();
        string path = Write(folder, s_small).Single();
        byte[] whole = File.ReadAllBytes(path);
        long end = whole.Length - IndexLength(whole);
        foreach (int place in Cases.Of((int)(whole.Length - end) / 7))
        {
            long at = end + (7 * place);
            byte[] flipped = [.. whole];
            flipped[at] ^= 4;
            string damaged = folder.File("damaged");
            File.WriteAllBytes(damaged, flipped);
            Assert.Null(SegmentIndex.TryLoad(damaged));
            Assert.True(SegmentReader.TryOpen(damaged, out SegmentReader? reader, out string problem), problem);
            using (reader)
            {
                Assert.Equal(300, CountFrom(reader!, 0));
                Assert.Contains("index", reader!.Truncation!.Problem, StringComparison.Ordinal);
                Assert.Equal(end, reader.Truncation.Offset);
            }
        }
    }

    [Fact]
    public void ShouldFindTheBlockThatIsNotAsIndexed()
    {
        using var folder = new TemporaryFolder();
        string path = Write(folder, s_small).Single();
        byte[] whole = File.ReadAllBytes(path);

        // The same content in other blocks: every LZ4 checksum is correct, and the index's checksums are not.
        byte[] content = TestFrames.Read(whole, out _, out _);
        content[^1] ^= 1;
        File.WriteAllBytes(
            path, [.. TestFrames.Write(content, Lz4BlockSize.Max64KiB), .. whole[^IndexLength(whole)..]]);
        Assert.True(SegmentReader.TryOpen(path, out SegmentReader? reader, out _));
        using (reader)
        {
            Assert.InRange(CountFrom(reader!, 0), 1, 299);
            Assert.Contains("does not match its index", reader!.Truncation!.Problem, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void ShouldReadTheFormatBefore()
    {
        string folder = Path.Combine(AppContext.BaseDirectory, "Golden", "format-v1");
        Assert.True(SegmentReader.TryOpen(folder, out SegmentReader? reader, out string problem), problem);
        using (reader)
        {
            Assert.Equal(1, reader!.FormatVersion);
            long records = 0;
            while (reader.TryRead(out InputRecord record, out _))
            {
                Assert.Equal(0, record.ExchangeTimeNs);
                records++;
            }

            Assert.Null(reader.Truncation);
            Assert.Equal(V1Records, records);
            Assert.Equal("{}", reader.Description);
        }
    }

    private const long V1Records = 6503;

    private static void AssertGoesOnFrom(string recording, SegmentPosition position, int first)
    {
        Assert.True(
            SegmentReader.TryOpen(recording, out SegmentReader? reader, out string problem, from: position), problem);
        using (reader)
        {
            Assert.Equal(300 - first, CountFrom(reader!, first));
            Assert.Null(reader!.Truncation);
        }
    }

    private static int CountFrom(SegmentReader reader, int first)
    {
        int count = 0;
        while (reader.TryRead(out InputRecord record, out ReadOnlySpan<byte> payload))
        {
            Assert.Equal(Record(first + count), record);
            Assert.True(payload.SequenceEqual(Payload(first + count)));
            count++;
        }

        return count;
    }

    private static InputRecord Record(int index) => new(
        index % 10 == 3 ? InputKind.Snapshot : InputKind.Frame, 2, index, index * 2L, 2, StartNs + index,
        StartNs - index);

    // Some records are longer than a block, so that some blocks contain no start of a record.
    private static byte[] Payload(int index) => TestBytes.Mixed(index, index % 50 == 7 ? 200_000 : index * 20);

    private static string[] Write(TemporaryFolder folder, SegmentWriterOptions options)
    {
        var recording = LowLatency.Recorder.Recording.Create(folder.Path, StartNs, "test", """{"venue":"none"}""");
        using var writer = new SegmentWriter(recording, options);
        for (int i = 0; i < 300; i++)
        {
            writer.Append(Record(i), Payload(i));
        }

        writer.Seal();
        return Directory.GetFiles(recording.Directory).Order().ToArray();
    }

    private static SegmentIndex Load(string path)
    {
        SegmentIndex? index = SegmentIndex.TryLoad(path);
        Assert.NotNull(index);
        return index;
    }

    private static int IndexLength(byte[] file) => BitConverter.ToInt32(file, file.Length - 12);
}
