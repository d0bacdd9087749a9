using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Xml.Linq;
using Xunit;

namespace LowLatency.Tests.Tidy;

/// <summary>Who references whom: the project files say what ARCHITECTURE.md draws, and nothing else.</summary>
public sealed class ReferenceGraphTests(ITestOutputHelper output)
{
    private const string Picture = "```references";
    private const string Arrow = " -> ";

    [Fact]
    public void ShouldReferenceAsThePictureInTheArchitectureSays()
    {
        string[] graph = Graph();
        foreach (string line in graph)
        {
            output.WriteLine(line);
        }

        string[] picture = File.ReadLines(Path.Combine(SourceTree.Root, "ARCHITECTURE.md"))
            .SkipWhile(line => line != Picture).Skip(1).TakeWhile(line => line != "```").ToArray();

        Assert.Equal(graph, picture.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void ShouldKeepTheCoreFreeOfEverything() =>
        Assert.Contains($"engine/core{Arrow}nothing", Graph());

    [Fact]
    public void ShouldLetNoProductProjectReferenceHostButTheBenches() => Assert.Equal(
        ["bench"],
        Graph().Where(line => !line.StartsWith("tests/", StringComparison.Ordinal)
                && line.Split(Arrow)[1].Split(", ").Contains("engine/host"))
            .Select(line => line.Split(Arrow)[0]));

    // One line a project: its folder and the folders that it references.
    private static string[] Graph() => Directory
        .EnumerateFiles(SourceTree.Root, "*.csproj", SearchOption.AllDirectories)
        .Where(file => !SourceTree.NameOf(file).StartsWith("templates/", StringComparison.Ordinal))
        .Select(file => $"{FolderOf(file)}{Arrow}{Targets(file)}")
        .Order(StringComparer.Ordinal).ToArray();

    private static string Targets(string project)
    {
        string[] targets = References(project).Select(FolderOf).Order(StringComparer.Ordinal).ToArray();
        return targets.Length == 0 ? "nothing" : string.Join(", ", targets);
    }

    private static IEnumerable<string> References(string project) => XDocument.Load(project)
        .Descendants("ProjectReference")
        .Select(item => Path.GetFullPath(
            Path.Combine(Path.GetDirectoryName(project)!, item.Attribute("Include")!.Value)));

    private static string FolderOf(string project) => SourceTree.NameOf(Path.GetDirectoryName(project)!);
}
