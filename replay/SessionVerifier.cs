using System;
using System.Globalization;
using System.IO;
using LowLatency.Engine.Events;
using LowLatency.Recorder;
using LowLatency.Recorder.Journal;

namespace LowLatency.Replay;

/// <summary>Where a session and its replay part.</summary>
/// <param name="Number">Number of the decision or note, from 1.</param>
/// <param name="Journal">What the session's journal has there; null when it has ended.</param>
/// <param name="Replay">What the replay decided; null when it has ended.</param>
public sealed record Divergence(long Number, EngineOutput? Journal, EngineOutput? Replay);

/// <summary>What a comparison of a session with its replay has found.</summary>
public sealed record VerifyResult
{
    /// <summary>Decisions and notes that are equal, from the first on.</summary>
    public required long Identical { get; init; }

    /// <summary>The first that is not, or null.</summary>
    public required Divergence? Divergence { get; init; }

    /// <summary>Where the same inputs were read otherwise than in the session, in words, or null.</summary>
    public required string? ReadOtherwise { get; init; }

    /// <summary>What recording or journal lacks, in words, or null: decisions behind it cannot be compared.</summary>
    public required string? Incomplete { get; init; }

    /// <summary>The journal, or null when the session kept none: then the number and the hash at the recording's end
    /// were compared.</summary>
    public required string? Journal { get; init; }

    /// <summary>The replay.</summary>
    public required ReplayResult Replay { get; init; }
}

/// <summary>Replays a session and compares every decision and note with the session's own journal.</summary>
public static class SessionVerifier
{
    /// <summary>The journal that a recording names, or null when its session kept none.</summary>
    /// <param name="path">The recording's folder, or one segment.</param>
    /// <exception cref="InvalidDataException">The recording cannot be read.</exception>
    public static string? FindJournal(string path)
    {
        if (!SegmentReader.TryOpen(path, out SegmentReader? reader, out string problem))
        {
            throw new InvalidDataException(problem);
        }

        using (reader)
        {
            string? relative = SessionDescription.FromJson(reader!.Description)?.Journal;
            string folder = Directory.Exists(path) ? path : Path.GetDirectoryName(Path.GetFullPath(path))!;
            return relative is null ? null : Path.GetFullPath(Path.Combine(folder, relative));
        }
    }

    /// <summary>Compares.</summary>
    /// <param name="path">The recording's folder.</param>
    /// <param name="journal">The session's journal; null when it kept none.</param>
    /// <param name="options">Catalog, progress and stop; the rest must be the session's own.</param>
    /// <exception cref="FileNotFoundException">There is no recording, or no journal, at the path.</exception>
    /// <exception cref="InvalidDataException">One of them cannot be read, or they are not of one session.</exception>
    /// <exception cref="NotSupportedException">The session was recorded under other rules of the engine.</exception>
    public static VerifyResult Verify(string path, string? journal, ReplayOptions options)
    {
        using RecordingReplay replay = RecordingReplay.Open(path, options);
        if (replay.Manifest.RecordedVersion != SessionManifest.CurrentVersion)
        {
            throw new NotSupportedException(
                $"the session was recorded by {replay.Manifest.Program}, whose engine's rules have version "
                + $"{replay.Manifest.RecordedVersion}; here they have {SessionManifest.CurrentVersion}");
        }

        if (journal is null)
        {
            return CompareEnds(replay.RunToEnd());
        }

        using JournalCursor cursor = OpenJournal(path, journal, replay.SettingsJson.Span);
        long identical = 0;
        Divergence? divergence = null;
        replay.Runner.Engine.OnOutput = output =>
        {
            if (divergence is not null)
            {
                return;
            }

            if (cursor.TryRead(out EngineOutput kept) && DecisionHash.AreEqual(in kept, in output))
            {
                identical++;
            }
            else
            {
                divergence = new Divergence(identical + 1, kept.Kind == OutputKind.None ? null : kept, output);
            }
        };
        ReplayResult result = replay.RunToEnd();
        if (divergence is null && cursor.TryRead(out EngineOutput more))
        {
            divergence = new Divergence(identical + 1, more, null);
        }

        // Where the journal has nothing more, either the session had decided nothing more, or its bytes are damaged.
        bool hasJournalEnded = divergence is null or { Journal: null };
        string? journalFault = !hasJournalEnded || cursor.Summary is { HasEnd: true } or { TornBytes: 0 } ? null
            : string.Create(
                CultureInfo.InvariantCulture,
                $"the journal is torn or damaged: its last {cursor.Summary.TornBytes} bytes cannot be read");
        string? incomplete = WhatIsLacking(result) ?? journalFault;
        return new VerifyResult
        {
            Identical = identical,
            Divergence = divergence,
            ReadOtherwise = incomplete is null ? result.Runner.Divergence : null,
            Incomplete = incomplete,
            Journal = journal,
            Replay = result,
        };
    }

    private static JournalCursor OpenJournal(string path, string journal, ReadOnlySpan<byte> settings)
    {
        if (!File.Exists(journal))
        {
            throw new FileNotFoundException(
                $"the session's journal is not at '{journal}': name it with --journal", journal);
        }

        var cursor = new JournalCursor(journal);
        bool hasSnapshot = false;
        while (!hasSnapshot && cursor.TryRead(out EngineOutput output))
        {
            // What the session started from is no decision of its own.
            hasSnapshot = output.Kind == OutputKind.SnapshotEnd;
        }

        if (hasSnapshot && cursor.Summary.Session.AsSpan().SequenceEqual(settings))
        {
            return cursor;
        }

        cursor.Dispose();
        throw new InvalidDataException(hasSnapshot
            ? $"'{journal}' is the journal of another session than '{path}'"
            : $"'{journal}' is no journal, or was cut before its first decision");
    }

    private static VerifyResult CompareEnds(ReplayResult result)
    {
        bool isEqual = result.RecordedDecisions is null || result.RecordedDecisions == result.DecisionText;
        return new VerifyResult
        {
            Identical = isEqual && result.RecordedDecisions is not null ? result.Decisions.Count : 0,
            Divergence = isEqual ? null : new Divergence(0, null, null),
            ReadOtherwise = WhatIsLacking(result) is null ? result.Runner.Divergence : null,
            Incomplete = WhatIsLacking(result)
                ?? (result.RecordedDecisions is null ? "neither a journal nor the session's own hash is there" : null),
            Journal = null,
            Replay = result,
        };
    }

    private static string? WhatIsLacking(ReplayResult result) =>
        result.IsStopped ? "it was stopped"
        : result.Truncation is { } cut ? $"the recording ends early: {cut}"
        : result.Runner.LostRecords != 0 ? $"the recorder left out {result.Runner.LostRecords} records"
        : result.Runner.Gap is { } hole ? hole
        : result.Runner.RecordedDecisions is null ? "the recording has no end: its session was killed"
        : null;
}
