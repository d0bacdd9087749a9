using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Threading;
using LowLatency.Feeds.Captures;
using LowLatency.Replay;

namespace LowLatency.Simulation.EmbeddedVenue;

/// <summary>
/// Finds the instruments of a capture. A cryptofeed capture contains the venue's symbol list; for the lines format, the
/// finest decimals of trade prices and quantities determine tick and lot, because the orders of that time are what
/// trades.
/// </summary>
internal static class CaptureInstruments
{
    private static readonly string[] s_quotes =
        ["USDT", "USDC", "FDUSD", "BUSD", "TUSD", "BTC", "ETH", "BNB", "EUR", "GBP", "TRY", "USD"];

    public static IReadOnlyList<VenueInstrument> Find(IReadOnlyList<string> paths, CancellationToken stop)
    {
        var decimals = new SortedDictionary<string, (int Price, int Quantity)>(StringComparer.Ordinal);
        var declared = new Dictionary<string, VenueInstrument>(StringComparer.Ordinal);
        foreach (CapturedMessage message in Capture.Read(paths, withSymbolLists: true).StoppedBy(stop))
        {
            if (message.IsSymbolList)
            {
                ReadDeclared(message.Body, declared);
            }
            else if (!message.IsSnapshot && WrappedMessage.TryRead(message.Body, out string stream, out Range data))
            {
                Measure(stream, message.Body.AsSpan()[data], decimals);
            }
        }

        if (decimals.Count == 0)
        {
            throw new InvalidDataException($"{string.Join(", ", paths)} contains no message of a symbol");
        }

        return decimals
            .Select(pair => declared.TryGetValue(pair.Key, out VenueInstrument? known)
                ? known
                : Derive(pair.Key, pair.Value.Price, pair.Value.Quantity))
            .ToArray();
    }

    private static void Measure(
        string stream, ReadOnlySpan<byte> data, SortedDictionary<string, (int Price, int Quantity)> decimals)
    {
        int at = stream.IndexOf('@', StringComparison.Ordinal);
        if (at < 0)
        {
            return;
        }

        string symbol = stream[..at].ToUpperInvariant();
        (int price, int quantity) = decimals.GetValueOrDefault(symbol);
        if (stream.EndsWith("rade", StringComparison.Ordinal))
        {
            using var document = JsonDocument.Parse(data.ToArray());
            price = Math.Max(price, Decimals(document.RootElement.GetProperty("p").GetString()!));
            quantity = Math.Max(quantity, Decimals(document.RootElement.GetProperty("q").GetString()!));
        }

        decimals[symbol] = (price, quantity);
    }

    private static int Decimals(string number)
    {
        int point = number.IndexOf('.', StringComparison.Ordinal);
        return point < 0 ? 0 : number[(point + 1)..].TrimEnd('0').Length;
    }

    private static VenueInstrument Derive(string symbol, int priceDecimals, int quantityDecimals)
    {
        string quote = s_quotes.FirstOrDefault(name => symbol.EndsWith(name, StringComparison.Ordinal)) ?? string.Empty;
        string step = Increment(quantityDecimals);
        return new VenueInstrument(
            symbol, symbol[..^quote.Length], quote, Increment(priceDecimals), step, step, "5");
    }

    private static string Increment(int decimals) =>
        decimals == 0 ? "1" : (1 / (decimal)Math.Pow(10, decimals)).ToString(CultureInfo.InvariantCulture);

    private static void ReadDeclared(byte[] body, Dictionary<string, VenueInstrument> declared)
    {
        using var document = JsonDocument.Parse(body);
        foreach (JsonElement item in document.RootElement.GetProperty("symbols").EnumerateArray())
        {
            string symbol = item.GetProperty("symbol").GetString()!;
            declared[symbol] = new VenueInstrument(
                symbol,
                item.GetProperty("baseAsset").GetString()!,
                item.GetProperty("quoteAsset").GetString()!,
                Filter(item, "PRICE_FILTER", "tickSize"),
                Filter(item, "LOT_SIZE", "stepSize"),
                Filter(item, "LOT_SIZE", "minQty"),
                "0");
        }
    }

    private static string Filter(JsonElement item, string filter, string field) => item.GetProperty("filters")
        .EnumerateArray()
        .First(entry => entry.GetProperty("filterType").GetString() == filter)
        .GetProperty(field).GetString()!;
}
