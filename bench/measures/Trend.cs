using System;
using System.Collections.Generic;

namespace LowLatency.Measures;

/// <summary>A least-squares line.</summary>
/// <param name="Slope">Increase of y per unit of x.</param>
/// <param name="StandardError">Standard error of the slope; NaN with fewer than three points.</param>
public readonly record struct Trend(double Slope, double StandardError)
{
    // The slope is within this many standard errors in 95 of 100 cases.
    private const double Confidence = 1.96;

    /// <summary>Fits the line.</summary>
    /// <exception cref="ArgumentException">Fewer than two points, or all at the same x.</exception>
    public static Trend Of(IReadOnlyList<(double X, double Y)> points)
    {
        ArgumentNullException.ThrowIfNull(points);
        (double meanX, double meanY) = (0, 0);
        foreach ((double x, double y) in points)
        {
            meanX += x / points.Count;
            meanY += y / points.Count;
        }

        (double xx, double xy, double yy) = (0, 0, 0);
        foreach ((double x, double y) in points)
        {
            xx += (x - meanX) * (x - meanX);
            xy += (x - meanX) * (y - meanY);
            yy += (y - meanY) * (y - meanY);
        }

        if (!(xx > 0))
        {
            throw new ArgumentException("a line needs two points with different x", nameof(points));
        }

        double slope = xy / xx;
        double residual = Math.Max(0, yy - (slope * xy));
        return new Trend(slope, points.Count < 3 ? double.NaN : Math.Sqrt(residual / (points.Count - 2) / xx));
    }

    /// <summary>Whether the slope is significantly above a bound.</summary>
    public bool IsAbove(double bound) => Slope - (Confidence * StandardError) > bound;
}
