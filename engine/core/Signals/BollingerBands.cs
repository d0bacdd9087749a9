using System;

namespace LowLatency.Engine.Signals;

/// <summary>
/// Bollinger bands: the simple mean of the last n closes, and k population standard deviations to either side.
/// (J. Bollinger, "Bollinger on Bollinger Bands", McGraw-Hill 2001; n = 20 and k = 2 there.) Engine thread only.
/// </summary>
public sealed class BollingerBands
{
    private readonly SimpleAverage _closes;
    private readonly double _deviations;

    /// <summary>Creates them empty.</summary>
    /// <param name="closes">n, 1 to <see cref="SimpleAverage.MostValues"/>.</param>
    /// <param name="deviations">k, above 0.</param>
    public BollingerBands(int closes, double deviations)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(deviations);
        _closes = new SimpleAverage(closes);
        _deviations = deviations;
    }

    /// <summary>true when n closes have come.</summary>
    public bool IsReady => _closes.IsReady;

    /// <summary>The mean.</summary>
    public double Middle => _closes.Mean;

    /// <summary>The band above it.</summary>
    public double Upper => _closes.Mean + (_deviations * _closes.Deviation);

    /// <summary>The band below it.</summary>
    public double Lower => _closes.Mean - (_deviations * _closes.Deviation);

    /// <summary>Adds a close in wire increments.</summary>
    public void Add(long close) => _closes.Add(close);

    /// <summary>Counts everything in finer increments.</summary>
    public void Rescale(long priceFactor) => _closes.Rescale(priceFactor);
}
