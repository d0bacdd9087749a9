using System;
using LowLatency.Host.Configuration;

namespace LowLatency.Host.EmbeddedVenue;

/// <summary>Chooses what the embedded venue plays.</summary>
internal static class MarketSources
{
    /// <summary>Gives a function that opens the market from its start, as often as it is called.</summary>
    public static Func<IMarketSource> Find(LiveSettings settings, bool isFutures, string[] inputs) =>
        inputs.Length != 0
            ? () => CaptureSource.Open(inputs)
            : throw new InvalidOperationException($"no generator for {settings.Venue} {isFutures}");
}
