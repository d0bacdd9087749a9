using System.Collections.Generic;
using System.Linq;
using LowLatency.Engine.Instruments;
using LowLatency.Host.Configuration;
using LowLatency.Replay;
using LowLatency.Sessions;

namespace LowLatency.Host;

/// <summary>Puts together what the settings say of a session.</summary>
internal static class SessionManifests
{
    /// <summary>The part of the manifest that follows from the settings; <see cref="SessionStart"/> adds the rest.
    /// </summary>
    /// <param name="settings">The settings.</param>
    /// <param name="market">Where the market comes from, in words.</param>
    /// <param name="declared">The instruments.</param>
    public static SessionManifest Create(
        LiveSettings settings, string market, IReadOnlyList<Instrument> declared) => new()
        {
            Program = ProgramVersion.Text,
            Venues = [new VenueManifest(settings.Venue, market, Balances.Read(settings.Funds.Balances))],
            RingCapacity = settings.Engine.RingCapacity,
            MaxOrders = settings.Engine.MaxOrders,
            MaxComposites = settings.Engine.MaxComposites,
            FirstOrderCounter = 1,
            AnswerTimeoutNs = (long)(settings.Engine.AnswerTimeoutSeconds * 1e9),
            Snapshot = null,
            Instruments = declared.Select(instrument => InstrumentSettings.Create(settings, instrument)).ToArray(),
            Feeds = [],
        };
}
