namespace LowLatency.Engine.Signals;

/// <summary>
/// The trades of one interval of time, as charted since S. Nison, "Japanese Candlestick Charting Techniques", 1991.
/// Prices are in ticks, the volume in lots. An interval without trades repeats the last close with volume 0.
/// </summary>
/// <param name="StartNs">Start of the interval, nanoseconds since the Unix epoch; a whole multiple of its
/// length.</param>
/// <param name="Open">First price.</param>
/// <param name="High">Highest price.</param>
/// <param name="Low">Lowest price.</param>
/// <param name="Close">Last price.</param>
/// <param name="Volume">Sum of the quantities, 0 or more; 2^63 - 1 stands for anything above, too.</param>
public readonly record struct Candle(long StartNs, long Open, long High, long Low, long Close, long Volume);
