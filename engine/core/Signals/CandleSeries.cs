using System;

namespace LowLatency.Engine.Signals;

/// <summary>
/// Candles of even length from trades, aligned to the epoch. At each event first <see cref="OnTime"/>, then take what
/// has
/// closed, then add the trade. An interval without trades repeats the last close with volume 0; of a longer silence no
/// more than <see cref="MostEmpty"/> such candles come. Engine thread only.
/// </summary>
public sealed class CandleSeries
{
    /// <summary>Most empty candles in a row: more than any indicator remembers.</summary>
    public const int MostEmpty = 500;

    private readonly long _intervalNs;
    private Candle _current;
    private bool _hasCandle;
    private long _nowNs;

    /// <summary>Creates it with no trades.</summary>
    /// <param name="intervalNs">Length of a candle in nanoseconds, above 0.</param>
    public CandleSeries(long intervalNs)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(intervalNs);
        _intervalNs = intervalNs;
    }

    /// <summary>The candle that is still open; means nothing before the first trade.</summary>
    public Candle Current => _current;

    /// <summary>Time has passed.</summary>
    public void OnTime(long nowNs) => _nowNs = Math.Max(_nowNs, nowNs);

    /// <summary>Takes the oldest candle that has closed and was not taken.</summary>
    /// <returns>false when there is none.</returns>
    public bool TryTakeClosed(out Candle candle)
    {
        candle = _current;
        if (!_hasCandle || _nowNs < _current.StartNs + _intervalNs)
        {
            return false;
        }

        long next = _current.StartNs + _intervalNs;
        long newest = _nowNs / _intervalNs * _intervalNs;
        next = Math.Max(next, newest - (MostEmpty * _intervalNs));
        long close = _current.Close;
        _current = new Candle(next, close, close, close, close, 0);
        return true;
    }

    /// <summary>Adds a trade at the time that was told last. What has closed must have been taken.</summary>
    /// <param name="price">Price.</param>
    /// <param name="quantity">Quantity, 0 or more.</param>
    public void OnTrade(long price, long quantity)
    {
        if (!_hasCandle)
        {
            _hasCandle = true;
            _current = new Candle(_nowNs / _intervalNs * _intervalNs, price, price, price, price, quantity);
        }
        else if (_current.Volume == 0)
        {
            _current = new Candle(_current.StartNs, price, price, price, price, quantity);
        }
        else
        {
            _current = _current with
            {
                High = Math.Max(_current.High, price),
                Low = Math.Min(_current.Low, price),
                Close = price,
                Volume = _current.Volume + quantity,
            };
        }
    }

    /// <summary>Counts everything in finer increments.</summary>
    public void Rescale(long priceFactor, long quantityFactor) => _current = new Candle(
        _current.StartNs, _current.Open * priceFactor, _current.High * priceFactor, _current.Low * priceFactor,
        _current.Close * priceFactor, _current.Volume * quantityFactor);
}
