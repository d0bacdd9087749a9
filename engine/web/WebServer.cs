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

/// <summary>One address of the web server.</summary>
/// <param name="Path">Its path.</param>
/// <param name="Handle">Answers.</param>
/// <param name="IsOpen">Whether it wants no token, although there is one.</param>
/// <param name="IsHealth">Whether it tells an overseer how the process is.</param>
public sealed record WebRoute(string Path, RequestDelegate Handle, bool IsOpen = false, bool IsHealth = false);

/// <summary>
/// The process's one door for HTTP: Kestrel with every limit set, and the guard before every route.
/// </summary>
public sealed class WebServer : IAsyncDisposable
{
    /// <summary>Connections other than websockets, all clients together; one more takes the place of another.</summary>
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

    /// <summary>Where it listens.</summary>
    public Uri Address { get; }

    /// <summary>Starts to listen.</summary>
    /// <param name="access">Where, and who may ask; the server disposes of it.</param>
    /// <param name="port">0 for any free one.</param>
    /// <param name="requestsPerSecond">How often a client may ask.</param>
    /// <param name="maxWebSockets">How many websockets may be open.</param>
    /// <param name="routes">What can be asked for.</param>
    /// <param name="room">The places for connections; it counts those that had to make room.</param>
    /// <exception cref="IOException">It cannot start, such as for a port in use. Nothing else is thrown.</exception>
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
            // A port in use, an address that is not this machine's, a certificate: Kestrel has a type for each.
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

                // Before TLS: a handshake that does not come to its end holds a place, too.
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
        string known = $"there are {string.Join(", ", routes.Select(route => route.Path))}\n";
        var nowhere = new WebRoute(
            string.Empty, context => RequestGuard.AnswerAsync(context, StatusCodes.Status404NotFound, known));
        web.UseWebSockets();
        web.Run(context =>
        {
            WebRoute route = byPath.GetValueOrDefault(context.Request.Path.Value ?? string.Empty, nowhere);
            return room.AnswerAsync(
                context, asked => guard.PassAsync(asked, route.IsOpen, route.IsHealth, route.Handle));
        });
        return web;
    }

    private static void SetLimits(KestrelServerLimits limits, int maxWebSockets)
    {
        // Kestrel would refuse the newest connection; the room sends the one away that has waited longest.
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
