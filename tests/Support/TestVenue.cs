using System.Threading.Tasks;
using LowLatency.Simulation.EmbeddedVenue;
using LowLatency.Simulation.EmbeddedVenue.Market;

namespace LowLatency.Tests.Support;

/// <summary>The embedded venue with a small Binance market.</summary>
internal static class TestVenue
{
    public static async Task<EmbeddedVenueServer> StartAsync()
    {
        var player = new VenuePlayer(
            "binance",
            () => new GeneratedMarket(new GeneratedMarketOptions
            {
                Seed = 1,
                Symbols = ["BTCUSDT"],
                StartNs = 1,
                IsFutures = false,
            }),
            new PlayOptions(1, IsLooping: false));
        var venue = new EmbeddedVenueServer(player, port: 0);
        await venue.StartAsync();
        return venue;
    }
}
