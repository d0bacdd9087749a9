using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using LowLatency.Recorder;
using LowLatency.Recorder.Lz4;
using LowLatency.Tests.Reliability;
using LowLatency.Tests.Support;
using Xunit;
using static LowLatency.Tests.Recorder.NumberedFrames;

namespace LowLatency.Tests.Recorder;

/// <summary>
/// A recording of three segments with several blocks, cut at a byte or with a byte flipped, one at a time:
/// everything before the damage is read, nothing wrong ever is, and the damage is reported.
/// </summary>
public sealed class RecordingDamageTests
{
    private const int PerSegment = 5;
    private const int All = 3 * PerSegment;

    [Fact]
    [FaultRow("F19")]
    public void ShouldGiveAllBeforeTheCutAndAllAfterItWhenAskedWhereverTheMiddleSegmentEnds()
    {
        using var folder = new TemporaryFolder();
        (string recording, string middle, byte[] whole) = Write(folder);
        long[] readableAt = BlockEnds(middle);
        foreach (int length in Cases.Of(whole.Length))
        {
            File.WriteAllBytes(middle, whole.AsSpan(0, length));
            int kept = PerSegment + readableAt.Count(end => end <= length);
            List<int> strict = Read(recording, out IReadOnlyList<Truncation> truncations, LengthOf);
            Assert.Equal(Enumerable.Range(0, kept), strict);
            AssertText(truncations, middle, "the segment after it was not read");
            List<int> lenient = Read(recording, out truncations, LengthOf, lenient: true);
            Assert.Equal([.. Enumerable.Range(0, kept), .. Enumerable.Range(2 * PerSegment, PerSegment)], lenient);
            AssertText(truncations, middle, "");
        }

        FaultLedger.AddFigure(
            $"the middle segment cut at {Cases.Of(whole.Length).Count():#,0} places: 0 wrong records");
    }

    [Fact]
    [FaultRow("F19")]
    public void ShouldGiveAllBeforeTheDamageAndAllAfterItWhenAskedWhicheverByteOfTheMiddleSegmentFlips()
    {
        using var folder = new TemporaryFolder();
        (string recording, string middle, byte[] whole) = Write(folder);
        long[] readableAt = BlockEnds(middle);
        foreach (int at in Cases.Of(whole.Length))
        {
            // Another test covers each bit of a single segment. Here it is one bit, or all eight at once.
            byte flip = (byte)(at % 9 == 8 ? 0xFF : 1 << (at % 9));
            whole[at] ^= flip;
            File.WriteAllBytes(middle, whole);
            whole[at] ^= flip;
            int sure = PerSegment + readableAt.Count(end => end <= at);
            List<int> lenient = Read(recording, out IReadOnlyList<Truncation> truncations, LengthOf, lenient: true);
            int kept = lenient.Count - PerSegment;
            Assert.InRange(kept, sure, 2 * PerSegment);
            Assert.Equal([.. Enumerable.Range(0, kept), .. Enumerable.Range(2 * PerSegment, PerSegment)], lenient);
            AssertText(truncations, middle, "");
            Assert.Equal(lenient[..kept], Read(recording, out truncations, LengthOf));
            AssertText(truncations, middle, "the segment after it was not read");
        }
    }

    [Fact]
    public void ShouldReadTheOtherSegmentsWhenAskedThoughTheFirstIsNone()
    {
        using var folder = new TemporaryFolder();
        (string recording, _, _) = Write(folder);
        string first = Path.Combine(recording, SegmentFormat.FileName(0));
        File.WriteAllText(first, "some text that is not a frame");
        Assert.False(SegmentReader.TryOpen(recording, out _, out string problem));
        Assert.Contains("not an LZ4 frame; 2 later segments were not read", problem, StringComparison.Ordinal);
        List<int> lenient = Read(recording, out IReadOnlyList<Truncation> truncations, LengthOf, lenient: true);
        Assert.Equal(Enumerable.Range(PerSegment, 2 * PerSegment), lenient);
        AssertText(truncations, first, "not an LZ4 frame");
        foreach (string file in Directory.GetFiles(recording))
        {
            File.WriteAllText(file, "some text that is not a frame");
        }

        Assert.False(SegmentReader.TryOpen(recording, out _, out problem, continueAfterDamage: true));
        Assert.Contains(first, problem, StringComparison.Ordinal);
    }

    [Fact]
    [FaultRow("F18")]
    public void ShouldRepairWhereverAKilledSegmentEnds()
    {
        using var folder = new TemporaryFolder();
        (string recording, string middle, byte[] whole) = Write(folder);
        long[] readableAt = BlockEnds(middle);
        File.Delete(Path.Combine(recording, SegmentFormat.FileName(2)));
        foreach (int length in Cases.Of(whole.Length + 1))
        {
            File.Delete(middle);
            LeaveOpen(middle, whole.AsSpan(0, length));
            int inSegment = readableAt.Count(end => end <= length);
            List<int> torn = Read(recording, out _, LengthOf);
            Assert.Equal(Enumerable.Range(0, PerSegment + inSegment), torn);

            string words = Assert.Single(RecordingRepair.RepairAll(folder.Path));
            Assert.StartsWith(middle + ": its writer was killed; ", words, StringComparison.Ordinal);
            Assert.Contains(
                inSegment == 0 ? "no complete record" : $"{inSegment} complete records were kept", words,
                StringComparison.Ordinal);
            Assert.Equal(torn, Read(recording, out IReadOnlyList<Truncation> truncations, LengthOf));
            Assert.Empty(truncations);
            Assert.Equal(inSegment == 0 ? 1 : 2, Directory.GetFiles(recording).Length);
            Assert.Equal(inSegment != 0, File.Exists(middle) && SegmentIndex.TryLoad(middle) is not null);
            Assert.Empty(RecordingRepair.RepairAll(folder.Path));
        }
    }

    [Fact]
    public async Task ShouldRepairEachSegmentOnceHoweverManyDoItAtOnce()
    {
        const int recordings = 40;
        using var folder = new TemporaryFolder();
        for (int i = 0; i < recordings; i++)
        {
            (_, string middle, byte[] whole) = Write(folder);
            File.Delete(middle);
            LeaveOpen(middle, whole.AsSpan(0, whole.Length / 2));
        }

        IReadOnlyList<string>[] said = await Task.WhenAll(Enumerable.Range(0, 4).Select(
            _ => Task.Run(() => RecordingRepair.RepairAll(folder.Path), TestContext.Current.CancellationToken)));
        List<string> words = [.. said.SelectMany(lines => lines), .. RecordingRepair.RepairAll(folder.Path)];
        Assert.Equal(recordings, words.Count);
        Assert.All(words, line => Assert.Contains(" complete records were kept", line, StringComparison.Ordinal));
        foreach (string recording in Directory.GetDirectories(folder.Path))
        {
            Assert.InRange(Read(recording, out var truncations, LengthOf).Count, 2 * PerSegment + 1, All - 1);
            Assert.Empty(truncations);
            Assert.Equal(3, Directory.GetFiles(recording).Length);
        }
    }

    // A kill truncates; it does not flip bits. Data after the damage may be worth saving manually.
    [Fact]
    public void ShouldKeepTheOriginalOfADamagedSegmentBesideItsRepair()
    {
        using var folder = new TemporaryFolder();
        (string recording, string middle, byte[] whole) = Write(folder);
        byte[] damaged = [.. whole];
        damaged[BlockEnds(middle)[2] + 5] ^= 1;
        File.Delete(middle);
        LeaveOpen(middle, damaged);
        string words = Assert.Single(RecordingRepair.RepairAll(folder.Path));
        Assert.Contains("3 complete records were kept, its last ", words, StringComparison.Ordinal);
        Assert.Contains(
            " bytes were cut: a block's checksum is wrong; the damaged file was kept as 000001.lls.lz4.damaged", words,
            StringComparison.Ordinal);
        Assert.Equal(damaged, File.ReadAllBytes(middle + ".damaged"));

        // The loss stays on record.
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7, -1, 10, 11, 12, 13, 14], Read(recording, out var truncations, LengthOf));
        Assert.Empty(truncations);
    }

    [Fact]
    public void ShouldRemoveWhatAKillBetweenTheTwoNamesLeft()
    {
        using var folder = new TemporaryFolder();
        (string recording, string middle, byte[] whole) = Write(folder);
        LeaveOpen(middle, whole);
        string words = Assert.Single(RecordingRepair.RepairAll(folder.Path));
        Assert.Contains("complete; removed 000001.lls.lz4.open, left by a killed process", words,
            StringComparison.Ordinal);
        Assert.Equal(Enumerable.Range(0, All), Read(recording, out var truncations, LengthOf));
        Assert.Empty(truncations);
        Assert.Equal(3, Directory.GetFiles(recording).Length);
    }

    [Fact]
    public void ShouldSayWhyItLeavesWhatItCannotRepair()
    {
        using var folder = new TemporaryFolder();
        (string recording, string middle, byte[] whole) = Write(folder);
        LeaveOpen(middle + "x", "some text that is not a frame"u8);
        File.Move(middle + "x.open", Path.Combine(recording, "000003.lls.lz4.open"));
        string words = Assert.Single(RecordingRepair.RepairAll(folder.Path));
        Assert.Contains(
            "000003.lls.lz4.open, byte 0: this is not an LZ4 frame; cannot be repaired, left unchanged", words,
            StringComparison.Ordinal);
    }

    [Fact]
    public void ShouldLeaveAnEmptyFileAloneThatItsWriterMayJustHaveMade()
    {
        using var folder = new TemporaryFolder();
        (string recording, _, _) = Write(folder);
        string born = Path.Combine(recording, SegmentFormat.FileName(3) + SegmentFormat.OpenSuffix);
        File.WriteAllBytes(born, []);
        Assert.Empty(RecordingRepair.RepairAll(folder.Path));
        Assert.True(File.Exists(born));
        File.SetLastWriteTimeUtc(born, DateTime.UnixEpoch);
        Assert.Contains("contained no complete record", Assert.Single(RecordingRepair.RepairAll(folder.Path)),
            StringComparison.Ordinal);
        Assert.False(File.Exists(born));
    }

    private static int LengthOf(int number) => number * 13 % 40;

    // Each record is its own block, except the last two of a segment, which share one.
    private static (string Recording, string Middle, byte[] Bytes) Write(TemporaryFolder folder)
    {
        Recording recording = Create(folder.Path);
        var clock = new ManualClock();
        var options = new SegmentWriterOptions
        {
            BlockSize = Lz4BlockSize.Max64KiB,
            SegmentAgeMax = TimeSpan.FromHours(1),
            SyncAtSeal = false,
        };
        using var writer = new SegmentWriter(recording, options, 0, clock);
        for (int i = 0; i < All; i++)
        {
            clock.Advance(i % PerSegment == 0 && i > 0 ? options.SegmentAgeMax : TimeSpan.Zero);
            writer.Append(Record(i), Payload(i, LengthOf(i)));
            if (i % PerSegment < PerSegment - 2)
            {
                writer.Flush(toDisk: false);
            }
        }

        writer.Seal();
        Assert.Equal(2, writer.SegmentIndex);
        string middle = Path.Combine(recording.Directory, SegmentFormat.FileName(1));
        return (recording.Directory, middle, File.ReadAllBytes(middle));
    }

    // For each record of a segment, the file offset of its block's end.
    private static long[] BlockEnds(string path)
    {
        SegmentIndex index = SegmentIndex.TryLoad(path)!;
        Assert.Equal(PerSegment - 1, index.Blocks.Count);
        byte[] bytes = File.ReadAllBytes(path);

        // A length word whose top bit means stored, the block, its checksum.
        return index.Blocks.SelectMany(block => Enumerable.Repeat(
            block.FileOffset + 8 + (BitConverter.ToInt32(bytes, (int)block.FileOffset) & int.MaxValue),
            block.Records)).ToArray();
    }

    private static void AssertText(IReadOnlyList<Truncation> truncations, string file, string problem)
    {
        Truncation truncation = Assert.Single(truncations);
        Assert.Equal(file, truncation.File);
        Assert.Contains(problem, truncation.Problem, StringComparison.Ordinal);
    }

    // As old as a file left by a kill before the last start.
    private static void LeaveOpen(string sealedPath, ReadOnlySpan<byte> bytes)
    {
        File.WriteAllBytes(sealedPath + SegmentFormat.OpenSuffix, bytes);
        File.SetLastWriteTimeUtc(sealedPath + SegmentFormat.OpenSuffix, DateTime.UnixEpoch);
    }
}
