using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using LowLatency.Engine.Events;
using LowLatency.Recorder;
using LowLatency.Recorder.Journal;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Recorder.Journal;

/// <summary>
/// What cannot be read is said, in both versions of the format: every flipped bit, every length that a file can be cut
/// to, and everything that another program may have put there.
/// </summary>
public sealed class JournalDamageTests
{
    private const int Places = 3;

    public static TheoryData<int> Versions => [1, JournalFormat.Version];

    [Theory]
    [MemberData(nameof(Versions))]
    public void ShouldRefuseEveryFlippedBit(int version)
    {
        byte[] bytes = Whole(version, out _);
        foreach (int bit in Cases.Of(bytes.Length * 8))
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            (JournalSummary summary, _) = Read(bytes);
            Assert.True(summary.Damage is not null, $"bit {bit % 8} of byte {bit / 8} was not noticed");
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        Assert.Null(Read(bytes).Summary.Damage);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void ShouldRefuseEveryFlippedBitWhereTheFileHoldsNothingButItsBeginning(int version)
    {
        Whole(version, out int beginning);
        byte[] bytes = Whole(version, out _)[..beginning];
        foreach (int bit in Cases.Of(bytes.Length * 8))
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.True(
                Read(bytes).Summary.Damage is not null, $"bit {bit % 8} of byte {bit / 8} was not noticed");
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void ShouldTakeAFileThatIsCutForTornAndNotForDamaged(int version)
    {
        byte[] whole = Whole(version, out int beginning);
        foreach (int length in Cases.Of(whole.Length))
        {
            (JournalSummary summary, List<EngineOutput> outputs) = Read(whole[..length]);
            Assert.Null(summary.Damage);
            Assert.Equal(length >= beginning, summary.HasSnapshot);
            Assert.False(summary.HasEnd);
            Assert.Equal(
                Enumerable.Range(0, outputs.Count), outputs.Select(output => (int)output.OrderId));
        }
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void ShouldPassOverANewestFileThatIsCutInItsBeginningAndGoOnFromItsTornEnd(int version)
    {
        using var folder = new TemporaryFolder();
        byte[] whole = Whole(version, out int beginning);
        string older = folder.File("000001.lljournal");
        string newest = folder.File("000002.lljournal");
        File.WriteAllBytes(older, whole);
        foreach (int length in Cases.Of(whole.Length))
        {
            File.WriteAllBytes(newest, whole[..length]);
            NewestJournal found = JournalReader.FindNewest(folder.Path);
            Assert.Equal(length < beginning ? older : newest, found.Path);
            Assert.Equal(length < beginning ? 1 : 0, found.Skipped.Count);
        }
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void ShouldTakeZerosBehindTheLastRecordForTorn(int version)
    {
        byte[] whole = Whole(version, out _);
        (JournalSummary summary, List<EngineOutput> outputs) = Read([.. whole[..^EndBytes(version)], .. new byte[500]]);

        Assert.Null(summary.Damage);
        Assert.Equal(500, summary.TornBytes);
        Assert.Equal(Places + 1, outputs.Count);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void ShouldRefuseZerosWhereTheSnapshotShouldBe(int version)
    {
        byte[] whole = Whole(version, out int beginning);
        int header = version == 1 ? JournalFormat.MagicBytes : JournalFormat.FileHeaderBytes;
        int session = beginning - EndBytes(version) - EngineOutput.SizeBytes;
        foreach (int kept in new[] { header, session })
        {
            foreach (int zeros in new[] { JournalFormat.KindAt + 1, EndBytes(version), 1_000_000 })
            {
                Assert.Contains(
                    $"holds only zeros after byte {kept}", Fault([.. whole[..kept], .. new byte[zeros]]),
                    StringComparison.Ordinal);
            }
        }

        Assert.Equal("none", Fault([.. whole[..beginning], .. new byte[1_000_000]]));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void ShouldRefuseBytesBehindTheEnd(int version)
    {
        Assert.Contains("bytes after the record that ends it", Fault([.. Whole(version, out _), 1]),
            StringComparison.Ordinal);
        Assert.Contains("bytes after the record that ends it", Fault([.. Whole(version, out _), .. new byte[99], 1]),
            StringComparison.Ordinal);
    }

    [Fact]
    public void ShouldNameTheVersionOfANewerFile()
    {
        byte[] bytes = Whole(JournalFormat.Version, out _);
        JournalFormat.WriteFileHeader(bytes, JournalFormat.Version + 1, EngineOutput.SizeBytes + 64);

        Assert.Equal(
            "the journal 'x' has format version 4, and this program reads up to 3: use a newer program", Fault(bytes));
    }

    [Fact]
    public void ShouldNameTheSizeOfOtherRecords()
    {
        byte[] bytes = Whole(JournalFormat.Version, out _);
        JournalFormat.WriteFileHeader(bytes, JournalFormat.Version, EngineOutput.SizeBytes + 64);

        Assert.Equal(
            "the journal 'x' (format version 3) has records of 256 bytes, and this program's have 192: use the "
            + "program that wrote it",
            Fault(bytes));
    }

    [Theory]
    [InlineData("LLSEGMNT and more")]
    [InlineData("no journal")]
    [InlineData("L1")]
    public void ShouldRefuseAnUnknownBeginning(string text) => Assert.Contains(
        "is not a journal that this program knows", Fault(System.Text.Encoding.UTF8.GetBytes(text)),
        StringComparison.Ordinal);

    [Theory]
    [InlineData(JournalRecordKind.Output, 256)]
    [InlineData(JournalRecordKind.Output, 0)]
    [InlineData(JournalRecordKind.End, 8)]
    [InlineData((JournalRecordKind)9, 16)]
    public void ShouldRefuseARecordOfAnotherLengthOrKind(JournalRecordKind kind, int length)
    {
        byte[] record = new byte[JournalFormat.RecordHeaderBytes + length];
        JournalFormat.Seal(record, kind);

        Assert.Contains(
            $"has a record of kind {(int)kind} with {length} bytes, which is not valid",
            Fault([.. Whole(JournalFormat.Version, out int beginning)[..beginning], .. record]),
            StringComparison.Ordinal);
    }

    [Fact]
    public void ShouldRefuseAnAbsurdLength()
    {
        byte[] bytes = Whole(JournalFormat.Version, out int beginning);
        Span<byte> header = bytes.AsSpan(beginning, JournalFormat.RecordHeaderBytes);
        BinaryPrimitives.WriteUInt32LittleEndian(header[JournalFormat.LengthAt..], uint.MaxValue);
        BinaryPrimitives.WriteUInt32LittleEndian(
            header[JournalFormat.HeaderChecksumAt..], Crc32C.Of(header[..JournalFormat.HeaderChecksumAt]));

        Assert.Contains("with 4294967295 bytes, which is not valid", Fault(bytes), StringComparison.Ordinal);
    }

    [Fact]
    public void ShouldRefuseWhatBeginsWithoutSettingsOrHasThemTwice()
    {
        byte[] bytes = Whole(JournalFormat.Version, out _);
        byte[] session = bytes[JournalFormat.FileHeaderBytes..(JournalFormat.FileHeaderBytes + SessionBytes(bytes))];
        byte[] rest = bytes[(JournalFormat.FileHeaderBytes + session.Length)..];

        Assert.Contains("does not begin with the session's settings",
            Fault([.. bytes[..JournalFormat.FileHeaderBytes], .. rest]), StringComparison.Ordinal);
        Assert.Contains("has a second record of settings",
            Fault([.. bytes[..JournalFormat.FileHeaderBytes], .. session, .. session]), StringComparison.Ordinal);
    }

    private static int SessionBytes(byte[] bytes) => JournalFormat.RecordHeaderBytes
        + BitConverter.ToInt32(bytes, JournalFormat.FileHeaderBytes + JournalFormat.LengthAt);

    private static int EndBytes(int version) =>
        version == 1 ? JournalFormat.Version1RecordHeaderBytes : JournalFormat.RecordHeaderBytes;

    private static string Fault(byte[] bytes) => Read(bytes).Summary.Damage ?? "none";

    private static (JournalSummary Summary, List<EngineOutput> Outputs) Read(byte[] bytes)
    {
        using var cursor = new JournalCursor("x", new MemoryStream(bytes));
        var outputs = new List<EngineOutput>();
        while (cursor.TryRead(out EngineOutput output))
        {
            outputs.Add(output);
        }

        return (cursor.Summary, outputs);
    }

    // Settings, the end of the snapshot, some orders, the good end.
    private static byte[] Whole(int version, out int beginning)
    {
        byte[] settings = """{"Version":3,"Venue":"binance","Instruments":[{"Symbol":"BTCUSDT"}]}"""u8.ToArray();
        var outputs = new List<EngineOutput> { new() { Kind = OutputKind.SnapshotEnd } };
        for (int i = 1; i <= Places; i++)
        {
            outputs.Add(new EngineOutput { Kind = OutputKind.Place, OrderId = i });
        }

        using var folder = new TemporaryFolder();
        using (JournalWriter journal = JournalWriter.Create(folder.Path, TimeSpan.Zero))
        {
            journal.AppendSession(settings);
            foreach (EngineOutput output in outputs)
            {
                journal.Append(in output);
            }

            journal.End();
        }

        byte[] bytes = File.ReadAllBytes(JournalReader.Files(folder.Path).Single());
        beginning = JournalFormat.FileHeaderBytes + SessionBytes(bytes) + JournalFormat.RecordHeaderBytes
            + EngineOutput.SizeBytes;
        if (version == 1)
        {
            bytes = AsVersion1(bytes);
            beginning -= JournalFormat.FileHeaderBytes - JournalFormat.MagicBytes
                + (2 * (JournalFormat.RecordHeaderBytes - JournalFormat.Version1RecordHeaderBytes));
        }

        return bytes;
    }

    private static byte[] AsVersion1(byte[] bytes)
    {
        var old = new List<byte>(JournalFormat.Version1Magic.ToArray());
        for (int at = JournalFormat.FileHeaderBytes; at < bytes.Length;)
        {
            int length = BitConverter.ToInt32(bytes, at + JournalFormat.LengthAt);
            byte[] sealedPart =
            [
                .. bytes[(at + JournalFormat.KindAt)..(at + JournalFormat.HeaderChecksumAt)],
                .. bytes.AsSpan(at + JournalFormat.RecordHeaderBytes, length),
            ];
            old.AddRange(BitConverter.GetBytes(Crc32C.Of(sealedPart)));
            old.AddRange(sealedPart);
            at += JournalFormat.RecordHeaderBytes + length;
        }

        return [.. old];
    }
}
