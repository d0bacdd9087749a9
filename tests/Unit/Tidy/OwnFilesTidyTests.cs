using System;
using System.IO;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Xunit;

namespace LowLatency.Tests.Tidy;

/// <summary>Files and folders are created in one place, which sets their mode and follows no link.</summary>
public sealed partial class OwnFilesTidyTests
{
    private const string Place = "recorder/PrivateFile.cs";

    [Fact]
    public void ShouldMakeFilesInOnePlaceAlone()
    {
        string root = Root();
        string[] found = new[] { "engine", "feeds", "recorder", "replay", "bench" }
            .SelectMany(folder => Directory.EnumerateFiles(
                Path.Combine(root, folder), "*.cs", SearchOption.AllDirectories))
            .Select(file => Path.GetRelativePath(root, file).Replace('\\', '/'))
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal))
            .Where(file => file != Place)
            .SelectMany(file => File.ReadLines(Path.Combine(root, file))
                .Where(line => Making().IsMatch(line)).Select(line => $"{file}: {line.Trim()}"))
            .ToArray();

        Assert.Equal([], found);
        Assert.Matches(Making(), File.ReadAllText(Path.Combine(root, Place)));
    }

    [GeneratedRegex(@"\bFile\.(Create|CreateText|WriteAll\w+|AppendAll\w+|AppendText|OpenWrite|Copy|Replace)\("
        + @"|\bDirectory\.(CreateDirectory|CreateTempSubdirectory|CreateSymbolicLink)\(|\bGetTempFileName\("
        + @"|\bFileMode\.(Create|CreateNew|OpenOrCreate|Append|Truncate)\b"
        + @"|\bnew StreamWriter\((?!\w*([Ss]tream|[Ff]ile)\b|_target|PrivateFile)")]
    private static partial Regex Making();

    private static string Root([CallerFilePath] string here = "")
    {
        DirectoryInfo folder = new FileInfo(here).Directory!;
        while (!File.Exists(Path.Combine(folder.FullName, "LowLatency.sln")))
        {
            folder = folder.Parent!;
        }

        return folder.FullName;
    }
}
