using System;
using System.Reflection;

namespace LowLatency.Sessions;

/// <summary>The program's name and version, as shown in banner, recordings and metrics.</summary>
public static class ProgramVersion
{
    // Enough digits of the commit hash to find it.
    private const int CommitDigits = 9;

    /// <summary>The version with the beginning of the commit hash: 0.1.0+1a2b3c4d5.</summary>
    public static string Number { get; } = Shorten(
        typeof(ProgramVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()
            ?.InformationalVersion ?? "unknown");

    /// <summary>Name and version: lowlatency 0.1.0+1a2b3c4d5.</summary>
    public static string Text { get; } = $"lowlatency {Number}";

    private static string Shorten(string version)
    {
        int plus = version.IndexOf('+', StringComparison.Ordinal);
        return plus < 0 || version.Length <= plus + CommitDigits ? version : version[..(plus + 1 + CommitDigits)];
    }
}
