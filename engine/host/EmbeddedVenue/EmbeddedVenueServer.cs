using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LowLatency.Host.EmbeddedVenue;

/// <summary>
/// A venue on loopback that speaks Binance's protocol, Spot or USD-M futures: REST snapshots and symbol lists, raw
/// and combined streams, pings, errors as JSON. The engine reaches it through the code that reaches the real one.
/// </summary>
internal sealed class EmbeddedVenueServer : IAsyncDisposable
{
    // The venue's own: 20 s on Spot, and a pong within 60 s.
    private static readonly TimeSpan s_pingInterval = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan s_pongTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_bookWait = TimeSpan.FromSeconds(10);

    private readonly bool _isFutures;
    private readonly VenuePlayer _player;
    private readonly SubscriptionParser _parser;
    private readonly CancellationTokenSource _ended = new();
    private WebApplication? _web;
    private Task _playing = Task.CompletedTask;
    private int _port;
    private long _weight;

    public EmbeddedVenueServer(bool isFutures, VenuePlayer player, int port)
    {
        _isFutures = isFutures;
        _player = player;
        _port = port;
        _parser = new SubscriptionParser(player.Instruments);
    }

    public VenuePlayer Player => _player;

    public Uri RestBase => new($"http://127.0.0.1:{_port}");

    public Uri StreamBase => new($"ws://127.0.0.1:{_port}");

    /// <summary>Ends when the market has ended.</summary>
    public Task Completion => _playing;

    /// <summary>Opens the port and starts the market.</summary>
    public async Task StartAsync()
    {
        await OpenAsync().ConfigureAwait(false);
        _playing = Task.Run(() => _player.RunAsync(_ended.Token));
    }

    /// <summary>Cuts every connection and closes the port; the market goes on without listeners.</summary>
    public async Task KillAsync()
    {
        AbortClients();
        if (_web is not null)
        {
            await _web.DisposeAsync().ConfigureAwait(false);
            _web = null;
        }
    }

    /// <summary>Opens the same port again.</summary>
    public Task RestartAsync() => OpenAsync();

    /// <summary>Cuts every connection without a goodbye.</summary>
    public void AbortClients()
    {
        foreach (StreamClient client in _player.Clients)
        {
            client.Abort();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync().ConfigureAwait(false);
        await KillAsync().ConfigureAwait(false);
        try
        {
            await _playing.ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The market was stopped before its end.
        }

        _player.Dispose();
        _ended.Dispose();
    }

    private async Task OpenAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, _port));
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(1));
        _web = builder.Build();
        _web.UseWebSockets(new WebSocketOptions
        {
            KeepAliveInterval = s_pingInterval,
            KeepAliveTimeout = s_pongTimeout,
        });
        _web.Run(HandleAsync);
        await _web.StartAsync().ConfigureAwait(false);
        _port = new Uri(_web.Urls.First()).Port;
    }

    private Task HandleAsync(HttpContext context)
    {
        string path = context.Request.Path.Value ?? "/";
        string prefix = _isFutures ? "/fapi/v1/" : "/api/v3/";
        if (path.StartsWith(prefix, StringComparison.Ordinal))
        {
            context.Response.Headers["X-MBX-USED-WEIGHT-1M"] = $"{Interlocked.Increment(ref _weight)}";
            return path[prefix.Length..] switch
            {
                "depth" => AnswerDepthAsync(context),
                "exchangeInfo" => AnswerExchangeInfoAsync(context),
                "ping" => AnswerAsync(context, 200, "{}"),
                "time" => AnswerAsync(context, 200, $"{{\"serverTime\":{_player.Clock.NowNs / 1_000_000}}}"),
                _ => AnswerAsync(context, 404, "{\"code\":-1000,\"msg\":\"no such path\"}"),
            };
        }

        string route = _isFutures
            ? path.Replace("/public", string.Empty, StringComparison.Ordinal)
                .Replace("/market", string.Empty, StringComparison.Ordinal)
            : path;
        return route == "/stream" || route == "/ws" || route.StartsWith("/ws/", StringComparison.Ordinal)
            ? ServeStreamAsync(context, route)
            : AnswerAsync(context, 404, "{\"code\":-1000,\"msg\":\"no such path\"}");
    }

    private async Task ServeStreamAsync(HttpContext context, string route)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            await AnswerAsync(context, 400, "{\"code\":-1000,\"msg\":\"a websocket is served here\"}")
                .ConfigureAwait(false);
            return;
        }

        bool isCombined = route == "/stream";
        string names = isCombined ? context.Request.Query["streams"].ToString() : route["/ws".Length..];
        using WebSocket socket = await context.WebSockets.AcceptWebSocketAsync().ConfigureAwait(false);
        using var client = new StreamClient(socket, context.Abort, isCombined, _parser, _parser.Parse(names));
        _player.Add(client);
        await client.RunAsync(_ended.Token).ConfigureAwait(false);
        _player.Remove(client);
    }

    private async Task AnswerDepthAsync(HttpContext context)
    {
        int instrument = FindSymbol(context.Request.Query["symbol"].ToString());
        if (instrument < 0)
        {
            await AnswerBadSymbolAsync(context).ConfigureAwait(false);
            return;
        }

        string limitText = context.Request.Query["limit"].ToString();
        int most = _isFutures ? 1000 : 5000;
        int limit = limitText.Length == 0 ? 100 : int.TryParse(limitText, out int wanted) ? wanted : -1;
        if (limit < 1)
        {
            const string Illegal = "{\"code\":-1100,\"msg\":\"Illegal characters found in parameter 'limit'.\"}";
            await AnswerAsync(context, 400, Illegal).ConfigureAwait(false);
            return;
        }

        VenueBook book = _player.Books[instrument];
        for (TimeSpan waited = default; !book.IsSeeded && waited < s_bookWait; waited += TimeSpan.FromMilliseconds(10))
        {
            await Task.Delay(10, context.RequestAborted).ConfigureAwait(false);
        }

        await (book.IsSeeded
            ? AnswerAsync(context, 200, book.WriteSnapshot(Math.Min(limit, most), _isFutures))
            : AnswerAsync(context, 503, "{\"code\":-1001,\"msg\":\"This market has no book yet.\"}"))
            .ConfigureAwait(false);
    }

    private Task AnswerExchangeInfoAsync(HttpContext context)
    {
        string symbol = context.Request.Query["symbol"].ToString();
        if (symbol.Length != 0 && FindSymbol(symbol) < 0)
        {
            return AnswerBadSymbolAsync(context);
        }

        IEnumerable<VenueInstrument> listed = _player.Instruments
            .Where(item => symbol.Length == 0 || item.Symbol == symbol);
        return AnswerAsync(context, 200, ExchangeInfo.Write(listed, _player.Clock.NowNs / 1_000_000));
    }

    private static Task AnswerBadSymbolAsync(HttpContext context) =>
        context.Request.Query.ContainsKey("symbol")
            ? AnswerAsync(context, 400, "{\"code\":-1121,\"msg\":\"Invalid symbol.\"}")
            : AnswerAsync(
                context,
                400,
                "{\"code\":-1102,\"msg\":\"Mandatory parameter 'symbol' was not sent, was empty/null, "
                + "or malformed.\"}");

    private int FindSymbol(string symbol) =>
        _player.Instruments.ToList().FindIndex(item => item.Symbol == symbol);

    private static Task AnswerAsync(HttpContext context, int status, string json) =>
        AnswerAsync(context, status, Encoding.UTF8.GetBytes(json));

    private static async Task AnswerAsync(HttpContext context, int status, byte[] json)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json;charset=UTF-8";
        context.Response.ContentLength = json.Length;
        await context.Response.Body.WriteAsync(json, context.RequestAborted).ConfigureAwait(false);
    }
}
