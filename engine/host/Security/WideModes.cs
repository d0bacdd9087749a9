using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using LowLatency.Host.Configuration;
using LowLatency.Host.Journal;
using LowLatency.Recorder;
using LowLatency.Recorder.Journal;

namespace LowLatency.Host.Security;

/// <summary>
/// Finds recordings and journals of this user that other users may read or write. New ones are private
/// (<see cref="PrivateFile"/>); older versions followed the umask. Their modes are not changed, because somebody may
/// have shared them on purpose. On Windows nothing is checked.
/// </summary>
internal static class WideModes
{
    // A bound on what a start may cost; a recording has a few files.
    private const int MaxEntries = 20_000;

    /// <summary>One line for each folder of the session with such entries.</summary>
    /// <param name="settings">The settings.</param>
    public static IEnumerable<string> Run(LiveSettings settings)
    {
        string recordings = settings.Recorder.Directory;
        string journal = SessionJournal.FolderOf(settings);
        return new[]
        {
            settings.Recorder.Enabled ? Find("recordings", recordings, Recordings(recordings)) : null,
            settings.Journal.Enabled ? Find("journal", journal, Journals(journal)) : null,
        }.OfType<string>();
    }

    private static string? Find(string what, string folder, IEnumerable<string> entries)
    {
        if (OperatingSystem.IsWindows() || FileEntry.User() is not { } user || !Directory.Exists(folder))
        {
            return null;
        }

        try
        {
            string[] wide = entries.Take(MaxEntries).Where(path => IsWide(path, user)).ToArray();
            return wide.Length == 0
                ? null
                : $"{what}: other users may access {Count(wide.Length)}, such as {wide[0]} (mode {ModeOf(wide[0])}): "
                    + $"chmod -R go= '{folder}', unless they are shared on purpose";
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // A folder that cannot be listed is reported where it is used.
            return null;
        }
    }

    private static string Count(int entries) => entries == 1 ? "1 file or folder" : $"{entries} files and folders";

    private static string ModeOf(string path) => FileEntry.TextOf(FileEntry.Of(path).Mode);

    private static bool IsWide(string path, uint user)
    {
        FileEntry entry = FileEntry.Of(path);
        return entry.Kind is EntryKind.File or EntryKind.Folder && entry.Owner == user && entry.OfOthers(user) != 0;
    }

    // Only what a recorder has made: the folder may contain anything else, too.
    private static IEnumerable<string> Recordings(string folder)
    {
        foreach (string recording in Directory.EnumerateDirectories(folder))
        {
            string[] segments = Directory.EnumerateFiles(recording)
                .Where(file => SegmentFormat.TryParseFileName(Path.GetFileName(file), out _)).ToArray();
            foreach (string path in segments.Length == 0 ? segments : segments.Prepend(recording))
            {
                yield return path;
            }
        }
    }

    private static IEnumerable<string> Journals(string folder) => JournalReader
        .Files(folder)
        .Concat(JournalLock.FileNames.Select(name => Path.Combine(folder, name)))
        .Prepend(folder);
}
