using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Text;
using System.Threading.Tasks;
using LowLatency.Host.Configuration;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace LowLatency.Host.Metrics;

/// <summary>
/// Serves the metrics page and the health routes on loopback. A page that is asked for under another host's name is
/// refused, so that no web page elsewhere can read it through a visitor's browser.
/// </summary>
internal sealed class MetricsServer : IAsyncDisposable
{
    private const int MaxConnections = 32;
    private static readonly string[] s_hosts = ["127.0.0.1", "localhost", "[::1]"];

    private readonly WebApplication _web;
    private readonly SessionMetrics _metrics;
    private readonly PrometheusExporter _exporter;

    private MetricsServer(WebApplication web, SessionMetrics metrics, PrometheusExporter exporter)
    {
        _web = web;
        _metrics = metrics;
        _exporter = exporter;
        Address = $"{web.Urls.First()}/metrics";
    }

    /// <summary>The page's address.</summary>
    public string Address { get; }

    /// <summary>Starts the page, unless it is switched off.</summary>
    /// <exception cref="IOException">The port cannot be listened on.</exception>
    public static async Task<MetricsServer?> StartAsync(MetricsSettings settings, ISession session)
    {
        if (!settings.Enabled)
        {
            return null;
        }

        var exporter = new PrometheusExporter(SessionMetrics.MeterName);
        var metrics = new SessionMetrics(session);
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            IPAddress address = settings.Address == "::1" ? IPAddress.IPv6Loopback : IPAddress.Loopback;
            kestrel.Listen(address, settings.Port);
            kestrel.Limits.MaxConcurrentConnections = MaxConnections;
            kestrel.Limits.MaxRequestBodySize = 0;
            kestrel.AddServerHeader = false;
        });
        WebApplication web = builder.Build();
        web.Run(context => HandleAsync(context, exporter, session));
        try
        {
            await web.StartAsync().ConfigureAwait(false);
        }
        catch (IOException)
        {
            await web.DisposeAsync().ConfigureAwait(false);
            metrics.Dispose();
            exporter.Dispose();
            throw;
        }

        return new MetricsServer(web, metrics, exporter);
    }

    public async ValueTask DisposeAsync()
    {
        await _web.DisposeAsync().ConfigureAwait(false);
        _metrics.Dispose();
        _exporter.Dispose();
    }

    private static Task HandleAsync(HttpContext context, PrometheusExporter exporter, ISession session)
    {
        if (!s_hosts.Contains(context.Request.Host.Host, StringComparer.OrdinalIgnoreCase))
        {
            return AnswerAsync(context, StatusCodes.Status400BadRequest, "this page is served on loopback only\n");
        }

        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
        {
            context.Response.Headers.Allow = "GET, HEAD";
            return AnswerAsync(context, StatusCodes.Status405MethodNotAllowed, "GET or HEAD only\n");
        }

        switch (context.Request.Path.Value)
        {
            case "/metrics":
                context.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
                return AnswerAsync(context, StatusCodes.Status200OK, exporter.Write());
            case "/health/live":
                var life = Health.Of(session);
                return AnswerHealthAsync(context, life.IsAlive, life.IsAlive ? [] : life.Problems);
            case "/health/ready":
                var health = Health.Of(session);
                return AnswerHealthAsync(context, health.IsReady, health.Problems.Concat(health.Notes));
            default:
                return AnswerAsync(context, StatusCodes.Status404NotFound, "try /metrics\n");
        }
    }

    private static Task AnswerHealthAsync(HttpContext context, bool isWell, IEnumerable<string> lines)
    {
        string text = string.Concat(lines.Select(line => line + "\n"));
        return AnswerAsync(
            context,
            isWell ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable,
            text.Length == 0 ? "ok\n" : text);
    }

    private static async Task AnswerAsync(HttpContext context, int status, string text)
    {
        byte[] body = Encoding.UTF8.GetBytes(text);
        context.Response.StatusCode = status;
        context.Response.ContentType ??= "text/plain; charset=utf-8";
        context.Response.ContentLength = body.Length;
        context.Response.Headers.XContentTypeOptions = "nosniff";
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.Body.WriteAsync(body, context.RequestAborted).ConfigureAwait(false);
        }
    }
}
