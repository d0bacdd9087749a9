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

    private protected override StreamChannel ChannelOf(ReadOnlySpan<byte> channel) => KrakenChannels.Of(channel);

    private protected override void Identify(
        ReadOnlySpan<byte> message, EventBatch scratch, ICollection<MessageIdentity> into)
    {
        Span<int> at = stackalloc int[8];
        if (KrakenSession.IsVersion1(message))
        {
            if (new KrakenV1Parser(message, 0, scratch).TryIdentify(at[..4], out _, out WireIdentity array))
            {
                into.Add(MessageIdentity.Of(in array));
            }

            return;
        }

        var parser = new KrakenParser(message, 0, scratch);
        if (!parser.TryIdentify(at, out WireIdentity identity))
        {
            return;
        }

        bool hasMore = identity.Subject is MessageSubject.Book or MessageSubject.Trade;
        for (int item = 0; hasMore && parser.TryReadItemSymbol(at, item, out identity.Symbol, out hasMore); item++)
        {
            AddOnce(into, MessageIdentity.Of(in identity));
        }

        if (into.Count == 0)
        {
            into.Add(MessageIdentity.Of(in identity));
        }
    }

    private protected override BookFeed CreateFeed(Instrument instrument) =>
        new(instrument, BytesOf(instrument.Symbol), s_rule, new BookMirror(s_checksum, Depth, KrakenChannels.Depths),
            TradeIds.Consecutive);

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

    private protected override Uri ListAddress(VenueAddress address, IReadOnlyList<string> symbols) =>
        new(address.Rest, "/0/public/AssetPairs");

    // Pairs without wsname are not on the stream.
    private protected override IEnumerable<JsonElement>? Entries(JsonElement root) =>
        PropertyOf(root, "result") is { ValueKind: JsonValueKind.Object } result
            ? result.EnumerateObject().Select(pair => pair.Value)
                .Where(pair => pair.ValueKind != JsonValueKind.Object || pair.TryGetProperty("wsname", out _))
            : null;

    // Version 2 of the stream no longer uses the names XBT and XDG; REST and version 1 do.
    private protected override ListedInstrument ReadEntry(JsonElement item)
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
