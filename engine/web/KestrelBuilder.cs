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
/// Builds web servers that ignore the platform's settings files and environment variables, so that these cannot make
/// them listen anywhere else.
/// </summary>
public static class KestrelBuilder
{
    /// <summary>
    /// Send buffer of a connection, which limits what the kernel holds for a client that does not read. Linux uses
    /// twice as much.
    /// </summary>
    public const int SendBufferBytes = 64 * 1024;

    private static readonly TimeSpan s_shutdownTimeout = TimeSpan.FromSeconds(1);

    /// <summary>Creates a builder without any configuration sources.</summary>
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

        // Accepted connections inherit it.
        socket.SendBufferSize = SendBufferBytes;
        return socket;
    }
}
