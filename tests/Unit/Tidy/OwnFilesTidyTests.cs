using System.IO;
using System.Linq;
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
        string[] found = SourceTree.ProductFiles()
            .Where(file => SourceTree.NameOf(file) != Place)
            .SelectMany(file => File.ReadLines(file)
                .Where(line => Making().IsMatch(line)).Select(line => $"{SourceTree.NameOf(file)}: {line.Trim()}"))
            .ToArray();

        Assert.Equal([], found);
        Assert.Matches(Making(), File.ReadAllText(Path.Combine(SourceTree.Root, Place)));
    }

    [GeneratedRegex(@"\bFile\.(Create|CreateText|WriteAll\w+|AppendAll\w+|AppendText|OpenWrite|Copy|Replace)\("
        + @"|\bDirectory\.(CreateDirectory|CreateTempSubdirectory|CreateSymbolicLink)\(|\bGetTempFileName\("
        + @"|\bFileMode\.(Create|CreateNew|OpenOrCreate|Append|Truncate)\b"
        + @"|\bnew StreamWriter\((?!\w*([Ss]tream|[Ff]ile)\b|_target|PrivateFile)")]
    private static partial Regex Making();
}
