using System;
using System.Linq;
using LowLatency.Web;

namespace LowLatency.Host.Security;

/// <summary>Which settings hold secrets, and how settings are shown to a reader.</summary>
internal static class SecretKeys
{
    private const string FileEnding = "File";

    private static readonly string[] s_endings =
        ["Token", "Password", "Passphrase", "Secret", "ApiKey", "PrivateKey", "Credential", "Credentials"];

    /// <summary>Whether a setting is a secret itself. One that names a file which holds it is none.</summary>
    /// <param name="key">The setting, such as Metrics:Token.</param>
    public static bool IsSecret(string key)
    {
        string name = key[(key.LastIndexOf(':') + 1)..].Replace("_", string.Empty, StringComparison.Ordinal);
        return s_endings.Any(ending => name.EndsWith(ending, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Whether a setting names a file that holds a secret.</summary>
    /// <param name="key">The setting, such as Metrics:TokenFile.</param>
    public static bool IsSecretFile(string key) =>
        key.EndsWith(FileEnding, StringComparison.OrdinalIgnoreCase)
        && (IsSecret(key[..^FileEnding.Length])
            || key[..^FileEnding.Length].EndsWith("Key", StringComparison.OrdinalIgnoreCase));

    /// <summary>A setting's value as it may be shown: a secret as ***, an address without user, password and query.
    /// </summary>
    public static string Show(string key, string value) =>
        value.Length == 0 ? value : IsSecret(key) ? Secret.Hidden : Redaction.Of(ShowAddress(value));

    /// <summary>What is wrong with the address of a venue, or null. It is shown, recorded and part of messages, so
    /// nothing may stand in it that could be a secret; the words hold nothing of it.</summary>
    /// <param name="key">The setting.</param>
    /// <param name="value">The address; empty for none.</param>
    /// <param name="origin">Where it came from, for the words.</param>
    /// <param name="schemes">What it may begin with, the usual one last.</param>
    public static string? FaultOfAddress(string key, string value, string origin, params string[] schemes)
    {
        if (value.Length == 0)
        {
            return null;
        }

        // The text may be anything if it is not an address; a possible user, password or query is not shown.
        string shown = value.AsSpan().IndexOfAny("@?#:") < 0 ? value : Secret.Hidden;
        string form = $"{key} = '{shown}'{origin}: expected an address such as {schemes[^1]}://host:port";
        if (!Uri.TryCreate(value, UriKind.Absolute, out Uri? address) || !schemes.Contains(address.Scheme))
        {
            return form;
        }

        return address.UserInfo.Length == 0 && address.Query.Length == 0 && address.Fragment.Length == 0
            ? null
            : $"{form}, without user, password, query and fragment: it is shown and recorded";
    }

    private static string ShowAddress(string value)
    {
        bool isAddress = Uri.TryCreate(value, UriKind.Absolute, out Uri? address)
            && value.Contains("://", StringComparison.Ordinal);
        if (!isAddress || (address!.UserInfo.Length == 0 && address.Query.Length == 0 && address.Fragment.Length == 0))
        {
            return value;
        }

        string user = address.UserInfo.Length == 0 ? string.Empty : Secret.Hidden + "@";
        string query = address.Query.Length + address.Fragment.Length == 0 ? string.Empty : "?" + Secret.Hidden;
        return $"{address.Scheme}://{user}{address.Authority}{address.AbsolutePath}{query}";
    }
}
