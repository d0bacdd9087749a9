using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using LowLatency.Engine.Runtime;
using LowLatency.Recorder;
using LowLatency.Tests.Support;
using Xunit;
using static LowLatency.Tests.Recorder.NumberedFrames;

namespace LowLatency.Tests.Recorder;

public sealed class RecordingRetentionTests
{
    private static readonly DateTimeOffset s_now = new(2026, 12, 5, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void ShouldRemoveWhatIsTooOld()
    {
        using var folder = new TemporaryFolder();
        string[] sessions = WriteSessions(folder, 3);
        Assert.Equal(sessions[..2], Apply(folder, new() { AgeMax = TimeSpan.FromDays(1.5) }));
        Assert.Equal(sessions[2..], Directory.GetDirectories(folder.Path));
    }

    [Fact]
    public void ShouldRemoveTheOldestUntilTheRestFits()
    {
        using var folder = new TemporaryFolder();
        string[] sessions = WriteSessions(folder, 4);
        long bytes = Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories).Sum(f => new FileInfo(f).Length);
        Assert.Equal(sessions[..2], Apply(folder, new() { BytesMax = bytes / 2 }));
        Assert.Empty(Apply(folder, new() { BytesMax = bytes / 2 }));
        Assert.Equal(sessions[2..], Directory.GetDirectories(folder.Path).Order());
    }

    [Fact]
    public void ShouldKeepEverythingUnlessAsked()
    {
        using var folder = new TemporaryFolder();
        WriteSessions(folder, 2);
        Assert.Empty(Apply(folder, new()));
        Assert.Empty(RecordingRetention.Apply(folder.File("nothing"), new() { BytesMax = 0 }, s_now, ""));
    }

    [Fact]
    public void ShouldKeepTheSessionThatIsRecordedHereOrByAnyOther()
    {
        using var folder = new TemporaryFolder();
        string[] sessions = WriteSessions(folder, 3);
        using var other = new SegmentWriter(Create(folder.Path));
        SetAge(Path.GetDirectoryName(other.FilePath)!, TimeSpan.FromDays(9));
        string young = WriteSession(folder, TimeSpan.FromSeconds(30));
        IReadOnlyList<string> removed = RecordingRetention.Apply(
            folder.Path, new() { AgeMax = TimeSpan.FromSeconds(1), BytesMax = 0 }, s_now, sessions[0]);
        Assert.Equal(sessions[1..], removed);
        Assert.True(File.Exists(other.FilePath));
        Assert.Single(Directory.GetFiles(sessions[0]));
        Assert.Single(Directory.GetFiles(young));
    }

    [Fact]
    public void ShouldNeverRemoveWhatIsNoRecordings()
    {
        using var folder = new TemporaryFolder();
        string session = WriteSessions(folder, 1).Single();
        File.WriteAllText(Path.Combine(session, "notes.txt"), "mine");
        string sub = Directory.CreateDirectory(Path.Combine(session, "000001.lls.lz4")).FullName;
        string foreign = Directory.CreateDirectory(folder.File("photos")).FullName;
        File.WriteAllText(Path.Combine(foreign, SegmentFormat.FileName(0)), "named alike");
        var options = new RetentionOptions { AgeMax = TimeSpan.FromHours(1), BytesMax = 0 };
        Assert.Equal([session], Apply(folder, options));
        Assert.Equal([sub, Path.Combine(session, "notes.txt")], Directory.GetFileSystemEntries(session).Order());
        Assert.Single(Directory.GetFiles(foreign));

        // A folder kept by foreign files is not removed or counted again.
        SetAge(session, TimeSpan.FromDays(2));
        Assert.Empty(Apply(folder, options));
    }

    [Fact]
    public void ShouldRemoveWhatRepairsLeftTogetherWithTheRecording()
    {
        using var folder = new TemporaryFolder();
        string session = WriteSessions(folder, 1).Single();
        foreach (string suffix in new[] { ".open", ".repair", ".damaged" })
        {
            File.WriteAllText(Path.Combine(session, SegmentFormat.FileName(1) + suffix), "left");
        }

        SetAge(session, TimeSpan.FromDays(1));
        Assert.Equal([session], Apply(folder, new() { BytesMax = 0 }));
        Assert.False(Directory.Exists(session));
    }

    [Fact]
    public void ShouldLeaveAFolderToWhomeverIsJustMakingIt()
    {
        using var folder = new TemporaryFolder();
        WriteSessions(folder, 1);
        string born = Create(folder.Path).Directory;
        Assert.Single(Apply(folder, new() { BytesMax = 0 }));
        Assert.True(Directory.Exists(born));
    }

    [Fact]
    public void ShouldHappenAtTheStartOfARecorder()
    {
        using var folder = new TemporaryFolder();
        Array.ForEach(WriteSessions(folder, 2), session => SetAge(session, TimeSpan.FromDays(10_000)));
        Recording recording = Create(folder.Path);
        using var thread = new RecorderThread(
            recording, Eager with { Retention = new() { AgeMax = TimeSpan.FromHours(1), BytesMax = 0 } });
        TickRecorder recorder = thread.Recorder;
        Eventually.Holds(() => recorder.RemovedRecordings == 2);
        Assert.Equal([recording.Directory], Directory.GetDirectories(folder.Path));
    }

    private static IReadOnlyList<string> Apply(TemporaryFolder folder, RetentionOptions options) =>
        RecordingRetention.Apply(folder.Path, options, s_now, "");

    // The first is the oldest; each is a day younger than the previous one, the last is a day old.
    private static string[] WriteSessions(TemporaryFolder folder, int count) =>
        Enumerable.Range(0, count).Select(i => WriteSession(folder, TimeSpan.FromDays(count - i))).ToArray();

    private static string WriteSession(TemporaryFolder folder, TimeSpan age)
    {
        Recording recording = LowLatency.Recorder.Recording.Create(
            folder.Path, (s_now - age).ToUnixTimeSeconds() * 1_000_000_000, "test");
        using (var writer = new SegmentWriter(recording))
        {
            writer.Append(Record(0), Payload(0, 1000));
            writer.Seal();
        }

        SetAge(recording.Directory, age);
        return recording.Directory;
    }

    private static void SetAge(string session, TimeSpan age)
    {
        foreach (string file in Directory.GetFiles(session))
        {
            File.SetLastWriteTimeUtc(file, (s_now - age).UtcDateTime);
        }

        Directory.SetLastWriteTimeUtc(session, (s_now - age).UtcDateTime);
    }
}
