using System;

namespace LowLatency.Tests.Reference.Wire;

/// <summary>The simple reader of each venue.</summary>
internal static class ReferenceReaders
{
    public static ReferenceReader Create(
        string venue, string[] symbols, Func<int, (int Price, int Quantity)> decimals) =>
        venue switch
        {
            "binance" or "binance-futures" => new BinanceReference(symbols, decimals),
            "coinbase" => new CoinbaseReference(symbols, decimals),
            "kraken" => new KrakenReference(symbols, decimals),
            "bitstamp" => new BitstampReference(symbols, decimals),
            "poloniex" => new PoloniexReference(symbols, decimals),
            "okx" => new OkxReference(symbols, decimals),
            "bybit" => new BybitReference(symbols, decimals),
            _ => throw new ArgumentException($"no reference for {venue}", nameof(venue)),
        };
}
