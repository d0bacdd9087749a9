using System;
using System.Collections.Generic;
using System.Linq;

namespace LowLatency.Simulation.EmbeddedVenue.Market;

/// <summary>Options of a generated market.</summary>
internal sealed record GeneratedMarketOptions
{
    /// <summary>The same seed, symbols and start give the same messages, byte for byte.</summary>
    public required ulong Seed { get; init; }

    public required IReadOnlyList<string> Symbols { get; init; }

    /// <summary>Market time of the start, nanoseconds since the Unix epoch.</summary>
    public required long StartNs { get; init; }

    public required bool IsFutures { get; init; }

    /// <summary>Event rate relative to the measured market: 1 for the same, less for a quieter one.</summary>
    public double Pace { get; init; } = 1;

    /// <summary>Duration of the market; null for endless.</summary>
    public TimeSpan? Duration { get; init; }
}

/// <summary>
/// A market of random order flow whose rates and sizes were measured on real captures; see the folder's README.
/// </summary>
internal sealed class GeneratedMarket : IMarketSource
{
    private const long FirstUpdateId = 1_000_000;

    private readonly Queue<VenueMessage> _ready = new();
    private readonly SymbolMarket[] _markets;
    private readonly long _endNs;

    public GeneratedMarket(GeneratedMarketOptions options)
    {
        MarketProfile profile = MarketProfile.Load(options.IsFutures);
        SymbolSpec[] specs = options.Symbols
            .Select(symbol => SymbolSpec.Find(symbol, options.IsFutures)).ToArray();
        Instruments = specs.Select(spec => spec.ToInstrument()).ToArray();
        _endNs = options.Duration is { } duration ? options.StartNs + (duration.Ticks * 100) : long.MaxValue;
        var shared = new UpdateCounter(FirstUpdateId);
        _markets = specs
            .Select((spec, index) => new SymbolMarket(
                spec,
                profile,
                new MarketRandom(options.Seed + (0x51ED270B * (ulong)index)),
                options.IsFutures ? shared : new UpdateCounter(FirstUpdateId),
                options.StartNs,
                new BinanceWriter(spec, index, options.IsFutures, options.StartNs, _ready),
                options.Pace))
            .ToArray();
    }

    public IReadOnlyList<VenueInstrument> Instruments { get; }

    /// <summary>A symbol's market, with its book, for tests.</summary>
    public SymbolMarket Market(int instrument) => _markets[instrument];

    public bool TryNext(out VenueMessage message)
    {
        while (_ready.Count == 0)
        {
            SymbolMarket next = _markets[0];
            foreach (SymbolMarket market in _markets)
            {
                next = market.NextNs < next.NextNs ? market : next;
            }

            if (next.NextNs > _endNs)
            {
                message = default;
                return false;
            }

            next.Step();
        }

        message = _ready.Dequeue();
        return true;
    }

    public void Dispose()
    {
    }
}
