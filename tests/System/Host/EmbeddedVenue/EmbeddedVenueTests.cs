using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Net.WebSockets;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using LowLatency.Simulation.EmbeddedVenue;
using LowLatency.Simulation.EmbeddedVenue.Market;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Host.EmbeddedVenue;

/// <summary>
/// The embedded venue as seen by any client: plain HTTP and websocket clients, without the engine's code.
/// </summary>
public sealed class EmbeddedVenueTests
{
    private const long StartNs = 1_700_000_000_000_000_000;

    private static readonly HttpClient s_http = new();

    [Theory]
    [InlineData("/api/v3/ping", 200, "{}")]
    [InlineData("/api/v3/time", 200, "\"serverTime\":")]
    [InlineData("/api/v3/exchangeInfo", 200, "\"tickSize\":\"0.01\"")]
    [InlineData("/api/v3/exchangeInfo?symbol=ETHUSDT", 200, "ETHUSDT")]
    [InlineData("/api/v3/exchangeInfo?symbol=NOSUCH", 400, "{\"code\":-1121,\"msg\":\"Invalid symbol.\"}")]
    [InlineData("/api/v3/depth?symbol=BTCUSDT&limit=5", 200, "\"lastUpdateId\":")]
    [InlineData("/api/v3/depth?symbol=NOSUCH", 400, "{\"code\":-1121,\"msg\":\"Invalid symbol.\"}")]
    [InlineData("/api/v3/depth", 400, "-1102")]
    [InlineData("/api/v3/depth?symbol=BTCUSDT&limit=many", 400, "-1100")]
    [InlineData("/api/v3/nothing", 404, "\"code\"")]
    [InlineData("/nothing", 404, "\"code\"")]
    [InlineData("/stream?streams=btcusdt@trade", 400, "websocket")]
    public async Task ShouldAnswerRestAsTheVenueDoes(string path, int status, string words)
    {
        await using EmbeddedVenueServer server = await StartAsync(isFutures: false);

        using HttpResponseMessage answer = await s_http.GetAsync(
            new Uri(server.RestBase, path), TestContext.Current.CancellationToken);
        string body = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        Assert.Equal((HttpStatusCode)status, answer.StatusCode);
        Assert.Contains(words, body, StringComparison.Ordinal);
        using JsonDocument isJson = JsonDocument.Parse(body);
    }

    [Theory]
    [InlineData(false, "/api/v3/depth?symbol=BTCUSDT&limit=100")]
    [InlineData(true, "/fapi/v1/depth?symbol=BTCUSDT&limit=100")]
    public async Task ShouldLetAClientBridgeFromASnapshotAtAnyMoment(bool isFutures, string snapshot)
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        await using EmbeddedVenueServer server = await StartAsync(isFutures);
        string route = isFutures ? "/public/stream" : "/stream";
        using SocketReader socket = await ConnectAsync(server, $"{route}?streams=btcusdt@depth@100ms");
        for (int round = 0; round < 3; round++)
        {
            var messages = new List<JsonElement> { await ReceiveAsync(socket) };
            string body = await s_http.GetStringAsync(new Uri(server.RestBase, snapshot), cancellation);
            using JsonDocument book = JsonDocument.Parse(body);
            long id = book.RootElement.GetProperty("lastUpdateId").GetInt64();
            Assert.Equal(100, book.RootElement.GetProperty("bids").GetArrayLength());
            while (Id(messages[^1], "u") <= id)
            {
                messages.Add(await ReceiveAsync(socket));
            }

            JsonElement bridge = isFutures
                ? messages.First(message => Id(message, "u") >= id)
                : messages.First(message => Id(message, "u") > id);
            Assert.True(Id(bridge, "U") <= id + 1, "there is a gap after the snapshot");
        }
    }

    [Fact]
    public async Task ShouldSubscribeListAndUnsubscribe()
    {
        await using EmbeddedVenueServer server = await StartAsync(isFutures: false);
        using SocketReader socket = await ConnectAsync(server, "/ws");

        Assert.Equal("""{"result":null,"id":1}""", await AskAsync(
            socket, """{"method":"SUBSCRIBE","params":["btcusdt@depth","NOSUCH@trade"],"id":1}"""));
        Assert.Equal("""{"result":["btcusdt@depth"],"id":2}""", await AskAsync(
            socket, """{"method":"LIST_SUBSCRIPTIONS","id":2}"""));
        Assert.Equal("""{"result":null,"id":"x"}""", await AskAsync(
            socket, """{"method":"UNSUBSCRIBE","params":["btcusdt@depth"],"id":"x"}"""));
        Assert.StartsWith("""{"code":2,""", await AskAsync(socket, """{"method":"FLY","id":3}"""));
        Assert.StartsWith("""{"code":2,""", await AskAsync(socket, """{"id":3}"""));
        Assert.StartsWith("""{"code":3,""", await AskAsync(socket, "nonsense"));
    }

    [Fact]
    public async Task ShouldNameTheStreamInCombinedMessages()
    {
        await using EmbeddedVenueServer server = await StartAsync(isFutures: false);
        using SocketReader socket = await ConnectAsync(
            server, "/stream?streams=btcusdt@depth@100ms/ethusdt@bookTicker/btcusdt@trade/BTCUSDT@trade");
        var streams = new HashSet<string>();
        while (streams.Count < 3)
        {
            JsonElement message = await ReceiveAsync(socket, isWrapped: false);
            streams.Add(message.GetProperty("stream").GetString()!);
            Assert.Equal(JsonValueKind.Object, message.GetProperty("data").ValueKind);
        }

        Assert.Equal(["btcusdt@depth@100ms", "btcusdt@trade", "ethusdt@bookTicker"], streams.Order());
    }

    [Fact]
    public async Task ShouldStartAtOnceWithManySymbolsAndAnEarlyClient()
    {
        string[] symbols = Enumerable.Range(0, 60).Select(i => $"C{i:D2}USDT").ToArray();
        await using EmbeddedVenueServer server = await StartAsync(isFutures: false, isLooping: false, symbols);
        using SocketReader socket = await ConnectAsync(
            server, $"/stream?streams={string.Join('/', symbols.Select(name => $"c{name[1..3]}usdt@depth"))}");
        var seen = new HashSet<string>();
        while (seen.Count < symbols.Length)
        {
            seen.Add((await ReceiveAsync(socket)).GetProperty("s").GetString()!);
        }

        Assert.Equal(symbols, seen.Order());
    }

    [Fact]
    public async Task ShouldEndAlthoughItCannotKeepItsPace()
    {
        EmbeddedVenueServer server = await StartAsync(isFutures: false, speed: 1e6);
        using SocketReader socket = await ConnectAsync(server, "/ws/btcusdt@depth");
        await ReceiveAsync(socket, isWrapped: false);
        await server.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task ShouldCloseItsClientsAndGoOnWhenItsMarketLoops()
    {
        await using EmbeddedVenueServer server = await StartAsync(isFutures: false, isLooping: true);
        using SocketReader first = await ConnectAsync(server, "/ws/btcusdt@depth");
        Assert.Equal(WebSocketCloseStatus.EndpointUnavailable, await first.Closed);
        long before = server.Player.Clock.NowNs;

        using SocketReader second = await ConnectAsync(server, "/ws/btcusdt@depth");

        Assert.Equal("depthUpdate", (await ReceiveAsync(second, isWrapped: false)).GetProperty("e").GetString());
        Assert.True(server.Player.Clock.NowNs >= before, "the market's clock ran backwards");
    }

    private static async Task<EmbeddedVenueServer> StartAsync(
        bool isFutures, bool isLooping = false, string[]? symbols = null, double speed = 20)
    {
        var options = new GeneratedMarketOptions
        {
            Seed = 1,
            Symbols = symbols ?? ["BTCUSDT", "ETHUSDT"],
            StartNs = StartNs,
            IsFutures = isFutures,
            Duration = isLooping ? TimeSpan.FromSeconds(30) : null,
        };
        var player = new VenuePlayer(
            isFutures ? "binance-futures" : "binance",
            () => new GeneratedMarket(options),
            new PlayOptions(speed, isLooping));
        var server = new EmbeddedVenueServer(player, port: 0);
        await server.StartAsync();
        return server;
    }

    private static Task<SocketReader> ConnectAsync(EmbeddedVenueServer server, string path) =>
        SocketReader.ConnectAsync(new Uri(server.StreamBase, path));

    private static async Task<string> AskAsync(SocketReader socket, string request)
    {
        socket.Send(request);
        while (true)
        {
            string answer = await socket.ReadAsync();
            if (!answer.Contains("depthUpdate", StringComparison.Ordinal))
            {
                return answer;
            }
        }
    }

    private static async Task<JsonElement> ReceiveAsync(SocketReader socket, bool isWrapped = true)
    {
        using JsonDocument document = JsonDocument.Parse(await socket.ReadAsync());
        return (isWrapped ? document.RootElement.GetProperty("data") : document.RootElement).Clone();
    }

    private static long Id(JsonElement message, string name) => message.GetProperty(name).GetInt64();
}
