using System;

namespace LowLatency.Engine.Signals;

/// <summary>
/// Mean of the last n closes: J. J. Murphy, "Technical Analysis of the Financial Markets", 1999, chapter 9. Closes and
/// the value are in ticks, or any other fixed unit; the sum is exact, so it does not drift. Engine thread only.
/// </summary>
public sealed class SimpleAverage
{
    /// <summary>The largest n of any indicator.</summary>
    public const int MaxLength = 500;

    private readonly CloseWindow _window;

    /// <summary>Creates the signal with no closes.</summary>
    /// <param name="length">n, 1 to <see cref="MaxLength"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is outside its range.</exception>
    public SimpleAverage(int length)
    {
        _window = new CloseWindow(length);
    }

    /// <summary>true from the nth close on.</summary>
    public bool IsReady => _window.IsFull;

    /// <summary>The mean; NaN until it is ready.</summary>
    public double Value => IsReady ? (double)_window.Sum / _window.Count : double.NaN;

    /// <summary>Adds the next close.</summary>
    public void Add(long close) => _window.Add(close);
}
