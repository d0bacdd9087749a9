using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Ring;

namespace LowLatency.Feeds.Binance;

/// <summary>
/// Binance Spot and USD-M futures: addresses, instruments, subscriptions, snapshots. Based on the venue's documentation
/// of July 2026 (Spot) and its route change of March 2026 (futures).
/// </summary>
public sealed class BinanceVenue : VenueBase
{
    private readonly SyncRule _rule;
    private readonly string _restPrefix;
    private readonly Route[] _routes;

    private BinanceVenue(
        string name, VenueProfile profile, VenueAddress address, SyncRule rule, string restPrefix, int makerFeePpm,
        int takerFeePpm, Route[] routes)
        : base(name, profile, address)
    {
        _rule = rule;
        _restPrefix = restPrefix;
        MakerFeePpm = makerFeePpm;
        TakerFeePpm = takerFeePpm;
        _routes = routes;
    }

    /// <summary>Binance Spot. Fees of the lowest tier: 0.10 % maker and taker.</summary>
    public static BinanceVenue Spot { get; } = new(
        "binance",
        new VenueProfile
        {
            Title = "Binance Spot",
            Channels = ["depth@100ms", "bookTicker", "trade"],
            Proof = "REST snapshot, U and u without gaps, top compared with bookTicker of equal id",
            SilenceTimeout = TimeSpan.FromSeconds(60),
            PingInterval = TimeSpan.FromSeconds(20),
            MaxConnectionAge = TimeSpan.FromHours(24),
            ClientMessages = new RateLimit(5, TimeSpan.FromSeconds(1)),
            Connects = new RateLimit(300, TimeSpan.FromMinutes(5)),

            // 6,000 weight a minute; a snapshot of up to 1,000 levels weighs 50.
            Snapshots = new RateLimit(100, TimeSpan.FromMinutes(1)),

            // Keeps the request line, with three streams per symbol, far below the 8 KiB that servers accept.
            SymbolsPerConnection = 60,
        },
        new VenueAddress(new Uri("https://api.binance.com"), new Uri("wss://stream.binance.com:9443")),
        new BinanceSpotSyncRule(),
        "/api/v3/",
        makerFeePpm: 1000,
        takerFeePpm: 1000,
        [new Route("/stream", ["@depth@100ms", "@bookTicker", "@trade"], CarriesBooks: true)]);

    /// <summary>
    /// Binance USD-M futures. Books and trades use different routes, so they need two connections. Fees of the lowest
    /// tier: 0.02 % maker, 0.05 % taker.
    /// </summary>
    public static BinanceVenue UsdmFutures { get; } = new(
        "binance-futures",
        new VenueProfile
        {
            Title = "Binance USD-M futures",
            Channels = ["depth@100ms", "bookTicker", "aggTrade"],
            Proof = "REST snapshot, pu chain, top compared with bookTicker of equal id",
            SilenceTimeout = TimeSpan.FromSeconds(60),
            PingInterval = TimeSpan.FromSeconds(20),
            MaxConnectionAge = TimeSpan.FromHours(24),
            ClientMessages = new RateLimit(10, TimeSpan.FromSeconds(1)),
            Connects = new RateLimit(300, TimeSpan.FromMinutes(5)),

            // 2,400 weight a minute; a snapshot weighs 20.
            Snapshots = new RateLimit(100, TimeSpan.FromMinutes(1)),
            SymbolsPerConnection = 60,
        },
        new VenueAddress(new Uri("https://fapi.binance.com"), new Uri("wss://fstream.binance.com")),
        new BinanceUsdmSyncRule(),
        "/fapi/v1/",
        makerFeePpm: 200,
        takerFeePpm: 500,
        [
            new Route("/public/stream", ["@depth@100ms", "@bookTicker"], CarriesBooks: true),
            new Route("/market/stream", ["@aggTrade"], CarriesBooks: false),
        ]);

    private protected override int MakerFeePpm { get; }

    private protected override int TakerFeePpm { get; }

    /// <inheritdoc/>
    public override Uri SnapshotAddress(VenueAddress address, string symbol, int levels)
    {
        ArgumentNullException.ThrowIfNull(address);
        return new Uri(address.Rest, $"{_restPrefix}depth?symbol={symbol}&limit={levels}");
    }

    /// <inheritdoc/>
    public override ServerClock ClockOf(VenueAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return ClockOfMilliseconds(address, _restPrefix + "time", answer => answer.GetProperty("serverTime"));
    }

    private protected override StreamChannel ChannelOf(ReadOnlySpan<byte> channel) => BinanceChannels.Of(channel);

    // Stream names have the symbol in lower case.
    private protected override void Identify(
        ReadOnlySpan<byte> message, EventBatch scratch, ICollection<MessageIdentity> into)
    {
        if (new BinanceParser(message, 0, scratch).TryIdentify(out WireIdentity identity, out _))
        {
            MessageIdentity named = MessageIdentity.Of(in identity);
            into.Add(named with { Symbol = named.Symbol?.ToUpperInvariant() });
        }
    }

    private protected override BookFeed CreateFeed(Instrument instrument) =>
        new(instrument, BytesOf(instrument.Symbol), _rule, tradeIds: TradeIds.Consecutive);

    private protected override FeedSession CreateSession(
        BookFeed[] feeds, InputPublisher publisher, BadInputLog badInputs, bool carriesBooks) =>
        new BinanceSession(feeds, publisher, badInputs, carriesBooks);

    private protected override IEnumerable<ConnectionPlan> PlanChunk(
        VenueAddress address, int[] indices, string[] symbols) =>
        _routes.Select(route =>
        {
            IEnumerable<string> streams = symbols
                .Select(BinanceSession.StreamName)
                .SelectMany(symbol => route.Channels.Select(channel => symbol + channel));
            var uri = new Uri(address.Stream, $"{route.Path}?streams={string.Join('/', streams)}");
            return new ConnectionPlan(uri, indices, route.CarriesBooks, []);
        });

    private protected override Uri ListAddress(VenueAddress address, IReadOnlyList<string> symbols) =>
        new(address.Rest, _restPrefix + "exchangeInfo");

    private protected override IEnumerable<JsonElement>? Entries(JsonElement root) =>
        ElementsOf(PropertyOf(root, "symbols"));

    private protected override ListedInstrument ReadEntry(JsonElement item) => new(
        item.GetProperty("symbol").GetString()!,
        item.GetProperty("baseAsset").GetString()!,
        item.GetProperty("quoteAsset").GetString()!,
        Filter(item, "PRICE_FILTER", "tickSize"),
        Filter(item, "LOT_SIZE", "stepSize"))
    {
        MinQuantity = Filter(item, "LOT_SIZE", "minQty"),
        MinNotional = Filter(item, "MIN_NOTIONAL", "notional",
            Filter(item, "NOTIONAL", "minNotional", Filter(item, "MIN_NOTIONAL", "minNotional", "0"))),
        Status = TextOf(item, "status", "TRADING") switch
        {
            "TRADING" => TradingStatus.Trading,
            "CANCEL_ONLY" => TradingStatus.CancelOnly,
            _ => TradingStatus.Halted,
        },
    };

    private static string Filter(JsonElement item, string filter, string field, string? otherwise = null)
    {
        foreach (JsonElement entry in item.GetProperty("filters").EnumerateArray())
        {
            if (entry.GetProperty("filterType").GetString() == filter
                && entry.TryGetProperty(field, out JsonElement value))
            {
                return value.GetString()!;
            }
        }

        return otherwise ?? throw new KeyNotFoundException($"{filter}.{field}");
    }

    private sealed record Route(string Path, string[] Channels, bool CarriesBooks);
}
