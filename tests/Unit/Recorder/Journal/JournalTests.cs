using System;
using System.IO;
using System.Linq;
using LowLatency.Engine.Events;
using LowLatency.Recorder.Journal;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Recorder.Journal;

public sealed class JournalTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ShouldRefuseToNumberAFileAfterTheHighestNumber()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.File("2147483647.lljournal"), []);

        InvalidDataException fault = Assert.Throws<InvalidDataException>(
            () => JournalWriter.Create(folder.Path, TimeSpan.Zero));

        Assert.Contains("numbered up to 2147483647, the highest number", fault.Message, StringComparison.Ordinal);
        Assert.Single(Directory.GetFiles(folder.Path, "*.lljournal"));
    }

    [Fact]
    public void ShouldGiveBackWhatWasWritten()
    {
        Write(count: 5, isWhole: true);

        JournalFile file = JournalReader.Read(JournalReader.FindNewest(_folder.Path).Path!);

        Assert.Equal("{}"u8.ToArray(), file.Summary.Session);
        Assert.Equal([1L, 2, 3, 4, 5], file.Outputs.Skip(1).Select(output => output.OrderId));
        Assert.True(file.Summary.HasSnapshot && file.Summary.HasEnd);
        Assert.Equal(0, file.Summary.TornBytes);
    }

    [Fact]
    public void ShouldKeepEveryWholeRecordWhereverTheFileIsCut()
    {
        byte[] whole = Write(count: 3, isWhole: true);
        string path = JournalReader.Files(_folder.Path).Single();
        int last = 0;
        foreach (int length in Cases.Of(whole.Length))
        {
            File.WriteAllBytes(path, whole[..length]);
            JournalFile file = JournalReader.Read(path);
            Assert.InRange(file.Outputs.Count, last, 4);
            Assert.Equal(Enumerable.Range(0, file.Outputs.Count), file.Outputs.Select(output => (int)output.OrderId));
            Assert.False(file.Summary.HasEnd);
            last = file.Outputs.Count;
        }

        Assert.Equal(4, last);
    }

    [Fact]
    public void ShouldPassOverAFileThatEndsBeforeItsBeginningIsWholeAndSaySo()
    {
        Write(count: 2, isWhole: true);
        using (JournalWriter torn = JournalWriter.Create(_folder.Path, TimeSpan.Zero))
        {
            torn.AppendSession("{}"u8);
            torn.Flush();
        }

        Assert.Equal(2, JournalReader.Files(_folder.Path).Count());
        NewestJournal newest = JournalReader.FindNewest(_folder.Path);
        Assert.Equal(1, JournalReader.NumberOf(newest.Path!));
        Assert.StartsWith(
            "000002.lljournal ends inside its own beginning, after 42 bytes", Assert.Single(newest.Skipped),
            StringComparison.Ordinal);
    }

    [Fact]
    public void ShouldOrderFilesByTheirNumbers()
    {
        foreach (string name in new[] { "999999.lljournal", "1000000.lljournal", "2.lljournal", "notes.lljournal" })
        {
            File.WriteAllText(_folder.File(name), string.Empty);
        }

        Assert.Equal([2, 999_999, 1_000_000], JournalReader.Files(_folder.Path).Select(JournalReader.NumberOf));
    }

    [Fact]
    public void ShouldRefuseSettingsThatNoReaderWouldTake()
    {
        using JournalWriter journal = JournalWriter.Create(_folder.Path, TimeSpan.Zero);

        var fault = Assert.Throws<IOException>(
            () => journal.AppendSession(new byte[JournalFormat.MaxPayloadBytes + 1]));

        Assert.Contains("allow fewer symbols or open orders", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ShouldRefuseASecondWriter()
    {
        using JournalWriter first = JournalWriter.Create(_folder.Path, TimeSpan.Zero);

        var fault = Assert.Throws<IOException>(() => JournalWriter.Create(_folder.Path, TimeSpan.Zero));

        Assert.Contains("another process trades with it", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ShouldFindNothingWhereThereIsNothing()
    {
        NewestJournal nowhere = JournalReader.FindNewest(_folder.File("nowhere"));

        Assert.Null(nowhere.Path);
        Assert.Empty(nowhere.Skipped);
    }

    private byte[] Write(int count, bool isWhole)
    {
        using (JournalWriter journal = JournalWriter.Create(_folder.Path, TimeSpan.FromMilliseconds(5)))
        {
            journal.AppendSession("{}"u8);
            journal.Append(new EngineOutput { Kind = OutputKind.SnapshotEnd });
            for (int i = 1; i <= count; i++)
            {
                journal.Append(new EngineOutput { Kind = OutputKind.Place, OrderId = i });
            }

            if (isWhole)
            {
                journal.End();
            }
        }

        return File.ReadAllBytes(JournalReader.Files(_folder.Path).Last());
    }
}
