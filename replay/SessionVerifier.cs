using System;
using System.Globalization;
using System.IO;
using LowLatency.Engine;
using LowLatency.Engine.Events;
using LowLatency.Recorder;
using LowLatency.Recorder.Journal;

namespace LowLatency.Replay;

/// <summary>The first difference between a session and its replay.</summary>
/// <param name="Number">Number of the decision or note, from 1.</param>
/// <param name="Journal">The entry in the session's journal; null if it has ended.</param>
/// <param name="Replay">The output of the replay; null if it has ended.</param>
public sealed record Divergence(long Number, EngineOutput? Journal, EngineOutput? Replay);

/// <summary>Result of comparing a session with its replay.</summary>
public sealed record VerifyResult
{
    /// <summary>Number of equal decisions and notes, from the first on.</summary>
    public required long Identical { get; init; }

    /// <summary>The first difference, or null.</summary>
    public required Divergence? Divergence { get; init; }

    /// <summary>Where the same inputs were parsed differently from the session, as text, or null.</summary>
    public required string? ParseDifference { get; init; }

    /// <summary>
    /// What is missing from recording or journal, as text, or null: later decisions cannot be compared.
    /// </summary>
    public required string? Incomplete { get; init; }

    /// <summary>
    /// The journal, or null if the session kept none: then count and hash in the end record were compared.
    /// </summary>
    public required string? Journal { get; init; }

    /// <summary>The replay.</summary>
    public required ReplayResult Replay { get; init; }
}

/// <summary>Replays a session and compares every decision and note with the session's journal.</summary>
public static class SessionVerifier
{
    /// <summary>The journal that a recording names, or null if its session kept none.</summary>
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
    /// <param name="journal">The session's journal; null if it kept none.</param>
    /// <param name="options">Catalog, progress and stop; everything else must be as in the session.</param>
    /// <exception cref="FileNotFoundException">There is no recording, or no journal, at the path.</exception>
    /// <exception cref="InvalidDataException">One of them cannot be read, or they belong to different
    /// sessions.</exception>
    /// <exception cref="NotSupportedException">The session was recorded under other rules of the engine.</exception>
    public static VerifyResult Verify(string path, string? journal, ReplayOptions options)
    {
        using RecordingReplay replay = RecordingReplay.Open(path, options);
        if (!replay.Manifest.HasCurrentRules)
        {
            throw new NotSupportedException(
                $"the session was recorded by {replay.Manifest.Program} with version "
                + $"{replay.Manifest.RulesVersion} of the engine's rules; this program has version "
                + $"{EngineRules.Version}");
        }

        if (journal is null)
        {
            return CompareEnds(replay.RunToEnd());
        }

        using JournalCursor cursor = OpenJournal(path, journal, replay.SettingsJson.Span);
        long identical = 0;
        Divergence? divergence = null;
        replay.Runner.Core.OnOutput = output =>
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

        // If the journal has ended, either the session made no more decisions, or its bytes are damaged.
        bool hasJournalEnded = divergence is null or { Journal: null };
        string? journalFault = !hasJournalEnded ? null : FaultOf(cursor.Summary);
        string? incomplete = FindIncomplete(result) ?? journalFault;
        return new VerifyResult
        {
            Identical = identical,
            Divergence = divergence,
            ParseDifference = incomplete is null ? result.Runner.Divergence : null,
            Incomplete = incomplete,
            Journal = journal,
            Replay = result,
        };
    }

    private static JournalCursor OpenJournal(string path, string journal, ReadOnlySpan<byte> settings)
    {
        if (!Path.Exists(journal))
        {
            throw new FileNotFoundException(
                $"no journal at '{journal}': name it with --journal", journal);
        }

        var cursor = new JournalCursor(journal);
        bool hasSnapshot = false;
        while (!hasSnapshot && cursor.TryRead(out EngineOutput output))
        {
            // The state that the session started from is not its own decision.
            hasSnapshot = output.Kind == OutputKind.SnapshotEnd;
        }

        if (hasSnapshot && cursor.Summary.Session.AsSpan().SequenceEqual(settings))
        {
            return cursor;
        }

        string? damage = cursor.Summary.Damage;
        cursor.Dispose();
        throw new InvalidDataException(hasSnapshot
            ? $"'{journal}' belongs to another session than '{path}'"
            : damage ?? $"the journal '{journal}' ends inside its own beginning, before the first decision");
    }

    private static string? FaultOf(JournalSummary journal) =>
        journal.Damage
        ?? (journal.HasEnd || journal.TornBytes == 0 ? null : string.Create(
            CultureInfo.InvariantCulture,
            $"the journal ends inside a record, of which {journal.TornBytes} bytes are there"));

    private static VerifyResult CompareEnds(ReplayResult result)
    {
        bool isEqual = result.RecordedDecisions is null || result.RecordedDecisions == result.DecisionText;
        return new VerifyResult
        {
            Identical = isEqual && result.RecordedDecisions is not null ? result.Decisions.Count : 0,
            Divergence = isEqual ? null : new Divergence(0, null, null),
            ParseDifference = FindIncomplete(result) is null ? result.Runner.Divergence : null,
            Incomplete = FindIncomplete(result)
                ?? (result.RecordedDecisions is null ? "there is neither a journal nor a decision hash" : null),
            Journal = null,
            Replay = result,
        };
    }

    private static string? FindIncomplete(ReplayResult result) =>
        result.IsStopped ? "the replay was stopped"
        : result.Truncation is { } cut ? $"the recording ends early: {cut}"
        : result.Runner.LostRecords != 0 ? $"the recorder dropped {result.Runner.LostRecords} records"
        : result.Runner.Gap is { } hole ? hole
        : result.Runner.RecordedDecisions is null ? "the recording has no end record: its session was killed"
        : null;
}
