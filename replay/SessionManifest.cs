using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using LowLatency.Engine;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Journal;
using LowLatency.Engine.Risk;
using LowLatency.Engine.Strategies;

namespace LowLatency.Replay;

/// <summary>One producer of a session, as the recording numbers it.</summary>
/// <param name="Source">Its number.</param>
/// <param name="InstrumentIds">A feed's instruments in the order of its symbol indices; empty for others.</param>
/// <param name="CarriesBooks">true when depth messages come over it.</param>
public sealed record SourceManifest(ushort Source, IReadOnlyList<ushort> InstrumentIds, bool CarriesBooks);

/// <summary>A strategy and its settings, as they were chosen.</summary>
/// <param name="Name">Its name in the catalog.</param>
/// <param name="Values">Values by name of setting; what is not named has its default.</param>
public sealed record StrategyManifest(string Name, IReadOnlyDictionary<string, string> Values)
{
    /// <summary>Its reasons in words, by number, so that they can be shown without its assembly; null in older
    /// recordings.</summary>
    public IReadOnlyDictionary<int, string>? Reasons { get; init; }

    /// <summary>true when one instance trades all instruments that name it with the same values.</summary>
    public bool TradesSeveral { get; init; }

    /// <summary>The strategy with what its catalog says of it.</summary>
    public static StrategyManifest Of(StrategyCatalog catalog, string name, IReadOnlyDictionary<string, string> values)
    {
        StrategyDescription? strategy = catalog.Find(name);
        return new StrategyManifest(name, values)
        {
            Reasons = strategy?.Reasons,
            TradesSeveral = strategy?.TradesSeveral ?? false,
        };
    }
}

/// <summary>One instrument with all that decides over its orders.</summary>
/// <param name="Instrument">The venue's facts.</param>
/// <param name="Limits">Limits of the risk gate.</param>
/// <param name="Strategy">The strategy.</param>
public sealed record InstrumentManifest(Instrument Instrument, RiskLimits Limits, StrategyManifest Strategy);

/// <summary>What an earlier session left; see <see cref="EngineSnapshot"/>.</summary>
/// <param name="NextOrderCounter">The id counter goes on from here.</param>
/// <param name="Records">The records, end to end as they are in a journal.</param>
public sealed record SnapshotManifest(long NextOrderCounter, byte[] Records)
{
    /// <summary>A snapshot in the form of a manifest.</summary>
    public static SnapshotManifest Of(EngineSnapshot snapshot) => new(
        snapshot.NextOrderCounter, MemoryMarshal.AsBytes<EngineOutput>(snapshot.Records.ToArray()).ToArray());

    /// <summary>And back.</summary>
    public EngineSnapshot ToSnapshot() =>
        new(NextOrderCounter, MemoryMarshal.Cast<byte, EngineOutput>(Records).ToArray());
}

/// <summary>
/// Everything besides the inputs that the engine's decisions depend on: the first record of a recording.
/// </summary>
public sealed record SessionManifest
{
    /// <summary>
    /// The version that this program writes. It rises with the layout, and with every change of what the engine decides
    /// or notes on the same inputs. From 3 on what the first fill of a session loses at once counts as a loss of its
    /// day, and a day starts with the last value of the one before.
    /// </summary>
    public const int CurrentVersion = 3;

    /// <summary>Version of this layout and of the engine's rules.</summary>
    public int Version { get; init; } = CurrentVersion;

    /// <summary>Version of the program that recorded.</summary>
    public required string Program { get; init; }

    /// <summary>The venue's name.</summary>
    public required string Venue { get; init; }

    /// <summary>Where the market came from, in words.</summary>
    public required string Market { get; init; }

    /// <summary>Slots of the inbound ring; it bounds how much one input can publish.</summary>
    public required int RingCapacity { get; init; }

    /// <summary>Most orders that can be open at a time.</summary>
    public required int MaxOrders { get; init; }

    /// <summary>Most composite orders that can live at a time.</summary>
    public required int MaxComposites { get; init; }

    /// <summary>Where the counter in the ids of orders starts.</summary>
    public required long FirstOrderCounter { get; init; }

    /// <summary>How long the gateway may take to answer, in nanoseconds.</summary>
    [JsonPropertyName("AnswerPatienceNs")]
    public required long AnswerTimeoutNs { get; init; }

    /// <summary>What was owned at the start, by currency.</summary>
    public required IReadOnlyDictionary<string, decimal> Balances { get; init; }

    /// <summary>What an earlier session left, or null.</summary>
    public required SnapshotManifest? Snapshot { get; init; }

    /// <summary>The instruments in the order of their ids.</summary>
    public required IReadOnlyList<InstrumentManifest> Instruments { get; init; }

    /// <summary>The producers that are feeds.</summary>
    public required IReadOnlyList<SourceManifest> Feeds { get; init; }

    /// <summary>Writes it as UTF-8 JSON.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, ManifestJson.Default.SessionManifest);

    /// <summary>Reads it back; older versions are read as what they meant.</summary>
    /// <exception cref="InvalidDataException">The text is not a manifest, or one of a newer program.</exception>
    public static SessionManifest FromJson(ReadOnlySpan<byte> json)
    {
        try
        {
            JsonNode node = JsonNode.Parse(json)
                ?? throw new InvalidDataException("the recording's settings are empty");
            int version = (int?)node[nameof(Version)] ?? 1;
            if (version > CurrentVersion)
            {
                throw new InvalidDataException(
                    $"the recording's settings have version {version}; this program reads up to "
                    + $"{CurrentVersion}: use a newer program");
            }

            ManifestUpgrade.Apply(node, version);

            return node.Deserialize(ManifestJson.Default.SessionManifest)! with { RecordedVersion = version };
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException($"the recording's settings cannot be read: {fault.Message}", fault);
        }
    }

    /// <summary>Version in which the manifest was written; the decisions of another one may be others.</summary>
    [JsonIgnore]
    public int RecordedVersion { get; init; } = CurrentVersion;

    // Whoever looks at a session does so some times a second.
    private const long ViewIntervalNs = 100_000_000;

    /// <summary>Fresh strategies and limits, as the engine wants them.</summary>
    /// <param name="catalog">Where strategies are found.</param>
    /// <exception cref="InvalidDataException">A strategy is not in the catalog, or refuses its settings.</exception>
    public IReadOnlyList<InstrumentSetup> CreateSetups(StrategyCatalog catalog)
    {
        var setups = new InstrumentSetup[Instruments.Count];
        for (int i = 0; i < setups.Length; i++)
        {
            InstrumentManifest item = Instruments[i];
            StrategyDescription strategy = Find(catalog, item);
            int first = strategy.TradesSeveral ? FirstAlike(item.Strategy) : i;
            setups[i] = new InstrumentSetup(
                item.Instrument, item.Limits, first < i ? setups[first].Strategy : Create(strategy, item))
            {
                StrategyName = strategy.Name,
            };
        }

        return setups;
    }

    /// <summary>Everything else that the engine wants.</summary>
    public EngineOptions CreateOptions() => new()
    {
        MaxOrders = MaxOrders,
        MaxComposites = MaxComposites,
        FirstOrderCounter = FirstOrderCounter,
        AnswerTimeoutNs = AnswerTimeoutNs,
        Balances = Balances,
        Snapshot = Snapshot?.ToSnapshot(),
        ViewIntervalNs = ViewIntervalNs,
    };

    /// <summary>The same session without the strategies of some instruments: their market alone is looked at.
    /// </summary>
    /// <param name="isWatched">Which instruments.</param>
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
                    Instruments.Where(other => AreAlike(item.Strategy, other.Strategy))
                        .Select(other => other.Instrument).ToArray())
                : strategy.Create(item.Strategy.Values, item.Instrument);
        }
        catch (ArgumentException fault)
        {
            throw new InvalidDataException(fault.Message, fault);
        }
    }

    private int FirstAlike(StrategyManifest strategy) =>
        Instruments.TakeWhile(other => !AreAlike(strategy, other.Strategy)).Count();

    private static bool AreAlike(StrategyManifest x, StrategyManifest y) =>
        string.Equals(x.Name, y.Name, StringComparison.OrdinalIgnoreCase) && x.Values.Count == y.Values.Count
        && x.Values.All(pair => y.Values.TryGetValue(pair.Key, out string? value) && value == pair.Value);

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
