using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace LowLatency.Tests.Reliability;

/// <summary>
/// Finds in the sources which test proves which row: a suite's assembly only knows its own tests, and the page covers
/// all suites. <see cref="FaultRowSourcesTests"/> checks the result against the compiled attributes.
/// </summary>
internal static partial class FaultRowSources
{
    /// <summary>The folders of the test suites.</summary>
    public static IReadOnlyList<string> Suites { get; } = ["Unit", "System", "Simulation"];

    /// <summary>The rows proved by a suite's tests.</summary>
    /// <param name="suite">One of <see cref="Suites"/>.</param>
    public static IEnumerable<(string Row, string Test)> Read(string suite) => Directory
        .EnumerateFiles(Path.Combine(Here(), "..", "..", suite), "*.cs", SearchOption.AllDirectories)
        .Where(file => !file.Contains(
            $"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
        .SelectMany(ReadFile)
        .Distinct();

    private static IEnumerable<(string Row, string Test)> ReadFile(string file)
    {
        string type = string.Empty;
        List<string> rows = [];
        foreach (string line in File.ReadLines(file))
        {
            if (TypeName().Match(line) is { Success: true } found)
            {
                type = found.Groups[1].Value;
            }
            else if (RowName().Match(line) is { Success: true } row)
            {
                rows.Add(row.Groups[1].Value);
            }
            else if (rows.Count > 0 && MethodName().Match(line) is { Success: true } method)
            {
                foreach (string name in rows)
                {
                    yield return (name, $"{type}.{method.Groups[1].Value}");
                }

                rows.Clear();
            }
        }
    }

    private static string Here([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;

    [GeneratedRegex(@"^(?:public|internal) (?:\w+ )*class (\w+)")]
    private static partial Regex TypeName();

    [GeneratedRegex(@"^    \[FaultRow\(""(\w+)""\)\]")]
    private static partial Regex RowName();

    [GeneratedRegex(@"^    public .*?\b(\w+)\(")]
    private static partial Regex MethodName();
}
