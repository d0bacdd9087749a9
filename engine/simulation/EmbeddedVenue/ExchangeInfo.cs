using System.Buffers;
using System.Collections.Generic;
using System.Text.Json;

namespace LowLatency.Simulation.EmbeddedVenue;

/// <summary>Writes the venue's list of symbols with their filters.</summary>
internal static class ExchangeInfo
{
    public static byte[] Write(IEnumerable<VenueInstrument> instruments, long serverTimeMs)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteString("timezone", "UTC");
        json.WriteNumber("serverTime", serverTimeMs);
        json.WriteStartArray("rateLimits");
        json.WriteEndArray();
        json.WriteStartArray("symbols");
        foreach (VenueInstrument instrument in instruments)
        {
            Write(json, instrument);
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static void Write(Utf8JsonWriter json, VenueInstrument instrument)
    {
        json.WriteStartObject();
        json.WriteString("symbol", instrument.Symbol);
        json.WriteString("status", "TRADING");
        json.WriteString("baseAsset", instrument.BaseAsset);
        json.WriteNumber("baseAssetPrecision", 8);
        json.WriteString("quoteAsset", instrument.QuoteAsset);
        json.WriteNumber("quotePrecision", 8);
        json.WriteStartArray("filters");
        WriteFilter(json, "PRICE_FILTER", ("tickSize", instrument.TickSize));
        WriteFilter(json, "LOT_SIZE", ("minQty", instrument.MinQuantity), ("stepSize", instrument.StepSize));
        WriteFilter(json, "NOTIONAL", ("minNotional", instrument.MinNotional));
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteFilter(Utf8JsonWriter json, string name, params (string Name, string Value)[] fields)
    {
        json.WriteStartObject();
        json.WriteString("filterType", name);
        foreach ((string field, string value) in fields)
        {
            json.WriteString(field, value);
        }

        json.WriteEndObject();
    }
}
