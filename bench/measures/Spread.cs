using System;
using System.Collections.Generic;
using System.Linq;

namespace LowLatency.Measures;

/// <summary>The median of some values, with confidence bounds.</summary>
/// <param name="Median">The median.</param>
/// <param name="Low">With six or more values, the true median is at or above this in at least 97.5 % of cases;
/// otherwise the minimum.</param>
/// <param name="High">Likewise, at or below this.</param>
public readonly record struct Spread(double Median, double Low, double High)
{
    private const double Outside = 0.025;

    /// <summary>
    /// Computes it. The bounds are order statistics: the number of values below the true median is binomial with p =
    /// 1/2, whatever their distribution (W. J. Conover, Practical Nonparametric Statistics, section 3.2).
    /// </summary>
    /// <exception cref="ArgumentException">No value.</exception>
    public static Spread Of(IEnumerable<double> values)
    {
        double[] sorted = values.Order().ToArray();
        if (sorted.Length == 0)
        {
            throw new ArgumentException("a median needs at least one value", nameof(values));
        }

        // At either end, as many values are skipped as chance allows.
        double term = Math.Pow(0.5, sorted.Length);
        double below = term;
        int skipped = 0;
        while (below <= Outside)
        {
            skipped++;
            term *= (double)(sorted.Length - skipped + 1) / skipped;
            below += term;
        }

        int last = Math.Max(0, skipped - 1);
        return new Spread(
            (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2, sorted[last], sorted[^(last + 1)]);
    }
}
