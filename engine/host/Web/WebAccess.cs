using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using LowLatency.Host.Configuration;
using LowLatency.Host.Security;
using LowLatency.Web;

namespace LowLatency.Host.Web;

/// <summary>
/// Where the web server listens and whom it lets in: on loopback anybody on this machine, unless there is a token; an
/// address that others reach wants both TLS and a token.
/// </summary>
internal sealed class WebAccess : IDisposable
{
    /// <summary>A shorter token could be guessed.</summary>
    public const int MinTokenLength = 16;

    // serverAuth, RFC 5280, 4.2.1.12.
    private const string ServerUse = "1.3.6.1.5.5.7.3.1";

    private WebAccess(IPAddress address, IEnumerable<string> hosts)
    {
        Address = address;
        Hosts = SameOrigin.LoopbackHosts.Concat(hosts).ToHashSet(StringComparer.OrdinalIgnoreCase);
    }

    public IPAddress Address { get; }

    /// <summary>Names under which it may be asked.</summary>
    public IReadOnlySet<string> Hosts { get; }

    /// <summary>What TLS is served with; null for none.</summary>
    public X509Certificate2? Certificate { get; private set; }

    /// <summary>What a visitor has to know; null for nothing.</summary>
    public Secret? Token { get; private set; }

    /// <summary>Where the settings want it to listen; null where they name no address.</summary>
    public static IPAddress? AddressOf(MetricsSettings settings) =>
        settings.Address == "localhost" ? IPAddress.Loopback
        : IPAddress.TryParse(settings.Address, out IPAddress? address) ? address
        : null;

    /// <summary>Says what is wrong with the settings and with the files that they name.</summary>
    public static void Check(MetricsSettings settings, List<string> problems)
    {
        using WebAccess? access = Read(settings, problems);
    }

    /// <exception cref="IOException">The settings, or the files that they name, cannot be used.</exception>
    public static WebAccess Load(MetricsSettings settings)
    {
        var problems = new List<string>();
        return Read(settings, problems) ?? throw new IOException(string.Join("; ", problems));
    }

    public void Dispose()
    {
        Certificate?.Dispose();
        Token?.Dispose();
    }

    private static WebAccess? Read(MetricsSettings settings, List<string> problems)
    {
        int before = problems.Count;
        if (AddressOf(settings) is not { } address)
        {
            problems.Add($"Metrics:Address = '{settings.Address}': expected an address such as 127.0.0.1");
            return null;
        }

        bool isAny = address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);
        var access = new WebAccess(address, isAny ? settings.Hosts : settings.Hosts.Append(HostName(address)));
        access.Certificate = ReadCertificate(settings, problems);
        access.Token = ReadToken(settings, problems);
        if (problems.Count == before && !IPAddress.IsLoopback(address))
        {
            CheckWideAddress(settings, access, isAny, problems);
        }

        if (problems.Count == before)
        {
            return access;
        }

        access.Dispose();
        return null;
    }

    private static void CheckWideAddress(
        MetricsSettings settings, WebAccess access, bool isAny, List<string> problems)
    {
        if (access.Certificate is null || access.Token is null)
        {
            problems.Add($"Metrics:Address = '{settings.Address}': others can reach this address, so it needs TLS and "
                + "a token: set Metrics:CertificateFile, Metrics:CertificateKeyFile and Metrics:TokenFile. Without "
                + "them the page is served on loopback only (127.0.0.1, localhost or ::1): from elsewhere use an SSH "
                + "tunnel, ssh -L 9184:localhost:9184 HOST");
        }
        else if (isAny && settings.Hosts.Count == 0)
        {
            problems.Add($"Metrics:Address = '{settings.Address}': list in Metrics:Hosts the names under which the "
                + "page will be requested; all others are refused");
        }
    }

    private static Secret? ReadToken(MetricsSettings settings, List<string> problems)
    {
        if (settings.TokenFile.Length != 0 && settings.Token is not null)
        {
            problems.Add("Metrics:TokenFile and Metrics:Token: set one of them");
            return null;
        }

        // A copy: this object clears what it holds.
        Secret? token = settings.TokenFile.Length != 0
            ? SecretFile.Read("Metrics:TokenFile", settings.TokenFile, problems)
            : settings.Token?.Use(value => new Secret(value));
        if (token is null || token.Use(value => IsToken(value)))
        {
            return token;
        }

        problems.Add($"{(settings.TokenFile.Length == 0 ? "Metrics:Token" : "Metrics:TokenFile")}: a token needs "
            + $"{MinTokenLength} or more letters, digits and symbols, without spaces; create one with openssl rand "
            + "-hex 32");
        token.Dispose();
        return null;
    }

    private static bool IsToken(ReadOnlySpan<byte> text) =>
        text.Length >= MinTokenLength && !text.ContainsAnyExceptInRange((byte)'!', (byte)'~');

    private static X509Certificate2? ReadCertificate(MetricsSettings settings, List<string> problems)
    {
        (string file, string keyFile) = (settings.CertificateFile, settings.CertificateKeyFile);
        int before = problems.Count;
        if (file.Length == 0)
        {
            if (keyFile.Length + settings.CertificatePasswordFile.Length != 0
                || settings.CertificatePassword is not null)
            {
                problems.Add("Metrics:CertificateFile is empty, although its key or password is set");
            }

            return null;
        }

        using Secret? password = settings.CertificatePasswordFile.Length != 0
            ? SecretFile.Read("Metrics:CertificatePasswordFile", settings.CertificatePasswordFile, problems)
            : settings.CertificatePassword?.Use(value => new Secret(value));

        // The private key is in its own file, or beside the certificate.
        _ = keyFile.Length != 0
            ? SecretFile.IsFit("Metrics:CertificateKeyFile", keyFile, problems)
            : SecretFile.IsFit("Metrics:CertificateFile", file, problems);
        if (problems.Count != before)
        {
            return null;
        }

        try
        {
            X509Certificate2 certificate = Open(file, keyFile.Length == 0 ? null : keyFile, password);
            if (WhyUnfit(certificate) is not { } reason)
            {
                return certificate;
            }

            certificate.Dispose();
            problems.Add($"Metrics:CertificateFile = '{file}': {reason}");
            return null;
        }
        catch (Exception fault) when (fault is CryptographicException or IOException or UnauthorizedAccessException
            or ArgumentException)
        {
            // The fault's own words are left out: nobody promises what stands in them.
            problems.Add($"Metrics:CertificateFile = '{file}': the certificate and its key cannot be read; expected "
                + "PEM files, or PKCS #12 (.pfx, .p12), and the right password if they have one");
            return null;
        }
    }

    private static X509Certificate2 Open(string file, string? keyFile, Secret? password)
    {
        bool isPkcs12 = Path.GetExtension(file).ToUpperInvariant() is ".PFX" or ".P12";
        if (isPkcs12)
        {
            return password is null
                ? X509CertificateLoader.LoadPkcs12FromFile(file, null)
                : password.UseText(text => X509CertificateLoader.LoadPkcs12FromFile(file, text));
        }

        return password is null
            ? X509Certificate2.CreateFromPemFile(file, keyFile)
            : password.UseText(text => X509Certificate2.CreateFromEncryptedPemFile(file, text, keyFile));
    }

    // What the web server would refuse when it starts, and the session would have started by then.
    private static string? WhyUnfit(X509Certificate2 certificate)
    {
        X509EnhancedKeyUsageExtension[] usages =
            certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().ToArray();
        return !certificate.HasPrivateKey
            ? "it holds no private key, which TLS requires: name a file with both, or the key's own file in "
                + "Metrics:CertificateKeyFile"
            : usages.Length != 0
                && !usages.Any(usage => usage.EnhancedKeyUsages.OfType<Oid>().Any(oid => oid.Value == ServerUse))
                ? "its extended key usage lacks serverAuth, so it cannot be used for TLS: use a server certificate"
                : null;
    }

    private static string HostName(IPAddress address) =>
        address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? $"[{address}]" : address.ToString();
}
