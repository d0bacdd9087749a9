using System;
using System.IO;
using System.Linq;
using System.Runtime.CompilerServices;
using Xunit;

namespace LowLatency.Tests.Tidy;

/// <summary>The README contains exactly the measured figures.</summary>
public sealed class FiguresTests
{
    private static readonly string s_root = Path.GetFullPath(Path.Combine(Here(), "..", "..", ".."));

    [Fact]
    public void ShouldTellTheFiguresOfTheLastRun()
    {
        string last = Directory.GetFiles(Path.Combine(s_root, "bench", "results"), "*.md").Order().Last();
        string[] measured = Table(last);
        Assert.True(measured.Length > 10);
        Assert.Equal(measured, Table(Path.Combine(s_root, "README.md")));
    }

    [Fact]
    public void ShouldSayOnWhatMachine()
    {
        foreach (string file in Directory.GetFiles(Path.Combine(s_root, "bench", "results"), "*.md"))
        {
            string text = File.ReadAllText(file);
            Assert.All(
                new[] { "* processor:", "* memory:", "* kernel:", "at commit" },
                word => Assert.Contains(word, text, StringComparison.Ordinal));
        }
    }

    private static string[] Table(string file) => File.ReadLines(file)
        .SkipWhile(line => !line.StartsWith("| measured |", StringComparison.Ordinal))
        .TakeWhile(line => line.StartsWith('|'))
        .ToArray();

    private static string Here([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
