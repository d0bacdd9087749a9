using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Net.WebSockets;
using System.Threading;
using System.Threading.Tasks;
using LowLatency.Simulation.EmbeddedVenue.Dialects;
using LowLatency.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace LowLatency.Simulation.EmbeddedVenue;

/// <summary>
/// A venue on loopback with the protocol of any supported venue: symbol lists and snapshots by REST, and streams with
/// subscriptions. The engine reaches it with the same code as the real one.
/// </summary>
internal sealed class EmbeddedVenueServer : IAsyncDisposable
{
    // The venue's values: a ping every 20 s on Spot, and a pong within 60 s.
    private static readonly TimeSpan s_pingInterval = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan s_pongTimeout = TimeSpan.FromSeconds(60);

    private static readonly RestAnswer s_noSuchPath = new(404, "{\"code\":-1000,\"msg\":\"no such path\"}"u8.ToArray());

    private static readonly RestAnswer s_noWebSocket =
        new(400, "{\"code\":-1000,\"msg\":\"a websocket is served here\"}"u8.ToArray());

    private readonly VenuePlayer _player;
    private readonly CancellationTokenSource _ended = new();
    private WebApplication? _web;
    private Task _playing = Task.CompletedTask;
    private int _port;
    private long _weight;

    public EmbeddedVenueServer(VenuePlayer player, int port)
    {
        _player = player;
        _port = port;
    }

    /// <summary>Answers a REST request instead of the venue, unless it returns null. For tests of the feeds.</summary>
    public Func<string, RestAnswer?>? RestFault { get; set; }

    public VenuePlayer Player => _player;

    public Uri RestBase => new($"http://127.0.0.1:{_port}");

    public Uri StreamBase => new($"ws://127.0.0.1:{_port}");

    /// <summary>Completes when the market has ended.</summary>
    public Task Completion => _playing;

    /// <summary>Opens the port and starts the market.</summary>
    public async Task StartAsync()
    {
        await OpenAsync().ConfigureAwait(false);
        _playing = Task.Run(() => _player.RunAsync(_ended.Token));
    }

    /// <summary>Cuts every connection and closes the port; the market continues without clients.</summary>
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

    /// <summary>Cuts every connection without a close frame.</summary>
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
        _web = KestrelBuilder.Create(kestrel => kestrel.Listen(IPAddress.Loopback, _port)).Build();
        _web.UseWebSockets(new WebSocketOptions
        {
            KeepAliveInterval = s_pingInterval,
            KeepAliveTimeout = s_pongTimeout,
        });
        _web.Run(HandleAsync);
        await _web.StartAsync().ConfigureAwait(false);
        _port = new Uri(_web.Urls.First()).Port;
    }

    private async Task HandleAsync(HttpContext context)
    {
        // It trades on paper, but still no web page may read or load it through a browser.
        if (SameOrigin.Check(context.Request, SameOrigin.LoopbackHosts) is { } refusal)
        {
            await refusal.AnswerAsync(context).ConfigureAwait(false);
            return;
        }

        string path = context.Request.Path.Value ?? "/";
        Dictionary<string, string> query = context.Request.Query.ToDictionary(
            pair => pair.Key, pair => pair.Value.ToString(), StringComparer.Ordinal);
        if (_player.Dialect.IsStream(path))
        {
            await ServeStreamAsync(context, path, query).ConfigureAwait(false);
            return;
        }

        context.Response.Headers["X-MBX-USED-WEIGHT-1M"] = $"{Interlocked.Increment(ref _weight)}";
        RestAnswer? answer = RestFault?.Invoke(path)
            ?? await _player.Dialect.AnswerAsync(path, query, context.RequestAborted).ConfigureAwait(false);
        await AnswerAsync(context, answer ?? s_noSuchPath).ConfigureAwait(false);
    }

    private async Task ServeStreamAsync(HttpContext context, string path, Dictionary<string, string> query)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            await AnswerAsync(context, s_noWebSocket).ConfigureAwait(false);
            return;
        }

        using WebSocket socket = await context.WebSockets.AcceptWebSocketAsync().ConfigureAwait(false);
        var client = new StreamClient(socket, context.Abort, _player.Dialect.Connect(path, query));
        _player.Add(client);
        await client.RunAsync(text => _player.OnTextAsync(client, text), _ended.Token).ConfigureAwait(false);
        _player.Remove(client);
    }

    private static async Task AnswerAsync(HttpContext context, RestAnswer answer)
    {
        context.Response.StatusCode = answer.Status;
        context.Response.ContentType = "application/json;charset=UTF-8";
        context.Response.ContentLength = answer.Json.Length;
        await context.Response.Body.WriteAsync(answer.Json, context.RequestAborted).ConfigureAwait(false);
    }
}
