using System;
using System.IO;
using System.Linq;
using LowLatency.Feeds;
using LowLatency.Host.Configuration;
using LowLatency.Recorder;
using LowLatency.Simulation.EmbeddedVenue;
using LowLatency.Simulation.EmbeddedVenue.Market;

namespace LowLatency.Host;

/// <summary>Chooses what the embedded venue plays.</summary>
internal static class MarketSources
{
    /// <summary>Gives a function that opens the market from its start, as often as it is called.</summary>
    public static Func<IMarketSource> Find(LiveSettings settings, bool isFutures, string[] inputs)
    {
        if (inputs.Length != 0)
        {
            foreach (string input in inputs.Where(File.Exists))
            {
                RegularFile.Require(input);
            }

            return inputs is [var path] && Directory.Exists(path)
                ? () => RecordedMarket.Open(path)
                : () => CaptureSource.Open(inputs);
        }

        var options = new GeneratedMarketOptions
        {
            Seed = (ulong)settings.EmbeddedVenue.Seed,
            Symbols = settings.Symbols.Count == 0
                ? SymbolSpec.Default
                : settings.Symbols.Select(PlainName).Distinct().ToArray(),
            StartNs = new MonotonicUnixClock().NowNs,
            IsFutures = isFutures,
        };
        return () => new GeneratedMarket(options);
    }

    // BTC-USDT, BTC/USDT and btcusdt are the same market under the venues' different names.
    private static string PlainName(string symbol) =>
        string.Concat(symbol.Where(char.IsAsciiLetterOrDigit)).ToUpperInvariant();
}
