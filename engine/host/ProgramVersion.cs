using System.Reflection;

namespace LowLatency.Host;

/// <summary>The program's name and version, as banner, recordings and metrics give it.</summary>
internal static class ProgramVersion
{
    public static string Number { get; } =
        typeof(ProgramVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()
            ?.InformationalVersion ?? "unknown";

    public static string Text { get; } = $"lowlatency {Number}";
}
