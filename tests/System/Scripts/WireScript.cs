using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace LowLatency.Tests.Scripts;

/// <summary>One line of a wire script.</summary>
/// <param name="Number">Its number in the file, from 1.</param>
/// <param name="Verb">Its first word.</param>
/// <param name="Rest">What follows.</param>
internal sealed record WireStep(int Number, string Verb, string Rest)
{
    /// <summary>The rest, split into words.</summary>
    public string[] Text => Rest.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>A script is invalid, or a step failed; the message begins with file and line.</summary>
internal sealed class WireScriptException(string file, int line, string words) : Exception($"{file}:{line}: {words}");

/// <summary>
/// A conversation between a venue and the feed in plain text, one step per line; <c>tests/System/Scripts/README.md</c>
/// describes the language. A line that begins with a blank continues the previous one; one that begins with # is a
/// comment.
/// </summary>
internal sealed class WireScript
{
    private static readonly string[] s_verbs =
    [
        "symbols", "set", "connect", "refuse", "expect", "send", "part", "rest", "wait", "close", "cut", "on",
        "handover", "book", "top", "levels", "count", "bad", "status", "trade",
    ];

    private WireScript(string file, string venue, IReadOnlyList<WireStep> steps)
    {
        File = file;
        Venue = venue;
        Steps = steps;
    }

    /// <summary>Folder and name, as used in messages.</summary>
    public string File { get; }

    /// <summary>The venue, from the folder's name.</summary>
    public string Venue { get; }

    public IReadOnlyList<WireStep> Steps { get; }

    /// <summary>All scripts of a venue, by name without extension.</summary>
    public static IEnumerable<string> NamesOf(string venue) => Directory
        .EnumerateFiles(Path.Combine(Root, venue), "*.wire")
        .Select(path => Path.GetFileNameWithoutExtension(path))
        .Order(StringComparer.Ordinal);

    public static WireScript Load(string venue, string name) => Parse(
        $"{venue}/{name}.wire", venue, System.IO.File.ReadAllLines(Path.Combine(Root, venue, name + ".wire")));

    public static WireScript Parse(string file, string venue, IReadOnlyList<string> lines)
    {
        var steps = new List<WireStep>();
        bool hasHeader = false;
        for (int i = 0; i < lines.Count; i++)
        {
            string line = lines[i].TrimEnd();
            hasHeader |= line.StartsWith('#') && steps.Count == 0;
            if (line.Length == 0 || line.StartsWith('#'))
            {
                continue;
            }

            if (line.StartsWith(' '))
            {
                WireStep last = steps.Count != 0
                    ? steps[^1]
                    : throw new WireScriptException(file, i + 1, "there is no line to continue");
                string joint = last.Rest.EndsWith("->", StringComparison.Ordinal) ? " " : string.Empty;
                steps[^1] = last with { Rest = last.Rest + joint + line.TrimStart() };
                continue;
            }

            int blank = line.IndexOf(' ', StringComparison.Ordinal);
            string verb = blank < 0 ? line : line[..blank];
            if (!s_verbs.Contains(verb))
            {
                throw new WireScriptException(
                    file, i + 1, $"'{verb}' is not a step; the steps are {string.Join(", ", s_verbs)}");
            }

            steps.Add(new WireStep(i + 1, verb, blank < 0 ? string.Empty : line[(blank + 1)..].Trim()));
        }

        return !hasHeader
            ? throw new WireScriptException(file, 1, "a script begins with a comment that quotes its clause")
            : steps.Count == 0 || steps[0].Verb != "symbols"
            ? throw new WireScriptException(file, 1, "the first step is 'symbols'")
            : new WireScript(file, venue, steps);
    }

    private static string Root => Path.Combine(AppContext.BaseDirectory, "Scripts");
}
