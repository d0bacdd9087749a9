using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using LowLatency.Engine.Runtime;
using Xunit;

namespace LowLatency.Tests.Tidy;

/// <summary>The house style, as far as it can be checked automatically.</summary>
public sealed partial class TidyTests
{
    private const int MaxColumns = 120;
    private const int MaxFileLines = 600;
    private const int MaxHostLines = 9_000;

    // Words that mark unfinished work, split so that this file does not contain them.
    private static readonly string[] s_markers =
        ["TO" + "DO", "FIX" + "ME", "HA" + "CK", "NotImplemented" + "Exception"];

    [Fact]
    public void ShouldKeepLinesShortUnlessTheyAreOneLiteralMessage() => Assert.Empty(
        Lines().Where(line => line.Text.Length > MaxColumns && !line.Text.Contains("\"\"\"", StringComparison.Ordinal))
            .Select(line => $"{line.File}:{line.Number}"));

    [Fact]
    public void ShouldKeepFilesToOneThing() => Assert.All(
        SourceTree.Files(), file => Assert.InRange(File.ReadLines(file).Count(), 1, MaxFileLines));

    [Fact]
    public void ShouldLeaveNoMarkers() => Assert.Empty(
        Lines().Where(line => s_markers.Any(marker => line.Text.Contains(marker, StringComparison.Ordinal)))
            .Select(line => $"{line.File}:{line.Number}"));

    [Fact]
    public void ShouldKeepEveryTestInAProject()
    {
        string[] projects = ["Unit", "System", "Simulation", "Support", "Target"];
        IEnumerable<string> folders = Lines()
            .Select(line => line.File.Split(Path.DirectorySeparatorChar))
            .Where(parts => parts[0] == "tests")
            .Select(parts => parts[1]);
        Assert.Empty(folders.Distinct().Except(projects));
    }

    [Fact]
    public void ShouldBuildTheEngineInOnePlace() => Assert.Equal(
        ["engine/runtime/TradingCore.cs"],
        SourceTree.ProductFiles()
            .Where(file => File.ReadAllText(file).Contains("new EngineLoop(", StringComparison.Ordinal))
            .Select(SourceTree.NameOf));

    // Producers have the publishers of TradingCore.NewPublisher. The benches' own rings have no engine.
    [Fact]
    public void ShouldLetOnlyPublishersIntoTheEngine()
    {
        Assert.Equal(
            ["engine/runtime/TradingCore.cs"],
            SourceTree.ProductFiles()
                .Where(file => !SourceTree.NameOf(file).StartsWith("bench/", StringComparison.Ordinal))
                .Where(file => File.ReadAllText(file).Contains("new RingInputStream(", StringComparison.Ordinal))
                .Select(SourceTree.NameOf));
        Assert.DoesNotContain(
            SourceTree.ProductFiles().SelectMany(File.ReadLines),
            line => line.Contains("Inputs.Put(", StringComparison.Ordinal));
        Assert.Null(typeof(TradingCore).GetProperty("Inputs"));
    }

    // The view is a copy for other threads: the engine may write and count in it, but decide nothing by it.
    [Fact]
    public void ShouldDecideNothingByTheViewOfAnInstrument() => Assert.DoesNotContain(
        SourceTree.Files("engine/core").SelectMany(File.ReadLines), line => ReadOfView().IsMatch(line));

    [Fact]
    public void ShouldKeepTheHostSmall() => Assert.InRange(
        SourceTree.Files("engine/host").Sum(file => File.ReadLines(file).Count()), 1, MaxHostLines);

    [GeneratedRegex(@"\.View\.\w+(?!\w|\+\+| \+= | = )")]
    private static partial Regex ReadOfView();

    private static IEnumerable<(string File, int Number, string Text)> Lines() => SourceTree.Files().SelectMany(
        file => File.ReadLines(file).Select((text, index) => (SourceTree.NameOf(file), index + 1, text)));
}
