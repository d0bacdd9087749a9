using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.WebSockets;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace LowLatency.Web;

/// <summary>How the live view is kept.</summary>
public sealed record LiveStreamOptions
{
    /// <summary>Time from message to message.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How many may watch.</summary>
    public int MaxClients { get; init; } = 128;

    /// <summary>A client that takes nothing for longer is cut.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often a client is asked whether it is still there; one that answers nothing within the patience is
    /// cut, too.</summary>
    public TimeSpan PingInterval { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Longest message that a client may send.</summary>
    public int MaxMessageBytes { get; init; } = 1024;

    /// <summary>How many pieces a client may send.</summary>
    public int MaxMessages { get; init; } = 16;
}

/// <summary>
/// The live view: one message after each interval, made once for all who watch, on the thread pool. It reads what the
/// engine publishes anyway; nobody who watches can hold anything back.
/// </summary>
public sealed class LiveStream : IAsyncDisposable
{
    private readonly Func<byte[]> _make;
    private readonly LiveStreamOptions _options;
    private readonly CancellationTokenSource _ended = new();
    private readonly Lock _gate = new();
    private readonly Task _showing;

    // Replaced as a whole whenever one comes or goes. Under _gate.
    private volatile LiveClient[] _clients = [];
    private int _places;
    private long _made;
    private long _cut;

    /// <param name="make">Makes a message.</param>
    /// <param name="options">How it is kept.</param>
    public LiveStream(Func<byte[]> make, LiveStreamOptions options)
    {
        _make = make;
        _options = options;
        _showing = Task.Run(ShowAsync);
    }

    /// <summary>Who watches now.</summary>
    public IReadOnlyList<LiveClient> Clients => _clients;

    /// <summary>Messages made.</summary>
    public long Made => Interlocked.Read(ref _made);

    /// <summary>Clients that were cut because they took nothing.</summary>
    public long Cut => Interlocked.Read(ref _cut);

    /// <summary>Serves one client.</summary>
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
                context, StatusCodes.Status503ServiceUnavailable, "too many watch already\n").ConfigureAwait(false);
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
        await _showing.ConfigureAwait(false);
        _ended.Dispose();
    }

    private async Task WatchAsync(HttpContext context)
    {
        // How slow a client may be is decided here, not by Kestrel.
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
            // The client is gone, or the server ends.
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

    private async Task ShowAsync()
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
            // The server ends.
        }
    }
}
