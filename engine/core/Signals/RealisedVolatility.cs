using System;

namespace LowLatency.Engine.Signals;

/// <summary>
/// Realised volatility: the square root of the sum of squared log returns of the mid, sampled on an even grid of time,
/// over a sliding window, scaled to one second: σ² = Σ r² / (n · interval). (T. G. Andersen, T. Bollerslev, F. X.
/// Diebold,
/// P. Labys, "Modeling and forecasting realized volatility", Econometrica 71(2), 2003.) The mid at a point of the grid
/// is
/// the one in force there. Engine thread only.
/// </summary>
public sealed class RealisedVolatility
{
    private const double NsPerSecond = 1e9;
    private const double BasisPoints = 10_000;

    private readonly long _intervalNs;

    // Squared log returns, a ring: the newest is before _next.
    private readonly double[] _squares;
    private int _next;
    private long _lastTwoMid;
    private long _sampledTwoMid;
    private long _nextSampleNs;

    /// <summary>Creates it with no samples.</summary>
    /// <param name="intervalNs">Distance of the samples in nanoseconds, above 0.</param>
    /// <param name="samples">Samples in the window, 2 or more.</param>
    public RealisedVolatility(long intervalNs, int samples)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(intervalNs);
        ArgumentOutOfRangeException.ThrowIfLessThan(samples, 2);
        _intervalNs = intervalNs;
        _squares = new double[samples];
    }

    /// <summary>Returns in the window, 0 to its size.</summary>
    public int Count { get; private set; }

    /// <summary>Volatility for a square root of a second, as a log return; 0 without samples.</summary>
    public double PerRootSecond { get; private set; }

    /// <summary>The same in basis points.</summary>
    public double BpPerRootSecond => PerRootSecond * BasisPoints;

    /// <summary>Takes the mid.</summary>
    /// <param name="nowNs">Time of the event, nanoseconds since the epoch, not before the last.</param>
    /// <param name="twoMid">Best bid plus best ask, above 0.</param>
    public void OnMid(long nowNs, long twoMid)
    {
        if (_lastTwoMid == 0)
        {
            _nextSampleNs = ((nowNs / _intervalNs) + 1) * _intervalNs;
            _sampledTwoMid = twoMid;
        }
        else if (nowNs >= _nextSampleNs)
        {
            Sample(nowNs);
        }

        _lastTwoMid = twoMid;
    }

    /// <summary>Forgets the mid, not the samples: the book was not live, and what it did meanwhile is not
    /// known.</summary>
    public void Reset() => _lastTwoMid = 0;

    /// <summary>Counts the mid in finer increments.</summary>
    public void Rescale(long priceFactor)
    {
        _lastTwoMid *= priceFactor;
        _sampledTwoMid *= priceFactor;
    }

    private void Sample(long nowNs)
    {
        double first = RepeatableMath.LogRatio(_lastTwoMid, _sampledTwoMid);
        _sampledTwoMid = _lastTwoMid;
        Add(first * first);

        // The market stood still at the other points; no more of them matter than the window holds.
        long passed = (nowNs - _nextSampleNs) / _intervalNs;
        for (long i = Math.Min(passed, _squares.Length); i > 0; i--)
        {
            Add(0);
        }

        _nextSampleNs += (passed + 1) * _intervalNs;

        // Added up anew, so that no error grows.
        double sum = 0;
        for (int i = 0; i < Count; i++)
        {
            sum += _squares[i];
        }

        PerRootSecond = Math.Sqrt(sum / Count / (_intervalNs / NsPerSecond));
    }

    private void Add(double square)
    {
        _squares[_next] = square;
        _next = _next + 1 == _squares.Length ? 0 : _next + 1;
        Count = Math.Min(Count + 1, _squares.Length);
    }
}
