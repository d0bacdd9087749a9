using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using LowLatency.Engine;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Positions;
using LowLatency.Engine.Strategies;

namespace LowLatency.Replay;

/// <summary>
/// Everything besides the inputs that the engine's decisions depend on: the first record of a recording and of a
/// journal.
/// </summary>
public sealed record SessionManifest
{
    /// <summary>
    /// The layout version that this program writes. Version 4 has a list of venues, a session id, a rules version of
    /// its own, and the record size of the snapshot.
    /// </summary>
    public const int CurrentVersion = 4;

    // Views are read a few times a second.
    private const long ViewIntervalNs = 100_000_000;

    /// <summary>Version of this layout. Read before anything else, in every version.</summary>
    public int Version { get; init; } = CurrentVersion;

    /// <summary>
    /// <see cref="EngineRules.Version"/> of the program that recorded: under other rules the same inputs may lead to
    /// other decisions. Before version 4 of the layout both had one number.
    /// </summary>
    public int RulesVersion { get; init; } = EngineRules.Version;

    /// <summary>Name and version of the program that recorded.</summary>
    public required string Program { get; init; }

    /// <summary>
    /// Identifies the session: its recording and its journal have the same id, and no other session has it. null in
    /// sessions recorded before version 4.
    /// </summary>
    public string? SessionId { get; init; }

    /// <summary>The venues, at least one.</summary>
    public required IReadOnlyList<VenueManifest> Venues { get; init; }

    /// <summary>Slots of the inbound ring; it bounds how much one input can publish.</summary>
    public required int RingCapacity { get; init; }

    /// <summary>Maximum number of open orders.</summary>
    public required int MaxOrders { get; init; }

    /// <summary>Maximum number of living composite orders.</summary>
    public required int MaxComposites { get; init; }

    /// <summary>Where the counter in the order ids starts.</summary>
    public required long FirstOrderCounter { get; init; }

    /// <summary>How long a gateway may take to answer, in nanoseconds.</summary>
    public required long AnswerTimeoutNs { get; init; }

    /// <summary>The state that an earlier session left, or null.</summary>
    public required SnapshotManifest? Snapshot { get; init; }

    /// <summary>The instruments in the order of their ids. Venue and symbol identify an instrument.</summary>
    public required IReadOnlyList<InstrumentManifest> Instruments { get; init; }

    /// <summary>The feeds.</summary>
    public required IReadOnlyList<SourceManifest> Feeds { get; init; }

    /// <summary>Whether this program decides by the same rules as the one that recorded.</summary>
    [JsonIgnore]
    public bool HasCurrentRules => RulesVersion == EngineRules.Version;

    /// <summary>The instruments alone.</summary>
    [JsonIgnore]
    public IEnumerable<Instrument> InstrumentList => Instruments.Select(item => item.Instrument);

    /// <summary>The venues with the origins of their market data, as text.</summary>
    [JsonIgnore]
    public string MarketText => string.Join("; ", Venues.Select(venue => $"{venue.Name}, {venue.Market}"));

    /// <summary>Writes it as UTF-8 JSON.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, ManifestJson.Default.SessionManifest);

    /// <summary>Reads it; older versions are converted.</summary>
    /// <exception cref="InvalidDataException">The text is not a manifest, contradicts itself, or is one of a newer
    /// program.</exception>
    public static SessionManifest FromJson(ReadOnlySpan<byte> json)
    {
        try
        {
            JsonNode node = JsonNode.Parse(json)
                ?? throw new InvalidDataException("the session's settings are empty");
            int version = (int?)node[nameof(Version)] ?? 1;
            if (version > CurrentVersion)
            {
                throw new InvalidDataException(
                    $"the session's settings have version {version}; this program reads up to {CurrentVersion}: "
                    + "use a newer program");
            }

            ManifestUpgrade.Apply(node, version);
            SessionManifest manifest = node.Deserialize(ManifestJson.Default.SessionManifest)!;
            return ManifestCheck.FindProblem(manifest) is { } problem
                ? throw new InvalidDataException($"the session's settings are invalid: {problem}")
                : manifest;
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException($"the session's settings cannot be read: {fault.Message}", fault);
        }
    }

    /// <summary>Creates strategies and limits for the engine.</summary>
    /// <param name="catalog">Where strategies are found.</param>
    /// <exception cref="InvalidDataException">A strategy is not in the catalog, or refuses its settings.</exception>
    public IReadOnlyList<InstrumentSetup> CreateSetups(StrategyCatalog catalog)
    {
        var setups = new InstrumentSetup[Instruments.Count];
        for (int i = 0; i < setups.Length; i++)
        {
            InstrumentManifest item = Instruments[i];
            StrategyDescription strategy = Find(catalog, item);
            int first = strategy.TradesSeveral ? FirstWithSame(item.Strategy) : i;
            setups[i] = new InstrumentSetup(
                item.Instrument, item.Limits, first < i ? setups[first].Strategy : Create(strategy, item))
            {
                StrategyName = strategy.Name,
            };
        }

        return setups;
    }

    /// <summary>Creates the engine's options.</summary>
    public EngineOptions CreateOptions() => new()
    {
        MaxOrders = MaxOrders,
        MaxComposites = MaxComposites,
        FirstOrderCounter = FirstOrderCounter,
        AnswerTimeoutNs = AnswerTimeoutNs,
        Balances = Venues
            .SelectMany(venue => venue.Balances.Select(
                pair => KeyValuePair.Create(new VenueCurrency(venue.Name, pair.Key), pair.Value)))
            .ToDictionary(),
        Snapshot = Snapshot?.ToSnapshot(),
        ViewIntervalNs = ViewIntervalNs,
    };

    /// <summary>The same session with some instruments not traded, only watched.</summary>
    /// <param name="isWatched">Which instruments are only watched.</param>
    public SessionManifest WatchOnly(Func<Instrument, bool> isWatched) => this with
    {
        Instruments = Instruments
            .Select(item => isWatched(item.Instrument)
                ? item with { Strategy = new StrategyManifest("Watch", new Dictionary<string, string>()) }
                : item)
            .ToArray(),
    };

    private IStrategy Create(StrategyDescription strategy, InstrumentManifest item)
    {
        try
        {
            return strategy.TradesSeveral
                ? strategy.Create(
                    item.Strategy.Values,
                    Instruments.Where(other => item.Strategy.IsSame(other.Strategy))
                        .Select(other => other.Instrument).ToArray())
                : strategy.Create(item.Strategy.Values, item.Instrument);
        }
        catch (ArgumentException fault)
        {
            throw new InvalidDataException(fault.Message, fault);
        }
    }

    private int FirstWithSame(StrategyManifest strategy) =>
        Instruments.TakeWhile(other => !strategy.IsSame(other.Strategy)).Count();

    private static StrategyDescription Find(StrategyCatalog catalog, InstrumentManifest item)
    {
        StrategyDescription strategy = catalog.Find(item.Strategy.Name)
            ?? throw new InvalidDataException(
                $"the session traded with strategy {item.Strategy.Name}, which is none of "
                + $"{string.Join(", ", catalog.Strategies.Select(known => known.Name))}: "
                + "name its assembly with --strategy-assembly");
        return !item.Strategy.TradesSeveral || strategy.TradesSeveral
            ? strategy
            : throw new InvalidDataException(
                $"in the session one instance of strategy {strategy.Name} traded several instruments; in this program "
                + "it trades one: use the assembly that the session was recorded with");
    }
}

/// <summary>Reads and writes the manifest without reflection.</summary>
[JsonSourceGenerationOptions(
    UseStringEnumConverter = true, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(SessionManifest))]
internal sealed partial class ManifestJson : JsonSerializerContext;
