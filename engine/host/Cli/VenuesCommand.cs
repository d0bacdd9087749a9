using System;
using System.Buffers;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json;
using LowLatency.Feeds;

namespace LowLatency.Host.Cli;

/// <summary>Lists the supported venues with their channels and limits.</summary>
internal static class VenuesCommand
{
    private static readonly string[] s_head =
    [
        "VENUE", "CHANNELS", "PINGS", "SILENCE", "AGE", "CONNECTS", "MESSAGES", "SNAPSHOTS", "SYMBOLS", "ORDERS",
    ];

    public static int Run(bool isJson, TextWriter output)
    {
        if (isJson)
        {
            output.WriteLine(ToJson());
            return ExitCode.Ok;
        }

        WriteTable(output, Venues.All.Select(Row).Prepend(s_head).ToArray());
        output.WriteLine();
        output.WriteLine("How books are verified:");
        WriteTable(output, Venues.All.Select(venue => new[] { "  " + venue.Name, venue.Profile.Proof }).ToArray());
        return ExitCode.Ok;
    }

    private static string[] Row(IVenue venue)
    {
        VenueProfile profile = venue.Profile;
        return
        [
            venue.Name,
            string.Join(' ', profile.Channels),
            $"{(profile.PingText is null ? "websocket" : "text")}, {Text(profile.PingInterval)}",
            Text(profile.SilenceTimeout),
            profile.MaxConnectionAge is { } age ? Text(age) : "-",
            Text(profile.Connects),
            Text(profile.ClientMessages),
            Text(profile.Snapshots),
            profile.SymbolsPerConnection.ToString(CultureInfo.InvariantCulture),
            profile.CanSendOrders ? "sent" : "paper",
        ];
    }

    private static void WriteTable(TextWriter output, string[][] rows)
    {
        int[] widths = Enumerable.Range(0, rows[0].Length)
            .Select(column => rows.Max(row => row[column].Length)).ToArray();
        foreach (string[] row in rows)
        {
            output.WriteLine(string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
        }
    }

    private static string Text(RateLimit limit) =>
        string.Create(CultureInfo.InvariantCulture, $"{limit.Count}/{Text(limit.Window)}");

    private static string Text(TimeSpan time) =>
        time.TotalDays >= 2 ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalDays:0.#}d")
        : time.TotalHours >= 2 ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalHours:0.#}h")
        : time.TotalMinutes >= 2 ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalMinutes:0.#}min")
        : string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.#}s");

    private static string ToJson()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            foreach (IVenue venue in Venues.All)
            {
                Write(json, venue);
            }

            json.WriteEndArray();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void Write(Utf8JsonWriter json, IVenue venue)
    {
        VenueProfile profile = venue.Profile;
        json.WriteStartObject();
        json.WriteString("name", venue.Name);
        json.WriteString("title", profile.Title);
        json.WriteString("stream", venue.DefaultAddress.Stream.ToString());
        json.WriteString("rest", venue.DefaultAddress.Rest.ToString());
        json.WriteStartArray("channels");
        profile.Channels.ToList().ForEach(json.WriteStringValue);
        json.WriteEndArray();
        json.WriteString("proof", profile.Proof);
        json.WriteString("ping_text", profile.PingText);
        json.WriteNumber("ping_interval_seconds", profile.PingInterval.TotalSeconds);
        json.WriteNumber("silence_timeout_seconds", profile.SilenceTimeout.TotalSeconds);
        if (profile.MaxConnectionAge is { } age)
        {
            json.WriteNumber("max_connection_age_seconds", age.TotalSeconds);
        }
        else
        {
            json.WriteNull("max_connection_age_seconds");
        }

        WriteLimit(json, "connects", profile.Connects);
        WriteLimit(json, "client_messages", profile.ClientMessages);
        WriteLimit(json, "snapshots", profile.Snapshots);
        json.WriteNumber("symbols_per_connection", profile.SymbolsPerConnection);
        json.WriteBoolean("can_send_orders", profile.CanSendOrders);
        json.WriteEndObject();
    }

    private static void WriteLimit(Utf8JsonWriter json, string name, RateLimit limit)
    {
        json.WriteStartObject(name);
        json.WriteNumber("count", limit.Count);
        json.WriteNumber("window_seconds", limit.Window.TotalSeconds);
        json.WriteEndObject();
    }
}
