using System;
using System.Collections.Generic;
using System.Linq;
using LowLatency.Feeds.Binance;
using LowLatency.Feeds.Bitstamp;
using LowLatency.Feeds.Bybit;
using LowLatency.Feeds.Coinbase;
using LowLatency.Feeds.Kraken;
using LowLatency.Feeds.Okx;
using LowLatency.Feeds.Poloniex;

namespace LowLatency.Feeds;

/// <summary>The venues that this program speaks to: one line each.</summary>
public static class Venues
{
    /// <summary>All venues.</summary>
    public static IReadOnlyList<IVenue> All { get; } =
    [
        BinanceVenue.Spot,
        BinanceVenue.UsdmFutures,
        CoinbaseVenue.Instance,
        KrakenVenue.Instance,
        BitstampVenue.Instance,
        PoloniexVenue.Instance,
        OkxVenue.Instance,
        BybitVenue.Instance,
    ];

    /// <summary>Finds a venue by its name.</summary>
    /// <exception cref="ArgumentException">There is none of this name; the message lists those that are.</exception>
    public static IVenue Find(string name) =>
        All.FirstOrDefault(venue => venue.Name == name)
        ?? throw new ArgumentException(
            $"venue '{name}' is not known; known are {string.Join(", ", All.Select(venue => venue.Name))}");
}
