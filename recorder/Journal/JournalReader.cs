using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using LowLatency.Engine.Events;

namespace LowLatency.Recorder.Journal;

/// <summary>The contents of a journal file besides its outputs.</summary>
/// <param name="Version">Format version; 0 if the file ends before it.</param>
/// <param name="Session">The session's manifest as UTF-8 JSON.</param>
/// <param name="HasSnapshot">true if it contains the complete state that the session started from.</param>
/// <param name="HasEnd">true if the session ended cleanly.</param>
/// <param name="TornBytes">Bytes after the last complete record that was read.</param>
/// <param name="Damage">Which file is damaged and how, as text; null if none is. A file that merely ends too early is
/// not damaged.</param>
public sealed record JournalSummary(
    int Version, byte[] Session, bool HasSnapshot, bool HasEnd, long TornBytes, string? Damage);

/// <summary>The journal that the next session continues from.</summary>
/// <param name="Path">The file; null if there is none.</param>
/// <param name="Skipped">Newer files that end inside their own beginning, each as text; newest first.</param>
public sealed record NewestJournal(string? Path, IReadOnlyList<string> Skipped);

/// <summary>One journal file in memory.</summary>
/// <param name="Path">The file.</param>
/// <param name="Outputs">The engine's outputs, in order.</param>
/// <param name="Summary">The rest.</param>
public sealed record JournalFile(string Path, IReadOnlyList<EngineOutput> Outputs, JournalSummary Summary);

/// <summary>Reads journals. Any thread.</summary>
public static class JournalReader
{
    /// <summary>The entries of a folder that have a journal's name, oldest first; none if there is no folder.</summary>
    public static IEnumerable<string> Files(string folder) => Directory.Exists(folder)
        ? Directory.EnumerateFileSystemEntries(folder, "*" + JournalFormat.Extension)
            .Where(file => NumberOf(file) > 0).OrderBy(NumberOf).ThenBy(file => file, StringComparer.Ordinal)
        : [];

    /// <summary>The number in a file's name; 0 if it has none.</summary>
    public static int NumberOf(string path) => int.TryParse(
        Path.GetFileNameWithoutExtension(path), NumberStyles.None, CultureInfo.InvariantCulture, out int number)
        ? number
        : 0;

    /// <summary>
    /// Finds the newest file. A file that ends inside its own beginning is skipped: its session had not sent an order
    /// yet. Any other file that cannot be read is refused, so that a session never silently starts from an older state.
    /// </summary>
    /// <exception cref="IOException">A file cannot be read from the disk.</exception>
    /// <exception cref="InvalidDataException">The newest file is damaged, of a newer version, or no journal.
    /// </exception>
    public static NewestJournal FindNewest(string folder)
    {
        var skipped = new List<string>();
        foreach (string path in Files(folder).Reverse())
        {
            bool hasSent = false;
            JournalSummary summary = Read(path, output =>
            {
                hasSent |= output.IsCommand;
                return output.Kind != OutputKind.SnapshotEnd;
            });
            if (summary.HasSnapshot)
            {
                return new NewestJournal(path, skipped);
            }

            if (hasSent || summary.HasEnd)
            {
                throw new InvalidDataException(
                    $"the journal '{path}' does not contain the state that its session started from");
            }

            skipped.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"{Path.GetFileName(path)} ends inside its own beginning, after {new FileInfo(path).Length} bytes: "
                + $"no order had been sent yet, and it is skipped"));
        }

        return new NewestJournal(null, skipped);
    }

    /// <summary>Reads one file into memory, without a torn end: for tests and tools.</summary>
    /// <exception cref="IOException">It cannot be read from the disk.</exception>
    /// <exception cref="InvalidDataException">It is damaged, of a newer version, or no journal.</exception>
    public static JournalFile Read(string path)
    {
        var outputs = new List<EngineOutput>();
        JournalSummary summary = Read(path, output =>
        {
            outputs.Add(output);
            return true;
        });
        return new JournalFile(path, outputs, summary);
    }

    /// <summary>Reads one file output by output, of any length, without a torn end.</summary>
    /// <param name="path">The file.</param>
    /// <param name="onOutput">Called with each output, in order; returns false to stop.</param>
    /// <exception cref="IOException">It cannot be read from the disk.</exception>
    /// <exception cref="InvalidDataException">It is damaged, of a newer version, or no journal.</exception>
    public static JournalSummary Read(string path, Func<EngineOutput, bool> onOutput)
    {
        using var cursor = new JournalCursor(path);
        while (cursor.TryRead(out EngineOutput output) && onOutput(output))
        {
            // onOutput does the work.
        }

        JournalSummary summary = cursor.Summary;
        return summary.Damage is null ? summary : throw new InvalidDataException(summary.Damage);
    }
}
