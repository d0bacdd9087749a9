using System;

namespace LowLatency.Engine.Signals;

/// <summary>
/// A share of right predictions with its 95 % interval after E. B. Wilson, "Probable inference, the law of succession,
/// and statistical inference", Journal of the American Statistical Association 22(158), 1927, 209–212: the shares that
/// the count does not refute. It holds for independent trials; predictions that overlap in time are not quite
/// independent. Any thread.
/// </summary>
public readonly record struct WilsonInterval
{
    // The 97.5 % quantile of the standard normal distribution.
    private const double Z = 1.959963984540054;

    private WilsonInterval(double share, double low, double high)
    {
        IsDefined = true;
        Share = share;
        Low = low;
        High = high;
    }

    /// <summary>false if the total is 0: the numbers are then undefined.</summary>
    public bool IsDefined { get; }

    /// <summary>right ÷ total, 0 to 1.</summary>
    public double Share { get; }

    /// <summary>Lower end, 0 to <see cref="Share"/>.</summary>
    public double Low { get; }

    /// <summary>Upper end, <see cref="Share"/> to 1.</summary>
    public double High { get; }

    /// <summary>The interval of a count; undefined when the total is not above 0 or right is not from 0 to it.
    /// </summary>
    public static WilsonInterval Of(long right, long total)
    {
        if (total <= 0 || right < 0 || right > total)
        {
            return default;
        }

        double share = (double)right / total;
        double scale = 1 + (Z * Z / total);
        double middle = (share + (Z * Z / (2.0 * total))) / scale;
        double half = Z / scale * Math.Sqrt((share * (1 - share) / total) + (Z * Z / (4.0 * total * total)));

        // The ends are exactly 0 and 1 for none and all, which rounding would miss.
        return new WilsonInterval(
            share,
            right == 0 ? 0 : Math.Max(middle - half, 0),
            right == total ? 1 : Math.Min(middle + half, 1));
    }
}
