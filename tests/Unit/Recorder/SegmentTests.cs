using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using LowLatency.Engine.Events;
using LowLatency.Recorder;
using LowLatency.Recorder.Lz4;
using LowLatency.Tests.Reliability;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Recorder;

public sealed class SegmentTests
{
    private const long StartNs = 1_763_676_900_000_000_000;

    private static InputRecord Record(int index) =>
        new(InputKind.Frame, (ushort)(index % 3), index, index * 2L, index % 5, StartNs + index);

    [Fact]
    public void ShouldMakeANewEmptyFolderNamedAfterTheStart()
    {
        using var folder = new TemporaryFolder();
        Recording first = Recording.Create(folder.File("recordings"), StartNs, "test");
        Recording second = Recording.Create(folder.File("recordings"), StartNs, "test");
        Assert.NotEqual(first.Directory, second.Directory);
        Assert.Matches("^20251120-221500-[0-9a-f]{8}$", Path.GetFileName(first.Directory));
        Assert.Empty(Directory.EnumerateFileSystemEntries(first.Directory));
    }

    [Fact]
    public void ShouldSayWhichFolderCannotBeMade()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("file"), "");
        IOException error = Assert.Throws<IOException>(() => Recording.Create(folder.File("file"), StartNs, "test"));
        Assert.Contains(folder.File("file"), error.Message, StringComparison.Ordinal);
    }

    // A kind that the format rejects would silently be missing from every recording.
    [Fact]
    public void ShouldTakeEveryKindOfInput() => Assert.All(
        Enum.GetValues<InputKind>(),
        kind => Assert.Equal(
            kind != InputKind.None, SegmentFormat.IsValid(new InputRecord(kind, 0, 0, -1, 0, 1), 0)));

    [Fact]
    public void ShouldRoundTripEveryFieldAndPayloadsLargerThanABlock()
    {
        using var folder = new TemporaryFolder();
        Recording recording = Recording.Create(folder.Path, StartNs, "program 1.2.3 é");
        InputRecord[] records =
        [
            new(InputKind.Settings, ushort.MaxValue, int.MinValue, long.MinValue, int.MaxValue, long.MaxValue),
            Record(1), new(InputKind.End, 0, -1, -1, 0, long.MinValue),
        ];
        byte[][] payloads = [[], TestBytes.Mixed(1, 1_000_000), [42]];
        using (var writer = new SegmentWriter(recording))
        {
            for (int i = 0; i < records.Length; i++)
            {
                writer.Append(records[i], payloads[i]);
            }

            writer.Seal();
            Assert.Equal(3, writer.Records);
            Assert.Equal(1_000_001, writer.PayloadBytes);
            Assert.Equal(new FileInfo(writer.FilePath).Length, writer.CompressedBytes);
        }

        using SegmentReader reader = Open(recording.Directory);
        for (int i = 0; i < records.Length; i++)
        {
            Assert.True(reader.TryRead(out InputRecord record, out ReadOnlySpan<byte> payload));
            Assert.Equal(records[i], record);
            Assert.True(payload.SequenceEqual(payloads[i]));
        }

        Assert.False(reader.TryRead(out _, out _));
        Assert.Null(reader.Truncation);
        Assert.Equal("program 1.2.3 é", reader.Program);
        Assert.Equal(StartNs, reader.SessionStartNs);
    }

    [Fact]
    public void ShouldLayOutTheBytesAsDrawnAndSatisfyTheLz4Tool()
    {
        using var folder = new TemporaryFolder();
        string path = WriteSegment(folder, 1, 5);
        Lz4Tool.Run("-t " + path);
        Lz4Tool.Run($"-d -f {path} {folder.File("content")}");
        byte[] bytes = File.ReadAllBytes(folder.File("content"));
        Assert.Equal("LLSEGMNT"u8, bytes.AsSpan(0, SegmentFormat.MagicLength));
        Assert.Equal(SegmentFormat.FormatVersion, BitConverter.ToUInt16(bytes, SegmentFormat.VersionOffset));
        int at = SegmentFormat.ProgramOffset(SegmentFormat.FormatVersion)
            + BitConverter.ToUInt16(bytes, SegmentFormat.ProgramLengthOffset)
            + BitConverter.ToInt32(bytes, SegmentFormat.DescriptionLengthOffset) + SegmentFormat.CrcLength;
        Assert.Equal(44 + 5, bytes.Length - at);
        Assert.Equal((byte)InputKind.Frame, bytes[at]);
        Assert.Equal(StartNs, BitConverter.ToInt64(bytes, at + SegmentFormat.ReceiveTimeOffset));
        Assert.Equal(5, BitConverter.ToInt32(bytes, at + SegmentFormat.PayloadLengthOffset));
    }

    [Fact]
    public void ShouldComputeThePublishedCrc32C()
    {
        Assert.Equal(0xE3069283, Crc32C.Of("1234"u8, "56789"u8));
        Assert.Equal(0x8A9136AAu, Crc32C.Of(new byte[32], default));
    }

    [Fact]
    [FaultRow("F18")]
    public void ShouldYieldExactlyThePrefixWhereverAKilledFileEnds()
    {
        using var folder = new TemporaryFolder();
        Recording recording = Recording.Create(folder.Path, StartNs, "test");
        var readableAt = new List<long>();
        string path;
        using (var writer = new SegmentWriter(recording, new() { BlockSize = Lz4BlockSize.Max64KiB }))
        {
            for (int i = 0; i < 20; i++)
            {
                writer.Append(Record(i), TestBytes.Random(i, i * 3));
                writer.Flush(toDisk: false);
                readableAt.Add(writer.CompressedBytes);
                Assert.Equal(0, writer.UnwrittenRecords);
            }

            writer.Seal();
            path = writer.FilePath;
        }

        byte[] whole = File.ReadAllBytes(path);
        foreach (int length in Cases.Of(whole.Length + 1))
        {
            File.WriteAllBytes(folder.File("cut"), whole.AsSpan(0, length));
            if (!SegmentReader.TryOpen(folder.File("cut"), out SegmentReader? opened, out string problem))
            {
                Assert.Fail($"cut at {length}: {problem}");
            }

            using SegmentReader reader = opened!;
            Assert.Equal(readableAt.Count(end => end <= length), CountAndCheck(reader));
            Assert.Equal(length == whole.Length, reader.Truncation is null);
            Assert.InRange(reader.Truncation?.Offset ?? 0, 0, length);
        }

        FaultLedger.AddFigure(
            $"cut at {Cases.Of(whole.Length + 1).Count():#,0} places: exactly the flushed records came out");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [FaultRow("F19")]
    public void ShouldNeverYieldAWrongRecordOfAFlippedFile(bool compressible)
    {
        using var folder = new TemporaryFolder();
        Recording recording = Recording.Create(folder.Path, StartNs, "test");
        using var writer = new SegmentWriter(recording, new() { BlockSize = Lz4BlockSize.Max64KiB });
        for (int i = 0; i < 4; i++)
        {
            writer.Append(Record(i), compressible ? new byte[i * 3] : TestBytes.Random(i, i * 3));
            writer.Flush(toDisk: false);
        }

        writer.Seal();
        byte[] whole = File.ReadAllBytes(writer.FilePath);
        foreach (int bit in Cases.Of(whole.Length * 8))
        {
            byte[] flipped = [.. whole];
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            File.WriteAllBytes(folder.File("flipped"), flipped);
            if (SegmentReader.TryOpen(folder.File("flipped"), out SegmentReader? reader, out string problem))
            {
                CountAndCheck(reader!, compressible);
                Assert.NotNull(reader!.Truncation);
                reader.Dispose();
            }
            else
            {
                Assert.NotEmpty(problem);
            }
        }

        FaultLedger.AddFigure(
            $"{Cases.Of(whole.Length * 8).Count():#,0} bits flipped, one at a time: 0 wrong records came out");
    }

    [Fact]
    [FaultRow("F19")]
    public void ShouldRefuseRecordsThatOnlyTheirOwnChecksumBetrays()
    {
        // The frame is rewritten around changed content: every LZ4 checksum is correct.
        using var folder = new TemporaryFolder();
        string path = WriteSegment(folder, 2, 10);
        byte[] content = TestFrames.Read(File.ReadAllBytes(path), out _, out _);
        foreach (int at in Cases.Of(content.Length))
        {
            byte[] changed = [.. content];
            changed[at] ^= 0x10;
            File.WriteAllBytes(folder.File("changed"), TestFrames.Write(changed, Lz4BlockSize.Max64KiB));
            if (SegmentReader.TryOpen(folder.File("changed"), out SegmentReader? reader, out string problem))
            {
                Assert.InRange(CountAndCheck(reader!, zeros: true), 0, 1);
                Assert.NotNull(reader!.Truncation);
                reader.Dispose();
            }
            else
            {
                Assert.NotEmpty(problem);
            }
        }
    }

    [Fact]
    [FaultRow("F34")]
    public void ShouldRefuseANewerFormatVersionInWords()
    {
        using var folder = new TemporaryFolder();
        string path = WriteSegment(folder, 1, 1);
        byte[] content = TestFrames.Read(File.ReadAllBytes(path), out _, out _);
        content[SegmentFormat.VersionOffset]++;
        File.WriteAllBytes(path, TestFrames.Write(content, Lz4BlockSize.Max64KiB));
        Assert.False(SegmentReader.TryOpen(Path.GetDirectoryName(path)!, out _, out string problem));
        Assert.Contains("newer than 3", problem, StringComparison.Ordinal);
    }

    [Fact]
    [FaultRow("F34")]
    public void ShouldRefuseInWordsWhatIsNoRecording()
    {
        using var folder = new TemporaryFolder();
        Assert.False(SegmentReader.TryOpen(folder.File("nothing"), out _, out string nothing));
        Assert.Contains("no such folder or file", nothing, StringComparison.Ordinal);
        Assert.False(SegmentReader.TryOpen(folder.Path, out _, out string empty));
        Assert.Contains("contains no segment", empty, StringComparison.Ordinal);
        File.WriteAllText(folder.File("text"), "some text that is not a frame");
        Assert.False(SegmentReader.TryOpen(folder.File("text"), out _, out string text));
        Assert.Contains("not an LZ4 frame", text, StringComparison.Ordinal);
        File.WriteAllBytes(folder.File("other"), TestFrames.Write(new byte[100], Lz4BlockSize.Max64KiB));
        Assert.False(SegmentReader.TryOpen(folder.File("other"), out _, out string other));
        Assert.Contains("not a segment of a recording", other, StringComparison.Ordinal);
    }

    [Fact]
    public void ShouldRefuseInvalidRecordsBeforeWriting()
    {
        using var folder = new TemporaryFolder();
        using var writer = new SegmentWriter(Recording.Create(folder.Path, StartNs, "test"));
        Assert.Throws<ArgumentException>(() => writer.Append(new(InputKind.None, 0, 0, 0, 0, 0), default));
        Assert.Throws<ArgumentException>(() => writer.Append(new(InputKind.Frame, 0, 0, 0, -1, 0), default));
        byte[] large = new byte[SegmentFormat.PayloadLengthMax + 1];
        Assert.Throws<ArgumentException>(() => writer.Append(Record(0), large));
        Assert.Equal(0, writer.Records);
    }

    [Fact]
    public void ShouldRotateBySizeAndReadAllSegmentsInOrder()
    {
        using var folder = new TemporaryFolder();
        Recording recording = WriteManySegments(folder, 30);
        string[] files = Directory.GetFiles(recording.Directory);
        Assert.True(files.Length > 5, $"{files.Length} segments");
        Assert.All(files, file => Lz4Tool.Run("-t " + file));
        using SegmentReader reader = Open(recording.Directory);
        Assert.Equal(30, CountAndCheck(reader, random: 50_000));
        Assert.Null(reader.Truncation);
    }

    [Fact]
    public void ShouldBeginEverySegmentWithTheSettings()
    {
        using var folder = new TemporaryFolder();
        Recording recording = Recording.Create(folder.Path, StartNs, "test", settings: "{}"u8.ToArray());
        var options = new SegmentWriterOptions { BlockSize = Lz4BlockSize.Max64KiB, SegmentBytesMax = 100_000 };
        using (var writer = new SegmentWriter(recording, options))
        {
            for (int i = 0; i < 10; i++)
            {
                writer.Append(Record(i), TestBytes.Random(i, 50_000));
            }

            writer.Seal();
            Assert.Equal(10, writer.Records);
        }

        string[] files = Directory.GetFiles(recording.Directory);
        Assert.True(files.Length > 2, $"{files.Length} segments");
        Assert.All(files, file =>
        {
            using SegmentReader reader = Open(file);
            Assert.True(reader.TryRead(out InputRecord first, out ReadOnlySpan<byte> payload));
            Assert.Equal(InputKind.Settings, first.Kind);
            Assert.True(payload.SequenceEqual("{}"u8));
        });
    }

    [Fact]
    public void ShouldReadAWholeSegmentThatIsSealedMeanwhile()
    {
        using var folder = new TemporaryFolder();
        using var writer = new SegmentWriter(Recording.Create(folder.Path, StartNs, "test"));
        writer.Append(Record(0), new byte[10]);
        writer.Flush(toDisk: false);
        using SegmentReader reader = Open(writer.FilePath);
        Assert.True(reader.TryRead(out _, out _));
        writer.Seal();
        Assert.False(reader.TryRead(out _, out _));
        Assert.Null(reader.Truncation);
    }

    [Fact]
    public void ShouldRotateByAge()
    {
        using var folder = new TemporaryFolder();
        var clock = new ManualClock();
        Recording recording = Recording.Create(folder.Path, StartNs, "test");
        using var writer = new SegmentWriter(recording, new() { SegmentAgeMax = TimeSpan.FromHours(1) }, 0, clock);
        writer.Append(Record(0), default);
        clock.Advance(TimeSpan.FromMinutes(59));
        writer.Append(Record(1), default);
        Assert.Equal(0, writer.SegmentIndex);
        clock.Advance(TimeSpan.FromMinutes(1));
        writer.Append(Record(2), default);
        Assert.Equal(1, writer.SegmentIndex);
    }

    [Fact]
    public void ShouldNeverReopenAnExistingSegment()
    {
        using var folder = new TemporaryFolder();
        Recording recording = Recording.Create(folder.Path, StartNs, "test");
        File.WriteAllText(Path.Combine(recording.Directory, SegmentFormat.FileName(0)), "precious");
        Assert.Throws<IOException>(() => new SegmentWriter(recording));
        Assert.Equal("precious", File.ReadAllText(Path.Combine(recording.Directory, SegmentFormat.FileName(0))));
    }

    [Fact]
    public void ShouldStopAtDamageOrGoOnWithTheNextSegmentWhenAsked()
    {
        using var folder = new TemporaryFolder();
        Recording recording = WriteManySegments(folder, 30);
        string second = Path.Combine(recording.Directory, SegmentFormat.FileName(1));
        byte[] bytes = File.ReadAllBytes(second);
        File.WriteAllBytes(second, bytes.AsSpan(0, bytes.Length / 2));
        using SegmentReader strict = Open(recording.Directory);
        int before = CountAndCheck(strict, random: 50_000);
        Assert.Equal(second, strict.Truncation!.File);
        Assert.Contains("later segments were not read", strict.Truncation.Problem, StringComparison.Ordinal);
        Assert.True(SegmentReader.TryOpen(recording.Directory, out SegmentReader? lenient, out _, true));
        int all = 0;
        while (lenient!.TryRead(out InputRecord record, out ReadOnlySpan<byte> payload))
        {
            Assert.True(payload.SequenceEqual(TestBytes.Random(record.Tag, 50_000)));
            all++;
        }

        lenient.Dispose();
        Assert.InRange(all, before + 1, 29);
        Assert.Single(lenient.Truncations);
    }

    [Fact]
    public void ShouldReportAMissingSegment()
    {
        using var folder = new TemporaryFolder();
        Recording recording = WriteManySegments(folder, 30);
        File.Delete(Path.Combine(recording.Directory, SegmentFormat.FileName(2)));
        using SegmentReader reader = Open(recording.Directory);
        CountAndCheck(reader, random: 50_000);
        Assert.Contains(
            "000002.lls.lz4 is missing before this one", reader.Truncation!.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void ShouldReportBytesBehindTheEnd()
    {
        using var folder = new TemporaryFolder();
        string path = WriteSegment(folder, 3, 10);
        File.AppendAllText(path, "x");
        using SegmentReader reader = Open(path);
        Assert.Equal(3, CountAndCheck(reader, zeros: true));
        Assert.Contains("bytes follow it", reader.Truncation!.Problem, StringComparison.Ordinal);
    }

    private static SegmentReader Open(string path)
    {
        Assert.True(SegmentReader.TryOpen(path, out SegmentReader? reader, out string problem), problem);
        return reader!;
    }

    private static string WriteSegment(TemporaryFolder folder, int records, int payloadLength)
    {
        using var writer = new SegmentWriter(Recording.Create(folder.Path, StartNs, "test"));
        for (int i = 0; i < records; i++)
        {
            writer.Append(Record(i), new byte[payloadLength]);
        }

        writer.Seal();
        return writer.FilePath;
    }

    private static Recording WriteManySegments(TemporaryFolder folder, int records)
    {
        Recording recording = Recording.Create(folder.Path, StartNs, "test");
        var options = new SegmentWriterOptions { BlockSize = Lz4BlockSize.Max64KiB, SegmentBytesMax = 100_000 };
        using var writer = new SegmentWriter(recording, options);
        for (int i = 0; i < records; i++)
        {
            writer.Append(Record(i), TestBytes.Random(i, 50_000));
        }

        writer.Seal();
        return recording;
    }

    // Every record must be the next one of the original, byte for byte.
    private static int CountAndCheck(SegmentReader reader, bool zeros = false, int random = -1)
    {
        int count = 0;
        while (reader.TryRead(out InputRecord record, out ReadOnlySpan<byte> payload))
        {
            Assert.Equal(Record(count), record);
            Assert.True(zeros
                ? payload.IndexOfAnyExcept((byte)0) < 0
                : payload.SequenceEqual(TestBytes.Random(count, random < 0 ? count * 3 : random)));
            count++;
        }

        return count;
    }
}
