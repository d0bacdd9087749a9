using System;
using System.Linq;

namespace LowLatency.Host.Configuration;

/// <summary>What is never shown, wherever settings are.</summary>
internal static class Secrets
{
    /// <summary>What stands for a secret.</summary>
    public const string Hidden = "***";

    // A file that holds a secret is none: its name ends otherwise.
    private static readonly string[] s_endings =
        ["Secret", "Password", "Passphrase", "Token", "ApiKey", "PrivateKey", "Credential", "Credentials"];

    /// <summary>Whether a key names a secret.</summary>
    public static bool IsSecret(string key) =>
        s_endings.Any(ending => key.EndsWith(ending, StringComparison.OrdinalIgnoreCase));

    /// <summary>A value as it may be shown: hidden when its key names a secret, and without what an address says of
    /// users.</summary>
    public static string Hide(string key, string text)
    {
        if (IsSecret(key))
        {
            return text.Length == 0 ? text : Hidden;
        }

        return Uri.TryCreate(text, UriKind.Absolute, out Uri? address) && address.UserInfo.Length != 0
            ? text.Replace(address.UserInfo + "@", Hidden + "@", StringComparison.Ordinal)
            : text;
    }
}
