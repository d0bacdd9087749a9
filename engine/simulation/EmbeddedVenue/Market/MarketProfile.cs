using System.IO;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace LowLatency.Simulation.EmbeddedVenue.Market;

/// <summary>A log-normally distributed quantity.</summary>
/// <param name="LogMean">Mean of the natural logarithm.</param>
/// <param name="LogDeviation">Its standard deviation.</param>
internal readonly record struct LogNormal(double LogMean, double LogDeviation);

/// <summary>
/// Properties of a market: aggregate statistics of a capture, and the parameters of the generator. Prices are in ticks,
/// quantities in units of the base currency, rates per second.
/// </summary>
internal sealed record MarketProfile
{
    /// <summary>The symbol it was measured on; other symbols are scaled from it.</summary>
    public required string Symbol { get; init; }

    public required double Seconds { get; init; }

    public required double MidPrice { get; init; }

    public required double TickSize { get; init; }

    /// <summary>Trades outside bursts.</summary>
    public required double CalmTradeRate { get; init; }

    /// <summary>Trades in a burst: the busiest fifth of all seconds.</summary>
    public required double BurstTradeRate { get; init; }

    /// <summary>Probability that the second after a burst is a burst too.</summary>
    public required double BurstPersistence { get; init; }

    public required LogNormal TradeSize { get; init; }

    /// <summary>Probability that a trade's aggressor is on the same side as the previous one.</summary>
    public required double TradeSidePersistence { get; init; }

    /// <summary>Quotes 100 ms apart whose bid and ask both moved in the same direction.</summary>
    public required double MoveRate { get; init; }

    /// <summary>Probability that such a move has the direction of the previous one.</summary>
    public required double MovePersistence { get; init; }

    public required LogNormal MoveTicks { get; init; }

    /// <summary>The 98th percentile of moves: real moves end sooner than the log-normal tail.</summary>
    public required double LongMoveTicks { get; init; }

    /// <summary>Share of quotes whose spread is one tick.</summary>
    public required double OneTickSpreadShare { get; init; }

    public required double TickerRate { get; init; }

    public required LogNormal TouchSize { get; init; }

    /// <summary>Changed levels in depth messages.</summary>
    public required double LevelChangeRate { get; init; }

    public required double RemovalShare { get; init; }

    /// <summary>Distance of a changed level from the mid.</summary>
    public required LogNormal ChangeDistanceTicks { get; init; }

    public required LogNormal LevelSize { get; init; }

    /// <summary>Distance between neighbouring levels of the snapshot.</summary>
    public required LogNormal LevelGapTicks { get; init; }

    /// <summary>Standard deviation of the mid's change over a second.</summary>
    public required double VolatilityTicks1S { get; init; }

    /// <summary>Standard deviation of the mid's change over ten seconds.</summary>
    public required double VolatilityTicks10S { get; init; }

    /// <summary>Loads one of the profiles that the program ships: spot or usdm.</summary>
    public static MarketProfile Load(bool isFutures)
    {
        string market = isFutures ? "usdm" : "spot";
        string name = $"{typeof(MarketProfile).Namespace}.Profiles.{market}-btcusdt.json";
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)
            ?? throw new InvalidDataException($"the program has no resource {name}");
        return JsonSerializer.Deserialize(stream, ProfileJson.Default.MarketProfile)!;
    }

    public string ToJson() => JsonSerializer.Serialize(this, ProfileJson.Default.MarketProfile);
}

[JsonSourceGenerationOptions(WriteIndented = true)]
[JsonSerializable(typeof(MarketProfile))]
internal sealed partial class ProfileJson : JsonSerializerContext;
