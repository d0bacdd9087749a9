using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using LowLatency.Host.Configuration;
using LowLatency.Host.ConsoleUi;
using LowLatency.Host.Web;
using Microsoft.AspNetCore.Http;

namespace LowLatency.Host.Metrics;

/// <summary>
/// What the process shows over HTTP: the metrics page, the health routes, and the live view of a session. Who may ask
/// is the web server's to judge.
/// </summary>
internal sealed class MetricsServer : IAsyncDisposable
{
    // The page is made for all who ask within this time: a scraper that floods gets bytes that are there already.
    private static readonly TimeSpan s_pageAge = TimeSpan.FromMilliseconds(250);

    private readonly WebServer _web;
    private readonly SessionMetrics _metrics;

    private MetricsServer(WebServer web, SessionMetrics metrics, CachedPage page, LiveStream live)
    {
        _web = web;
        _metrics = metrics;
        Page = page;
        Live = live;
        Address = new Uri(web.Address, "/metrics").ToString();
    }

    /// <summary>The page's address.</summary>
    public string Address { get; }

    /// <summary>The page, for tests that count how often it is made.</summary>
    public CachedPage Page { get; }

    /// <summary>The live view, for tests that watch who watches.</summary>
    public LiveStream Live { get; }

    /// <summary>Starts the server, unless it is switched off.</summary>
    /// <param name="settings">Where it listens, and who may ask.</param>
    /// <param name="session">What is shown.</param>
    /// <param name="live">How the live view is kept; null for as the settings say.</param>
    /// <exception cref="IOException">The port cannot be listened on, or a file that the settings name is not fit.
    /// </exception>
    public static async Task<MetricsServer?> StartAsync(
        MetricsSettings settings, ISessionControl session, LiveStreamOptions? live = null)
    {
        if (!settings.Enabled)
        {
            return null;
        }

        WebAccess access = WebAccess.Load(settings);
        var metrics = new SessionMetrics(session);
        var page = new CachedPage(metrics.Write, s_pageAge);
        LiveStreamOptions options = live ?? new LiveStreamOptions
        {
            Interval = TimeSpan.FromMilliseconds(settings.LiveIntervalMs),
            MaxClients = settings.LiveClients,
        };
        var stream = new LiveStream(() => SessionJson.Status(session.ReadStatus()), options);
        WebRoute[] routes =
        [
            new("/metrics", context => AnswerPageAsync(context, page)),
            new("/health/live", context => AnswerLifeAsync(context, session), true, true),
            new("/health/ready", context => AnswerReadyAsync(context, session), IsHealth: true),
            new("/live", stream.ServeAsync),
        ];
        try
        {
            WebServer web = await WebServer
                .StartAsync(access, settings.Port, settings.RequestsPerSecond, options.MaxClients, routes)
                .ConfigureAwait(false);
            return new MetricsServer(web, metrics, page, stream);
        }
        catch (IOException)
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            metrics.Dispose();
            throw;
        }
    }

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

    private static Task AnswerLifeAsync(HttpContext context, ISessionControl session)
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
        return AnswerAsync(
            context,
            isWell ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable,
            text.Length == 0 ? "ok\n" : text);
    }

    private static Task AnswerAsync(HttpContext context, int status, string text) =>
        RequestGuard.AnswerAsync(context, status, text);
}
