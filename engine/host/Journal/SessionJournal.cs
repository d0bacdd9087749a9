using System.Globalization;
using System.IO;
using LowLatency.Host.Configuration;
using LowLatency.Recorder.Journal;

namespace LowLatency.Host.Journal;

/// <summary>Where a session's journal is, and whether it goes on with what the last one left.</summary>
internal static class SessionJournal
{
    private const int MaxNeighbours = 16;

    /// <summary>The folder of a venue's journals: the embedded market's are kept apart from the real one's.</summary>
    public static string FolderOf(LiveSettings settings) =>
        Path.Combine(settings.Journal.Directory, settings.Embedded ? $"embedded-{settings.Venue}" : settings.Venue);

    /// <summary>
    /// Takes the lock that keeps a second process from trading on the same account: before anything else is done, so
    /// that what the last session left is read after its end, and nobody trades in between. It is this machine's: a
    /// process elsewhere could be told only by the venue, and no gateway speaks to one yet.
    /// </summary>
    /// <returns>null when no journal is kept.</returns>
    /// <exception cref="IOException">Another process holds it, or the disk refuses.</exception>
    public static JournalLock? Lock(LiveSettings settings)
    {
        if (!settings.Journal.Enabled)
        {
            return null;
        }

        // Two sessions on embedded markets do not disturb each other unless one is to go on with the other's orders.
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

    /// <summary>true when the session goes on where the last one ended.</summary>
    public static bool Resumes(LiveSettings settings) =>
        settings.Journal.Enabled && (settings.Journal.Resume ?? !settings.Embedded);
}
