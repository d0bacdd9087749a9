using System.Text.Json;
using LowLatency.Replay;

namespace LowLatency.Host.Cli;

/// <summary>A recorded session's venues as JSON, as every verb prints them.</summary>
internal static class VenueJson
{
    /// <summary>Writes the array <c>venues</c>: name of each venue, and the origin of its market data.</summary>
    public static void Write(Utf8JsonWriter json, SessionManifest manifest)
    {
        json.WriteStartArray("venues");
        foreach (VenueManifest venue in manifest.Venues)
        {
            json.WriteStartObject();
            json.WriteString("name", venue.Name);
            json.WriteString("market", venue.Market);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
