using System;
using LowLatency.Engine.Events;

namespace LowLatency.Engine.Instruments;

/// <summary>
/// How an instrument's numbers are counted. A wire increment is 10^-decimals of the quoted unit; books count wire
/// increments. Orders count the venue's declared tick and lot, each a whole number of wire increments.
/// </summary>
/// <param name="PriceDecimals">Decimals of a price increment, 0 to <see cref="MaxDecimals"/>.</param>
/// <param name="QuantityDecimals">Decimals of a quantity increment, 0 to <see cref="MaxDecimals"/>.</param>
/// <param name="TickIncrements">Price increments in one declared tick, 1 or more.</param>
/// <param name="LotIncrements">Quantity increments in one declared lot, 1 or more.</param>
public readonly record struct InstrumentScale(
    int PriceDecimals,
    int QuantityDecimals,
    long TickIncrements,
    long LotIncrements)
{
    /// <summary>The finest increment that is accepted from a venue: twelve decimals.</summary>
    public const int MaxDecimals = 12;

    /// <summary>10 to the power of <paramref name="exponent"/>, 0 to 18.</summary>
    public static long PowerOfTen(int exponent) => PowersOfTen[exponent];

    private static ReadOnlySpan<long> PowersOfTen =>
    [
        1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000, 10_000_000_000,
        100_000_000_000, 1_000_000_000_000, 10_000_000_000_000, 100_000_000_000_000, 1_000_000_000_000_000,
        10_000_000_000_000_000, 100_000_000_000_000_000, 1_000_000_000_000_000_000,
    ];

    /// <summary>The scale with finer increments.</summary>
    /// <param name="priceFactor">Power of ten by which price increments become smaller.</param>
    /// <param name="quantityFactor">Power of ten by which quantity increments become smaller.</param>
    public InstrumentScale Finer(long priceFactor, long quantityFactor) => new(
        PriceDecimals + DigitsOf(priceFactor),
        QuantityDecimals + DigitsOf(quantityFactor),
        TickIncrements * priceFactor,
        LotIncrements * quantityFactor);

    /// <summary>The tick at or below a price in increments (for buys: the passive side).</summary>
    public long FloorTicks(long priceIncrements) => priceIncrements / TickIncrements;

    /// <summary>The tick at or above a price in increments (for sells: the passive side).</summary>
    public long CeilingTicks(long priceIncrements) => (priceIncrements + TickIncrements - 1) / TickIncrements;

    /// <summary>The tick at which a price in increments shows: a bid at or below it, an ask at or above it.</summary>
    internal long PassiveTicks(Side side, long priceIncrements) =>
        side == Side.Buy ? FloorTicks(priceIncrements) : CeilingTicks(priceIncrements);

    private static int DigitsOf(long powerOfTen)
    {
        int digits = 0;
        for (; powerOfTen > 1; powerOfTen /= 10)
        {
            digits++;
        }

        return digits;
    }
}
