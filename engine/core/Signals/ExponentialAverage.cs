using System;

namespace LowLatency.Engine.Signals;

/// <summary>
/// Mean of closes whose weights fall by 1 - α each, α = 2 / (n + 1): J. J. Murphy, "Technical Analysis of the Financial
/// Markets", 1999, chapter 9. The first value is the simple mean of the first n closes. Closes and the value are in
/// ticks. A rounding error fades like an old close, so errors do not add up. Engine thread only.
/// </summary>
public sealed class ExponentialAverage
{
    private readonly int _length;
    private readonly double _share;
    private Int128 _firstSum;
    private int _count;
    private double _value;

    /// <summary>Creates the signal with no closes.</summary>
    /// <param name="length">n, 1 to <see cref="SimpleAverage.MaxLength"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is outside its range.</exception>
    public ExponentialAverage(int length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, SimpleAverage.MaxLength);
        _length = length;
        _share = 2.0 / (length + 1);
    }

    /// <summary>true from the nth close on.</summary>
    public bool IsReady => _count == _length;

    /// <summary>The mean; NaN until it is ready.</summary>
    public double Value => IsReady ? _value : double.NaN;

    /// <summary>Adds the next close.</summary>
    public void Add(long close)
    {
        if (IsReady)
        {
            _value += _share * (close - _value);
            return;
        }

        _firstSum += close;
        _count++;
        _value = (double)_firstSum / _count;
    }
}
