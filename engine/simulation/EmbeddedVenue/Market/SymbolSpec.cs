using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace LowLatency.Simulation.EmbeddedVenue.Market;

/// <summary>A generated symbol: price, tick and lot.</summary>
/// <param name="Symbol">As the venue writes it.</param>
/// <param name="BaseAsset">Currency that is traded.</param>
/// <param name="QuoteAsset">Currency of the price.</param>
/// <param name="Price">Initial price.</param>
/// <param name="PriceDecimals">The tick is 10^-decimals.</param>
/// <param name="QuantityDecimals">The lot is 10^-decimals.</param>
internal sealed record SymbolSpec(
    string Symbol, string BaseAsset, string QuoteAsset, double Price, int PriceDecimals, int QuantityDecimals)
{
    private static readonly string[] s_quotes =
        ["USDT", "USDC", "FDUSD", "BUSD", "TUSD", "BTC", "ETH", "BNB", "EUR", "GBP", "TRY", "USD"];

    private static readonly SymbolSpec[] s_known =
    [
        new("BTCUSDT", "BTC", "USDT", 61_800, 2, 5),
        new("ETHUSDT", "ETH", "USDT", 2_680, 2, 4),
        new("BNBUSDT", "BNB", "USDT", 520, 1, 3),
        new("SOLUSDT", "SOL", "USDT", 155, 2, 3),
        new("XRPUSDT", "XRP", "USDT", 0.61, 4, 0),
        new("DOGEUSDT", "DOGE", "USDT", 0.105, 5, 0),
    ];

    /// <summary>The default symbols.</summary>
    public static IReadOnlyList<string> Default { get; } = ["BTCUSDT", "ETHUSDT", "SOLUSDT", "XRPUSDT"];

    /// <summary>A known symbol, or one derived from its name.</summary>
    /// <exception cref="ArgumentException">The name does not end in a known quote currency.</exception>
    public static SymbolSpec Find(string symbol, bool isFutures)
    {
        SymbolSpec? known = s_known.FirstOrDefault(spec => spec.Symbol == symbol);
        if (known is not null)
        {
            // Ticks and lots of futures are larger.
            return isFutures
                ? known with
                {
                    PriceDecimals = Math.Max(0, known.PriceDecimals - 1),
                    QuantityDecimals = Math.Max(0, known.QuantityDecimals - 2),
                }
                : known;
        }

        string quote = s_quotes.FirstOrDefault(name => symbol.Length > name.Length
                && symbol.EndsWith(name, StringComparison.Ordinal))
            ?? throw new ArgumentException(
                $"'{symbol}' cannot be generated: it must end in one of {string.Join(", ", s_quotes)}");
        return new SymbolSpec(symbol, symbol[..^quote.Length], quote, 10, 3, 2);
    }

    public VenueInstrument ToInstrument() => new(
        Symbol, BaseAsset, QuoteAsset, Increment(PriceDecimals), Increment(QuantityDecimals),
        Increment(QuantityDecimals), "5");

    private static string Increment(int decimals) => decimals == 0
        ? "1"
        : "0." + "1".PadLeft(decimals, '0').ToString(CultureInfo.InvariantCulture);
}
