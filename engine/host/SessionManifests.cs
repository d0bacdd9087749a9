using System;
using System.Collections.Generic;
using System.Linq;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Journal;
using LowLatency.Engine.Orders;
using LowLatency.Engine.Runtime;
using LowLatency.Feeds;
using LowLatency.Host.Configuration;
using LowLatency.Replay;

namespace LowLatency.Host;

/// <summary>Puts together what a session's decisions depend on besides its inputs.</summary>
internal static class SessionManifests
{
    /// <summary>The manifest of a session that is about to begin.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="market">Where the market comes from, in words.</param>
    /// <param name="utcNs">The time of day: ids stay unique over restarts by it, also where the market's own clock
    /// shows another day.</param>
    /// <param name="declared">The instruments.</param>
    /// <param name="plans">The connections.</param>
    /// <param name="snapshot">What the last session left, or null.</param>
    public static SessionManifest Create(
        LiveSettings settings,
        string market,
        long utcNs,
        IReadOnlyList<Instrument> declared,
        IReadOnlyList<ConnectionPlan> plans,
        EngineSnapshot? snapshot) => new()
        {
            Program = ProgramVersion.Text,
            Venue = settings.Venue,
            Market = market,
            RingCapacity = settings.Engine.RingCapacity,
            MaxOrders = settings.Engine.MaxOrders,
            MaxComposites = settings.Engine.MaxComposites,
            FirstOrderCounter = Math.Max(OrderIds.FirstCounterAt(utcNs), snapshot?.NextOrderCounter ?? 1),
            AnswerTimeoutNs = (long)(settings.Engine.AnswerTimeoutSeconds * 1e9),
            Balances = Balances.Read(settings.Funds.Balances),
            Snapshot = snapshot is null ? null : SnapshotManifest.Of(snapshot),
            Instruments = declared.Select(instrument => InstrumentSettings.Create(settings, instrument)).ToArray(),
            Feeds = plans
                .Select((plan, index) => new SourceManifest(
                    (ushort)(SessionSources.FirstFeed + index),
                    plan.Symbols.Select(symbol => declared[symbol].Id).ToArray(),
                    plan.CarriesBooks))
                .ToArray(),
        };
}
