using System;
using System.IO;
using System.Linq;
using LowLatency.Engine;
using LowLatency.Engine.Events;
using LowLatency.Recorder;
using LowLatency.Recorder.Journal;
using LowLatency.Replay;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Replay;

/// <summary>Which session and which journal can be compared.</summary>
public sealed class SessionVerifierTests
{
    private static string Golden => Path.Combine(AppContext.BaseDirectory, "Golden", "sessions", "v3");

    [Fact]
    public void ShouldCompareASessionOfAnOlderLayoutWithTheSameRules()
    {
        string recording = Path.Combine(Golden, "recording");
        Assert.True(SegmentReader.TryOpen(recording, out SegmentReader? reader, out _));
        using (reader)
        {
            Assert.Equal(2, reader!.FormatVersion);
            Assert.Null(SessionDescription.FromJson(reader.Description)!.Venues);
        }

        VerifyResult result = SessionVerifier.Verify(
            recording, Path.Combine(Golden, "000001.lljournal"), new ReplayOptions());

        Assert.Equal((205, null, null, null), (
            result.Identical, result.Divergence, result.ParseDifference, result.Incomplete));
        Assert.Equal(EngineRules.Version, result.Replay.Manifest.RulesVersion);
        Assert.Equal(result.Replay.DecisionText, result.Replay.RecordedDecisions);
    }

    [Fact]
    public void ShouldTellSessionsApartThatDifferInNothingButTheirId()
    {
        using var folder = new TemporaryFolder();
        using var recorded = new EventRecording(folder.Path, Fixture.Spot());
        recorded.Add(EventRecording.Trade(Side.Buy, 100, 1, timeNs: 10, tradeId: 1));
        string recording = recorded.Finish();
        SessionManifest manifest = ReadManifest(recording);

        Assert.Equal(32, manifest.SessionId!.Length);
        VerifyResult own = Verify(recording, manifest, folder.File("own"));
        Assert.Equal((null, null), (own.Divergence, own.Incomplete));
        InvalidDataException other = Assert.Throws<InvalidDataException>(() => Verify(
            recording, manifest with { SessionId = SessionStart.NewId() }, folder.File("other")));
        Assert.Contains("belongs to another session than", other.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ShouldGiveEverySessionAnIdOfItsOwn() =>
        Assert.Equal(100, Enumerable.Range(0, 100).Select(_ => SessionStart.NewId()).Distinct().Count());

    private static VerifyResult Verify(string recording, SessionManifest manifest, string folder)
    {
        string path;
        using (JournalWriter journal = SessionStart.BeginJournal(
            JournalLock.Take(folder), TimeSpan.Zero, manifest, snapshot: null))
        {
            path = journal.Path;
            journal.End();
        }

        return SessionVerifier.Verify(recording, path, new ReplayOptions());
    }

    private static SessionManifest ReadManifest(string recording)
    {
        using RecordingReplay replay = RecordingReplay.Open(recording, new ReplayOptions());
        return replay.Manifest;
    }
}
