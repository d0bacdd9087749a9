using System;
using System.Collections.Generic;
using System.Text.Json;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Ring;

namespace LowLatency.Feeds.Poloniex;

/// <summary>
/// Poloniex Spot: <c>book_lv2</c> with twenty levels per side, <c>trades</c>, <c>exchange</c>. Based on the venue's
/// documentation, including changes up to October 2025. Fees of the lowest tier: 0.20 % maker and taker.
/// </summary>
public sealed class PoloniexVenue : VenueBase
{
    private static readonly SyncRule s_rule = new PoloniexSyncRule();

    private PoloniexVenue()
        : base(
            "poloniex",
            new VenueProfile
            {
                Title = "Poloniex Spot",
                Channels = ["book_lv2", "trades", "exchange"],
                Proof = "stream snapshot, lastId chain",
                SilenceTimeout = TimeSpan.FromSeconds(30),
                PingText = """{"event":"ping"}""",
                PingInterval = TimeSpan.FromSeconds(15),
                ClientMessages = new RateLimit(500, TimeSpan.FromSeconds(1)),
                Connects = new RateLimit(10, TimeSpan.FromSeconds(1)),
                Snapshots = new RateLimit(50, TimeSpan.FromSeconds(1)),
                SymbolsPerConnection = 200,
            },
            new VenueAddress(new Uri("https://api.poloniex.com"), new Uri("wss://ws.poloniex.com/ws/public")))
    {
    }

    /// <summary>The only instance.</summary>
    public static PoloniexVenue Instance { get; } = new();

    private protected override int MakerFeePpm => 2000;

    private protected override int TakerFeePpm => 2000;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Resubscription(string symbol) =>
        [Request("unsubscribe", "book_lv2", [symbol]), Request("subscribe", "book_lv2", [symbol])];

    /// <inheritdoc/>
    public override ServerClock ClockOf(VenueAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return ClockOfMilliseconds(address, "/timestamp", answer => answer.GetProperty("serverTime"));
    }

    private protected override StreamChannel ChannelOf(ReadOnlySpan<byte> channel) => PoloniexChannels.Of(channel);

    private protected override void Identify(
        ReadOnlySpan<byte> message, EventBatch scratch, ICollection<MessageIdentity> into)
    {
        Span<int> at = stackalloc int[8];
        var parser = new PoloniexParser(message, 0, scratch);
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
        new(
            instrument, BytesOf(instrument.Symbol), s_rule,
            new BookMirror(checksum: null, PoloniexChannels.Updates.Depth));

    private protected override FeedSession CreateSession(
        BookFeed[] feeds, InputPublisher publisher, BadInputLog badInputs, bool carriesBooks) =>
        new PoloniexSession(feeds, publisher, badInputs, carriesBooks);

    private protected override IEnumerable<ConnectionPlan> PlanChunk(
        VenueAddress address, int[] indices, string[] symbols) =>
    [
        new ConnectionPlan(
            address.Stream, indices, true,
            [
                """{"event":"subscribe","channel":["exchange"]}""",
                Request("subscribe", "book_lv2", symbols),
                Request("subscribe", "trades", symbols),
            ]),
    ];

    private protected override Uri ListAddress(VenueAddress address, IReadOnlyList<string> symbols) =>
        new(address.Rest, "/markets");

    private protected override IEnumerable<JsonElement>? Entries(JsonElement root) => ElementsOf(root);

    private protected override ListedInstrument ReadEntry(JsonElement item)
    {
        JsonElement limits = item.GetProperty("symbolTradeLimit");
        return new ListedInstrument(
            item.GetProperty("symbol").GetString()!,
            item.GetProperty("baseCurrencyName").GetString()!,
            item.GetProperty("quoteCurrencyName").GetString()!,
            ListedInstrument.StepOf(limits.GetProperty("priceScale").GetInt32()),
            ListedInstrument.StepOf(limits.GetProperty("quantityScale").GetInt32()))
        {
            MinQuantity = TextOf(limits, "minQuantity"),
            MinNotional = TextOf(limits, "minAmount"),
            Status = TextOf(item, "state", "NORMAL") switch
            {
                "NORMAL" => TradingStatus.Trading,
                "POST_ONLY" => TradingStatus.PostOnly,
                _ => TradingStatus.Halted,
            },
        };
    }

    private static string Request(string name, string channel, IEnumerable<string> symbols) =>
        $$"""{"event":"{{name}}","channel":["{{channel}}"],"symbols":{{ListOf(symbols)}}}""";
}
