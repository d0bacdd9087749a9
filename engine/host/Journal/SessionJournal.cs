using System;
using System.Globalization;
using System.IO;
using LowLatency.Host.Configuration;
using LowLatency.Recorder.Journal;
using LowLatency.Replay;

namespace LowLatency.Host.Journal;

/// <summary>Locates and locks a session's journal, and decides whether the session resumes the last one.</summary>
internal static class SessionJournal
{
    private const int MaxNeighbours = 16;

    /// <summary>The folder of a venue's journals. Embedded markets have folders of their own.</summary>
    public static string FolderOf(LiveSettings settings) =>
        Path.Combine(settings.Journal.Directory, settings.Embedded ? $"embedded-{settings.Venue}" : settings.Venue);

    /// <summary>
    /// Takes the lock that keeps a second process from trading on the same account. It is taken first, so that the
    /// journal of the last session is read after that session has ended, and no other can start in between. It works on
    /// one machine only: a process on another machine is not detected.
    /// </summary>
    /// <returns>null if the journal is disabled.</returns>
    /// <exception cref="IOException">Another process holds it, or the lock file cannot be written.</exception>
    public static JournalLock? Lock(LiveSettings settings)
    {
        if (!settings.Journal.Enabled)
        {
            return null;
        }

        // Sessions on embedded markets are independent unless one resumes the other, so each may have its own folder.
        string folder = FolderOf(settings);
        for (int i = 2; ; i++)
        {
            try
            {
                return JournalLock.Take(folder);
            }
            catch (IOException) when (settings.Embedded && !Resumes(settings) && i <= MaxNeighbours)
            {
                folder = string.Create(CultureInfo.InvariantCulture, $"{FolderOf(settings)}-{i}");
            }
        }
    }

    /// <summary>true if the session resumes from the last journal.</summary>
    public static bool Resumes(LiveSettings settings) =>
        settings.Journal.Enabled && (settings.Journal.Resume ?? !settings.Embedded);

    /// <summary>Orders and positions of the last session that a session starts without although nobody asked for
    /// that.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="held">The session's lock; null without a journal.</param>
    /// <returns>null if there are none, or the settings say whether to resume.</returns>
    public static string? FindLeftBehind(LiveSettings settings, JournalLock? held)
    {
        // In a folder next to the usual one, the session in the usual one still runs.
        string folder = FolderOf(settings);
        if (held?.Folder != folder || settings.Journal.Resume is not null || Resumes(settings))
        {
            return null;
        }

        try
        {
            LastSession last = JournalRecovery.ReadLast(folder);
            return last.OpenOrders == 0 && last.Positions == 0 ? null
                : $"the last session left {Count(last.OpenOrders, "open order")} and "
                    + $"{Count(last.Positions, "position")}: this session starts without them; --resume continues "
                    + "with them";
        }
        catch (Exception fault) when (fault is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            return $"what the last session left open is not known: {fault.Message}";
        }
    }

    private static string Count(int count, string what) =>
        string.Create(CultureInfo.InvariantCulture, $"{count} {what}{(count == 1 ? string.Empty : "s")}");
}
