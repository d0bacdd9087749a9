using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Serialization;
using LowLatency.Engine.Instruments;

namespace LowLatency.Replay;

/// <summary>One symbol, as a segment's header names it. Increments are plain decimals.</summary>
/// <param name="Symbol">The venue's name.</param>
/// <param name="Base">What is traded.</param>
/// <param name="Quote">What it is paid in.</param>
/// <param name="PriceIncrement">What prices in the session's events count at its start.</param>
/// <param name="QuantityIncrement">What quantities count.</param>
/// <param name="Tick">The declared tick of orders.</param>
/// <param name="Lot">The declared lot of orders.</param>
public sealed record SymbolDescription(
    string Symbol, string Base, string Quote, string PriceIncrement, string QuantityIncrement, string Tick, string Lot);

/// <summary>What the receive times of a recording are.</summary>
/// <param name="Source">Which clock, in words.</param>
/// <param name="ResolutionNs">Its smallest step, in nanoseconds.</param>
/// <param name="StartNs">What it showed at the start, in nanoseconds since the Unix epoch.</param>
/// <param name="UtcStartNs">The time of day at that moment, in nanoseconds since the Unix epoch: another one where the
/// market is played.</param>
public sealed record ClockDescription(string Source, double ResolutionNs, long StartNs, long UtcStartNs);

/// <summary>What a session is about, as every segment's header repeats it for whoever finds a segment alone.</summary>
/// <param name="Venue">The venue's name.</param>
/// <param name="Market">Where the market came from, in words.</param>
/// <param name="Symbols">The instruments in the order of their ids.</param>
/// <param name="Clock">What receive times are; null in an import, whose times are its capture's.</param>
/// <param name="Journal">The session's journal, as a path from the recording's folder; null when it kept none.</param>
public sealed record SessionDescription(
    string Venue, string Market, IReadOnlyList<SymbolDescription> Symbols, ClockDescription? Clock, string? Journal)
{
    /// <summary>Describes a session.</summary>
    public static SessionDescription Of(SessionManifest manifest, ClockDescription? clock, string? journal) => new(
        manifest.Venue, manifest.Market, manifest.Instruments.Select(item => Of(item.Instrument)).ToArray(), clock,
        journal);

    /// <summary>Reads it back from a header; a recording without one gives nothing.</summary>
    /// <exception cref="InvalidDataException">The text is no description.</exception>
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
            instrument.Symbol, instrument.BaseAsset, instrument.QuoteAsset,
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
