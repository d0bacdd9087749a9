using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;

namespace LowLatency.Simulation.EmbeddedVenue.Dialects;

/// <summary>Binance, Spot or USD-M futures: the market's messages are already in its format.</summary>
internal sealed class BinanceDialect(
    bool isFutures, IReadOnlyList<VenueInstrument> instruments, IReadOnlyList<VenueBook> books, MarketClock clock)
    : Dialect
{
    private static readonly TimeSpan s_bookWait = TimeSpan.FromSeconds(10);

    private readonly SubscriptionParser _parser = new(instruments);
    private readonly string _prefix = isFutures ? "/fapi/v1/" : "/api/v3/";

    public override bool IsStream(string path)
    {
        string route = RouteOf(path);
        return route == "/stream" || route == "/ws" || route.StartsWith("/ws/", StringComparison.Ordinal);
    }

    public override DialectClient Connect(string path, IReadOnlyDictionary<string, string> query)
    {
        string route = RouteOf(path);
        bool isCombined = route == "/stream";
        string names = isCombined ? query.GetValueOrDefault("streams", string.Empty) : route["/ws".Length..];
        return new Client(_parser, isCombined, _parser.Parse(names));
    }

    public override async Task<RestAnswer?> AnswerAsync(
        string path, IReadOnlyDictionary<string, string> query, CancellationToken cancellationToken)
    {
        if (!path.StartsWith(_prefix, StringComparison.Ordinal))
        {
            return null;
        }

        return path[_prefix.Length..] switch
        {
            "depth" => await AnswerDepthAsync(query, cancellationToken).ConfigureAwait(false),
            "exchangeInfo" => AnswerExchangeInfo(query),
            "ping" => RestAnswer.Ok("{}"),
            "time" => RestAnswer.Ok($"{{\"serverTime\":{clock.NowNs / 1_000_000}}}"),
            _ => Error(404, "{\"code\":-1000,\"msg\":\"no such path\"}"),
        };
    }

    public override void OnMessage(in VenueMessage message)
    {
        // Messages are passed on unchanged.
    }

    public override void OnRestart()
    {
        // It has no state.
    }

    private string RouteOf(string path) => isFutures
        ? path.Replace("/public", string.Empty, StringComparison.Ordinal)
            .Replace("/market", string.Empty, StringComparison.Ordinal)
        : path;

    private async Task<RestAnswer> AnswerDepthAsync(
        IReadOnlyDictionary<string, string> query, CancellationToken cancellationToken)
    {
        int instrument = FindSymbol(query.GetValueOrDefault("symbol", string.Empty));
        if (instrument < 0)
        {
            return BadSymbol(query);
        }

        int most = isFutures ? 1000 : 5000;
        int limit = !query.TryGetValue("limit", out string? text) ? 100
            : int.TryParse(text, out int wanted) ? wanted : -1;
        if (limit < 1)
        {
            return Error(400, "{\"code\":-1100,\"msg\":\"Illegal characters found in parameter 'limit'.\"}");
        }

        VenueBook book = books[instrument];
        for (TimeSpan waited = default; !book.IsSeeded && waited < s_bookWait; waited += TimeSpan.FromMilliseconds(10))
        {
            await Task.Delay(10, cancellationToken).ConfigureAwait(false);
        }

        return book.IsSeeded
            ? new RestAnswer(200, book.WriteSnapshot(Math.Min(limit, most), isFutures))
            : Error(503, "{\"code\":-1001,\"msg\":\"This market has no book yet.\"}");
    }

    private RestAnswer AnswerExchangeInfo(IReadOnlyDictionary<string, string> query)
    {
        string symbol = query.GetValueOrDefault("symbol", string.Empty);
        if (symbol.Length != 0 && FindSymbol(symbol) < 0)
        {
            return BadSymbol(query);
        }

        IEnumerable<VenueInstrument> listed =
            instruments.Where(item => symbol.Length == 0 || item.Symbol == symbol);
        return new RestAnswer(200, ExchangeInfo.Write(listed, clock.NowNs / 1_000_000));
    }

    private static RestAnswer BadSymbol(IReadOnlyDictionary<string, string> query) => Error(
        400,
        query.ContainsKey("symbol")
            ? "{\"code\":-1121,\"msg\":\"Invalid symbol.\"}"
            : "{\"code\":-1102,\"msg\":\"Mandatory parameter 'symbol' was not sent, was empty/null, or malformed.\"}");

    private static RestAnswer Error(int status, string json) => new(status, Encoding.UTF8.GetBytes(json));

    private int FindSymbol(string symbol) => instruments.ToList().FindIndex(item => item.Symbol == symbol);

    private sealed class Client(SubscriptionParser parser, bool isCombined, Subscription[] subscriptions)
        : DialectClient
    {
        private Subscription[] _subscriptions = subscriptions;

        public override bool ListensToBook(int instrument) => _subscriptions.Any(subscription =>
            subscription.Kind == VenueMessageKind.Depth && (instrument < 0 || subscription.Instrument == instrument));

        public override void OnText(string text, List<byte[]> frames) =>
            frames.Add(Encoding.UTF8.GetBytes(parser.Handle(text, ref _subscriptions)));

        public override void OnMessage(in VenueMessage message, List<byte[]> frames)
        {
            foreach (Subscription subscription in _subscriptions)
            {
                if (subscription.Instrument == message.Instrument
                    && Render(in message, in subscription) is { } frame)
                {
                    frames.Add(frame);
                }
            }
        }

        private byte[]? Render(in VenueMessage message, in Subscription subscription)
        {
            ReadOnlySpan<byte> data = message.Data.Span;
            if (subscription.Kind != message.Kind)
            {
                // A market of single trades serves aggregate-trade clients with one trade each.
                if (subscription.Kind != VenueMessageKind.AggTrade || message.Kind != VenueMessageKind.Trade)
                {
                    return null;
                }

                data = AggregateOf(message.Data);
                if (data.IsEmpty)
                {
                    return null;
                }
            }

            if (!isCombined)
            {
                return data.ToArray();
            }

            byte[] head = Encoding.ASCII.GetBytes($"{{\"stream\":\"{subscription.Name}\",\"data\":");
            byte[] frame = new byte[head.Length + data.Length + 1];
            head.CopyTo(frame, 0);
            data.CopyTo(frame.AsSpan(head.Length));
            frame[^1] = (byte)'}';
            return frame;
        }

        private static byte[] AggregateOf(ReadOnlyMemory<byte> trade)
        {
            using var document = JsonDocument.Parse(trade);
            JsonElement root = document.RootElement;

            // Insurance fund and similar prints are not part of aggregates.
            if (root.TryGetProperty("X", out JsonElement kind) && kind.GetString() != "MARKET")
            {
                return [];
            }

            string Raw(string name) => root.GetProperty(name).GetRawText();
            return Encoding.UTF8.GetBytes(
                $"{{\"e\":\"aggTrade\",\"E\":{Raw("E")},\"s\":{Raw("s")},\"a\":{Raw("t")},\"p\":{Raw("p")},"
                + $"\"q\":{Raw("q")},\"f\":{Raw("t")},\"l\":{Raw("t")},\"T\":{Raw("T")},\"m\":{Raw("m")}}}");
        }
    }
}
