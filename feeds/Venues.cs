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

/// <summary>The supported venues.</summary>
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
    /// <exception cref="ArgumentException">Unknown name; the message lists the known ones.</exception>
    public static IVenue Find(string name) =>
        All.FirstOrDefault(venue => venue.Name == name)
        ?? throw new ArgumentException(
            $"unknown venue '{name}'; known venues: {string.Join(", ", All.Select(venue => venue.Name))}");
}
