using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Serialization;
using LowLatency.Engine;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Risk;
using LowLatency.Engine.Strategies;

namespace LowLatency.Replay;

/// <summary>One producer of a session, as the recording numbers it.</summary>
/// <param name="Source">Its number.</param>
/// <param name="InstrumentIds">A feed's instruments in the order of its symbol indices; empty for others.</param>
/// <param name="CarriesBooks">true when depth messages come over it.</param>
public sealed record SourceManifest(ushort Source, IReadOnlyList<ushort> InstrumentIds, bool CarriesBooks);

/// <summary>One instrument with all that decides over its orders.</summary>
/// <param name="Instrument">The venue's facts.</param>
/// <param name="Limits">Limits of the risk gate.</param>
/// <param name="Strategy">Settings of the strategy.</param>
public sealed record InstrumentManifest(Instrument Instrument, RiskLimits Limits, DirectionMaskSettings Strategy);

/// <summary>
/// Everything besides the inputs that the engine's decisions depend on: the first record of a recording.
/// </summary>
public sealed record SessionManifest
{
    /// <summary>The version that this program writes.</summary>
    public const int CurrentVersion = 1;

    /// <summary>Version of this layout.</summary>
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

    /// <summary>The instruments in the order of their ids.</summary>
    public required IReadOnlyList<InstrumentManifest> Instruments { get; init; }

    /// <summary>The producers that are feeds.</summary>
    public required IReadOnlyList<SourceManifest> Feeds { get; init; }

    /// <summary>Writes it as UTF-8 JSON.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, ManifestJson.Default.SessionManifest);

    /// <summary>Reads it back.</summary>
    /// <exception cref="InvalidDataException">The text is not a manifest, or one of a newer program.</exception>
    public static SessionManifest FromJson(ReadOnlySpan<byte> json)
    {
        try
        {
            SessionManifest manifest = JsonSerializer.Deserialize(json, ManifestJson.Default.SessionManifest)
                ?? throw new InvalidDataException("the recording's settings are empty");
            return manifest.Version <= CurrentVersion
                ? manifest
                : throw new InvalidDataException(
                    $"the recording's settings have version {manifest.Version}; this program reads up to "
                    + $"{CurrentVersion}: use a newer program");
        }
        catch (JsonException fault)
        {
            throw new InvalidDataException($"the recording's settings cannot be read: {fault.Message}", fault);
        }
    }

    /// <summary>Fresh strategies and limits, as the engine wants them.</summary>
    public IReadOnlyList<InstrumentSetup> CreateSetups() => Instruments
        .Select(item => new InstrumentSetup(item.Instrument, item.Limits, new DirectionMaskStrategy(item.Strategy)))
        .ToArray();
}

/// <summary>Reads and writes the manifest without reflection.</summary>
[JsonSourceGenerationOptions(
    UseStringEnumConverter = true, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(SessionManifest))]
internal sealed partial class ManifestJson : JsonSerializerContext;
