using System;
using LowLatency.Engine.Memory;

namespace LowLatency.Engine.Signals;

/// <summary>
/// Builds <see cref="Candle"/>s from trades. A candle is closed by the first event at or after its end; closed ones
/// wait in a queue, to be taken after each event: <c>while (series.TryTakeClosed(out Candle candle)) { … }</c>. The
/// first candle starts with the first trade. Engine thread only.
/// </summary>
/// <remarks>
/// Each interval without trades gives a candle of volume 0, but only the last <see cref="MaxEmpty"/> of a gap; the rest
/// is counted in <see cref="Skipped"/>.
/// </remarks>
public sealed class CandleSeries
{
    /// <summary>Maximum number of empty candles for one gap.</summary>
    public const int MaxEmpty = 60;

    /// <summary>Maximum number of closed candles that wait; more push out the oldest.</summary>
    public const int Capacity = 64;

    private readonly long _intervalNs;
    private readonly Candle[] _closed = Preallocated.NewArray<Candle>(Capacity);
    private int _oldest;
    private int _waiting;
    private Candle _current;

    // false in an interval without trades yet, whose candle repeats the last close.
    private bool _hasTrades;

    /// <summary>Creates an empty series.</summary>
    /// <param name="intervalNs">Length of a candle in nanoseconds, 1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The interval is too short.</exception>
    public CandleSeries(long intervalNs)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(intervalNs, 1);
        _intervalNs = intervalNs;
    }

    /// <summary>true from the first trade on: there is a current candle.</summary>
    public bool HasCurrent { get; private set; }

    /// <summary>The candle of the interval that runs. Undefined before the first trade.</summary>
    public Candle Current => _current;

    /// <summary>Empty intervals that gave no candle because their gap was too long.</summary>
    public long Skipped { get; private set; }

    /// <summary>Closed candles that were pushed out before anyone took them.</summary>
    public long Lost { get; private set; }

    /// <summary>Adds a trade.</summary>
    /// <param name="nowNs">Time of the event, nanoseconds since the Unix epoch; one before the current candle counts in
    /// it.</param>
    /// <param name="price">Its price.</param>
    /// <param name="quantity">Its quantity, 0 or more.</param>
    public void OnTrade(long nowNs, long price, long quantity)
    {
        OnTime(nowNs);
        if (!HasCurrent)
        {
            HasCurrent = true;
            _current = new Candle(nowNs / _intervalNs * _intervalNs, 0, 0, 0, 0, 0);
        }

        _current = _hasTrades
            ? _current with
            {
                High = Math.Max(_current.High, price),
                Low = Math.Min(_current.Low, price),
                Close = price,
                Volume = Held((Int128)_current.Volume + quantity),
            }
            : new Candle(_current.StartNs, price, price, price, price, quantity);
        _hasTrades = true;
    }

    /// <summary>Closes the candles that have ended. The work of one call is bounded by
    /// <see cref="MaxEmpty"/>.</summary>
    public void OnTime(long nowNs)
    {
        if (!HasCurrent || nowNs - _current.StartNs < _intervalNs)
        {
            return;
        }

        Push(_current);
        long empty = ((nowNs - _current.StartNs) / _intervalNs) - 1;
        long given = Math.Min(empty, MaxEmpty);
        Skipped += empty - given;
        long close = _current.Close;
        long startNs = _current.StartNs + ((empty + 1) * _intervalNs);
        for (long i = given; i > 0; i--)
        {
            Push(new Candle(startNs - (i * _intervalNs), close, close, close, close, 0));
        }

        _current = new Candle(startNs, close, close, close, close, 0);
        _hasTrades = false;
    }

    /// <summary>Removes the oldest closed candle from the queue.</summary>
    /// <returns>false if there is none.</returns>
    public bool TryTakeClosed(out Candle candle)
    {
        if (_waiting == 0)
        {
            candle = default;
            return false;
        }

        candle = _closed[_oldest];
        _oldest = (_oldest + 1) % Capacity;
        _waiting--;
        return true;
    }

    private static long Held(Int128 volume) => (long)Int128.Min(volume, long.MaxValue);

    private void Push(in Candle candle)
    {
        if (_waiting == Capacity)
        {
            _oldest = (_oldest + 1) % Capacity;
            _waiting--;
            Lost++;
        }

        _closed[(_oldest + _waiting) % Capacity] = candle;
        _waiting++;
    }
}
