using System;

namespace LowLatency.Engine.Signals;

/// <summary>
/// J. W. Wilder's smoothing: the simple mean of the first n numbers, then (average·(n - 1) + number) / n. A rounding
/// error fades by 1 - 1/n each time, so errors do not add up. Engine thread only.
/// </summary>
internal sealed class WilderAverage
{
    private readonly int _length;
    private Int128 _firstSum;
    private int _count;

    internal WilderAverage(int length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, SimpleAverage.MaxLength);
        _length = length;
    }

    internal bool IsReady => _count == _length;

    /// <summary>Undefined until it is ready.</summary>
    internal double Value { get; private set; }

    internal void Add(long number)
    {
        if (IsReady)
        {
            Value = ((Value * (_length - 1)) + number) / _length;
            return;
        }

        _firstSum += number;
        _count++;
        Value = (double)_firstSum / _count;
    }
}
