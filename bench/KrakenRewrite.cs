using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Text.Json;

namespace LowLatency.Bench;

/// <summary>
/// Converts Kraken's arrays of version 1 to equivalent objects of version 2, for which there is no capture.
/// </summary>
internal static class KrakenRewrite
{
    /// <summary>Rewrites level updates and trades; null for any other message.</summary>
    public static byte[]? ToVersion2(byte[] body)
    {
        using var document = JsonDocument.Parse(body);
        JsonElement root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        JsonElement[] parts = root.EnumerateArray().ToArray();
        string symbol = parts[^1].GetString()!;
        string channel = parts[^2].GetString()!;
        if (channel == "trade")
        {
            string trades = string.Join(',', parts[1].EnumerateArray().Select((item, i) => Trade(symbol, item, i)));
            return Encoding.ASCII.GetBytes($$"""{"channel":"trade","type":"update","data":[{{trades}}]}""");
        }

        JsonElement[] objects = parts[1..^2];
        if (!channel.StartsWith("book-", StringComparison.Ordinal)
            || !objects[^1].TryGetProperty("c", out JsonElement checksum))
        {
            return null;
        }

        JsonElement[] bids = Levels(objects, "b");
        JsonElement[] asks = Levels(objects, "a");
        string time = Time(bids.Concat(asks).Max(level => level[2].GetString())!);
        return Encoding.ASCII.GetBytes($$"""{"channel":"book","type":"update","data":[{"symbol":"{{symbol}}","bids":[{{Text(bids)}}],"asks":[{{Text(asks)}}],"checksum":{{checksum.GetString()}},"timestamp":"{{time}}"}]}""");
    }

    private static string Trade(string symbol, JsonElement item, int index) =>
        $$"""{"symbol":"{{symbol}}","side":"{{(item[3].GetString() == "b" ? "buy" : "sell")}}","price":{{Bare(item[0])}},"qty":{{Bare(item[1])}},"ord_type":"{{(item[4].GetString() == "l" ? "limit" : "market")}}","trade_id":{{107_165_168 + index}},"timestamp":"{{Time(item[2].GetString()!)}}"}""";

    private static JsonElement[] Levels(JsonElement[] objects, string name) => objects
        .SelectMany(item => item.TryGetProperty(name, out JsonElement side) ? side.EnumerateArray().ToArray() : [])
        .ToArray();

    private static string Text(IEnumerable<JsonElement> levels) => string.Join(
        ',', levels.Select(level => $$"""{"price":{{Bare(level[0])}},"qty":{{Bare(level[1])}}}"""));

    // Without trailing zeros, except for one decimal.
    private static string Bare(JsonElement number)
    {
        string text = number.GetString()!.TrimEnd('0');
        return text.EndsWith('.') ? text + "0" : text;
    }

    private static string Time(string seconds) => DateTime.UnixEpoch
        .AddTicks((long)(decimal.Parse(seconds, CultureInfo.InvariantCulture) * TimeSpan.TicksPerSecond))
        .ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
}
