using LowLatency.Engine.Instruments;

namespace LowLatency.Engine.Strategies;

/// <summary>No settings.</summary>
public sealed record WatchSettings;

/// <summary>Watches the market and places no order: to record, or to measure signals. Engine thread only.</summary>
[Strategy("Watch", "Watches the market and places no order.")]
public sealed class WatchStrategy : IStrategy
{
    /// <summary>Creates the strategy for one instrument.</summary>
    public WatchStrategy(WatchSettings settings, Instrument instrument)
    {
        _ = settings;
        _ = instrument;
    }

    /// <inheritdoc/>
    public bool OnlyWatches => true;
}
