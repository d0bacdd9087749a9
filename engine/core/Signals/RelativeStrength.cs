using System;

namespace LowLatency.Engine.Signals;

/// <summary>
/// The relative strength index of J. W. Wilder, "New Concepts in Technical Trading Systems", 1978: 100 - 100 / (1 +
/// gain / loss) of the smoothed rises and falls from close to close, n = 14 in the book. From 0, only falls, to 100,
/// only rises; 100 also without any loss. Closes are in ticks. Engine thread only.
/// </summary>
public sealed class RelativeStrength
{
    private readonly WilderAverage _gain;
    private readonly WilderAverage _loss;
    private bool _hasClose;
    private long _close;

    /// <summary>Creates the signal with no closes.</summary>
    /// <param name="length">n in changes, 1 to <see cref="SimpleAverage.MaxLength"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is outside its range.</exception>
    public RelativeStrength(int length)
    {
        _gain = new WilderAverage(length);
        _loss = new WilderAverage(length);
    }

    /// <summary>true from the nth change, that is the close n + 1, on.</summary>
    public bool IsReady => _gain.IsReady;

    /// <summary>The index, 0 to 100; NaN until it is ready.</summary>
    public double Value
    {
        get
        {
            if (!IsReady)
            {
                return double.NaN;
            }

            // The same as Wilder's form, without its division by a loss that may be 0.
            return _loss.Value == 0 ? 100 : 100 * (_gain.Value / (_gain.Value + _loss.Value));
        }
    }

    /// <summary>Adds the next close.</summary>
    public void Add(long close)
    {
        if (_hasClose)
        {
            _gain.Add(Math.Max(close - _close, 0));
            _loss.Add(Math.Max(_close - close, 0));
        }

        _hasClose = true;
        _close = close;
    }
}
