using System;
using System.Diagnostics;
using System.IO;
using System.Threading.Tasks;
using Xunit;

namespace LowLatency.Tests.Support;

/// <summary>Runs tests/Target in a separate process, with another runtime configuration.</summary>
internal static class TargetProcess
{
    /// <summary>Settings known to change arithmetic, order or timing of programs.</summary>
    public static (string Setting, string Value)[] Runtimes { get; } =
    [
        ("TieredCompilation", "0"), ("TieredCompilation", "1"), ("TieredPGO", "0"), ("EnableAVX", "0"),
        ("gcServer", "1"),
    ];

    /// <summary>Whether the Debug build exists and is as new as this one; CI makes both.</summary>
    public static bool HasDebugBuild => EngineTime("Debug") >= EngineTime("Release");

    /// <summary>Runs it and returns its output.</summary>
    public static async Task<string> RunAsync(string setting, string value, string configuration, params string[] words)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true };
        start.ArgumentList.Add(ProgramOf(configuration));
        foreach (string word in words)
        {
            start.ArgumentList.Add(word);
        }

        start.Environment[$"DOTNET_{setting}"] = value;
        using Process process = Process.Start(start)!;
        string text = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return text.TrimEnd();
    }

    private static DateTime EngineTime(string configuration) => File.GetLastWriteTimeUtc(
        Path.Combine(Path.GetDirectoryName(ProgramOf(configuration))!, "LowLatency.Engine.Core.dll"));

    private static string ProgramOf(string configuration)
    {
        string own = AppContext.BaseDirectory;
        string bin = own[..own.LastIndexOf($"{Path.DirectorySeparatorChar}bin{Path.DirectorySeparatorChar}",
            StringComparison.Ordinal)];
        return Path.Combine(
            Path.GetDirectoryName(bin)!, "Target", "bin", configuration, "net10.0", "LowLatency.TestTarget.dll");
    }
}
