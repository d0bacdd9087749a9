using System;
using System.Linq;
using LowLatency.Feeds;
using LowLatency.Replay;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Replay.Sessions;

/// <summary>What a session's start adds to its manifest.</summary>
public sealed class SessionStartTests
{
    [Fact]
    public void ShouldNameTheVenueOfEachFeed()
    {
        SessionManifest manifest = SessionStart.Complete(
            Manifests.Of(Fixture.Spot(), Manifests.Elsewhere(1)), "id", utcNs: 1_700_000_000_000_000_000,
            [Plan(0), Plan(1)], snapshot: null);

        Assert.Equal(["binance", "okx"], manifest.Feeds.Select(feed => feed.Venue));
    }

    private static ConnectionPlan Plan(int symbol) => new(new Uri("wss://localhost"), [symbol], true, []);
}
