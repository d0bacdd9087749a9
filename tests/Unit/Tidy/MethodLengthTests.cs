using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using Xunit;

namespace LowLatency.Tests.Tidy;

/// <summary>Methods that fit on a screen.</summary>
public sealed partial class MethodLengthTests
{
    // Between the braces of a method, property or constructor; what is nested in it counts as part of it.
    private const int MaxLines = 70;

    [Fact]
    public void ShouldKeepMethodsShort() => Assert.Empty(SourceTree.Files().SelectMany(LongMethods));

    [Theory]
    [InlineData("internal sealed partial class Thing(int record)", true)]
    [InlineData("[Fact] public readonly record struct Thing", true)]
    [InlineData("private void Take(EngineOutput record)", false)]
    [InlineData("private void Take(EngineOutput[] record, int enum)", false)]
    public void ShouldTellATypeFromAMethod(string head, bool isType) =>
        Assert.Equal(isType, TypeHead().IsMatch(head));

    private static IEnumerable<string> LongMethods(string file)
    {
        string[] lines = File.ReadAllLines(file);
        for (int i = 0; i < lines.Length; i++)
        {
            if (OpeningBrace().Match(lines[i]) is not { Success: true } brace)
            {
                continue;
            }

            string head = Head(lines, i);
            if (TypeHead().IsMatch(head))
            {
                continue;
            }

            int begin = i;
            string closing = brace.Groups["indent"].Value + "}";
            while (i < lines.Length - 1 && !lines[i].StartsWith(closing, StringComparison.Ordinal))
            {
                i++;
            }

            if (i - begin - 1 > MaxLines)
            {
                yield return $"{SourceTree.NameOf(file)}: {Name().Match(head).Groups["name"].Value}";
            }
        }
    }

    // The lines of the declaration, up to the one before it.
    private static string Head(string[] lines, int brace)
    {
        int first = brace;
        while (first > 0 && lines[first - 1].Trim() is { Length: > 0 } line && line[^1] is not (';' or '{' or '}')
            && !line.StartsWith("//", StringComparison.Ordinal))
        {
            first--;
        }

        return Constraint().Replace(string.Join(' ', lines[first..brace].Select(line => line.Trim())), string.Empty);
    }

    [GeneratedRegex(@"^(?<indent> +)\{$")]
    private static partial Regex OpeningBrace();

    // The word stands after modifiers alone, or after an attribute, and before a name: a parameter may have its name.
    [GeneratedRegex(@"(^|\] )((public|protected|internal|private|file|static|sealed|abstract|partial|readonly|ref|new"
        + @"|unsafe) )*(class|struct|interface|enum|namespace|record( class| struct)?) \w")]
    private static partial Regex TypeHead();

    [GeneratedRegex(@"\bwhere .*")]
    private static partial Regex Constraint();

    [GeneratedRegex(@"(?<name>\w+)(<[^>]*>)?\(")]
    private static partial Regex Name();
}
