using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Ring;

namespace LowLatency.Feeds.Bitstamp;

/// <summary>
/// Bitstamp: <c>diff_order_book</c> and <c>live_trades</c>, one subscription per message. Based on the venue's OpenAPI
/// description of February 2026. Fees of the lowest tier: 0.30 % maker, 0.40 % taker.
/// </summary>
public sealed class BitstampVenue : VenueBase
{
    private static readonly SyncRule s_rule = new BitstampSyncRule();

    private BitstampVenue()
        : base(
            "bitstamp",
            new VenueProfile
            {
                Title = "Bitstamp",
                Channels = ["diff_order_book", "live_trades"],
                Proof = "REST snapshot joined by microtimestamp, replaced every five minutes",
                SilenceTimeout = TimeSpan.FromSeconds(30),
                PingText = """{"event":"bts:heartbeat"}""",
                PingInterval = TimeSpan.FromSeconds(10),

                // Ninety days are reported; a new connection each day is recommended.
                MaxConnectionAge = TimeSpan.FromHours(24),
                ClientMessages = new RateLimit(50, TimeSpan.FromSeconds(1)),
                Connects = new RateLimit(10, TimeSpan.FromSeconds(10)),
                Snapshots = new RateLimit(100, TimeSpan.FromSeconds(1)),

                // Maximum of 1,024 channels per connection; another one closes it. Half of that is recommended.
                SymbolsPerConnection = 250,
                BookRefresh = TimeSpan.FromMinutes(5),
            },
            new VenueAddress(new Uri("https://www.bitstamp.net"), new Uri("wss://ws.bitstamp.net")))
    {
    }

    /// <summary>The only instance.</summary>
    public static BitstampVenue Instance { get; } = new();

    private protected override int MakerFeePpm => 3000;

    private protected override int TakerFeePpm => 4000;

    /// <inheritdoc/>
    public override Uri SnapshotAddress(VenueAddress address, string symbol, int levels)
    {
        ArgumentNullException.ThrowIfNull(address);
        return new Uri(address.Rest, $"/api/v2/order_book/{symbol}/?group=1");
    }

    private protected override StreamChannel ChannelOf(ReadOnlySpan<byte> channel) =>
        BitstampChannels.Of(channel, out _);

    private protected override void Identify(
        ReadOnlySpan<byte> message, EventBatch scratch, ICollection<MessageIdentity> into)
    {
        Span<int> at = stackalloc int[7];
        if (new BitstampParser(message, 0, scratch).TryIdentify(at, out WireIdentity identity))
        {
            into.Add(MessageIdentity.Of(in identity));
        }
    }

    private protected override BookFeed CreateFeed(Instrument instrument) =>
        new(instrument, BytesOf(instrument.Symbol), s_rule);

    private protected override FeedSession CreateSession(
        BookFeed[] feeds, InputPublisher publisher, BadInputLog badInputs, bool carriesBooks) =>
        new BitstampSession(feeds, publisher, badInputs, carriesBooks);

    private protected override IEnumerable<ConnectionPlan> PlanChunk(
        VenueAddress address, int[] indices, string[] symbols) =>
    [
        new ConnectionPlan(
            address.Stream, indices, true,
            symbols.Select(symbol => Subscribe("diff_order_book_", symbol))
                .Concat(symbols.Select(symbol => Subscribe("live_trades_", symbol)))
                .ToArray()),
    ];

    private protected override Uri ListAddress(VenueAddress address, IReadOnlyList<string> symbols) =>
        new(address.Rest, "/api/v2/markets/");

    // Until 2025 the list was named trading-pairs-info, and minimum_order included the currency.
    private protected override ListedInstrument ReadEntry(JsonElement item)
    {
        string[] assets = item.GetProperty("name").GetString()!.Split('/');
        int priceDecimals = item.GetProperty("counter_decimals").GetInt32();
        int quantityDecimals = item.GetProperty("base_decimals").GetInt32();
        string symbol = TextOf(item, "url_symbol", TextOf(item, "market_symbol", string.Concat(assets)));
        return new ListedInstrument(
            symbol,
            assets[0],
            assets[^1],
            ListedInstrument.StepOf(priceDecimals),
            ListedInstrument.StepOf(quantityDecimals))
        {
            MinNotional = TextOf(item, "minimum_order_value", TextOf(item, "minimum_order")).Split(' ')[0],
            Status = TextOf(item, "trading", "Enabled") == "Enabled" ? TradingStatus.Trading : TradingStatus.Halted,
        };
    }

    private protected override IEnumerable<JsonElement>? Entries(JsonElement root) => ElementsOf(root);

    private static string Subscribe(string channel, string symbol) =>
        $$$"""{"event":"bts:subscribe","data":{"channel":{{{Quoted(channel + symbol)}}}}}""";
}
