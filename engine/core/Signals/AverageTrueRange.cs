using System;

namespace LowLatency.Engine.Signals;

/// <summary>
/// Average true range: Wilder's average over n candles of the greatest of high − low, |high − previous close| and
/// |low − previous close|; the first candle has no close before it and counts as high − low. (J. W. Wilder, "New
/// Concepts
/// in Technical Trading Systems", 1978.) Engine thread only.
/// </summary>
public struct AverageTrueRange
{
    private WilderAverage _range;
    private long _lastClose;
    private bool _hasClose;

    /// <summary>Creates it empty.</summary>
    /// <param name="candles">n, 1 or more.</param>
    public AverageTrueRange(int candles)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(candles, 1);
        _range = new WilderAverage(candles);
        _lastClose = 0;
        _hasClose = false;
    }

    /// <summary>true when n candles have come.</summary>
    public readonly bool IsReady => _range.IsReady;

    /// <summary>The average, in wire increments; means something once ready.</summary>
    public readonly double Value => _range.Value;

    /// <summary>Adds a closed candle.</summary>
    public void Add(in Candle candle)
    {
        long range = candle.High - candle.Low;
        if (_hasClose)
        {
            range = Math.Max(range, Math.Abs(candle.High - _lastClose));
            range = Math.Max(range, Math.Abs(candle.Low - _lastClose));
        }

        _range.Add(range);
        _hasClose = true;
        _lastClose = candle.Close;
    }

    /// <summary>Counts everything in finer increments.</summary>
    public void Rescale(long priceFactor)
    {
        _range.Rescale(priceFactor);
        _lastClose *= priceFactor;
    }
}
