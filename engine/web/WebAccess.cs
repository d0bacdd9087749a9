using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace LowLatency.Web;

/// <summary>
/// Where a web server listens and who may use it. On loopback everybody on this machine may, unless a token is set. An
/// address that other machines can reach requires both TLS and a token.
/// </summary>
public sealed class WebAccess : IDisposable
{
    /// <summary>Minimum length of a token in bytes; a shorter one could be guessed.</summary>
    public const int MinTokenLength = 16;

    // serverAuth, RFC 5280, 4.2.1.12.
    private const string ServerUse = "1.3.6.1.5.5.7.3.1";

    private WebAccess(IPAddress address, IEnumerable<string> hosts)
    {
        Address = address;
        Hosts = SameOrigin.LoopbackHosts.Concat(hosts).ToHashSet(StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>The address to listen on.</summary>
    public IPAddress Address { get; }

    /// <summary>Host names accepted in requests.</summary>
    public IReadOnlySet<string> Hosts { get; }

    /// <summary>The certificate for TLS, with its private key; null for no TLS.</summary>
    public X509Certificate2? Certificate { get; private set; }

    /// <summary>The token that requests must carry; null for none.</summary>
    public Secret? Token { get; private set; }

    /// <summary>Parses the address of the settings.</summary>
    /// <param name="address">An IP address, or localhost.</param>
    /// <returns>null if it is neither.</returns>
    public static IPAddress? ParseAddress(string address) =>
        address == "localhost" ? IPAddress.Loopback
        : IPAddress.TryParse(address, out IPAddress? parsed) ? parsed
        : null;

    /// <summary>Checks the settings and the files that they name.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="problems">Receives one line for each problem; no line contains a secret.</param>
    public static void Check(WebAccessOptions options, ICollection<string> problems)
    {
        using WebAccess? access = Read(options, problems);
    }

    /// <summary>Reads the settings and the files that they name.</summary>
    /// <param name="options">The settings.</param>
    /// <exception cref="IOException">The settings, or the files that they name, cannot be used.</exception>
    public static WebAccess Load(WebAccessOptions options)
    {
        var problems = new List<string>();
        return Read(options, problems) ?? throw new IOException(string.Join("; ", problems));
    }

    /// <summary>Clears the token and frees the certificate.</summary>
    public void Dispose()
    {
        Certificate?.Dispose();
        Token?.Dispose();
    }

    private static WebAccess? Read(WebAccessOptions options, ICollection<string> problems)
    {
        int before = problems.Count;
        if (ParseAddress(options.Address) is not { } address)
        {
            problems.Add($"{options.Key("Address")} = '{options.Address}': expected an address such as 127.0.0.1");
            return null;
        }

        bool isAny = address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);
        var access = new WebAccess(address, isAny ? options.Hosts : options.Hosts.Append(HostName(address)));
        access.Certificate = ReadCertificate(options, problems);
        access.Token = ReadToken(options, problems);
        if (problems.Count == before && !IPAddress.IsLoopback(address))
        {
            CheckWideAddress(options, access, isAny, problems);
        }

        if (problems.Count == before)
        {
            return access;
        }

        access.Dispose();
        return null;
    }

    private static void CheckWideAddress(
        WebAccessOptions options, WebAccess access, bool isAny, ICollection<string> problems)
    {
        string setting = $"{options.Key("Address")} = '{options.Address}'";
        if (access.Certificate is null || access.Token is null)
        {
            problems.Add($"{setting}: others can reach this address, so it needs TLS and a token: set "
                + $"{options.Key("CertificateFile")}, {options.Key("CertificateKeyFile")} and "
                + $"{options.Key("TokenFile")}. Without them the page is served on loopback only (127.0.0.1, localhost "
                + "or ::1): from elsewhere use an SSH tunnel, ssh -L 9184:localhost:9184 HOST");
        }
        else if (isAny && options.Hosts.Count == 0)
        {
            problems.Add($"{setting}: list in {options.Key("Hosts")} the names under which the page will be "
                + "requested; all others are refused");
        }
    }

    private static Secret? ReadToken(WebAccessOptions options, ICollection<string> problems)
    {
        (string fileKey, string key) = (options.Key("TokenFile"), options.Key("Token"));
        if (options.TokenFile.Length != 0 && options.Token is not null)
        {
            problems.Add($"{fileKey} and {key}: set one of them");
            return null;
        }

        // A copy: this object clears what it holds.
        Secret? token = options.TokenFile.Length != 0
            ? SecretFile.Read(fileKey, options.TokenFile, problems)
            : options.Token?.Use(value => new Secret(value));
        if (token is null || token.Use(value => IsToken(value)))
        {
            return token;
        }

        problems.Add($"{(options.TokenFile.Length == 0 ? key : fileKey)}: a token needs {MinTokenLength} or more "
            + "letters, digits and symbols, without spaces; create one with openssl rand -hex 32");
        token.Dispose();
        return null;
    }

    private static bool IsToken(ReadOnlySpan<byte> text) =>
        text.Length >= MinTokenLength && !text.ContainsAnyExceptInRange((byte)'!', (byte)'~');

    private static X509Certificate2? ReadCertificate(WebAccessOptions options, ICollection<string> problems)
    {
        (string file, string keyFile) = (options.CertificateFile, options.CertificateKeyFile);
        string key = options.Key("CertificateFile");
        int before = problems.Count;
        if (file.Length == 0)
        {
            if (keyFile.Length + options.CertificatePasswordFile.Length != 0
                || options.CertificatePassword is not null)
            {
                problems.Add($"{key} is empty, although its key or password is set");
            }

            return null;
        }

        using Secret? password = options.CertificatePasswordFile.Length != 0
            ? SecretFile.Read(options.Key("CertificatePasswordFile"), options.CertificatePasswordFile, problems)
            : options.CertificatePassword?.Use(value => new Secret(value));

        // The private key is in its own file, or in the certificate's.
        _ = keyFile.Length != 0
            ? SecretFile.IsFit(options.Key("CertificateKeyFile"), keyFile, problems)
            : SecretFile.IsFit(key, file, problems);
        if (problems.Count != before)
        {
            return null;
        }

        try
        {
            X509Certificate2 certificate = Open(file, keyFile.Length == 0 ? null : keyFile, password);
            if (WhyUnfit(certificate, options) is not { } reason)
            {
                return certificate;
            }

            certificate.Dispose();
            problems.Add($"{key} = '{file}': {reason}");
            return null;
        }
        catch (Exception fault) when (fault is CryptographicException or IOException or UnauthorizedAccessException
            or ArgumentException)
        {
            // The exception's own text is left out: it might quote the file.
            problems.Add($"{key} = '{file}': the certificate and its key cannot be read; expected PEM files, or "
                + "PKCS #12 (.pfx, .p12), and the right password if they have one");
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

    // The web server would refuse these too, but only after the session has started.
    private static string? WhyUnfit(X509Certificate2 certificate, WebAccessOptions options)
    {
        X509EnhancedKeyUsageExtension[] usages =
            certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().ToArray();
        return !certificate.HasPrivateKey
            ? "it holds no private key, which TLS requires: name a file with both, or the key's own file in "
                + options.Key("CertificateKeyFile")
            : usages.Length != 0
                && !usages.Any(usage => usage.EnhancedKeyUsages.OfType<Oid>().Any(oid => oid.Value == ServerUse))
                ? "its extended key usage lacks serverAuth, so it cannot be used for TLS: use a server certificate"
                : null;
    }

    private static string HostName(IPAddress address) =>
        address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? $"[{address}]" : address.ToString();
}
