using System;
using System.Collections.Generic;

namespace LowLatency.Simulation.EmbeddedVenue.Dialects;

/// <summary>The dialect of each venue.</summary>
internal static class DialectTable
{
    public static Dialect Create(
        string venue, IReadOnlyList<VenueInstrument> instruments, IReadOnlyList<VenueBook> books, MarketClock clock) =>
        venue switch
        {
            "binance" => new BinanceDialect(false, instruments, books, clock),
            "binance-futures" => new BinanceDialect(true, instruments, books, clock),
            "coinbase" => new CoinbaseDialect(instruments, books, clock),
            "kraken" => new KrakenDialect(instruments, books, clock),
            "bitstamp" => new BitstampDialect(instruments, books, clock),
            "poloniex" => new PoloniexDialect(instruments, books, clock),
            "okx" => new OkxDialect(instruments, books, clock),
            "bybit" => new BybitDialect(instruments, books, clock),
            _ => throw new ArgumentException($"the embedded venue does not support {venue}", nameof(venue)),
        };
}
