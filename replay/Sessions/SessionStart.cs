using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using LowLatency.Engine.Events;
using LowLatency.Engine.Journal;
using LowLatency.Engine.Orders;
using LowLatency.Engine.Runtime;
using LowLatency.Feeds;
using LowLatency.Recorder;
using LowLatency.Recorder.Journal;

namespace LowLatency.Replay;

/// <summary>Starts a session, live or simulated: its manifest and its journal.</summary>
public static class SessionStart
{
    /// <summary>A new session id: 32 random hexadecimal digits.</summary>
    public static string NewId() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    /// <summary>Completes a manifest with everything that only a start knows: session id, order ids, the last session's
    /// state, the feeds.</summary>
    /// <param name="settings">The manifest of the settings; id, state and feeds in it are replaced.</param>
    /// <param name="sessionId">The session's id, which no other session has; see <see cref="NewId"/>.</param>
    /// <param name="utcNs">Current time, nanoseconds since the Unix epoch; not the market's, which may show another
    /// day. It keeps order ids unique over restarts.</param>
    /// <param name="plans">The connections; the symbols of each are of one venue.</param>
    /// <param name="snapshot">The state that the last session left, or null.</param>
    /// <exception cref="SessionRoomException">The settings have no room for that state.</exception>
    public static SessionManifest Complete(
        SessionManifest settings, string sessionId, long utcNs, IReadOnlyList<ConnectionPlan> plans,
        EngineSnapshot? snapshot)
    {
        ArgumentNullException.ThrowIfNull(settings);
        if (snapshot is not null)
        {
            CheckRoom(settings.MaxOrders, settings.MaxComposites, snapshot);
        }

        return settings with
        {
            SessionId = sessionId,
            FirstOrderCounter = Math.Max(OrderIds.FirstCounterAt(utcNs), snapshot?.NextOrderCounter ?? 1),
            Snapshot = snapshot is null ? null : SnapshotManifest.Of(snapshot),
            Feeds = plans
                .Select((plan, index) => new SourceManifest(
                    (ushort)(SessionSources.FirstFeed + index),
                    settings.Instruments[plan.Symbols[0]].Instrument.Venue,
                    plan.Symbols.Select(symbol => settings.Instruments[symbol].Instrument.Id).ToArray(),
                    plan.CarriesBooks))
                .ToArray(),
        };
    }

    /// <summary>Begins a session's journal with its manifest and the state that it starts from.</summary>
    /// <param name="folderLock">The lock of its folder; the journal takes it over.</param>
    /// <param name="syncInterval">Interval of syncs to disk; zero for none.</param>
    /// <param name="manifest">The session's manifest.</param>
    /// <param name="snapshot">The state that it starts from, or null.</param>
    /// <param name="disk">Creates the file; null for the machine's own disk.</param>
    /// <exception cref="IOException">The file cannot be created or written.</exception>
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

            // The counter has a record of its own, so that it survives a session without orders.
            journal.Append(new EngineOutput
            {
                Kind = OutputKind.SnapshotEnd,
                LastOrderId = OrderIds.IdOf(manifest.FirstOrderCounter - 1),
            });
            journal.Flush();
            if (syncInterval > TimeSpan.Zero)
            {
                // A restart skips a file that ends inside its own beginning, because no order had been sent. After a
                // power cut that is only true if the beginning reached the disk before the first order.
                journal.Sync();
            }

            return journal;
        }
        catch
        {
            journal.Dispose();
            throw;
        }
    }

    /// <summary>Checks that an engine has room for the state that the last session left.</summary>
    /// <param name="maxOrders">Order slots of the engine.</param>
    /// <param name="maxComposites">Composite order slots of the engine.</param>
    /// <param name="snapshot">The state.</param>
    /// <exception cref="SessionRoomException">It has not.</exception>
    public static void CheckRoom(int maxOrders, int maxComposites, EngineSnapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        CheckRoom("MaxOrders", maxOrders, OutputKind.OpenOrder, "open order", snapshot);
        CheckRoom("MaxComposites", maxComposites, OutputKind.CompositeCreated, "composite order", snapshot);
    }

    // An order keeps its id over a restart, and the id holds its slot: the highest slot decides, not the number.
    private static void CheckRoom(string setting, int slots, OutputKind kind, string what, EngineSnapshot snapshot)
    {
        int[] used = snapshot.Records.Where(record => record.Kind == kind)
            .Select(record => OrderIds.SlotOf(record.OrderId) + 1).ToArray();
        int needed = used.DefaultIfEmpty(0).Max();
        if (needed > slots)
        {
            string orders = used.Length == 1 ? what : what + "s";
            throw new SessionRoomException(setting, slots, $"{used.Length} {orders}", needed);
        }
    }
}

/// <summary>The settings have no room for the orders that the last session left open.</summary>
/// <param name="setting">Name of the setting, of the manifest.</param>
/// <param name="slots">Its value.</param>
/// <param name="orders">What the last session left, such as "8 open orders".</param>
/// <param name="needed">The minimum that restores every order: the highest slot in use, counted from 1.</param>
public sealed class SessionRoomException(string setting, int slots, string orders, int needed) : Exception(
    $"{setting} is {slots}, but the last session left {orders}, in slots up to {needed}: set it to at least {needed}")
{
    /// <summary>Name of the setting.</summary>
    public string Setting => setting;
}
