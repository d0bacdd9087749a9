using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using LowLatency.Host.Configuration;
using LowLatency.Host.Journal;
using LowLatency.Recorder;

namespace LowLatency.Host.Security;

/// <summary>
/// Checks whether other users could put files or links into the folders that the session writes to, move them away, or
/// access the recordings and journals there. On Windows nothing is checked.
/// </summary>
internal static class FolderCheck
{
    private const UnixFileMode WritableByOthers = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    /// <summary>One line for each problem with the session's folders.</summary>
    public static IReadOnlyList<string> Run(LiveSettings settings)
    {
        var folders = new List<string>();
        if (settings.Recorder.Enabled)
        {
            folders.Add(settings.Recorder.Directory);
        }

        if (settings.Journal.Enabled)
        {
            folders.Add(SessionJournal.FolderOf(settings));
        }

        return folders.Select(Find).OfType<string>().Distinct(StringComparer.Ordinal).Concat(WideModes.Run(settings))
            .ToArray();
    }

    /// <summary>The problem with a folder or with one above it, or null.</summary>
    /// <param name="folder">The folder; it need not exist yet.</param>
    public static string? Find(string folder)
    {
        if (OperatingSystem.IsWindows() || FileEntry.User() is not { } user)
        {
            return null;
        }

        bool isAbove = false;
        string? path;
        try
        {
            path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        }
        catch (ArgumentException)
        {
            // Not a path; the start will report it.
            return null;
        }

        for (; path is not null; path = Path.GetDirectoryName(path))
        {
            if (Directory.Exists(path) && ProblemOf(path, isAbove, user) is { } problem)
            {
                return problem;
            }

            isAbove = true;
        }

        return null;
    }

    private static string? ProblemOf(string path, bool isAbove, uint user)
    {
        // A link is as safe as its target and the folder that contains the link.
        string real = new DirectoryInfo(path).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? path;
        FileEntry entry = FileEntry.Of(real);
        if (entry.Owner is { } owner && owner != user && owner != 0)
        {
            return $"{real} belongs to another user (id {owner}), who can replace what is written there: use a folder "
                + "of your own";
        }

        UnixFileMode others = entry.OfOthers(user) & WritableByOthers;

        // In a sticky folder such as /tmp, users cannot move each other's entries, but anybody may add some.
        bool isSticky = (entry.Mode & UnixFileMode.StickyBit) != 0;
        return others == 0 || (isAbove && isSticky)
            ? null
            : $"{real} is writable by other users (mode {FileEntry.TextOf(entry.Mode)}), "
                + $"who can plant files and links there: chmod go-w '{real}', or use a folder of your own";
    }
}
