using System;

namespace LowLatency.Engine.Signals;

/// <summary>
/// How often something was right, with the 95 % interval of E. B. Wilson, "Probable inference, the law of succession,
/// and
/// statistical inference", Journal of the American Statistical Association 22, 1927, 209–212.
/// </summary>
/// <param name="Share">Right cases of all, 0 to 1.</param>
/// <param name="Low">Lower end of the interval.</param>
/// <param name="High">Upper end of the interval.</param>
public readonly record struct WilsonInterval(double Share, double Low, double High)
{
    // The 97.5 % quantile of the normal distribution.
    private const double Z = 1.959963984540054;

    /// <summary>The interval of a count; null when there is no case, because then nothing is known.</summary>
    /// <param name="right">Right cases, 0 to <paramref name="total"/>.</param>
    /// <param name="total">All cases.</param>
    public static WilsonInterval? Of(long right, long total)
    {
        if (total <= 0)
        {
            return null;
        }

        double share = (double)right / total;
        double squared = Z * Z / total;
        double middle = (share + (squared / 2)) / (1 + squared);
        double half = Z * Math.Sqrt((share * (1 - share) / total) + (squared / (4 * total))) / (1 + squared);
        return new WilsonInterval(share, middle - half, middle + half);
    }
}
