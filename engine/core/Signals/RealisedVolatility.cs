using System;
using LowLatency.Engine.Memory;

namespace LowLatency.Engine.Signals;

/// <summary>
/// How much the mid moves, from its values on a fixed grid of time: the square root of the sum of squared log returns
/// (T. G. Andersen, T. Bollerslev, F. X. Diebold, P. Labys, "Modeling and forecasting realized volatility",
/// Econometrica 71(2), 2003, 579–625), and the standard deviation of its changes, as the calibration of O. Guéant,
/// C.-A. Lehalle, J. Fernandez-Tapia, "Dealing with the inventory risk", Mathematics and Financial Economics 7(4),
/// 2013, wants; both per square root of a second, over a sliding window of samples. A sample is the change from one
/// grid point to the next; grid points are whole intervals since the epoch, and the mid at one is the last mid at or
/// before it. Engine thread only.
/// </summary>
/// <remarks>
/// Sums are integers, of squared log returns in units of 2^-96, so what leaves the window leaves nothing behind. Twice
/// the mid must be below 2^62; its change in one interval counts as 2^50 at most.
/// </remarks>
public sealed class RealisedVolatility
{
    /// <summary>Maximum number of samples in a window.</summary>
    public const int MaxSamples = 4096;

    private const long MaxChange = 1L << 50;
    private const double LogUnitsPerOne = 79228162514264337593543950336.0;
    private const double NanosecondsPerSecond = 1e9;

    private readonly long _intervalNs;
    private readonly double _intervalSeconds;

    // Rings of changes of twice the mid and of squared log returns; the next to write is the oldest when full.
    private readonly long[] _changes;
    private readonly Int128[] _logSquares;
    private int _next;
    private Int128 _changeSum;
    private Int128 _changeSquareSum;
    private Int128 _logSquareSum;

    // 0 while there is none; mids are above 0.
    private long _twoMid;
    private long _sampledTwoMid;

    // The first grid point not sampled yet; undefined without a mid.
    private long _pointNs;

    /// <summary>Creates the signal with no samples.</summary>
    /// <param name="intervalNs">Time between two grid points in nanoseconds, 1 or more; a second is usual.</param>
    /// <param name="samples">Length of the window in samples, 2 to <see cref="MaxSamples"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    public RealisedVolatility(long intervalNs, int samples)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(intervalNs, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(samples, 2);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(samples, MaxSamples);
        _intervalNs = intervalNs;
        _intervalSeconds = intervalNs / NanosecondsPerSecond;
        _changes = Preallocated.NewArray<long>(samples);
        _logSquares = Preallocated.NewArray<Int128>(samples);
    }

    /// <summary>Number of samples in the window, 0 to its length.</summary>
    public int Samples { get; private set; }

    /// <summary>true if the window is full.</summary>
    public bool IsFull => Samples == _changes.Length;

    /// <summary>Relative volatility per square root of a second, 0 or more; 0.0001 is one basis point in a second and
    /// ten in a hundred. NaN without samples.</summary>
    public double PerRootSecond => Samples == 0
        ? double.NaN
        : Math.Sqrt((double)_logSquareSum / LogUnitsPerOne / (Samples * _intervalSeconds));

    /// <summary>Population standard deviation of the mid's changes, in wire increments per square root of a second, 0
    /// or more. NaN below two samples.</summary>
    public double PricePerRootSecond
    {
        get
        {
            if (Samples < 2)
            {
                return double.NaN;
            }

            // n²·variance of twice the mid is a whole number; the mid's deviation is half.
            Int128 scaled = (Samples * _changeSquareSum) - (_changeSum * _changeSum);
            return Math.Sqrt((double)scaled) / (2.0 * Samples) / Math.Sqrt(_intervalSeconds);
        }
    }

    /// <summary>Adds a mid.</summary>
    /// <param name="nowNs">Time of the event, nanoseconds since the Unix epoch.</param>
    /// <param name="twoMid">Twice the mid in wire increments; one that is not above 0 is ignored.</param>
    public void OnMid(long nowNs, long twoMid)
    {
        if (twoMid <= 0)
        {
            return;
        }

        OnTime(nowNs);
        if (_twoMid == 0)
        {
            _pointNs = (nowNs + _intervalNs - 1) / _intervalNs * _intervalNs;
        }

        _twoMid = twoMid;
    }

    /// <summary>
    /// Samples the grid points before a time. The point at exactly that time waits, because another mid may have the
    /// same time. However long the gap, it takes at most one pass over the window.
    /// </summary>
    public void OnTime(long nowNs)
    {
        if (_twoMid == 0 || nowNs <= _pointNs)
        {
            return;
        }

        long points = ((nowNs - 1 - _pointNs) / _intervalNs) + 1;
        _pointNs += points * _intervalNs;
        if (_sampledTwoMid != 0)
        {
            double log = RepeatableMath.LogRatio(_twoMid, _sampledTwoMid);
            Push(
                Math.Clamp(_twoMid - _sampledTwoMid, -MaxChange, MaxChange),
                (Int128)(log * log * LogUnitsPerOne));
        }

        _sampledTwoMid = _twoMid;
        long quiet = Math.Min(points - 1, _changes.Length);
        for (long i = 0; i < quiet; i++)
        {
            Push(0, 0);
        }
    }

    /// <summary>Clears the current mid, because the book was not live. Earlier samples stay, and no sample spans the
    /// gap.</summary>
    public void Reset()
    {
        _twoMid = 0;
        _sampledTwoMid = 0;
    }

    /// <summary>Converts prices to finer increments.</summary>
    /// <param name="priceFactor">New increments per old one.</param>
    internal void Rescale(long priceFactor)
    {
        _twoMid *= priceFactor;
        _sampledTwoMid *= priceFactor;
        _changeSum = 0;
        _changeSquareSum = 0;
        for (int i = 0; i < Samples; i++)
        {
            ref long change = ref _changes[i];
            change = (long)Int128.Clamp((Int128)change * priceFactor, -MaxChange, MaxChange);
            _changeSum += change;
            _changeSquareSum += (Int128)change * change;
        }
    }

    private void Push(long change, Int128 logSquare)
    {
        ref long oldChange = ref _changes[_next];
        ref Int128 oldLogSquare = ref _logSquares[_next];
        if (IsFull)
        {
            _changeSum -= oldChange;
            _changeSquareSum -= (Int128)oldChange * oldChange;
            _logSquareSum -= oldLogSquare;
        }
        else
        {
            Samples++;
        }

        oldChange = change;
        oldLogSquare = logSquare;
        _changeSum += change;
        _changeSquareSum += (Int128)change * change;
        _logSquareSum += logSquare;
        _next = _next + 1 == _changes.Length ? 0 : _next + 1;
    }
}
