using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;

namespace LowLatency.Tests.Reliability;

/// <summary>A line of the page's second table: a test and its result in the last publishing run.</summary>
/// <param name="Row">The row of the matrix.</param>
/// <param name="Test">Class and method.</param>
/// <param name="Result">The result, as text.</param>
/// <param name="Figure">Measurements.</param>
/// <param name="Seed">Seed to reproduce them.</param>
/// <param name="Run">Date and commit of that run.</param>
internal sealed record ReliabilityLine(
    string Row, string Test, string Result, string Figure, string Seed, string Run);

/// <summary>
/// RELIABILITY.md: the rows of the matrix, and the test results for each. A publishing run replaces the results of its
/// own tests; the others keep their date and commit.
/// </summary>
internal static class ReliabilityPage
{
    private const string NotRun = "not run yet";
    private const string Open = "**open**";
    private const string TestHead = "| row | test | last result | measured | seed | run |";
    private const string RowHead = "| row | fault | expected behaviour | result |";

    private const string Introduction = """
        # Reliability

        The faults that are known, the behaviour to expect, and the tests that prove it. The tests write this page:

        ```
        dotnet build LowLatency.sln -c Release
        LOWLATENCY_PUBLISH=1 LOWLATENCY_CASES=10 dotnet test LowLatency.sln -c Release --no-build
        ```

        Such a run replaces the results of the tests that ran in it. Other results stay, with their own date and commit.
        An ordinary run fails if the rows or tests on this page differ from those in the code. **open**: no test covers
        the row. *Not yet*: it cannot be tested yet, with the reason.
        """;

    /// <summary>The tests that prove each row, from the sources of all suites.</summary>
    public static IReadOnlyList<(string Row, string Test)> Declared { get; } =
        FaultRowSources.Suites.SelectMany(FaultRowSources.Read).ToArray();

    /// <summary>Reads the page's second table.</summary>
    public static IReadOnlyList<ReliabilityLine> Read(string text) => Table(text, TestHead)
        .Select(cells => new ReliabilityLine(cells[0], cells[1].Trim('`'), cells[2], cells[3], cells[4], cells[5]))
        .ToArray();

    /// <summary>Reads the page's first table: row, fault, promise, result.</summary>
    public static IReadOnlyList<string[]> ReadRows(string text) => Table(text, RowHead).ToArray();

    /// <summary>Writes the page after a run.</summary>
    /// <param name="matrix">All rows.</param>
    /// <param name="declared">The tests that prove them.</param>
    /// <param name="before">The lines of the page so far.</param>
    /// <param name="found">Results of this run.</param>
    /// <param name="run">Date and commit of this run.</param>
    public static string Write(
        IReadOnlyList<MatrixRow> matrix,
        IReadOnlyList<(string Row, string Test)> declared,
        IReadOnlyList<ReliabilityLine> before,
        IReadOnlyList<FaultResult> found,
        string run)
    {
        ReliabilityLine[] lines = matrix
            .SelectMany(row => declared
                .Where(item => item.Row == row.Name)
                .OrderBy(item => item.Test, StringComparer.Ordinal)
                .Select(item => LineOf(item.Row, item.Test, before, found, run)))
            .ToArray();
        (string Name, string Shown)[] shown = matrix
            .Select(row => (row.Name, ShownBy(row, lines.Where(line => line.Row == row.Name).ToArray())))
            .ToArray();

        var page = new StringBuilder(Introduction).Append("\n\n").Append(Summary(shown)).Append("\n\n");
        page.Append("## Faults and expected behaviour\n\n").Append(RowHead).Append("\n|---|---|---|---|\n");
        foreach ((MatrixRow row, (_, string words)) in matrix.Zip(shown))
        {
            AppendCells(page, row.Name, row.Fault, row.Promise, words);
        }

        page.Append("\n## Test results\n\n").Append(TestHead).Append("\n|---|---|---|---|---|---|\n");
        foreach (ReliabilityLine line in lines)
        {
            AppendCells(page, line.Row, $"`{line.Test}`", line.Result, line.Figure, line.Seed, line.Run);
        }

        return page.ToString();
    }

    private static string Summary((string Name, string Shown)[] shown)
    {
        IEnumerable<string> parts = shown
            .GroupBy(item => item.Shown.Split([':', ',', ';', '('], 2)[0].Trim().Trim('*'))
            .OrderByDescending(group => group.Count())
            .Select(group => string.Create(CultureInfo.InvariantCulture, $"{group.Count()} {group.Key}"));
        return string.Create(CultureInfo.InvariantCulture, $"Of {shown.Length} rows: {string.Join(", ", parts)}.");
    }

    private static string ShownBy(MatrixRow row, ReliabilityLine[] lines)
    {
        if (lines.Length == 0)
        {
            return row.IsWhollyNotYet ? $"*not yet*: {row.NotYet}" : WithNotYet(Open, row);
        }

        // A row shows the worst result of its tests.
        string worst = lines.Any(line => Begins(line, "failed")) ? "failed"
            : lines.Any(line => Begins(line, NotRun)) ? NotRun
            : lines.Any(line => Begins(line, "skipped")) ? "skipped"
            : "passed";
        string tests = lines.Length == 1 ? "test" : "tests";
        return WithNotYet(string.Create(CultureInfo.InvariantCulture, $"{worst}, {lines.Length} {tests}"), row);
    }

    private static bool Begins(ReliabilityLine line, string word) =>
        line.Result.Trim('*').StartsWith(word, StringComparison.Ordinal);

    private static string WithNotYet(string words, MatrixRow row) =>
        row.NotYet is null ? words : $"{words}; *not yet*: {row.NotYet}";

    private static ReliabilityLine LineOf(
        string row,
        string test,
        IReadOnlyList<ReliabilityLine> before,
        IReadOnlyList<FaultResult> found,
        string run)
    {
        if (found.FirstOrDefault(item => item.Test == test) is not { } result)
        {
            ReliabilityLine last = before.FirstOrDefault(line => line.Test == test)
                ?? new ReliabilityLine(row, test, NotRun, string.Empty, string.Empty, string.Empty);
            return last with { Row = row };
        }

        return new ReliabilityLine(
            row,
            test,
            AsText(result.Outcomes),
            string.Join("; ", result.Figures.Select(figure => figure.Text).Distinct()),
            string.Join(", ", result.Figures.Select(figure => figure.Seed).OfType<long>().Distinct()),
            run);
    }

    private static string AsText(IReadOnlyList<FaultOutcome> outcomes)
    {
        int failed = outcomes.Count(item => item == FaultOutcome.Failed);
        int skipped = outcomes.Count(item => item == FaultOutcome.Skipped);
        string of = outcomes.Count == 1
            ? string.Empty
            : string.Create(CultureInfo.InvariantCulture, $" of {outcomes.Count} cases");
        return failed != 0 && outcomes.Count == 1 ? "**failed**"
            : failed != 0 ? string.Create(CultureInfo.InvariantCulture, $"**failed** ({failed}{of})")
            : skipped == outcomes.Count ? "skipped: not supported there"
            : skipped != 0 ? string.Create(CultureInfo.InvariantCulture, $"passed ({skipped}{of} skipped)")
            : outcomes.Count == 1 ? "passed"
            : string.Create(CultureInfo.InvariantCulture, $"passed ({outcomes.Count} cases)");
    }

    private static void AppendCells(StringBuilder page, params string[] cells) => page
        .Append("| ")
        .AppendJoin(" | ", cells.Select(cell => cell.Replace('|', '/').ReplaceLineEndings(" ")))
        .Append(" |\n");

    private static IEnumerable<string[]> Table(string text, string head) => text
        .Split('\n')
        .SkipWhile(line => line != head)
        .Skip(2)
        .TakeWhile(line => line.StartsWith('|'))
        .Select(line => line[1..line.LastIndexOf('|')].Split('|', StringSplitOptions.TrimEntries));
}
