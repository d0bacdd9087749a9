using System.Globalization;
using System.IO;
using LowLatency.Host.Configuration;
using LowLatency.Recorder.Journal;

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
}
