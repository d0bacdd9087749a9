using System;
using System.Globalization;
using System.IO;
using LowLatency.Engine.Events;
using LowLatency.Engine.Journal;
using LowLatency.Host.Configuration;
using LowLatency.Recorder;
using LowLatency.Recorder.Journal;
using LowLatency.Replay;

namespace LowLatency.Host.Journal;

/// <summary>Where a session's journal is, and how it begins.</summary>
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

    /// <summary>Begins a session's journal with the settings and the state that it starts from.</summary>
    /// <param name="folderLock">The lock of its folder, or null to keep none.</param>
    /// <param name="settings">The session's settings.</param>
    /// <param name="manifest">What the session depends on.</param>
    /// <param name="snapshot">The state that it starts from, or null.</param>
    /// <param name="disk">Makes the file; null for the machine's own.</param>
    /// <exception cref="IOException">The disk refuses.</exception>
    public static JournalWriter? Begin(
        JournalLock? folderLock,
        LiveSettings settings,
        SessionManifest manifest,
        EngineSnapshot? snapshot,
        Disk? disk = null)
    {
        if (folderLock is null)
        {
            return null;
        }

        var journal = JournalWriter.Create(
            folderLock, TimeSpan.FromMilliseconds(settings.Journal.SyncMs), disk);
        try
        {
            journal.AppendSession(manifest.ToJson());
            foreach (EngineOutput record in snapshot?.Records ?? [])
            {
                journal.Append(in record);
            }

            // The counter travels in an id of its own, so that it outlives a session without orders.
            journal.Append(new EngineOutput
            {
                Kind = OutputKind.SnapshotEnd,
                OrderId = Engine.Orders.OrderIds.IdOf(manifest.FirstOrderCounter - 1),
            });
            journal.Flush();
            return journal;
        }
        catch
        {
            journal.Dispose();
            throw;
        }
    }
}
