using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Orders;

namespace LowLatency.Replay;

/// <summary>Converts the settings of older recordings to the current version.</summary>
internal static class ManifestUpgrade
{
    private const long NsPerSecond = 1_000_000_000;

    /// <summary>Converts a manifest of an older version to the current one.</summary>
    public static void Apply(JsonNode manifest, int version)
    {
        if (version < 2)
        {
            FromVersion1(manifest);
        }

        manifest["Version"] = SessionManifest.CurrentVersion;
    }

    // Version 1 had one strategy, with settings in tick·lots and nanoseconds, and no limits for rate, loss or age.
    private static void FromVersion1(JsonNode manifest)
    {
        manifest["MaxComposites"] = 256;
        manifest["FirstOrderCounter"] = 1;
        manifest["AnswerTimeoutNs"] = long.MaxValue;
        manifest["Balances"] = new JsonObject();
        manifest["Snapshot"] = null;
        if ((int?)manifest["MaxOrders"] > OrderIds.MaxSlots)
        {
            manifest["MaxOrders"] = OrderIds.MaxSlots;
        }

        foreach (JsonNode? item in manifest["Instruments"]!.AsArray())
        {
            Instrument instrument = item!["Instrument"].Deserialize(ManifestJson.Default.Instrument)!;
            item["Strategy"] = Strategy(item["Strategy"]!, instrument);
            JsonNode limits = item["Limits"]!;
            foreach (string name in new[]
            {
                "MaxOrderLots", "MaxDailyLossTickLots", "MaxDrawdownTickLots", "MaxBookAgeNs", "MaxClockOffsetNs",
                "MaxDisconnectedNs",
            })
            {
                limits[name] = long.MaxValue;
            }

            limits["OrderIntervalNs"] = 0;
            limits["OrderBurst"] = 1;
            limits["CancelIntervalNs"] = 0;
            limits["CancelBurst"] = 1;
        }
    }

    private static JsonObject Strategy(JsonNode old, Instrument instrument)
    {
        decimal notional = (long)old["OrderTickLots"]! * InstrumentUnits.TickLotValue(instrument);
        decimal lifetime = (decimal)(long)old["LifetimeNs"]! / NsPerSecond;
        return new JsonObject
        {
            ["Name"] = "DirectionMask",
            ["Values"] = new JsonObject
            {
                ["Run"] = old["Run"]!.ToString(),
                ["Correction"] = old["Correction"]!.ToString(),
                ["Turn"] = old["Turn"]!.ToString(),
                ["Rule"] = old["Rule"]!.ToString(),
                ["Source"] = old["Source"]!.ToString(),
                ["WalkedSide"] = old["WalkedSide"]!.ToString(),
                ["LifetimeSeconds"] = lifetime.ToString(CultureInfo.InvariantCulture),
                ["OrderNotional"] = notional.ToString(CultureInfo.InvariantCulture),
            },
        };
    }
}
