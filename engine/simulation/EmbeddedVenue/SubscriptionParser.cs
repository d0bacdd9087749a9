using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;

namespace LowLatency.Simulation.EmbeddedVenue;

/// <summary>Reads stream names and SUBSCRIBE requests as Binance does.</summary>
internal sealed class SubscriptionParser(IReadOnlyList<VenueInstrument> instruments)
{
    /// <summary>Reads names separated by slashes. An unknown symbol or channel is ignored without an error, as at the
    /// venue.</summary>
    public Subscription[] Parse(string names) => Parse(names.Split('/', StringSplitOptions.RemoveEmptyEntries));

    /// <summary>Answers a request and changes the subscriptions accordingly.</summary>
    public string Handle(string request, ref Subscription[] subscriptions)
    {
        string id = "null";
        try
        {
            using var document = JsonDocument.Parse(request);
            JsonElement root = document.RootElement;
            if (root.TryGetProperty("id", out JsonElement number))
            {
                id = number.GetRawText();
            }

            string method = root.GetProperty("method").GetString() ?? string.Empty;
            string[] names = root.TryGetProperty("params", out JsonElement list)
                ? list.EnumerateArray().Select(item => item.GetString() ?? string.Empty).ToArray()
                : [];
            switch (method)
            {
                case "SUBSCRIBE":
                    subscriptions = subscriptions.Union(Parse(names)).ToArray();
                    break;
                case "UNSUBSCRIBE":
                    subscriptions = subscriptions.Where(item => !names.Contains(item.Name)).ToArray();
                    break;
                case "LIST_SUBSCRIPTIONS":
                    string listed = JsonSerializer.Serialize(subscriptions.Select(item => item.Name).ToArray());
                    return $$"""{"result":{{listed}},"id":{{id}}}""";
                default:
                    return Error(2, $"Invalid request: unknown variant {method}", id);
            }

            return $$"""{"result":null,"id":{{id}}}""";
        }
        catch (Exception fault) when (fault is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return fault is JsonException
                ? Error(3, "Invalid JSON: expected value", id)
                : Error(2, "Invalid request: missing or wrong field", id);
        }
    }

    private static string Error(int code, string words, string id) =>
        $$"""{"code":{{code}},"msg":{{JsonSerializer.Serialize(words)}},"id":{{id}}}""";

    private Subscription[] Parse(IEnumerable<string> names)
    {
        var subscriptions = new List<Subscription>();
        foreach (string name in names)
        {
            int at = name.IndexOf('@', StringComparison.Ordinal);
            if (at < 0)
            {
                continue;
            }

            int instrument = instruments.ToList().FindIndex(
                item => string.Equals(item.Symbol, name[..at], StringComparison.OrdinalIgnoreCase)
                    && !name.AsSpan(0, at).ContainsAnyInRange('A', 'Z'));
            if (instrument >= 0 && TryReadChannel(name[(at + 1)..], out VenueMessageKind kind))
            {
                subscriptions.Add(new Subscription(instrument, kind, name));
            }
        }

        return subscriptions.ToArray();
    }

    private static bool TryReadChannel(string channel, out VenueMessageKind kind)
    {
        kind = channel switch
        {
            "depth" or "depth@0ms" or "depth@100ms" or "depth@500ms" => VenueMessageKind.Depth,
            "bookTicker" => VenueMessageKind.BookTicker,
            "trade" => VenueMessageKind.Trade,
            "aggTrade" => VenueMessageKind.AggTrade,
            _ => VenueMessageKind.Other,
        };
        return kind != VenueMessageKind.Other;
    }
}
