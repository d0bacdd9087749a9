using System;
using System.Globalization;
using LowLatency.Engine;
using LowLatency.Engine.Instruments;

namespace LowLatency.Sessions.Figures;

/// <summary>An instrument's numbers for display. Exact: whole increments become decimals here and nowhere else.
/// </summary>
public static class InstrumentFigures
{
    private static readonly Int128 s_max = (Int128)1_000_000_000_000 * 1_000_000_000_000;

    /// <summary>A price in wire increments as text.</summary>
    public static string Price(in InstrumentView view, long increments) =>
        Text((decimal)increments / InstrumentScale.PowerOfTen(view.Scale.PriceDecimals));

    /// <summary>Position in units of the base currency.</summary>
    public static decimal Position(Instrument instrument, in InstrumentView view) =>
        (decimal)view.PositionLots * instrument.Scale.LotIncrements
        / InstrumentScale.PowerOfTen(instrument.Scale.QuantityDecimals);

    /// <summary>Fees minus rebates, in the quote currency.</summary>
    public static decimal Fees(Instrument instrument, in InstrumentView view) =>
        InstrumentUnits.MicroTickLots(view.FeesMicroTickLots, instrument);

    /// <summary>
    /// Profit and loss in the quote currency after fees, with the position valued at the mid of the last live book;
    /// null if there is a position but there was never a book.
    /// </summary>
    public static decimal? ProfitAndLoss(Instrument instrument, in InstrumentView view)
    {
        if (view.PositionLots != 0 && view.LastTwoMid == 0)
        {
            return null;
        }

        decimal tickLot = InstrumentUnits.TickLotValue(instrument);
        decimal mid = (decimal)view.LastTwoMid / 2
            / InstrumentScale.PowerOfTen(view.Scale.PriceDecimals);
        return ((decimal)view.CashTickLots * tickLot) + (Position(instrument, in view) * mid)
            - Fees(instrument, in view);
    }

    /// <summary>Fees of maker fills, in the quote currency; negative for rebates.</summary>
    public static decimal MakerFees(Instrument instrument, in InstrumentView view) =>
        InstrumentUnits.MicroTickLots(view.MakerFeesMicroTickLots, instrument);

    /// <summary>Realised profit before fees, in the quote currency.</summary>
    public static decimal Realised(Instrument instrument, in InstrumentView view) =>
        (decimal)(view.CashTickLots + view.CostTickLots) * InstrumentUnits.TickLotValue(instrument);

    /// <summary>Average price of the open position, in the quote currency; null if flat.</summary>
    public static decimal? AveragePrice(Instrument instrument, in InstrumentView view) => view.PositionLots == 0
        ? null
        : (decimal)view.CostTickLots / view.PositionLots * InstrumentUnits.TickValue(instrument);

    /// <summary>Funds as a decimal amount.</summary>
    public static decimal Amount(Int128 units, int decimals)
    {
        // A decimal holds 28 digits; finer ones are truncated.
        Int128 kept = units;
        int digits = decimals;
        for (; digits > 0 && Int128.Abs(kept) > s_max; digits--)
        {
            kept /= 10;
        }

        decimal number = (decimal)kept;
        for (; digits > 0; digits--)
        {
            number /= 10;
        }

        return number;
    }

    /// <summary>The last directions, oldest first: rises ↑, falls ↓.</summary>
    public static string Mask(in InstrumentView view)
    {
        ulong bits = view.Mask;
        return string.Create(view.MaskCount, bits, static (text, mask) =>
        {
            for (int i = 0; i < text.Length; i++)
            {
                text[i] = ((mask >> (text.Length - 1 - i)) & 1) != 0 ? '↑' : '↓';
            }
        });
    }

    /// <summary>An amount of money with two decimals, or a dash.</summary>
    public static string Money(decimal? amount) =>
        amount is { } value ? value.ToString("0.00", CultureInfo.InvariantCulture) : "–";

    /// <summary>A number without trailing zeros.</summary>
    public static string Text(decimal number) =>
        (number / 1.000000000000000000000000000000m).ToString(CultureInfo.InvariantCulture);
}
