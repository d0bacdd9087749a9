using System;

namespace LowLatency.Engine.Signals;

/// <summary>
/// Signals of best bid and best ask alone. Prices and quantities are in wire increments; quantities are 0 or more.
/// Pure functions: any thread.
/// </summary>
public static class TopOfBookSignals
{
    /// <summary>Twice the mid, which is a whole number of wire increments where the mid may not be.</summary>
    public static long TwoMid(long bid, long ask) => bid + ask;

    /// <summary>
    /// The mid weighted crosswise by the quantities, (Pb·Qa + Pa·Qb) / (Qa + Qb), in wire increments: the side with
    /// more quantity pushes it away. S. Stoikov, "The micro-price: a high-frequency estimator of future prices",
    /// Quantitative Finance 18(12), 2018, calls it the weighted mid; his micro-price adds a fitted correction.
    /// </summary>
    /// <returns>From bid to ask for prices below 2^53; the plain mid when both quantities are 0.</returns>
    public static double MicroPrice(long bidPrice, long bidQuantity, long askPrice, long askQuantity)
    {
        double total = (double)bidQuantity + askQuantity;
        double share = total > 0 ? bidQuantity / total : 0.5;

        // From the bid upwards: the spread is small, so its share loses nothing, as the two large products would.
        return bidPrice + ((askPrice - bidPrice) * share);
    }

    /// <summary>
    /// <see cref="MicroPrice"/> as a fraction, exact for prices and quantities of 0 to 2^63 - 1.
    /// </summary>
    /// <returns>Numerator and denominator, not reduced; the denominator is above 0. The plain mid, twice the mid over
    /// 2, when both quantities are 0.</returns>
    public static (Int128 Numerator, Int128 Denominator) MicroPriceFraction(
        long bidPrice, long bidQuantity, long askPrice, long askQuantity)
    {
        Int128 total = (Int128)bidQuantity + askQuantity;
        return total > 0
            ? (((Int128)bidPrice * askQuantity) + ((Int128)askPrice * bidQuantity), total)
            : ((Int128)bidPrice + askPrice, 2);
    }

    /// <summary>
    /// (Qb - Qa) / (Qb + Qa), the volume imbalance of Á. Cartea, S. Jaimungal, J. Penalva, "Algorithmic and
    /// High-Frequency Trading", Cambridge University Press 2015, chapter 12.
    /// </summary>
    /// <returns>From -1, only sellers, to 1, only buyers; 0 if both quantities are 0.</returns>
    public static double Imbalance(long bidQuantity, long askQuantity) => Imbalance((double)bidQuantity, askQuantity);

    /// <summary>The same of sums; both 0 or more.</summary>
    internal static double Imbalance(double bids, double asks)
    {
        double total = bids + asks;
        return total > 0 ? (bids - asks) / total : 0;
    }
}
