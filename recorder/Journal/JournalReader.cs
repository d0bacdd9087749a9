using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using LowLatency.Engine.Events;

namespace LowLatency.Recorder.Journal;

/// <summary>What a journal file says besides its outputs.</summary>
/// <param name="Session">The session's settings as UTF-8 JSON.</param>
/// <param name="HasSnapshot">true when the state that the session started from is in it, whole.</param>
/// <param name="HasEnd">true when the session ended in good order.</param>
/// <param name="TornBytes">Bytes behind the last whole record that was read.</param>
public sealed record JournalSummary(byte[] Session, bool HasSnapshot, bool HasEnd, long TornBytes);

/// <summary>One journal file in memory.</summary>
/// <param name="Path">The file.</param>
/// <param name="Outputs">The engine's outputs, in order.</param>
/// <param name="Summary">The rest.</param>
public sealed record JournalFile(string Path, IReadOnlyList<EngineOutput> Outputs, JournalSummary Summary);

/// <summary>Reads journals. Any thread.</summary>
public static class JournalReader
{
    /// <summary>The files of a folder, oldest first; none where there is no folder.</summary>
    public static IEnumerable<string> Files(string folder) => Directory.Exists(folder)
        ? Directory.EnumerateFiles(folder, "*" + JournalFormat.Extension).Where(file => NumberOf(file) > 0).Order()
        : [];

    /// <summary>A file's number, 0 when its name has none.</summary>
    public static int NumberOf(string path) => int.TryParse(
        Path.GetFileNameWithoutExtension(path), NumberStyles.None, CultureInfo.InvariantCulture, out int number)
        ? number
        : 0;

    /// <summary>
    /// The newest file that holds the state its session started from, or null. One that was cut before that is passed
    /// over: no order had left yet.
    /// </summary>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static string? FindNewest(string folder) => Files(folder).Reverse().FirstOrDefault(HasSnapshot);

    /// <summary>Reads one file into memory, as far as it is whole: for tests and tools.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
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

    /// <summary>Reads one file as far as it is whole, output by output, however long it is.</summary>
    /// <param name="path">The file.</param>
    /// <param name="onOutput">Takes the engine's outputs, in order; false ends the reading.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static JournalSummary Read(string path, Func<EngineOutput, bool> onOutput)
    {
        using var cursor = new JournalCursor(path);
        while (cursor.TryRead(out EngineOutput output) && onOutput(output))
        {
            // onOutput does the work.
        }

        return cursor.Summary;
    }

    private static bool HasSnapshot(string path) =>
        Read(path, output => output.Kind != OutputKind.SnapshotEnd).HasSnapshot;
}
