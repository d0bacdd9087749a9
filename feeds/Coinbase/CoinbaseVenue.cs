using System;
using System.Collections.Generic;
using System.Text.Json;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Ring;

namespace LowLatency.Feeds.Coinbase;

/// <summary>
/// Coinbase Exchange: <c>level2_batch</c>, <c>matches</c>, <c>ticker</c>, <c>heartbeat</c>. Based on the venue's
/// documentation of 2026. Fees of the lowest tier: 0.40 % maker, 0.60 % taker.
/// </summary>
public sealed class CoinbaseVenue : VenueBase
{
    private static readonly string[] s_channels = ["level2_batch", "matches", "ticker", "heartbeat"];
    private static readonly SyncRule s_rule = new CoinbaseSyncRule();

    private CoinbaseVenue()
        : base(
            "coinbase",
            new VenueProfile
            {
                Title = "Coinbase Exchange",
                Channels = s_channels,
                Proof = "stream snapshot; updates have no numbers, heartbeats name the last trade",

                // There is a heartbeat every second.
                SilenceTimeout = TimeSpan.FromSeconds(10),
                PingInterval = TimeSpan.FromSeconds(5),
                ClientMessages = new RateLimit(8, TimeSpan.FromSeconds(1)),
                Connects = new RateLimit(8, TimeSpan.FromSeconds(1)),
                Snapshots = new RateLimit(8, TimeSpan.FromSeconds(1)),
                SymbolsPerConnection = 30,

                // Snapshots contain the whole book.
                RingCapacity = 524_288,
            },
            new VenueAddress(
                new Uri("https://api.exchange.coinbase.com"), new Uri("wss://ws-feed.exchange.coinbase.com")))
    {
    }

    /// <summary>The only instance.</summary>
    public static CoinbaseVenue Instance { get; } = new();

    private protected override int MakerFeePpm => 4000;

    private protected override int TakerFeePpm => 6000;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Resubscription(string symbol) =>
    [
        Request("unsubscribe", [symbol], ["level2_batch"]),
        Request("subscribe", [symbol], ["level2_batch"]),
    ];

    /// <inheritdoc/>
    public override ServerClock ClockOf(VenueAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return new ServerClock(
            new Uri(address.Rest, "/time"),
            TimeSpan.FromMilliseconds(1),
            answer => (long)(answer.GetProperty("epoch").GetDecimal() * 1_000_000_000));
    }

    private protected override StreamChannel ChannelOf(ReadOnlySpan<byte> channel) => StreamChannel.None;

    private protected override void Identify(
        ReadOnlySpan<byte> message, EventBatch scratch, ICollection<MessageIdentity> into)
    {
        Span<int> at = stackalloc int[CoinbaseParser.Fields];
        if (new CoinbaseParser(message, 0, scratch).TryIdentify(at, out WireIdentity identity))
        {
            into.Add(MessageIdentity.Of(in identity));
        }
    }

    private protected override BookFeed CreateFeed(Instrument instrument) =>
        new(instrument, BytesOf(instrument.Symbol), s_rule, tradeIds: TradeIds.Consecutive);

    private protected override FeedSession CreateSession(
        BookFeed[] feeds, InputPublisher publisher, BadInputLog badInputs, bool carriesBooks) =>
        new CoinbaseSession(feeds, publisher, badInputs, carriesBooks);

    private protected override IEnumerable<ConnectionPlan> PlanChunk(
        VenueAddress address, int[] indices, string[] symbols) =>
        [new ConnectionPlan(address.Stream, indices, true, [Request("subscribe", symbols, s_channels)])];

    private protected override Uri ListAddress(VenueAddress address, IReadOnlyList<string> symbols) =>
        new(address.Rest, "/products");

    private protected override IEnumerable<JsonElement>? Entries(JsonElement root) => ElementsOf(root);

    private protected override ListedInstrument ReadEntry(JsonElement item) => new(
        item.GetProperty("id").GetString()!,
        item.GetProperty("base_currency").GetString()!,
        item.GetProperty("quote_currency").GetString()!,
        item.GetProperty("quote_increment").GetString()!,
        item.GetProperty("base_increment").GetString()!)
    {
        MinQuantity = TextOf(item, "base_min_size"),
        MinNotional = TextOf(item, "min_market_funds"),
        Status = StatusOf(item),
    };

    private static TradingStatus StatusOf(JsonElement item) =>
        TextOf(item, "status", "online") != "online" || IsTrue(item, "trading_disabled") ? TradingStatus.Halted
        : IsTrue(item, "cancel_only") ? TradingStatus.CancelOnly
        : IsTrue(item, "post_only") ? TradingStatus.PostOnly
        : TradingStatus.Trading;

    private static bool IsTrue(JsonElement item, string name) =>
        item.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.True;

    private static string Request(string type, IEnumerable<string> symbols, IEnumerable<string> channels) =>
        $$"""{"type":"{{type}}","product_ids":{{ListOf(symbols)}},"channels":{{ListOf(channels)}}}""";
}
