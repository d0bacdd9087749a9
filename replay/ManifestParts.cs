using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.InteropServices;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Journal;
using LowLatency.Engine.Risk;
using LowLatency.Engine.Strategies;
using LowLatency.Feeds;

namespace LowLatency.Replay;

/// <summary>One venue of a session.</summary>
/// <param name="Name">Its short name, as on the command line; unique in the session.</param>
/// <param name="Market">Where its market data come from, as text.</param>
/// <param name="Balances">Funds owned there at the start, by currency; a currency that is not named is not
/// limited.</param>
public sealed record VenueManifest(string Name, string Market, IReadOnlyDictionary<string, decimal> Balances);

/// <summary>One feed of a session: a producer of market data, as the recording numbers it.</summary>
/// <param name="Source">Its source number in the recording.</param>
/// <param name="Venue">Name of the venue that it is connected to.</param>
/// <param name="InstrumentIds">Its instruments, all of this venue, in the order of its symbol indices.</param>
/// <param name="CarriesBooks">true if it carries depth messages.</param>
public sealed record SourceManifest(
    ushort Source, string Venue, IReadOnlyList<ushort> InstrumentIds, bool CarriesBooks)
{
    /// <summary>The channels of each instrument; null for those heard first, as in recordings of older programs.
    /// </summary>
    public IReadOnlyList<FeedChannels>? Channels { get; init; }
}

/// <summary>A strategy with its settings.</summary>
/// <param name="Name">Its name in the catalog.</param>
/// <param name="Values">Values by name of setting; a setting that is not named has its default.</param>
public sealed record StrategyManifest(string Name, IReadOnlyDictionary<string, string> Values)
{
    /// <summary>Text of its reasons, by number, so that they can be shown without its assembly; null in older
    /// recordings.</summary>
    public IReadOnlyDictionary<int, string>? Reasons { get; init; }

    /// <summary>true if one instance trades all instruments that name it with the same values.</summary>
    public bool TradesSeveral { get; init; }

    /// <summary>Describes a strategy of a catalog.</summary>
    public static StrategyManifest Of(StrategyCatalog catalog, string name, IReadOnlyDictionary<string, string> values)
    {
        StrategyDescription? strategy = catalog.Find(name);
        return new StrategyManifest(name, values)
        {
            Reasons = strategy?.Reasons,
            TradesSeveral = strategy?.TradesSeveral ?? false,
        };
    }

    /// <summary>true if the other has the same name and values, so that they can share an instance.</summary>
    public bool IsSame(StrategyManifest other) =>
        string.Equals(Name, other.Name, StringComparison.OrdinalIgnoreCase) && Values.Count == other.Values.Count
        && Values.All(pair => other.Values.TryGetValue(pair.Key, out string? value) && value == pair.Value);
}

/// <summary>One instrument with everything that decides about its orders.</summary>
/// <param name="Instrument">The venue's declaration.</param>
/// <param name="Limits">Limits of the risk gate.</param>
/// <param name="Strategy">The strategy.</param>
public sealed record InstrumentManifest(Instrument Instrument, RiskLimits Limits, StrategyManifest Strategy);

/// <summary>The state that an earlier session left; see <see cref="EngineSnapshot"/>.</summary>
/// <param name="NextOrderCounter">The id counter continues from here.</param>
/// <param name="RecordBytes">Size of one record, in bytes.</param>
/// <param name="Records">The records, one after the other, as in a journal.</param>
public sealed record SnapshotManifest(long NextOrderCounter, int RecordBytes, byte[] Records)
{
    /// <summary>Creates the manifest of a snapshot.</summary>
    public static SnapshotManifest Of(EngineSnapshot snapshot) => new(
        snapshot.NextOrderCounter, EngineOutput.SizeBytes,
        MemoryMarshal.AsBytes<EngineOutput>(snapshot.Records.ToArray()).ToArray());

    /// <summary>Reads the snapshot. <see cref="ManifestCheck"/> has checked the record size.</summary>
    public EngineSnapshot ToSnapshot() =>
        new(NextOrderCounter, MemoryMarshal.Cast<byte, EngineOutput>(Records).ToArray());
}
