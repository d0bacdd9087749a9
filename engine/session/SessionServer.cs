using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using LowLatency.Sessions.Metrics;
using LowLatency.Web;
using Microsoft.AspNetCore.Http;

namespace LowLatency.Sessions;

/// <summary>How a session is served.</summary>
public sealed record SessionServerOptions
{
    /// <summary>The port; 0 for any free one.</summary>
    public int Port { get; init; }

    /// <summary>Maximum requests of one client per second; bursts may be twice as large.</summary>
    public int RequestsPerSecond { get; init; } = 200;

    /// <summary>Options of the live view.</summary>
    public LiveStreamOptions Live { get; init; } = new();
}

/// <summary>
/// A session over HTTP: <c>/metrics</c>, <c>/health/live</c>, <c>/health/ready</c> and the live view <c>/live</c>.
/// <see cref="RequestGuard"/> decides who may use them.
/// </summary>
public sealed class SessionServer : IAsyncDisposable
{
    // Requests within this time share one page, so that a flood of them does not cost a page each.
    private static readonly TimeSpan s_pageAge = TimeSpan.FromMilliseconds(250);

    private readonly WebServer _web;
    private readonly SessionMetrics _metrics;

    private SessionServer(WebServer web, SessionMetrics metrics, CachedPage page, LiveStream live)
    {
        _web = web;
        _metrics = metrics;
        Page = page;
        Live = live;
        Address = new Uri(web.Address, "/metrics").ToString();
    }

    /// <summary>Address of the metrics page.</summary>
    public string Address { get; }

    /// <summary>The metrics page, for tests that count how often it is written.</summary>
    public CachedPage Page { get; }

    /// <summary>The live view, for tests that look at its clients.</summary>
    public LiveStream Live { get; }

    /// <summary>Starts the server.</summary>
    /// <param name="access">Where it listens, and who may use it. The server disposes of it.</param>
    /// <param name="options">How the session is served.</param>
    /// <param name="session">The session.</param>
    /// <exception cref="IOException">The server cannot start, such as for a port in use.</exception>
    public static async Task<SessionServer> StartAsync(
        WebAccess access, SessionServerOptions options, ISessionControl session)
    {
        ArgumentNullException.ThrowIfNull(access);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(session);
        var stream = new LiveStream(() => SessionJson.Status(session.ReadStatus()), options.Live);
        var room = new ConnectionRoom(WebServer.MaxConnections);
        var metrics = new SessionMetrics(
            session, () => new WebCounters(room.Taken, room.Evicted, stream.Clients.Count, stream.Cut));
        var page = new CachedPage(metrics.Write, s_pageAge);
        WebRoute[] routes =
        [
            new("/metrics", context => AnswerPageAsync(context, page)),
            new("/health/live", context => AnswerLiveAsync(context, session), IsOpen: true, IsHealth: true),
            new("/health/ready", context => AnswerReadyAsync(context, session), IsHealth: true),
            new("/live", stream.ServeAsync),
        ];
        try
        {
            WebServer web = await WebServer
                .StartAsync(access, options.Port, options.RequestsPerSecond, options.Live.MaxClients, routes, room)
                .ConfigureAwait(false);
            return new SessionServer(web, metrics, page, stream);
        }
        catch (IOException)
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            metrics.Dispose();
            throw;
        }
    }

    /// <summary>Ends the live view and the server.</summary>
    public async ValueTask DisposeAsync()
    {
        await Live.DisposeAsync().ConfigureAwait(false);
        await _web.DisposeAsync().ConfigureAwait(false);
        _metrics.Dispose();
    }

    private static Task AnswerPageAsync(HttpContext context, CachedPage page)
    {
        context.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
        return RequestGuard.AnswerAsync(context, StatusCodes.Status200OK, page.Get());
    }

    private static Task AnswerLiveAsync(HttpContext context, ISessionControl session)
    {
        var health = Health.Of(session.ReadStatus());
        return AnswerHealthAsync(context, health.IsAlive, health.IsAlive ? [] : health.Problems);
    }

    private static Task AnswerReadyAsync(HttpContext context, ISessionControl session)
    {
        var health = Health.Of(session.ReadStatus());
        return AnswerHealthAsync(context, health.IsReady, health.Problems.Concat(health.Notes));
    }

    private static Task AnswerHealthAsync(HttpContext context, bool isWell, IEnumerable<string> lines)
    {
        string text = string.Concat(lines.Select(line => line + "\n"));
        return RequestGuard.AnswerAsync(
            context,
            isWell ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable,
            text.Length == 0 ? "ok\n" : text);
    }
}
