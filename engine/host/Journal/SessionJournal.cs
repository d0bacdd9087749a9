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
    private const int MostNeighbours = 16;

    /// <summary>The folder of a venue's journals: the embedded market's are kept apart from the real one's.</summary>
    public static string FolderOf(LiveSettings settings) =>
        Path.Combine(settings.Journal.Directory, settings.Embedded ? $"embedded-{settings.Venue}" : settings.Venue);

    // Two sessions on embedded markets do not disturb each other unless one is to go on with the other's orders.
    private static JournalWriter Create(LiveSettings settings, Disk? disk)
    {
        var syncInterval = TimeSpan.FromMilliseconds(settings.Journal.SyncMs);
        string folder = FolderOf(settings);
        for (int i = 2; ; i++)
        {
            try
            {
                return JournalWriter.Create(folder, syncInterval, disk);
            }
            catch (IOException) when (settings.Embedded && !Resumes(settings) && i <= MostNeighbours)
            {
                folder = string.Create(CultureInfo.InvariantCulture, $"{FolderOf(settings)}-{i}");
            }
        }
    }

    /// <summary>true when the session goes on where the last one ended.</summary>
    public static bool Resumes(LiveSettings settings) =>
        settings.Journal.Enabled && (settings.Journal.Resume ?? !settings.Embedded);

    /// <summary>Begins a session's journal with the settings and the state that it starts from.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="manifest">The session.</param>
    /// <param name="snapshot">What the last session left, or null.</param>
    /// <param name="disk">Makes the file; null for the machine's own.</param>
    /// <exception cref="IOException">Another process writes there, or the disk refuses.</exception>
    public static JournalWriter? Begin(
        LiveSettings settings, SessionManifest manifest, EngineSnapshot? snapshot, Disk? disk = null)
    {
        if (!settings.Journal.Enabled)
        {
            return null;
        }

        JournalWriter journal = Create(settings, disk);
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
