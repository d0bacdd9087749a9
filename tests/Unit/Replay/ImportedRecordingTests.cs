using System;
using System.Collections.Generic;
using System.IO;
using LowLatency.Feeds;
using LowLatency.Recorder;
using LowLatency.Replay;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Replay;

/// <summary>What is left of an incomplete import.</summary>
public sealed class ImportedRecordingTests : IDisposable
{
    // Not a power of two, which the ring rejects after the writer has created its file.
    private const int WrongCapacity = 3;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ShouldLeaveNothingWhereTheDiskIsFullAtTheStart()
    {
        IOException fault = Assert.Throws<IOException>(
            () => new ImportedRecording(_folder.Path, Manifest(), startNs: 1, new FullDisk()));

        Assert.Equal("the disk is full", fault.Message);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void ShouldLeaveNothingWhereTheEngineCannotBeMade()
    {
        SessionManifest manifest = Manifest() with { RingCapacity = WrongCapacity };

        Assert.ThrowsAny<ArgumentException>(() => new ImportedRecording(_folder.Path, manifest, startNs: 1));

        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void ShouldSayBothWhyItCannotBeMadeAndWhatIsLeft()
    {
        IOException fault = Assert.Throws<IOException>(
            () => new ImportedRecording(_folder.Path, Manifest(), startNs: 1, new FullDisk(), Refuse));

        string left = Assert.Single(Directory.GetDirectories(_folder.Path));
        Assert.Equal(
            $"the disk is full; an incomplete recording is left in {left}: delete it (it is held)", fault.Message);
    }

    [Fact]
    public void ShouldSayWhatIsLeftOfOneThatDoesNotEnd()
    {
        var recording = new ImportedRecording(_folder.Path, Manifest(), startNs: 1, remove: Refuse);

        IOException fault = Assert.Throws<IOException>(recording.Dispose);

        Assert.True(Directory.Exists(recording.Folder));
        Assert.Equal(
            $"the recording was not finished; an incomplete recording is left in {recording.Folder}: "
            + "delete it (it is held)",
            fault.Message);
    }

    [Fact]
    public void ShouldSayNothingOfAPartThatIsGoneAlready()
    {
        var recording = new ImportedRecording(_folder.Path, Manifest(), startNs: 1);
        Directory.Delete(recording.Folder, recursive: true);

        Assert.Null(Record.Exception(recording.Dispose));
    }

    private static void Refuse(string folder) => throw new UnauthorizedAccessException("it is held");

    private static SessionManifest Manifest() => ImportedRecording.Describe(
        Venues.Find("binance"),
        "generated",
        "tests",
        [
            new InstrumentManifest(
                Fixture.Spot(), Fixture.Limits(), new StrategyManifest("Watch", new Dictionary<string, string>())),
        ],
        feeds: []);

    private sealed class FullDisk : Disk
    {
        public override FileStream CreateNew(string path) => throw new IOException("the disk is full");
    }
}
