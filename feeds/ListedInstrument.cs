using System;
using System.Globalization;
using LowLatency.Engine.Instruments;

namespace LowLatency.Feeds;

/// <summary>
/// A symbol's entry in a venue's instrument list, as text; <see cref="ToInstrument"/> converts it to exact numbers.
/// </summary>
/// <param name="Symbol">The symbol as the stream writes it.</param>
/// <param name="BaseAsset">Asset that is traded.</param>
/// <param name="QuoteAsset">Asset in which it is priced.</param>
/// <param name="TickSize">Smallest price step.</param>
/// <param name="LotSize">Smallest quantity step.</param>
internal sealed record ListedInstrument(
    string Symbol, string BaseAsset, string QuoteAsset, string TickSize, string LotSize)
{
    private const int MaxDecimals = 30;

    /// <summary>The symbol's name in an older protocol of the venue, or null.</summary>
    public string? Alias { get; init; }

    /// <summary>Minimum order quantity.</summary>
    public string MinQuantity { get; init; } = "0";

    /// <summary>Minimum notional of an order, in the quote asset.</summary>
    public string MinNotional { get; init; } = "0";

    /// <summary>Trading status.</summary>
    public TradingStatus Status { get; init; }

    /// <summary>Decimals of prices on the wire, if the protocol fixes them; otherwise null.</summary>
    public int? PriceDecimals { get; init; }

    /// <summary>Decimals of quantities on the wire, likewise.</summary>
    public int? QuantityDecimals { get; init; }

    /// <summary>The step for a number of decimals: 2 gives 0.01.</summary>
    /// <exception cref="FormatException">More decimals than any venue has.</exception>
    public static string StepOf(int decimals) => decimals <= 0 ? "1"
        : decimals <= MaxDecimals ? "0." + new string('0', decimals - 1) + "1"
        : throw new FormatException($"a number of {decimals} decimals");

    /// <summary>Creates the instrument.</summary>
    /// <exception cref="VenueException">A size is not a valid number.</exception>
    public Instrument ToInstrument(ushort id, string venue, string symbol, int makerFeePpm, int takerFeePpm)
    {
        InstrumentScale scale = DeclaredScale.FromText(symbol, TickSize, LotSize);
        scale = scale.Finer(
            InstrumentScale.PowerOfTen(Math.Clamp((PriceDecimals ?? 0) - scale.PriceDecimals, 0, 12)),
            InstrumentScale.PowerOfTen(Math.Clamp((QuantityDecimals ?? 0) - scale.QuantityDecimals, 0, 12)));
        return new Instrument
        {
            Id = id,
            Venue = venue,
            Symbol = symbol,
            BaseAsset = BaseAsset,
            QuoteAsset = QuoteAsset,
            Scale = scale,
            MinQuantityLots = DeclaredScale.MinLots(symbol, MinQuantity, in scale),
            MinNotionalTickLots = MinTickLots(symbol, in scale),
            Status = Status,
            MakerFeePpm = makerFeePpm,
            TakerFeePpm = takerFeePpm,
        };
    }

    private long MinTickLots(string symbol, in InstrumentScale scale)
    {
        if (!decimal.TryParse(MinNotional, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal least))
        {
            throw new VenueException($"minimum notional '{MinNotional}' of {symbol} is not a valid number");
        }

        decimal tickLot = (decimal)scale.TickIncrements / InstrumentScale.PowerOfTen(scale.PriceDecimals)
            * scale.LotIncrements / InstrumentScale.PowerOfTen(scale.QuantityDecimals);
        return least >= tickLot * long.MaxValue ? long.MaxValue : (long)decimal.Ceiling(least / tickLot);
    }
}
