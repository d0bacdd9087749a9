using System;
using System.Collections.Frozen;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace LowLatency.Web;

/// <summary>One route of the web server.</summary>
/// <param name="Path">Its path.</param>
/// <param name="Handle">Answers a request.</param>
/// <param name="IsOpen">It requires no token, even if one is set.</param>
/// <param name="IsHealth">It is a health route, with a rate limit of its own.</param>
public sealed record WebRoute(string Path, RequestDelegate Handle, bool IsOpen = false, bool IsHealth = false);

/// <summary>A web server: Kestrel with every limit set, and <see cref="RequestGuard"/> in front of every route.
/// </summary>
public sealed class WebServer : IAsyncDisposable
{
    /// <summary>Maximum number of connections of all clients, without websockets; see <see cref="ConnectionRoom"/>.
    /// </summary>
    public const int MaxConnections = 256;

    private const int MaxHeaders = 32;
    private const int MaxHeaderBytes = 8 * 1024;
    private const int MaxLineBytes = 2 * 1024;

    private static readonly TimeSpan s_headersTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_idleTimeout = TimeSpan.FromSeconds(10);

    private readonly WebApplication _web;
    private readonly WebAccess _access;

    private WebServer(WebApplication web, WebAccess access)
    {
        _web = web;
        _access = access;
        Address = new Uri(web.Urls.First());
    }

    /// <summary>The address that it listens on.</summary>
    public Uri Address { get; }

    /// <summary>Starts a server.</summary>
    /// <param name="access">Where it listens, and who may use it. The server disposes of it.</param>
    /// <param name="port">The port; 0 for any free one.</param>
    /// <param name="requestsPerSecond">Rate limit of one client.</param>
    /// <param name="maxWebSockets">Maximum number of open websockets.</param>
    /// <param name="routes">The routes.</param>
    /// <param name="room">Limits the connections, and counts those that it closes.</param>
    /// <exception cref="IOException">It cannot start, such as for a port in use. No other exception is thrown.
    /// </exception>
    public static async Task<WebServer> StartAsync(
        WebAccess access, int port, int requestsPerSecond, int maxWebSockets, IReadOnlyList<WebRoute> routes,
        ConnectionRoom room)
    {
        WebApplication? web = null;
        try
        {
            web = Build(access, port, requestsPerSecond, maxWebSockets, routes, room);
            await web.StartAsync().ConfigureAwait(false);
            return new WebServer(web, access);
        }
        catch (Exception fault)
        {
            // Kestrel has an exception type for each cause: a port in use, a foreign address, a bad certificate.
            if (web is not null)
            {
                await web.DisposeAsync().ConfigureAwait(false);
            }

            access.Dispose();
            throw new IOException(fault.Message, fault);
        }
    }

    /// <summary>Stops the server.</summary>
    public async ValueTask DisposeAsync()
    {
        await _web.DisposeAsync().ConfigureAwait(false);
        _access.Dispose();
    }

    private static WebApplication Build(
        WebAccess access, int port, int requestsPerSecond, int maxWebSockets, IReadOnlyList<WebRoute> routes,
        ConnectionRoom room)
    {
        WebApplicationBuilder builder = KestrelBuilder.Create(kestrel =>
        {
            SetLimits(kestrel.Limits, maxWebSockets);
            kestrel.Listen(access.Address, port, listen =>
            {
                listen.Protocols = HttpProtocols.Http1;

                // Before TLS, because an unfinished handshake counts as a connection, too.
                listen.Use(next => connection => room.ServeAsync(connection, next));
                if (access.Certificate is { } certificate)
                {
                    listen.UseHttps(certificate, https => https.HandshakeTimeout = s_headersTimeout);
                }
            });
        });
        WebApplication web = builder.Build();
        var guard = new RequestGuard(access, requestsPerSecond);
        FrozenDictionary<string, WebRoute> byPath =
            routes.ToFrozenDictionary(route => route.Path, StringComparer.Ordinal);
        string known = $"routes: {string.Join(", ", routes.Select(route => route.Path))}\n";
        var unknown = new WebRoute(
            string.Empty, context => RequestGuard.AnswerAsync(context, StatusCodes.Status404NotFound, known));
        web.UseWebSockets();
        web.Run(context =>
        {
            WebRoute route = byPath.GetValueOrDefault(context.Request.Path.Value ?? string.Empty, unknown);
            return room.AnswerAsync(
                context, asked => guard.PassAsync(asked, route.IsOpen, route.IsHealth, route.Handle));
        });
        return web;
    }

    private static void SetLimits(KestrelServerLimits limits, int maxWebSockets)
    {
        // Kestrel would refuse the newest connection; the room closes the one that has been idle longest.
        limits.MaxConcurrentConnections = null;
        limits.MaxConcurrentUpgradedConnections = maxWebSockets;
        limits.MaxRequestBodySize = RequestGuard.MaxBodyBytes;
        limits.MaxRequestHeaderCount = MaxHeaders;
        limits.MaxRequestHeadersTotalSize = MaxHeaderBytes;
        limits.MaxRequestLineSize = MaxLineBytes;
        limits.MaxResponseBufferSize = KestrelBuilder.SendBufferBytes;
        limits.RequestHeadersTimeout = s_headersTimeout;
        limits.KeepAliveTimeout = s_idleTimeout;
    }
}
