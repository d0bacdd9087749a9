using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using LowLatency.Engine.Events;
using LowLatency.Engine.Journal;
using LowLatency.Engine.Orders;
using LowLatency.Engine.Runtime;
using LowLatency.Feeds;
using LowLatency.Recorder;
using LowLatency.Recorder.Journal;

namespace LowLatency.Replay;

/// <summary>How a session begins, live or simulated: what its decisions depend on, and its journal.</summary>
public static class SessionStart
{
    /// <summary>Adds to the settings what a start brings: order ids, the last session's state, the feeds.</summary>
    /// <param name="settings">What the settings say; ids, state and feeds are ignored.</param>
    /// <param name="utcNs">The time of day: ids stay unique over restarts by it, also where the market's own clock
    /// shows another day.</param>
    /// <param name="plans">The connections.</param>
    /// <param name="snapshot">What the last session left, or null.</param>
    public static SessionManifest Complete(
        SessionManifest settings, long utcNs, IReadOnlyList<ConnectionPlan> plans, EngineSnapshot? snapshot)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return settings with
        {
            FirstOrderCounter = Math.Max(OrderIds.FirstCounterAt(utcNs), snapshot?.NextOrderCounter ?? 1),
            Snapshot = snapshot is null ? null : SnapshotManifest.Of(snapshot),
            Feeds = plans
                .Select((plan, index) => new SourceManifest(
                    (ushort)(SessionSources.FirstFeed + index),
                    plan.Symbols.Select(symbol => settings.Instruments[symbol].Instrument.Id).ToArray(),
                    plan.CarriesBooks))
                .ToArray(),
        };
    }

    /// <summary>Begins a session's journal with the settings and the state that it starts from.</summary>
    /// <param name="folderLock">The lock of its folder; the journal takes it over.</param>
    /// <param name="syncInterval">How often the disk is asked to keep it; zero for never.</param>
    /// <param name="manifest">What the session depends on.</param>
    /// <param name="snapshot">The state that it starts from, or null.</param>
    /// <param name="disk">Makes the file; null for the machine's own.</param>
    /// <exception cref="IOException">The disk refuses.</exception>
    public static JournalWriter BeginJournal(
        JournalLock folderLock,
        TimeSpan syncInterval,
        SessionManifest manifest,
        EngineSnapshot? snapshot,
        Disk? disk = null)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        var journal = JournalWriter.Create(folderLock, syncInterval, disk);
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
                LastOrderId = OrderIds.IdOf(manifest.FirstOrderCounter - 1),
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
