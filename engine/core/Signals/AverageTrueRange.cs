using System;

namespace LowLatency.Engine.Signals;

/// <summary>
/// The average true range of J. W. Wilder, "New Concepts in Technical Trading Systems", 1978: his smoothing of
/// max(high - low, |high - previous close|, |low - previous close|), n = 14 in the book; the first candle, which has no
/// previous close, gives high - low. In ticks, 0 or more. Engine thread only.
/// </summary>
public sealed class AverageTrueRange
{
    private readonly WilderAverage _average;
    private bool _hasClose;
    private long _close;

    /// <summary>Creates the signal with no candles.</summary>
    /// <param name="length">n in candles, 1 to <see cref="SimpleAverage.MaxLength"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is outside its range.</exception>
    public AverageTrueRange(int length)
    {
        _average = new WilderAverage(length);
    }

    /// <summary>true from the nth candle on.</summary>
    public bool IsReady => _average.IsReady;

    /// <summary>The average; NaN until it is ready.</summary>
    public double Value => IsReady ? _average.Value : double.NaN;

    /// <summary>Adds the next closed candle.</summary>
    public void Add(in Candle candle)
    {
        // The range reaches from the lower of low and previous close to the higher of high and previous close.
        long high = _hasClose ? Math.Max(candle.High, _close) : candle.High;
        long low = _hasClose ? Math.Min(candle.Low, _close) : candle.Low;
        _average.Add(high - low);
        _hasClose = true;
        _close = candle.Close;
    }
}
