using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.Http;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using LowLatency.Engine.Instruments;

namespace LowLatency.Feeds.Binance;

/// <summary>
/// Binance Spot and USD-M futures: addresses, instruments, subscriptions, snapshots. Facts from the venue's
/// documentation of July 2026 (Spot) and its route change of March 2026 (futures).
/// </summary>
public sealed class BinanceVenue : IVenue
{
    // A request line stays far below the 8 KiB that servers accept, with three streams a symbol.
    private const int MaxSymbolsPerConnection = 60;

    private readonly ISyncRule _rule;
    private readonly string _restPrefix;
    private readonly int _makerFeePpm;
    private readonly int _takerFeePpm;
    private readonly Route[] _routes;

    private BinanceVenue(
        string name, VenueAddress address, ISyncRule rule, string restPrefix, int makerFeePpm, int takerFeePpm,
        Route[] routes)
    {
        Name = name;
        DefaultAddress = address;
        _rule = rule;
        _restPrefix = restPrefix;
        _makerFeePpm = makerFeePpm;
        _takerFeePpm = takerFeePpm;
        _routes = routes;
    }

    /// <summary>Binance Spot. Fees are those of the lowest tier: 0.10 % maker and taker.</summary>
    public static BinanceVenue Spot { get; } = new(
        "binance",
        new VenueAddress(new Uri("https://api.binance.com"), new Uri("wss://stream.binance.com:9443")),
        new SpotSyncRule(),
        "/api/v3/",
        makerFeePpm: 1000,
        takerFeePpm: 1000,
        [new Route("/stream", ["@depth@100ms", "@bookTicker", "@trade"], CarriesBooks: true)]);

    /// <summary>
    /// Binance USD-M futures. Books and trades come over two routes, so over two connections. Fees are those of the
    /// lowest tier: 0.02 % maker, 0.05 % taker.
    /// </summary>
    public static BinanceVenue UsdmFutures { get; } = new(
        "binance-futures",
        new VenueAddress(new Uri("https://fapi.binance.com"), new Uri("wss://fstream.binance.com")),
        new UsdmSyncRule(),
        "/fapi/v1/",
        makerFeePpm: 200,
        takerFeePpm: 500,
        [
            new Route("/public/stream", ["@depth@100ms", "@bookTicker"], CarriesBooks: true),
            new Route("/market/stream", ["@aggTrade"], CarriesBooks: false),
        ]);

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public VenueAddress DefaultAddress { get; }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Instrument>> LoadInstrumentsAsync(
        HttpClient http, VenueAddress address, IReadOnlyList<string> symbols, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(http);
        ArgumentNullException.ThrowIfNull(address);
        ArgumentNullException.ThrowIfNull(symbols);
        var uri = new Uri(address.Rest, _restPrefix + "exchangeInfo");
        using HttpResponseMessage answer = await http.GetAsync(uri, cancellationToken).ConfigureAwait(false);
        byte[] body = await answer.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
        if (!answer.IsSuccessStatusCode)
        {
            throw new VenueException($"{uri} answered {(int)answer.StatusCode}: {Head(body)}");
        }

        try
        {
            using var document = JsonDocument.Parse(body);
            return ReadInstruments(document.RootElement, symbols);
        }
        catch (JsonException fault)
        {
            throw new VenueException($"{uri} answered with what is not JSON: {Head(body)}", fault);
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<ConnectionPlan> PlanConnections(
        VenueAddress address, IReadOnlyList<Instrument> instruments)
    {
        ArgumentNullException.ThrowIfNull(address);
        ArgumentNullException.ThrowIfNull(instruments);
        var plans = new List<ConnectionPlan>();
        foreach (Route route in _routes)
        {
            foreach (int[] chunk in Enumerable.Range(0, instruments.Count).Chunk(MaxSymbolsPerConnection))
            {
                IEnumerable<string> streams = chunk
                    .Select(index => BinanceSession.StreamName(instruments[index].Symbol))
                    .SelectMany(symbol => route.Channels.Select(channel => symbol + channel));
                var uri = new Uri(address.Stream, $"{route.Path}?streams={string.Join('/', streams)}");
                plans.Add(new ConnectionPlan(uri, chunk, route.CarriesBooks));
            }
        }

        return plans;
    }

    /// <inheritdoc/>
    public Uri SnapshotAddress(VenueAddress address, string symbol, int levels)
    {
        ArgumentNullException.ThrowIfNull(address);
        return new Uri(address.Rest, $"{_restPrefix}depth?symbol={symbol}&limit={levels}");
    }

    /// <inheritdoc/>
    public FeedSession CreateSession(
        IReadOnlyList<Instrument> instruments, RingPublisher publisher, BadInputLog badInputs, bool carriesBooks) =>
        new BinanceSession(instruments, _rule, publisher, badInputs, carriesBooks);

    private List<Instrument> ReadInstruments(JsonElement root, IReadOnlyList<string> symbols)
    {
        if (!root.TryGetProperty("symbols", out JsonElement list) || list.ValueKind != JsonValueKind.Array)
        {
            throw new VenueException("the venue's exchangeInfo has no list of symbols");
        }

        var listed = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (JsonElement item in list.EnumerateArray())
        {
            listed[item.GetProperty("symbol").GetString()!] = item;
        }

        var instruments = new List<Instrument>();
        foreach (string symbol in symbols.Count == 0 ? listed.Keys.ToArray() : symbols)
        {
            if (!listed.TryGetValue(symbol, out JsonElement item))
            {
                string near = string.Join(", ", listed.Keys.Where(name => IsNear(name, symbol)).Take(5));
                throw new VenueException(
                    $"symbol '{symbol}' is not listed at {Name}"
                    + (near.Length == 0 ? string.Empty : $"; listed are, for example, {near}"));
            }

            instruments.Add(ReadInstrument(item, symbol, (ushort)instruments.Count));
        }

        return instruments;
    }

    private Instrument ReadInstrument(JsonElement item, string symbol, ushort id)
    {
        string tickSize = Filter(item, symbol, "PRICE_FILTER", "tickSize");
        string stepSize = Filter(item, symbol, "LOT_SIZE", "stepSize");
        string minQuantity = Filter(item, symbol, "LOT_SIZE", "minQty");
        InstrumentScale scale = DeclaredScale.FromText(symbol, tickSize, stepSize);
        return new Instrument
        {
            Id = id,
            Venue = Name,
            Symbol = symbol,
            BaseAsset = item.GetProperty("baseAsset").GetString()!,
            QuoteAsset = item.GetProperty("quoteAsset").GetString()!,
            Scale = scale,
            MinQuantityLots = DeclaredScale.LotsAtLeast(symbol, minQuantity, in scale),
            MakerFeePpm = _makerFeePpm,
            TakerFeePpm = _takerFeePpm,
        };
    }

    private static string Filter(JsonElement item, string symbol, string filter, string field)
    {
        foreach (JsonElement entry in item.GetProperty("filters").EnumerateArray())
        {
            if (entry.GetProperty("filterType").GetString() == filter
                && entry.TryGetProperty(field, out JsonElement value))
            {
                return value.GetString()!;
            }
        }

        throw new VenueException($"the venue's exchangeInfo has no {filter}.{field} for {symbol}");
    }

    private static bool IsNear(string name, string wanted) =>
        string.Equals(name, wanted, StringComparison.OrdinalIgnoreCase)
        || (wanted.Length >= 3 && name.StartsWith(wanted[..3], StringComparison.OrdinalIgnoreCase));

    private static string Head(byte[] body) =>
        System.Text.Encoding.UTF8.GetString(body, 0, Math.Min(body.Length, 200));

    private sealed record Route(string Path, string[] Channels, bool CarriesBooks);
}
