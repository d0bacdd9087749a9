using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Serialization;
using LowLatency.Engine.Instruments;

namespace LowLatency.Replay;

/// <summary>One venue in a segment header.</summary>
/// <param name="Name">Its short name.</param>
/// <param name="Market">Origin of its market data, as text.</param>
public sealed record VenueDescription(string Name, string Market);

/// <summary>One symbol in a segment header. Increments are plain decimals.</summary>
/// <param name="Venue">Short name of its venue.</param>
/// <param name="Symbol">The venue's name for it.</param>
/// <param name="Base">Asset that is traded.</param>
/// <param name="Quote">Asset in which it is priced.</param>
/// <param name="PriceIncrement">Wire increment of prices at the start of the session.</param>
/// <param name="QuantityIncrement">Wire increment of quantities.</param>
/// <param name="Tick">The declared tick of orders.</param>
/// <param name="Lot">The declared lot of orders.</param>
public sealed record SymbolDescription(
    string Venue, string Symbol, string Base, string Quote, string PriceIncrement, string QuantityIncrement,
    string Tick, string Lot);

/// <summary>The clock of a recording's receive times.</summary>
/// <param name="Source">Which clock, as text.</param>
/// <param name="ResolutionNs">Its smallest step, in nanoseconds.</param>
/// <param name="StartNs">Its value at the start, in nanoseconds since the Unix epoch.</param>
/// <param name="UtcStartNs">The time of day at that moment, in nanoseconds since the Unix epoch; it differs if the
/// market is played.</param>
public sealed record ClockDescription(string Source, double ResolutionNs, long StartNs, long UtcStartNs);

/// <summary>
/// Description of a session. Every segment header repeats it, so that a single segment can be identified. In segments
/// of format version 2, <c>venues</c>, <c>session</c> and the symbols' <c>venue</c> are missing: they had one
/// <c>venue</c> and one <c>market</c>.
/// </summary>
/// <param name="Session">The session's id, as in the manifest; null in an older recording.</param>
/// <param name="Venues">The venues; null in an older recording.</param>
/// <param name="Symbols">The instruments in the order of their ids.</param>
/// <param name="Clock">Clock of the receive times; null in an import, whose times are those of the capture.</param>
/// <param name="Journal">The session's journal, as a path relative to the recording's folder; null if it kept
/// none.</param>
public sealed record SessionDescription(
    string? Session, IReadOnlyList<VenueDescription>? Venues, IReadOnlyList<SymbolDescription> Symbols,
    ClockDescription? Clock, string? Journal)
{
    /// <summary>Describes a session.</summary>
    public static SessionDescription Of(SessionManifest manifest, ClockDescription? clock, string? journal) => new(
        manifest.SessionId,
        manifest.Venues.Select(venue => new VenueDescription(venue.Name, venue.Market)).ToArray(),
        manifest.InstrumentList.Select(Of).ToArray(), clock, journal);

    /// <summary>Reads it from a header; null if the recording has none.</summary>
    /// <exception cref="InvalidDataException">The text is not a description.</exception>
    public static SessionDescription? FromJson(string json)
    {
        try
        {
            return json == "{}" ? null
                : JsonSerializer.Deserialize(json, DescriptionJson.Default.SessionDescription);
        }
        catch (JsonException fault)
        {
            throw new InvalidDataException($"the recording's description cannot be read: {fault.Message}", fault);
        }
    }

    /// <summary>Writes it as JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, DescriptionJson.Default.SessionDescription);

    private static SymbolDescription Of(Instrument instrument)
    {
        InstrumentScale scale = instrument.Scale;
        return new SymbolDescription(
            instrument.Venue, instrument.Symbol, instrument.BaseAsset, instrument.QuoteAsset,
            CanonicalNumber.Text(1, scale.PriceDecimals),
            CanonicalNumber.Text(1, scale.QuantityDecimals),
            CanonicalNumber.Text(scale.TickIncrements, scale.PriceDecimals),
            CanonicalNumber.Text(scale.LotIncrements, scale.QuantityDecimals));
    }
}

/// <summary>Reads and writes descriptions without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(SessionDescription))]
internal sealed partial class DescriptionJson : JsonSerializerContext;
