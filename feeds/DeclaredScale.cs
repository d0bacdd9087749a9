using System;
using System.Text;
using LowLatency.Engine.Instruments;

namespace LowLatency.Feeds;

/// <summary>Creates an instrument's scale from the tick and lot sizes that a venue declares as text.</summary>
internal static class DeclaredScale
{
    /// <summary>
    /// The coarsest power of ten in which the declared tick and lot are whole. If the book contains finer numbers, the
    /// feed refines the increments.
    /// </summary>
    /// <exception cref="VenueException">A size is not a positive number with at most twelve decimals.</exception>
    public static InstrumentScale FromText(string symbol, string tickSize, string lotSize)
    {
        (int priceDecimals, long tick) = Read(symbol, "tick size", tickSize);
        (int quantityDecimals, long lot) = Read(symbol, "lot size", lotSize);
        return new InstrumentScale(priceDecimals, quantityDecimals, tick, lot);
    }

    /// <summary>The number of lots that covers a declared minimum quantity, rounded up; 1 or more.</summary>
    /// <exception cref="VenueException">The quantity is not a number.</exception>
    public static long MinLots(string symbol, string quantity, in InstrumentScale scale)
    {
        byte[] text = Encoding.ASCII.GetBytes(quantity);
        int decimals = Math.Max(scale.QuantityDecimals, WireNumber.SignificantDecimals(text));
        if (decimals > InstrumentScale.MaxDecimals
            || WireNumber.Parse(text, decimals, out long increments) != NumberStatus.Ok)
        {
            throw new VenueException($"minimum quantity '{quantity}' of {symbol} is not a valid number");
        }

        long lot = scale.LotIncrements * InstrumentScale.PowerOfTen(decimals - scale.QuantityDecimals);
        return Math.Max(1, (increments + lot - 1) / lot);
    }

    private static (int Decimals, long Increments) Read(string symbol, string what, string value)
    {
        byte[] text = Encoding.ASCII.GetBytes(value);
        int decimals = WireNumber.SignificantDecimals(text);
        if (decimals > InstrumentScale.MaxDecimals
            || WireNumber.Parse(text, decimals, out long increments) != NumberStatus.Ok
            || increments == 0)
        {
            throw new VenueException($"{what} '{value}' of {symbol} is not a positive number with at most "
                + $"{InstrumentScale.MaxDecimals} decimals");
        }

        return (decimals, increments);
    }
}
