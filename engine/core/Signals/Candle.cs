namespace LowLatency.Engine.Signals;

/// <summary>What traded within an interval of time; prices and quantity in wire increments.</summary>
/// <param name="StartNs">Start of the interval, nanoseconds since the epoch.</param>
/// <param name="Open">First price.</param>
/// <param name="High">Greatest price.</param>
/// <param name="Low">Least price.</param>
/// <param name="Close">Last price.</param>
/// <param name="Volume">Quantity traded; 0 where nothing traded and the prices are the last close.</param>
public readonly record struct Candle(long StartNs, long Open, long High, long Low, long Close, long Volume);
