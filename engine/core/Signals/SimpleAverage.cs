using System;

namespace LowLatency.Engine.Signals;

/// <summary>
/// The last n values with their exact sum and sum of squares: simple mean and population standard deviation without any
/// error that grows. Values are whole numbers below 2^52. Engine thread only.
/// </summary>
public sealed class SimpleAverage
{
    /// <summary>Most values in the window.</summary>
    public const int MostValues = 500;

    private readonly long[] _values;
    private int _next;
    private int _count;
    private Int128 _sum;
    private Int128 _squares;

    /// <summary>Creates it empty.</summary>
    /// <param name="values">n, 1 to <see cref="MostValues"/>.</param>
    public SimpleAverage(int values)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(values, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(values, MostValues);
        _values = new long[values];
    }

    /// <summary>true when n values have come.</summary>
    public bool IsReady => _count == _values.Length;

    /// <summary>Mean of the values held; 0 without any.</summary>
    public double Mean => _count == 0 ? 0 : (double)_sum / _count;

    /// <summary>Population standard deviation of the values held; 0 without any.</summary>
    public double Deviation => _count == 0
        ? 0
        : Math.Sqrt((double)((_count * _squares) - (_sum * _sum))) / _count;

    /// <summary>Adds a value; the oldest goes when there are more than n.</summary>
    public void Add(long value)
    {
        if (IsReady)
        {
            Int128 oldest = _values[_next];
            _sum -= oldest;
            _squares -= oldest * oldest;
        }

        _values[_next] = value;
        _sum += value;
        _squares += (Int128)value * value;
        _next = _next + 1 == _values.Length ? 0 : _next + 1;
        _count = Math.Min(_count + 1, _values.Length);
    }

    /// <summary>Counts everything in finer increments.</summary>
    public void Rescale(long factor)
    {
        for (int i = 0; i < _values.Length; i++)
        {
            _values[i] *= factor;
        }

        _sum *= factor;
        _squares = _squares * factor * factor;
    }
}
