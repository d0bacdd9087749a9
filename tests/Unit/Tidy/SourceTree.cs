using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.CompilerServices;

namespace LowLatency.Tests.Tidy;

/// <summary>The sources that the style tests read.</summary>
internal static class SourceTree
{
    private static readonly string[] s_product =
        ["engine", "feeds", "recorder", "replay", "bench", "testing", "templates"];

    /// <summary>The folder of the solution.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Every source file of the product, the benches and the templates.</summary>
    public static IEnumerable<string> ProductFiles() => Files(s_product);

    /// <summary>Every source file of the product, the benches, the templates and the tests.</summary>
    public static IEnumerable<string> Files() => Files([.. s_product, "tests"]);

    /// <summary>Every source file below some folders of the solution.</summary>
    public static IEnumerable<string> Files(params string[] folders) => folders
        .SelectMany(folder => Directory.EnumerateFiles(
            Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories))
        .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}",
            StringComparison.Ordinal));

    /// <summary>A file's path from the solution's folder.</summary>
    public static string NameOf(string file) => Path.GetRelativePath(Root, file).Replace('\\', '/');

    private static string FindRoot([CallerFilePath] string here = "")
    {
        DirectoryInfo? folder = new FileInfo(here).Directory;
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "LowLatency.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new DirectoryNotFoundException("no LowLatency.sln above the tests");
    }
}
