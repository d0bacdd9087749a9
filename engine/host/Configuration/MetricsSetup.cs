using System;
using System.IO;
using System.Threading.Tasks;
using LowLatency.Sessions;
using LowLatency.Web;

namespace LowLatency.Host.Configuration;

/// <summary>Turns the settings under Metrics into a session's web server.</summary>
internal static class MetricsSetup
{
    /// <summary>Where the server listens, and who may use it.</summary>
    /// <param name="settings">The settings.</param>
    public static WebAccessOptions AccessOf(MetricsSettings settings) => new()
    {
        Section = nameof(LiveSettings.Metrics),
        Address = settings.Address,
        Hosts = settings.Hosts,
        TokenFile = settings.TokenFile,
        Token = settings.Token,
        CertificateFile = settings.CertificateFile,
        CertificateKeyFile = settings.CertificateKeyFile,
        CertificatePasswordFile = settings.CertificatePasswordFile,
        CertificatePassword = settings.CertificatePassword,
    };

    /// <summary>Starts the server.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="session">The session to show.</param>
    /// <param name="live">Options of the live view; null for those of the settings.</param>
    /// <returns>null if the settings switch it off.</returns>
    /// <exception cref="IOException">It cannot listen, or a file that the settings name cannot be used.</exception>
    public static async Task<SessionServer?> StartAsync(
        MetricsSettings settings, ISessionControl session, LiveStreamOptions? live = null)
    {
        if (!settings.Enabled)
        {
            return null;
        }

        var options = new SessionServerOptions
        {
            Port = settings.Port,
            RequestsPerSecond = settings.RequestsPerSecond,
            Live = live ?? new LiveStreamOptions
            {
                Interval = TimeSpan.FromMilliseconds(settings.LiveIntervalMs),
                MaxClients = settings.LiveClients,
            },
        };
        return await SessionServer.StartAsync(WebAccess.Load(AccessOf(settings)), options, session)
            .ConfigureAwait(false);
    }
}
