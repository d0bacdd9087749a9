using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.WebSockets;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace LowLatency.Web;

/// <summary>Options of a live view.</summary>
public sealed record LiveStreamOptions
{
    /// <summary>Interval between messages.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Maximum number of clients.</summary>
    public int MaxClients { get; init; } = 128;

    /// <summary>A client that reads nothing for longer is cut.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Interval of websocket pings; a client that does not answer within the timeout is cut, too.</summary>
    public TimeSpan PingInterval { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Maximum size of a client's message, in bytes.</summary>
    public int MaxMessageBytes { get; init; } = 1024;

    /// <summary>Maximum number of fragments that a client may send.</summary>
    public int MaxMessages { get; init; } = 16;
}

/// <summary>
/// A live view over websockets: one message per interval, rendered once for all clients, on the thread pool. A slow
/// client delays nobody. Any thread.
/// </summary>
public sealed class LiveStream : IAsyncDisposable
{
    private readonly Func<byte[]> _make;
    private readonly LiveStreamOptions _options;
    private readonly CancellationTokenSource _ended = new();
    private readonly Lock _gate = new();
    private readonly Task _sending;

    // Replaced as a whole when a client comes or goes; written under _gate.
    private volatile LiveClient[] _clients = [];
    private int _places;
    private long _made;
    private long _cut;

    /// <summary>Starts the view.</summary>
    /// <param name="make">Renders a message; calls do not overlap.</param>
    /// <param name="options">The options.</param>
    public LiveStream(Func<byte[]> make, LiveStreamOptions options)
    {
        _make = make;
        _options = options;
        _sending = Task.Run(SendAsync);
    }

    /// <summary>The clients that are connected now.</summary>
    public IReadOnlyList<LiveClient> Clients => _clients;

    /// <summary>Messages rendered.</summary>
    public long Made => Interlocked.Read(ref _made);

    /// <summary>Clients cut because they did not read.</summary>
    public long Cut => Interlocked.Read(ref _cut);

    /// <summary>Serves one client until it disconnects.</summary>
    /// <param name="context">The request.</param>
    public async Task ServeAsync(HttpContext context)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            context.Response.Headers.Upgrade = "websocket";
            await RequestGuard.AnswerAsync(
                context, StatusCodes.Status426UpgradeRequired, "this is a websocket route\n").ConfigureAwait(false);
            return;
        }

        if (Interlocked.Increment(ref _places) > _options.MaxClients)
        {
            Interlocked.Decrement(ref _places);
            context.Response.Headers.RetryAfter = "10";
            await RequestGuard.AnswerAsync(
                context, StatusCodes.Status503ServiceUnavailable, "too many clients\n").ConfigureAwait(false);
            return;
        }

        try
        {
            await WatchAsync(context).ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Decrement(ref _places);
        }
    }

    /// <summary>Ends all connections of the live view.</summary>
    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync().ConfigureAwait(false);
        await _sending.ConfigureAwait(false);
        _ended.Dispose();
    }

    private async Task WatchAsync(HttpContext context)
    {
        // LiveClient decides how slow a client may be, not Kestrel.
        if (context.Features.Get<IHttpMinResponseDataRateFeature>() is { } rate)
        {
            rate.MinDataRate = null;
        }

        using var ended = CancellationTokenSource.CreateLinkedTokenSource(_ended.Token, context.RequestAborted);
        using WebSocket socket = await context.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext
        {
            KeepAliveInterval = _options.PingInterval,
            KeepAliveTimeout = _options.Timeout,
        }).ConfigureAwait(false);
        var client = new LiveClient(socket, context.Abort, _options);
        Change(clients => [.. clients, client]);
        try
        {
            await client.ReadAsync(ended.Token).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is WebSocketException or OperationCanceledException)
        {
            // The client has disconnected, or the server stops.
        }
        finally
        {
            Change(clients => clients.Where(other => other != client).ToArray());
            if (client.IsCut)
            {
                Interlocked.Increment(ref _cut);
            }
        }
    }

    private void Change(Func<LiveClient[], LiveClient[]> change)
    {
        lock (_gate)
        {
            _clients = change(_clients);
        }
    }

    private async Task SendAsync()
    {
        using var timer = new PeriodicTimer(_options.Interval);
        try
        {
            while (await timer.WaitForNextTickAsync(_ended.Token).ConfigureAwait(false))
            {
                LiveClient[] clients = _clients;
                if (clients.Length == 0)
                {
                    continue;
                }

                byte[] message = _make();
                Interlocked.Increment(ref _made);
                foreach (LiveClient client in clients)
                {
                    client.Offer(message);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }
}
