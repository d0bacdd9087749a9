using System;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace LowLatency.Web;

/// <summary>
/// Builds web servers that read neither settings files nor environment variables of the platform, so that no other
/// door can be opened by them.
/// </summary>
public static class KestrelBuilder
{
    /// <summary>
    /// Bounds what the kernel keeps for a client that does not read; it takes twice as much for its own needs.
    /// </summary>
    public const int SendBufferBytes = 64 * 1024;

    private static readonly TimeSpan s_shutdownTimeout = TimeSpan.FromSeconds(1);

    /// <summary>Gives a builder that knows only what it is told here.</summary>
    /// <param name="configure">Sets addresses and limits.</param>
    public static WebApplicationBuilder Create(Action<KestrelServerOptions> configure)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(
            new WebApplicationOptions { EnvironmentName = Environments.Production });
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            configure(kestrel);
        });
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = s_shutdownTimeout);
        builder.Services.Configure<SocketTransportOptions>(transport => transport.CreateBoundListenSocket = Listen);
        return builder;
    }

    private static Socket Listen(EndPoint endpoint)
    {
        Socket socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);

        // Connections take it over from the listening socket.
        socket.SendBufferSize = SendBufferBytes;
        return socket;
    }
}
