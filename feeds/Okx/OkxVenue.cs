using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Ring;

namespace LowLatency.Feeds.Okx;

/// <summary>
/// OKX: <c>books</c> with 400 levels and <c>trades</c>, for spot, swaps and futures. Based on the venue's documentation
/// of July 2026. Fees of the lowest spot tier: 0.08 % maker, 0.10 % taker.
/// </summary>
public sealed class OkxVenue : VenueBase
{
    private static readonly SyncRule s_rule = new OkxSyncRule();
    private static readonly OkxChecksum s_checksum = new();

    private OkxVenue()
        : base(
            "okx",
            new VenueProfile
            {
                Title = "OKX",
                Channels = ["books", "trades"],
                Proof = "stream or REST snapshot, prevSeqId chain, CRC-32 of 25 levels where sent",
                SilenceTimeout = TimeSpan.FromSeconds(30),

                // An unchanged book is repeated every minute, with equal sequences.
                BookSilence = TimeSpan.FromSeconds(150),
                PingText = "ping",
                PingInterval = TimeSpan.FromSeconds(15),

                ClientMessages = new RateLimit(3, TimeSpan.FromSeconds(1)),
                Subscriptions = new RateLimit(480, TimeSpan.FromHours(1)),
                Connects = new RateLimit(3, TimeSpan.FromSeconds(1)),
                Snapshots = new RateLimit(20, TimeSpan.FromSeconds(2)),
                SymbolsPerConnection = 100,
            },
            new VenueAddress(new Uri("https://www.okx.com"), new Uri("wss://ws.okx.com:8443/ws/v5/public")))
    {
    }

    /// <summary>The only instance.</summary>
    public static OkxVenue Instance { get; } = new();

    private protected override int MakerFeePpm => 800;

    private protected override int TakerFeePpm => 1000;

    /// <inheritdoc/>
    public override Uri SnapshotAddress(VenueAddress address, string symbol, int levels)
    {
        ArgumentNullException.ThrowIfNull(address);
        return new Uri(address.Rest, $"/api/v5/market/books?instId={symbol}&sz=400&source=0");
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Resubscription(string symbol) =>
        [Request("unsubscribe", ["books"], [symbol]), Request("subscribe", ["books"], [symbol])];

    /// <inheritdoc/>
    public override ServerClock ClockOf(VenueAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return ClockOfMilliseconds(
            address, "/api/v5/public/time", answer => answer.GetProperty("data")[0].GetProperty("ts"));
    }

    private protected override StreamChannel ChannelOf(ReadOnlySpan<byte> channel) => OkxChannels.Of(channel);

    private protected override void Identify(
        ReadOnlySpan<byte> message, EventBatch scratch, ICollection<MessageIdentity> into)
    {
        Span<int> at = stackalloc int[5];
        if (new OkxParser(message, 0, scratch).TryIdentify(at, out WireIdentity identity))
        {
            into.Add(MessageIdentity.Of(in identity));
        }
    }

    private protected override BookFeed CreateFeed(Instrument instrument) =>
        new(instrument, BytesOf(instrument.Symbol), s_rule, new BookMirror(s_checksum, maxLevels: 0));

    private protected override FeedSession CreateSession(
        BookFeed[] feeds, InputPublisher publisher, BadInputLog badInputs, bool carriesBooks) =>
        new OkxSession(feeds, publisher, badInputs, carriesBooks);

    private protected override IEnumerable<ConnectionPlan> PlanChunk(
        VenueAddress address, int[] indices, string[] symbols) =>
        [new ConnectionPlan(address.Stream, indices, true, [Request("subscribe", ["books", "trades"], symbols)])];

    // There are three instrument lists with books; the dashes in the symbols show which one is needed.
    private protected override Uri ListAddress(VenueAddress address, IReadOnlyList<string> symbols) =>
        new(address.Rest, "/api/v5/public/instruments?instType=SPOT");

    private protected override Uri? NextPage(Uri page, JsonElement root) => page.Query switch
    {
        "?instType=SPOT" => new Uri(page, "/api/v5/public/instruments?instType=SWAP"),
        "?instType=SWAP" => new Uri(page, "/api/v5/public/instruments?instType=FUTURES"),
        _ => null,
    };

    private protected override IEnumerable<JsonElement>? Entries(JsonElement root) =>
        ElementsOf(PropertyOf(root, "data"));

    private protected override ListedInstrument ReadEntry(JsonElement item)
    {
        string symbol = item.GetProperty("instId").GetString()!;
        string[] assets = symbol.Split('-');
        return new ListedInstrument(
            symbol,
            assets[0],
            assets.Length > 1 ? assets[1] : string.Empty,
            item.GetProperty("tickSz").GetString()!,
            item.GetProperty("lotSz").GetString()!)
        {
            MinQuantity = TextOf(item, "minSz"),
            Status = TextOf(item, "state", "live") switch
            {
                "live" => TradingStatus.Trading,
                "post_only" => TradingStatus.PostOnly,
                _ => TradingStatus.Halted,
            },
        };
    }

    private static string Request(string operation, string[] channels, IEnumerable<string> symbols)
    {
        IEnumerable<string> arguments = symbols.SelectMany(symbol => channels.Select(channel =>
            $$"""{"channel":"{{channel}}","instId":{{Quoted(symbol)}}}"""));
        return $$"""{"op":"{{operation}}","args":[{{string.Join(',', arguments)}}]}""";
    }
}
