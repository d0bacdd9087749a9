using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json.Nodes;
using LowLatency.Engine;
using LowLatency.Engine.Events;
using LowLatency.Engine.Journal;
using LowLatency.Engine.Positions;
using LowLatency.Replay;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Replay;

/// <summary>The manifest: what it keeps, what it refuses, and how it reads those of older programs.</summary>
public sealed class SessionManifestTests
{
    private const string Limits = """
        {"MaxOrderTickLots":1000,"MaxOrderLots":1000,"MaxPositionTickLots":1000,"MaxOpenOrders":3,"CollarPpm":10,
        "OrderIntervalNs":1,"OrderBurst":1,"CancelIntervalNs":1,"CancelBurst":1,"MaxDailyLossTickLots":1,
        "MaxDrawdownTickLots":1,"MaxBookAgeNs":1,"MaxClockOffsetNs":1,"MaxDisconnectedNs":1}
        """;

    private const string Instrument = """
        {"Id":0,"Venue":"binance","Symbol":"BTCUSDT","BaseAsset":"BTC","QuoteAsset":"USDT","Scale":{"PriceDecimals":2,
        "QuantityDecimals":5,"TickIncrements":1,"LotIncrements":1},"MinQuantityLots":1,"MinNotionalTickLots":0,
        "Status":"Trading","MakerFeePpm":1000,"TakerFeePpm":1000}
        """;

    [Fact]
    public void ShouldKeepTheSameSymbolOfTwoVenuesApart()
    {
        SessionManifest manifest = Manifests.Of(Fixture.Spot(), Manifests.Elsewhere(1)) with
        {
            Venues =
            [
                new VenueManifest("binance", "here", new Dictionary<string, decimal> { ["USDT"] = 1.5m }),
                new VenueManifest("okx", "there", new Dictionary<string, decimal> { ["USDT"] = 7 }),
            ],
            Feeds = [new SourceManifest(4, "binance", [0], true), new SourceManifest(5, "okx", [1], true)],
        };

        SessionManifest read = SessionManifest.FromJson(manifest.ToJson());

        Assert.Equal(manifest.ToJson(), read.ToJson());
        Assert.Equal("binance, here; okx, there", read.MarketText);
        Assert.Equal(["binance", "okx"], read.InstrumentList.Select(item => item.Venue));
        Assert.Equal(["binance", "okx"], read.Feeds.Select(feed => feed.Venue));
        Assert.Equal(
            new Dictionary<VenueCurrency, decimal>
            {
                [new VenueCurrency("binance", "USDT")] = 1.5m,
                [new VenueCurrency("okx", "USDT")] = 7,
            },
            read.CreateOptions().Balances);
    }

    [Theory]
    [InlineData("\"Name\":\"okx\"", "\"Name\":\"binance\"", "venue binance is listed twice")]
    [InlineData("\"Name\":\"okx\"", "\"Name\":\"kraken\"", "BTCUSDT is at venue okx, which is not in the list")]
    [InlineData("\"Id\":1", "\"Id\":2", "instrument 1 has the id 2")]
    [InlineData("\"Source\":5,\"Venue\":\"okx\"", "\"Source\":5,\"Venue\":\"binance\"",
        "source 5 is a feed of venue binance and names instrument 1, which is not there")]
    [InlineData("\"Id\":1,\"Venue\":\"okx\"", "\"Id\":1,\"Venue\":\"binance\"",
        "instrument BTCUSDT of venue binance is listed twice")]
    [InlineData("\"RecordBytes\":192", "\"RecordBytes\":256",
        "snapshot has records of 256 bytes, and this program's have 192")]
    [InlineData("\"Records\":\"", "\"Records\":\"AAAA", "which is not a multiple of the record size, 192 bytes")]
    [InlineData("\"RulesVersion\"", "\"Unknown\"", "cannot be read")]
    public void ShouldRefuseWhatContradictsItself(string part, string changed, string words)
    {
        var snapshot = new EngineSnapshot(9, [new EngineOutput { Kind = OutputKind.Position }]);
        SessionManifest manifest = Manifests.Of(Fixture.Spot(), Manifests.Elsewhere(1)) with
        {
            Snapshot = SnapshotManifest.Of(snapshot),
            Feeds = [new SourceManifest(4, "binance", [0], true), new SourceManifest(5, "okx", [1], true)],
        };
        string json = Encoding.UTF8.GetString(manifest.ToJson());
        Assert.Single(Read(json).CreateOptions().Snapshot!.Records);
        Assert.Contains(part, json, StringComparison.Ordinal);

        Assert.Contains(words, Fault(json.Replace(part, changed, StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public void ShouldReadVersion1AsWhatItMeant()
    {
        SessionManifest manifest = Read($$$"""
            {"Version":1,"Program":"old","Venue":"binance","Market":"m","RingCapacity":1024,"MaxOrders":65536,
            "Instruments":[{"Instrument":{{{Instrument}}},
            "Limits":{"MaxOrderTickLots":1000,"MaxPositionTickLots":1000,"MaxOpenOrders":3,"CollarPpm":10},
            "Strategy":{"Run":5,"Correction":1,"Turn":2,"Rule":"Step","Source":"Book","WalkedSide":"Own",
            "LifetimeNs":300000000000,"OrderTickLots":10000000000}}],
            "Feeds":[{"Source":3,"InstrumentIds":[0],"CarriesBooks":true}]}
            """);

        Assert.Equal((4, 1, false), (manifest.Version, manifest.RulesVersion, manifest.HasCurrentRules));
        Assert.Equal(long.MaxValue, manifest.AnswerTimeoutNs);
        StrategyManifest strategy = Assert.Single(manifest.Instruments).Strategy;
        Assert.Equal(
            ("300", "1000"), (strategy.Values["LifetimeSeconds"], strategy.Values["OrderNotional"].Split('.')[0]));
        Assert.Empty(Assert.Single(manifest.Venues).Balances);
        Assert.NotEmpty(manifest.CreateSetups(LowLatency.Engine.Strategies.StrategyCatalog.BuiltIn));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void ShouldReadVersions2And3AsSessionsOfOneVenue(int version)
    {
        string records = Convert.ToBase64String(new byte[EngineOutput.SizeBytes]);
        SessionManifest manifest = Read($$$"""
            {"Version":{{{version}}},"Program":"old","Venue":"binance","Market":"m","RingCapacity":1024,"MaxOrders":64,
            "MaxComposites":16,"FirstOrderCounter":7,"AnswerPatienceNs":5,"Balances":{"USDT":12.5},
            "Snapshot":{"NextOrderCounter":9,"Records":"{{{records}}}"},
            "Instruments":[{"Instrument":{{{Instrument}}},"Limits":{{{Limits}}},
            "Strategy":{"Name":"Watch","Values":{} }}],
            "Feeds":[{"Source":3,"InstrumentIds":[0],"CarriesBooks":true}]}
            """);

        Assert.Equal((version, version == EngineRules.Version), (manifest.RulesVersion, manifest.HasCurrentRules));
        VenueManifest venue = Assert.Single(manifest.Venues);
        Assert.Equal(("binance", "m", 12.5m), (venue.Name, venue.Market, venue.Balances["USDT"]));
        Assert.Equal((5, 7, null), (manifest.AnswerTimeoutNs, manifest.FirstOrderCounter, manifest.SessionId));
        Assert.Equal("binance", Assert.Single(manifest.Feeds).Venue);
        EngineSnapshot snapshot = manifest.CreateOptions().Snapshot!;
        Assert.Equal((9, 1), (snapshot.NextOrderCounter, snapshot.Records.Count));

        // What was converted is written as the current version and read as the same.
        Assert.Equal(manifest.ToJson(), SessionManifest.FromJson(manifest.ToJson()).ToJson());
    }

    [Theory]
    [InlineData("{\"Version\":5,\"Planets\":[]}", "have version 5; this program reads up to 4: use a newer program")]
    [InlineData("{\"Version\":3}", "cannot be read: Venue is missing")]
    [InlineData("{\"Version\":4}", "cannot be read")]
    [InlineData("{}", "cannot be read: Instruments is missing")]
    [InlineData("[]", "cannot be read")]
    [InlineData("null", "are empty")]
    [InlineData("no json", "cannot be read")]
    public void ShouldRefuseWhatItCannotRead(string json, string words) =>
        Assert.Contains(words, Fault(json), StringComparison.Ordinal);

    [Fact]
    public void ShouldDescribeVenuesAndSessionInTheSegmentHeader()
    {
        SessionManifest manifest = Manifests.Of(Fixture.Spot(), Manifests.Elsewhere(1));

        JsonNode json = JsonNode.Parse(SessionDescription.Of(manifest, clock: null, journal: "j").ToJson())!;

        Assert.Equal(manifest.SessionId, (string?)json["session"]);
        Assert.Equal(["binance", "okx"], json["venues"]!.AsArray().Select(venue => (string?)venue!["name"]));
        Assert.Equal(["binance", "okx"], json["symbols"]!.AsArray().Select(symbol => (string?)symbol!["venue"]));
        SessionDescription older = SessionDescription.FromJson("""
            {"venue":"binance","market":"m","symbols":[{"symbol":"BTCUSDT","base":"BTC","quote":"USDT",
            "price_increment":"0.01","quantity_increment":"0.00001","tick":"0.01","lot":"0.00001"}],"clock":null,
            "journal":"../j"}
            """)!;
        Assert.Equal(("../j", null, "BTCUSDT"), (older.Journal, older.Venues, older.Symbols[0].Symbol));
    }

    private static SessionManifest Read(string json) => SessionManifest.FromJson(Encoding.UTF8.GetBytes(json));

    private static string Fault(string json) => Assert.Throws<InvalidDataException>(() => Read(json)).Message;
}
