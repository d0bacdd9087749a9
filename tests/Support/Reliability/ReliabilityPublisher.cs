using System;
using System.IO;
using System.Linq;
using System.Runtime.CompilerServices;
using LowLatency.Sessions;

namespace LowLatency.Tests.Reliability;

/// <summary>
/// Writes RELIABILITY.md at the end of a run with LOWLATENCY_PUBLISH=1. A fixture of each suite's assembly; the suites
/// run one after the other, and each replaces the results of its own tests.
/// </summary>
public sealed class ReliabilityPublisher : IDisposable
{
    /// <summary>Whether this run writes the page.</summary>
    internal static bool IsPublishing { get; } = Environment.GetEnvironmentVariable("LOWLATENCY_PUBLISH") == "1";

    /// <summary>The page.</summary>
    internal static string PagePath { get; } =
        Path.GetFullPath(Path.Combine(Here(), "..", "..", "..", "RELIABILITY.md"));

    public void Dispose()
    {
        if (IsPublishing)
        {
            string before = File.Exists(PagePath) ? File.ReadAllText(PagePath) : string.Empty;
            File.WriteAllText(PagePath, ReliabilityPage.Write(
                FaultMatrix.Rows,
                ReliabilityPage.Declared,
                ReliabilityPage.Read(before),
                FaultLedger.Results,
                $"{DateTime.UtcNow:yyyy-MM-dd}, {ProgramVersion.Number.Split('+').Last()}"));
        }
    }

    private static string Here([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
