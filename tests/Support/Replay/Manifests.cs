using System.Collections.Generic;
using System.Linq;
using LowLatency.Engine.Instruments;
using LowLatency.Replay;
using LowLatency.Tests.Support;

namespace LowLatency.Tests.Replay;

/// <summary>Manifests for tests.</summary>
internal static class Manifests
{
    /// <summary>A session that watches these instruments, without feeds.</summary>
    public static SessionManifest Of(params Instrument[] instruments) => new()
    {
        Program = "tests",
        SessionId = "0123456789abcdef0123456789abcdef",
        Venues = instruments.Select(item => item.Venue).Distinct()
            .Select(venue => new VenueManifest(venue, "generated", new Dictionary<string, decimal>())).ToArray(),
        RingCapacity = 1024,
        MaxOrders = 64,
        MaxComposites = 16,
        FirstOrderCounter = 1,
        AnswerTimeoutNs = 1_000_000_000,
        Snapshot = null,
        Instruments = instruments.Select(item => new InstrumentManifest(
            item, Fixture.Limits(), new StrategyManifest("Watch", new Dictionary<string, string>()))).ToArray(),
        Feeds = [],
    };

    /// <summary>The same symbol as <see cref="Fixture.Spot"/>, at another venue.</summary>
    public static Instrument Elsewhere(ushort id, string venue = "okx") => Fixture.Spot(id) with { Venue = venue };
}
