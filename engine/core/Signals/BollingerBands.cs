using System;

namespace LowLatency.Engine.Signals;

/// <summary>
/// Mean of the last n closes, and k population standard deviations above and below it: J. Bollinger, "Bollinger on
/// Bollinger Bands", 2001; n = 20 and k = 2 are his. Closes and values are in ticks. The deviation is calculated from
/// the whole window at each close. Engine thread only.
/// </summary>
public sealed class BollingerBands
{
    private readonly CloseWindow _window;
    private readonly double _width;
    private double _middle;
    private double _deviation;

    /// <summary>Creates the signal with no closes.</summary>
    /// <param name="length">n, 1 to <see cref="SimpleAverage.MaxLength"/>.</param>
    /// <param name="width">k, above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    public BollingerBands(int length, double width)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfEqual(double.IsFinite(width), false, nameof(width));
        _window = new CloseWindow(length);
        _width = width;
    }

    /// <summary>true from the nth close on.</summary>
    public bool IsReady => _window.IsFull;

    /// <summary>The mean; NaN until it is ready.</summary>
    public double Middle => IsReady ? _middle : double.NaN;

    /// <summary>The population standard deviation, 0 or more; NaN until it is ready.</summary>
    public double Deviation => IsReady ? _deviation : double.NaN;

    /// <summary>Mean plus k deviations; NaN until it is ready.</summary>
    public double Upper => Middle + (_width * Deviation);

    /// <summary>Mean minus k deviations; NaN until it is ready.</summary>
    public double Lower => Middle - (_width * Deviation);

    /// <summary>Adds the next close.</summary>
    public void Add(long close)
    {
        _window.Add(close);
        if (!IsReady)
        {
            return;
        }

        int length = _window.Count;
        _middle = (double)_window.Sum / length;
        double squares = 0;
        foreach (long held in _window.Closes)
        {
            // n times the deviation is a whole number, so nothing is lost where closes are large and near together.
            double scaled = (double)(((Int128)held * length) - _window.Sum);
            squares += scaled * scaled;
        }

        _deviation = Math.Sqrt(squares / length) / length;
    }
}
