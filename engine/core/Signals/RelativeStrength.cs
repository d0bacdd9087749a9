using System;

namespace LowLatency.Engine.Signals;

/// <summary>
/// Relative strength index: 100 − 100/(1 + gain/loss) of Wilder's averages of rises and falls of the close over n
/// changes;
/// 100 when there was no fall. (J. W. Wilder, "New Concepts in Technical Trading Systems", 1978; n = 14 there.) Engine
/// thread only.
/// </summary>
public struct RelativeStrength
{
    private const double Most = 100;

    private WilderAverage _gain;
    private WilderAverage _loss;
    private long _lastClose;
    private bool _hasClose;

    /// <summary>Creates it empty.</summary>
    /// <param name="changes">n, 1 or more.</param>
    public RelativeStrength(int changes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(changes, 1);
        _gain = new WilderAverage(changes);
        _loss = new WilderAverage(changes);
        _lastClose = 0;
        _hasClose = false;
    }

    /// <summary>true when n changes have come.</summary>
    public readonly bool IsReady => _gain.IsReady;

    /// <summary>The index, 0 to 100; means something once ready.</summary>
    public readonly double Value => _loss.Value == 0 ? Most : Most - (Most / (1 + (_gain.Value / _loss.Value)));

    /// <summary>Adds a close in wire increments.</summary>
    public void Add(long close)
    {
        if (_hasClose)
        {
            _gain.Add(Math.Max(0, close - _lastClose));
            _loss.Add(Math.Max(0, _lastClose - close));
        }

        _hasClose = true;
        _lastClose = close;
    }

    /// <summary>Counts everything in finer increments.</summary>
    public void Rescale(long priceFactor)
    {
        _gain.Rescale(priceFactor);
        _loss.Rescale(priceFactor);
        _lastClose *= priceFactor;
    }
}
