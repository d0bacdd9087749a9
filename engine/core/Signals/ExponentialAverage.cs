using System;

namespace LowLatency.Engine.Signals;

/// <summary>
/// Exponential moving average with α = 2/(n + 1): average += α·(value − average). It starts as the simple mean of the
/// first n values. Engine thread only.
/// </summary>
public struct ExponentialAverage
{
    private readonly int _values;
    private int _count;
    private double _average;

    /// <summary>Creates it empty.</summary>
    /// <param name="values">n, 1 or more.</param>
    public ExponentialAverage(int values)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(values, 1);
        _values = values;
        _count = 0;
        _average = 0;
    }

    /// <summary>true when n values have come.</summary>
    public readonly bool IsReady => _count >= _values;

    /// <summary>The average; means something once ready.</summary>
    public readonly double Value => _average;

    /// <summary>Adds a value.</summary>
    public void Add(double value)
    {
        if (IsReady)
        {
            _average += 2.0 / (_values + 1) * (value - _average);
            return;
        }

        _count++;
        _average += (value - _average) / _count;
    }

    /// <summary>Counts everything in finer increments.</summary>
    public void Rescale(long factor) => _average *= factor;
}
