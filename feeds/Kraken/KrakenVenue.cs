using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Ring;

namespace LowLatency.Feeds.Kraken;

/// <summary>
/// Kraken Spot over its websocket version 2: <c>book</c> and <c>trade</c>. Recordings of version 1 can be read too.
/// Based on the venue's guides of May and June 2026. Fees of the lowest tier: 0.25 % maker, 0.40 % taker.
/// </summary>
public sealed class KrakenVenue : VenueBase
{
    /// <summary>
    /// Subscribed levels per side; the venue cuts its books to this depth and expects the same of clients.
    /// </summary>
    internal const int Depth = 1000;

    private static readonly SyncRule s_rule = new KrakenSyncRule();
    private static readonly KrakenChecksum s_checksum = new();

    private KrakenVenue()
        : base(
            "kraken",
            new VenueProfile
            {
                Title = "Kraken Spot (websocket v2)",
                Channels = ["book", "trade", "status"],
                Proof = "stream snapshot, CRC-32 of the ten best levels in every message",

                // After the first subscription, there is a heartbeat about every second.
                SilenceTimeout = TimeSpan.FromSeconds(10),
                PingText = """{"method":"ping"}""",
                PingInterval = TimeSpan.FromSeconds(20),
                ClientMessages = new RateLimit(10, TimeSpan.FromSeconds(1)),
                Connects = new RateLimit(150, TimeSpan.FromMinutes(10)),
                Snapshots = new RateLimit(5, TimeSpan.FromSeconds(1)),
                SymbolsPerConnection = 100,
            },
            new VenueAddress(new Uri("https://api.kraken.com"), new Uri("wss://ws.kraken.com/v2")))
    {
    }

    /// <summary>The only instance.</summary>
    public static KrakenVenue Instance { get; } = new();

    private protected override int MakerFeePpm => 2500;

    private protected override int TakerFeePpm => 4000;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Resubscription(string symbol) =>
        [Request("unsubscribe", "book", [symbol]), Request("subscribe", "book", [symbol])];

    /// <inheritdoc/>
    public override ServerClock ClockOf(VenueAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return new ServerClock(
            new Uri(address.Rest, "/0/public/Time"),
            TimeSpan.FromSeconds(1),
            answer => answer.GetProperty("result").GetProperty("unixtime").GetInt64() * 1_000_000_000);
    }

    /// <inheritdoc/>
    public override MessageLabel Describe(JsonElement message)
    {
        if (message.ValueKind == JsonValueKind.Array)
        {
            string channel = message[message.GetArrayLength() - 2].GetString()!.Split('-')[0];
            bool isSnapshot = message[1].ValueKind == JsonValueKind.Object && message[1].TryGetProperty("as", out _);
            return new MessageLabel(
                message[message.GetArrayLength() - 1].GetString(), isSnapshot ? "book_snapshot" : channel);
        }

        if (!message.TryGetProperty("channel", out JsonElement name)
            || !message.TryGetProperty("data", out JsonElement data) || data.GetArrayLength() == 0
            || !data[0].TryGetProperty("symbol", out JsonElement symbol))
        {
            return new MessageLabel(null, "control");
        }

        string kind = TextOf(message, "type", "update") == "snapshot"
            ? name.GetString() + "_snapshot"
            : name.GetString()!;
        return new MessageLabel(symbol.GetString(), kind);
    }

    private protected override BookFeed CreateFeed(Instrument instrument) =>
        new(instrument, BytesOf(instrument.Symbol), s_rule, new BookMirror(s_checksum, Depth));

    private protected override FeedSession CreateSession(
        BookFeed[] feeds, InputPublisher publisher, BadInputLog badInputs, bool carriesBooks) =>
        new KrakenSession(feeds, publisher, badInputs, carriesBooks);

    private protected override IEnumerable<ConnectionPlan> PlanChunk(
        VenueAddress address, int[] indices, string[] symbols) =>
    [
        new ConnectionPlan(
            address.Stream, indices, true,
            [Request("subscribe", "book", symbols), Request("subscribe", "trade", symbols)]),
    ];

    private protected override Uri InstrumentList(VenueAddress address, IReadOnlyList<string> symbols) =>
        new(address.Rest, "/0/public/AssetPairs");

    private protected override IEnumerable<ListedInstrument> ReadList(JsonElement root) =>
        root.GetProperty("result").EnumerateObject()
            .Where(pair => pair.Value.TryGetProperty("wsname", out _))
            .Select(pair => Read(pair.Value));

    // Version 2 of the stream no longer uses the names XBT and XDG; REST and version 1 do.
    private static ListedInstrument Read(JsonElement item)
    {
        string name = item.GetProperty("wsname").GetString()!;
        string[] assets = name.Split('/').Select(Modern).ToArray();
        int priceDecimals = item.GetProperty("pair_decimals").GetInt32();
        int quantityDecimals = item.GetProperty("lot_decimals").GetInt32();
        return new ListedInstrument(
            string.Join('/', assets),
            assets[0],
            assets[^1],
            TextOf(item, "tick_size", ListedInstrument.StepOf(priceDecimals)),
            ListedInstrument.StepOf(quantityDecimals))
        {
            Alias = name,
            MinQuantity = TextOf(item, "ordermin"),
            MinNotional = TextOf(item, "costmin"),
            PriceDecimals = priceDecimals,
            QuantityDecimals = quantityDecimals,
            Status = TextOf(item, "status", "online") switch
            {
                "online" => TradingStatus.Trading,
                "post_only" => TradingStatus.PostOnly,
                "cancel_only" => TradingStatus.CancelOnly,
                _ => TradingStatus.Halted,
            },
        };
    }

    private static string Modern(string asset) => asset switch
    {
        "XBT" => "BTC",
        "XDG" => "DOGE",
        _ => asset,
    };

    private static string Request(string method, string channel, IEnumerable<string> symbols)
    {
        string depth = channel == "book"
            ? string.Create(CultureInfo.InvariantCulture, $",\"depth\":{Depth}")
            : string.Empty;
        string parameters = $$"""{"channel":"{{channel}}","symbol":{{ListOf(symbols)}}{{depth}}}""";
        return $$"""{"method":"{{method}}","params":{{parameters}}}""";
    }
}
