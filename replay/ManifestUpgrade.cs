using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Orders;

namespace LowLatency.Replay;

/// <summary>Converts the settings of older recordings and journals to the current version, one version at a time.
/// </summary>
internal static class ManifestUpgrade
{
    private const long NsPerSecond = 1_000_000_000;

    // The size of a snapshot's record before version 4 stored it.
    private const int RecordBytesBefore4 = 192;

    /// <summary>Converts a manifest of an older version to the current one.</summary>
    public static void Apply(JsonNode manifest, int version)
    {
        if (version < 2)
        {
            FromVersion1(manifest);
        }

        // Versions 2 and 3 have the same layout: 3 was a change of the rules only.
        if (version < 4)
        {
            FromVersion3(manifest, version);
        }

        manifest["Version"] = SessionManifest.CurrentVersion;
    }

    // Version 1 had one strategy, with settings in tick·lots and nanoseconds, and no limits for rate, loss or age.
    private static void FromVersion1(JsonNode manifest)
    {
        manifest["MaxComposites"] = 256;
        manifest["FirstOrderCounter"] = 1;
        manifest["AnswerPatienceNs"] = long.MaxValue;
        manifest["Balances"] = new JsonObject();
        manifest["Snapshot"] = null;
        if ((int?)manifest["MaxOrders"] > OrderIds.MaxSlots)
        {
            manifest["MaxOrders"] = OrderIds.MaxSlots;
        }

        foreach (JsonNode? item in Member(manifest, "Instruments").AsArray())
        {
            Instrument instrument = Member(item, "Instrument").Deserialize(ManifestJson.Default.Instrument)!;
            item!["Strategy"] = Strategy(Member(item, "Strategy"), instrument);
            JsonNode limits = Member(item, "Limits");
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

    // Version 3 had one venue, one number for layout and rules, and no session id.
    private static void FromVersion3(JsonNode manifest, int version)
    {
        JsonObject session = manifest.AsObject();
        string venue = Member(session, "Venue").GetValue<string>();
        session["RulesVersion"] = version;
        session["Venues"] = new JsonArray(new JsonObject
        {
            ["Name"] = venue,
            ["Market"] = Member(session, "Market").DeepClone(),
            ["Balances"] = Member(session, "Balances").DeepClone(),
        });
        session["AnswerTimeoutNs"] = Member(session, "AnswerPatienceNs").DeepClone();
        foreach (string name in new[] { "Venue", "Market", "Balances", "AnswerPatienceNs" })
        {
            session.Remove(name);
        }

        if (session["Snapshot"] is JsonObject snapshot)
        {
            snapshot["RecordBytes"] = RecordBytesBefore4;
        }

        foreach (JsonNode? item in Member(session, "Instruments").AsArray())
        {
            Member(item, "Instrument")["Venue"] = venue;
        }

        foreach (JsonNode? feed in Member(session, "Feeds").AsArray())
        {
            feed!["Venue"] = venue;
        }
    }

    private static JsonNode Member(JsonNode? parent, string name) => parent?[name]
        ?? throw new JsonException($"{name} is missing");

    private static JsonObject Strategy(JsonNode old, Instrument instrument)
    {
        decimal notional = (long)Member(old, "OrderTickLots") * InstrumentUnits.TickLotValue(instrument);
        decimal lifetime = (decimal)(long)Member(old, "LifetimeNs") / NsPerSecond;
        return new JsonObject
        {
            ["Name"] = "DirectionMask",
            ["Values"] = new JsonObject
            {
                ["Run"] = Member(old, "Run").ToString(),
                ["Correction"] = Member(old, "Correction").ToString(),
                ["Turn"] = Member(old, "Turn").ToString(),
                ["Rule"] = Member(old, "Rule").ToString(),
                ["Source"] = Member(old, "Source").ToString(),
                ["WalkedSide"] = Member(old, "WalkedSide").ToString(),
                ["LifetimeSeconds"] = lifetime.ToString(CultureInfo.InvariantCulture),
                ["OrderNotional"] = notional.ToString(CultureInfo.InvariantCulture),
            },
        };
    }
}
