using System;
using System.Globalization;
using LowLatency.Engine.Instruments;

namespace LowLatency.Feeds;

/// <summary>What a venue's list says of a symbol, as text; <see cref="ToInstrument"/> makes exact numbers of it.
/// </summary>
/// <param name="Symbol">The symbol as the stream writes it.</param>
/// <param name="BaseAsset">What is bought.</param>
/// <param name="QuoteAsset">What it is paid with.</param>
/// <param name="TickSize">Least step of a price.</param>
/// <param name="LotSize">Least step of a quantity.</param>
internal sealed record ListedInstrument(
    string Symbol, string BaseAsset, string QuoteAsset, string TickSize, string LotSize)
{
    /// <summary>Another name of the symbol, in an older protocol of the venue; or null.</summary>
    public string? Alias { get; init; }

    /// <summary>Least quantity of an order.</summary>
    public string MinQuantity { get; init; } = "0";

    /// <summary>Least notional of an order in the quote asset.</summary>
    public string MinNotional { get; init; } = "0";

    /// <summary>What may be done.</summary>
    public TradingStatus Status { get; init; }

    /// <summary>Decimals that prices are written with, where that is a fact of the protocol; or null.</summary>
    public int? PriceDecimals { get; init; }

    /// <summary>Decimals that quantities are written with, likewise.</summary>
    public int? QuantityDecimals { get; init; }

    /// <summary>A size of so many decimals: 2 gives 0.01.</summary>
    public static string StepOf(int decimals) => decimals <= 0
        ? "1"
        : "0." + new string('0', decimals - 1) + "1";

    /// <summary>Makes the instrument.</summary>
    /// <exception cref="VenueException">A size is not a number that can be used.</exception>
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
            MinQuantityLots = DeclaredScale.LotsAtLeast(symbol, MinQuantity, in scale),
            MinNotionalTickLots = TickLotsAtLeast(symbol, in scale),
            Status = Status,
            MakerFeePpm = makerFeePpm,
            TakerFeePpm = takerFeePpm,
        };
    }

    private long TickLotsAtLeast(string symbol, in InstrumentScale scale)
    {
        if (!decimal.TryParse(MinNotional, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal least))
        {
            throw new VenueException($"least notional '{MinNotional}' of {symbol} is not a number that can be used");
        }

        decimal tickLot = (decimal)scale.TickIncrements / InstrumentScale.PowerOfTen(scale.PriceDecimals)
            * scale.LotIncrements / InstrumentScale.PowerOfTen(scale.QuantityDecimals);
        return least >= tickLot * long.MaxValue ? long.MaxValue : (long)decimal.Ceiling(least / tickLot);
    }
}
