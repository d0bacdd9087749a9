using System;
using System.Globalization;
using System.IO;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using LowLatency.Host;
using LowLatency.Host.Configuration;
using LowLatency.Sessions;
using LowLatency.Tests.Support;
using LowLatency.Web;
using Xunit;

namespace LowLatency.Tests.Host.Web;

/// <summary>A live session on a generated market, with its web server.</summary>
internal sealed class WebRig : IAsyncDisposable
{
    public const string Token = "0123456789abcdef-right";

    /// <summary>serverAuth, of the extended key usage.</summary>
    public const string ServerUse = "1.3.6.1.5.5.7.3.1";

    /// <summary>clientAuth, of the extended key usage.</summary>
    public const string ClientUse = "1.3.6.1.5.5.7.3.2";

    private WebRig(LiveSession session, SessionServer server)
    {
        Session = session;
        Server = server;
        Address = new Uri(server.Address);
    }

    public LiveSession Session { get; }

    public SessionServer Server { get; }

    public Uri Address { get; }

    /// <param name="metrics">Settings of the server.</param>
    /// <param name="folder">Folder for the recording; null for none.</param>
    /// <param name="live">Options of the live view; null for those of the settings.</param>
    public static async Task<WebRig> StartAsync(
        MetricsSettings metrics, string? folder = null, LiveStreamOptions? live = null)
    {
        metrics.Port = 0;
        var settings = new LiveSettings
        {
            Symbols = ["BTCUSDT", "ETHUSDT"],
            EmbeddedVenue = new EmbeddedVenueSettings { Speed = "30" },
            Recorder = new RecorderSettings { Enabled = folder is not null, Directory = folder ?? string.Empty },
            Journal = new JournalSettings
            {
                Enabled = folder is not null,
                Directory = Path.Combine(folder ?? string.Empty, "journal"),
            },
            Metrics = metrics,
        };
        var session = (LiveSession)await Pipeline.StartAsync(settings, TestContext.Current.CancellationToken);
        SessionServer? server = await MetricsSetup.StartAsync(metrics, session, live);
        return new WebRig(session, server!);
    }

    /// <summary>Writes a file that only its owner can read.</summary>
    public static string SecretFile(TemporaryFolder folder, string name, string text)
    {
        string path = folder.File(name);
        File.WriteAllText(path, text);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        return path;
    }

    /// <summary>Writes a self-signed certificate and its key.</summary>
    /// <param name="folder">Their folder.</param>
    /// <param name="password">The key's; null for none.</param>
    /// <param name="uses">Its extended key usage; null for a certificate without one.</param>
    public static (string Certificate, string Key) CertificateFiles(
        TemporaryFolder folder, string? password = null, string[]? uses = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        if (uses is not null)
        {
            var oids = new OidCollection();
            Array.ForEach(uses, use => oids.Add(new Oid(use)));
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(oids, critical: false));
        }

        using X509Certificate2 certificate = request.CreateSelfSigned(
            DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        string file = folder.File("server.crt");
        File.WriteAllText(file, certificate.ExportCertificatePem());
        string text = password is null
            ? key.ExportPkcs8PrivateKeyPem()
            : key.ExportEncryptedPkcs8PrivateKeyPem(
                password, new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000));
        return (file, SecretFile(folder, "server.key", text));
    }

    /// <summary>Opens a plain connection to a port of this machine.</summary>
    public static async Task<Socket> ConnectAsync(int port, int? receiveBufferBytes = null)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (receiveBufferBytes is { } bytes)
        {
            socket.ReceiveBufferSize = bytes;
        }

        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), TestContext.Current.CancellationToken);
        return socket;
    }

    /// <summary>Sends bytes as they are, and reads until the server closes or has answered completely.</summary>
    /// <returns>The answer's status, 0 if the server closed without one; and the whole answer.</returns>
    public static async Task<(int Status, string Answer)> AskAsync(int port, string request, bool isTls = false)
    {
        using Socket socket = await ConnectAsync(port);
        Stream stream = new NetworkStream(socket);
        if (isTls)
        {
#pragma warning disable CA5359 // The certificate is the test's own, and no authority's.
            var tls = new SslStream(stream, leaveInnerStreamOpen: false, (_, _, _, _) => true);
#pragma warning restore CA5359
            await tls.AuthenticateAsClientAsync("localhost");
            stream = tls;
        }

        await using Stream own = stream;
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        byte[] buffer = new byte[256 * 1024];
        int filled = 0;
        try
        {
            await stream.WriteAsync(Encoding.Latin1.GetBytes(request), cancellation);
            while (filled < buffer.Length && !IsWhole(Encoding.Latin1.GetString(buffer, 0, filled)))
            {
                int count = await stream.ReadAsync(buffer.AsMemory(filled), cancellation);
                if (count == 0)
                {
                    break;
                }

                filled += count;
            }
        }
        catch (IOException)
        {
            // Closed by the server, possibly before everything was written.
        }

        string answer = Encoding.Latin1.GetString(buffer, 0, filled);
        int status = answer.StartsWith("HTTP/1.1 ", StringComparison.Ordinal)
            ? int.Parse(answer.AsSpan(9, 3), CultureInfo.InvariantCulture)
            : 0;
        return (status, answer);
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        await Session.DisposeAsync();
    }

    private static bool IsWhole(string answer)
    {
        int end = answer.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (end < 0)
        {
            return false;
        }

        const string Length = "Content-Length: ";
        int at = answer.IndexOf(Length, 0, end, StringComparison.OrdinalIgnoreCase);
        return at < 0 || answer.Length - end - 4 >= int.Parse(
            answer[(at + Length.Length)..answer.IndexOf("\r\n", at, StringComparison.Ordinal)],
            CultureInfo.InvariantCulture);
    }
}
