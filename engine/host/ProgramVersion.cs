using System;
using System.Reflection;

namespace LowLatency.Host;

/// <summary>The program's name and version, as banner, recordings and metrics give it.</summary>
internal static class ProgramVersion
{
    // Enough of the commit's hash to find it.
    private const int CommitDigits = 9;

    public static string Number { get; } = Shorten(
        typeof(ProgramVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()
            ?.InformationalVersion ?? "unknown");

    public static string Text { get; } = $"lowlatency {Number}";

    private static string Shorten(string version)
    {
        int plus = version.IndexOf('+', StringComparison.Ordinal);
        return plus < 0 || version.Length <= plus + CommitDigits ? version : version[..(plus + 1 + CommitDigits)];
    }
}
