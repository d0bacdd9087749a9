using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading;
using LowLatency.Engine.Instruments;
using LowLatency.Feeds.Binance;
using LowLatency.Feeds.Captures;
using LowLatency.Replay;
using LowLatency.Replay.Captures;

namespace LowLatency.Simulation.EmbeddedVenue;

/// <summary>
/// Finds the instruments of a capture: as its symbol list declares them, or with the finest increments of its trades.
/// </summary>
internal static class CaptureInstruments
{
    private static readonly string[] s_quotes =
        ["USDT", "USDC", "FDUSD", "BUSD", "TUSD", "BTC", "ETH", "BNB", "EUR", "GBP", "TRY", "USD"];

    public static IReadOnlyList<VenueInstrument> Find(IReadOnlyList<string> paths, CancellationToken stop)
    {
        IReadOnlyList<Instrument> found = CapturedInstruments.Find(
            BinanceVenue.Spot, Capture.Read(paths, withSymbolLists: true).StoppedBy(stop));
        return found.Count != 0
            ? found.Select(Describe).ToArray()
            : throw new InvalidDataException($"{string.Join(", ", paths)} contains no message of a symbol");
    }

    private static VenueInstrument Describe(Instrument instrument)
    {
        InstrumentScale scale = instrument.Scale;
        string symbol = instrument.Symbol;
        bool isListed = instrument.QuoteAsset.Length != 0;
        string quote = isListed
            ? instrument.QuoteAsset
            : s_quotes.FirstOrDefault(name => symbol.EndsWith(name, StringComparison.Ordinal)) ?? string.Empty;
        return new VenueInstrument(
            symbol,
            isListed ? instrument.BaseAsset : symbol[..^quote.Length],
            quote,
            Text(scale.TickIncrements, scale.PriceDecimals),
            Text(scale.LotIncrements, scale.QuantityDecimals),
            Text(Math.Max(1, instrument.MinQuantityLots) * scale.LotIncrements, scale.QuantityDecimals),
            isListed ? "0" : "5");
    }

    private static string Text(long increments, int decimals) =>
        ((decimal)increments / InstrumentScale.PowerOfTen(decimals)).ToString(CultureInfo.InvariantCulture);
}
