using System;
using System.Collections.Generic;
using System.Linq;

namespace LowLatency.Measures;

/// <summary>The median of some values, and how far it can be trusted.</summary>
/// <param name="Median">Half of the values lie on each side.</param>
/// <param name="Low">The true median lies at or above it in at least 97.5 of 100 cases, where there are six values or
/// more; the least value otherwise.</param>
/// <param name="High">The same at or below it.</param>
public readonly record struct Spread(double Median, double Low, double High)
{
    private const double Outside = 0.025;

    /// <summary>Finds it. The bounds are order statistics: how many of n values lie below the true median is binomial
    /// with p = 1/2, whatever their distribution (W. J. Conover, Practical Nonparametric Statistics, section 3.2).
    /// </summary>
    /// <exception cref="ArgumentException">No value.</exception>
    public static Spread Of(IEnumerable<double> values)
    {
        double[] sorted = values.Order().ToArray();
        if (sorted.Length == 0)
        {
            throw new ArgumentException("a median takes a value", nameof(values));
        }

        // As many may be left out at either end as chance leaves there rarely enough.
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
