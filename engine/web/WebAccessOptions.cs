using System.Collections.Generic;

namespace LowLatency.Web;

/// <summary>The settings from which <see cref="WebAccess"/> is read.</summary>
public sealed record WebAccessOptions
{
    /// <summary>The section that these settings are in; messages name each setting by it, such as Metrics:Address.
    /// </summary>
    public required string Section { get; init; }

    /// <summary>The IP address to listen on, or localhost.</summary>
    public required string Address { get; init; }

    /// <summary>Host names accepted in requests, besides the names of loopback and the address itself.</summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];

    /// <summary>File of mode 0600 that contains the token; empty for none.</summary>
    public string TokenFile { get; init; } = string.Empty;

    /// <summary>The token itself; null for none. It is copied.</summary>
    public Secret? Token { get; init; }

    /// <summary>Certificate for TLS, as PEM or PKCS #12; empty for no TLS.</summary>
    public string CertificateFile { get; init; } = string.Empty;

    /// <summary>The certificate's private key as PEM, of mode 0600; empty if it is in the same file.</summary>
    public string CertificateKeyFile { get; init; } = string.Empty;

    /// <summary>File of mode 0600 that contains the private key's password; empty for none.</summary>
    public string CertificatePasswordFile { get; init; } = string.Empty;

    /// <summary>The private key's password itself; null for none. It is copied.</summary>
    public Secret? CertificatePassword { get; init; }

    /// <summary>The full name of a setting.</summary>
    /// <param name="name">Its name within the section.</param>
    public string Key(string name) => $"{Section}:{name}";
}
