using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Ring;

namespace LowLatency.Feeds.Bybit;

/// <summary>
/// Bybit version 5, spot: <c>orderbook.50</c> and <c>publicTrade</c>. Recordings of the 2021 API can be read too. Based
/// on the venue's documentation of July 2026. Fees of the lowest tier: 0.10 % maker and taker.
/// </summary>
public sealed class BybitVenue : VenueBase
{
    private const int TopicsPerRequest = 10;
    private const string FirstPage = "/v5/market/instruments-info?category=spot&limit=500";

    private static readonly SyncRule s_rule = new BybitSyncRule();

    private BybitVenue()
        : base(
            "bybit",
            new VenueProfile
            {
                Title = "Bybit v5 spot",
                Channels = ["orderbook.50", "publicTrade"],
                Proof = "stream snapshot, u without gaps",
                SilenceTimeout = TimeSpan.FromSeconds(45),
                PingText = """{"op":"ping"}""",
                PingInterval = TimeSpan.FromSeconds(20),
                ClientMessages = new RateLimit(20, TimeSpan.FromSeconds(1)),
                Connects = new RateLimit(500, TimeSpan.FromMinutes(5)),
                Snapshots = new RateLimit(20, TimeSpan.FromSeconds(1)),

                // At most 21,000 characters of topics per connection.
                SymbolsPerConnection = 250,
            },
            new VenueAddress(new Uri("https://api.bybit.com"), new Uri("wss://stream.bybit.com/v5/public/spot")))
    {
    }

    /// <summary>The only instance.</summary>
    public static BybitVenue Instance { get; } = new();

    private protected override int MakerFeePpm => 1000;

    private protected override int TakerFeePpm => 1000;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Resubscription(string symbol) =>
        [Request("unsubscribe", ["orderbook.50." + symbol]), Request("subscribe", ["orderbook.50." + symbol])];

    /// <inheritdoc/>
    public override ServerClock ClockOf(VenueAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return ClockOfMilliseconds(address, "/v5/market/time", answer => answer.GetProperty("time"));
    }

    private protected override StreamChannel ChannelOf(ReadOnlySpan<byte> channel) => BybitChannels.Of(channel);

    // One topic of trades may hold several symbols.
    private protected override void Identify(
        ReadOnlySpan<byte> message, EventBatch scratch, ICollection<MessageIdentity> into)
    {
        Span<int> at = stackalloc int[10];
        var parser = new BybitParser(message, 0, scratch);
        if (!parser.TryIdentify(at, out WireIdentity identity))
        {
            return;
        }

        bool hasMore = identity.Subject == MessageSubject.Trade;
        for (int item = 0; hasMore && parser.TryReadTradeSymbol(at, item, ref identity.Symbol, out hasMore); item++)
        {
            AddOnce(into, MessageIdentity.Of(in identity));
        }

        if (into.Count == 0)
        {
            into.Add(MessageIdentity.Of(in identity));
        }
    }

    private protected override BookFeed CreateFeed(Instrument instrument) =>
        new(
            instrument, BytesOf(instrument.Symbol), s_rule, new BookMirror(checksum: null, maxLevels: 0),
            TradeIds.Unordered);

    private protected override FeedSession CreateSession(
        BookFeed[] feeds, InputPublisher publisher, BadInputLog badInputs, bool carriesBooks) =>
        new BybitSession(feeds, publisher, badInputs, carriesBooks);

    private protected override IEnumerable<ConnectionPlan> PlanChunk(
        VenueAddress address, int[] indices, string[] symbols) =>
    [
        new ConnectionPlan(
            address.Stream, indices, true,
            symbols.SelectMany(symbol => new[] { "orderbook.50." + symbol, "publicTrade." + symbol })
                .Chunk(TopicsPerRequest)
                .Select(topics => Request("subscribe", topics))
                .ToArray()),
    ];

    private protected override Uri ListAddress(VenueAddress address, IReadOnlyList<string> symbols) =>
        new(address.Rest, FirstPage);

    private protected override Uri? NextPage(Uri page, JsonElement root) =>
        root.TryGetProperty("result", out JsonElement result) && result.ValueKind == JsonValueKind.Object
            && TextOf(result, "nextPageCursor", string.Empty) is { Length: > 0 } cursor
            ? new Uri(page, $"{FirstPage}&cursor={Uri.EscapeDataString(cursor)}")
            : null;

    // In 2021 the result was the list itself.
    private protected override IEnumerable<JsonElement>? Entries(JsonElement root) =>
        ElementsOf(PropertyOf(root, "result")) ?? ElementsOf(PropertyOf(PropertyOf(root, "result"), "list"));

    private protected override ListedInstrument ReadEntry(JsonElement item) =>
        item.TryGetProperty("name", out _) ? Read2021(item) : Read(item);

    private static ListedInstrument Read(JsonElement item)
    {
        JsonElement lot = item.GetProperty("lotSizeFilter");
        return new ListedInstrument(
            item.GetProperty("symbol").GetString()!,
            item.GetProperty("baseCoin").GetString()!,
            item.GetProperty("quoteCoin").GetString()!,
            item.GetProperty("priceFilter").GetProperty("tickSize").GetString()!,
            TextOf(lot, "qtyStep", TextOf(lot, "basePrecision")))
        {
            MinQuantity = TextOf(lot, "minOrderQty"),
            MinNotional = TextOf(lot, "minNotionalValue", TextOf(lot, "minOrderAmt")),
            Status = TextOf(item, "status", "Trading") == "Trading" ? TradingStatus.Trading : TradingStatus.Halted,
        };
    }

    private static ListedInstrument Read2021(JsonElement item)
    {
        JsonElement lot = item.GetProperty("lot_size_filter");
        return new ListedInstrument(
            item.GetProperty("name").GetString()!,
            item.GetProperty("base_currency").GetString()!,
            item.GetProperty("quote_currency").GetString()!,
            item.GetProperty("price_filter").GetProperty("tick_size").GetString()!,
            TextOf(lot, "qty_step"))
        {
            MinQuantity = TextOf(lot, "min_trading_qty"),
        };
    }

    private static string Request(string operation, IEnumerable<string> topics) =>
        $$"""{"op":"{{operation}}","args":{{ListOf(topics)}}}""";
}
