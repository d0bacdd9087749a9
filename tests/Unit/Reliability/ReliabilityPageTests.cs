using System;
using System.IO;
using System.Linq;
using Xunit;

namespace LowLatency.Tests.Reliability;

/// <summary>The published matrix contains the rows of the code and the results of its tests.</summary>
public sealed class ReliabilityPageTests
{
    private static readonly MatrixRow[] s_rows =
    [
        new("F1", "one", "the first"),
        new("F2", "two", "the second"),
        new("F3", "three", "the third") { NotYet = "there is none", IsWhollyNotYet = true },
        new("F4", "four", "the fourth") { NotYet = "a part of it" },
    ];

    [Fact]
    public void ShouldNameExactlyTheRowsAndTestsOfTheCode()
    {
        Assert.SkipWhen(ReliabilityPublisher.IsPublishing, "this run writes the page at its end");
        string page = File.ReadAllText(ReliabilityPublisher.PagePath);
        const string Advice = "RELIABILITY.md does not match this code: run the tests with LOWLATENCY_PUBLISH=1";

        Assert.True(
            FaultMatrix.Rows.Select(row => (row.Name, row.Fault, row.Promise))
                .SequenceEqual(ReliabilityPage.ReadRows(page).Select(cells => (cells[0], cells[1], cells[2]))),
            Advice);
        string[] written = ReliabilityPage.Read(page).Select(line => $"{line.Row} {line.Test}").Order().ToArray();
        string[] declared = ReliabilityPage.Declared.Select(item => $"{item.Row} {item.Test}").Order().ToArray();
        Assert.True(
            written.SequenceEqual(declared),
            $"{Advice}; missing: {string.Join(", ", declared.Except(written))}; "
            + $"removed: {string.Join(", ", written.Except(declared))}");
        Assert.Equal(
            FaultMatrix.Rows.Where(row => !row.IsWhollyNotYet).Select(row => row.Name)
                .Except(ReliabilityPage.Declared.Select(item => item.Row)),
            ReliabilityPage.ReadRows(page)
                .Where(cells => cells[3].StartsWith("**open**", StringComparison.Ordinal)).Select(cells => cells[0]));
    }

    [Fact]
    public void ShouldNameOnlyRowsThatTheMatrixHas()
    {
        Assert.Empty(ReliabilityPage.Declared.Select(item => item.Row)
            .Except(FaultMatrix.Rows.Select(row => row.Name)));
        Assert.Equal(
            Enumerable.Range(1, 34).Select(number => $"F{number}"), FaultMatrix.Faults.Select(row => row.Name));
        Assert.Equal(
            Enumerable.Range(1, 7).Select(number => $"I{number}"), FaultMatrix.Invariants.Select(row => row.Name));
    }

    [Fact]
    public void ShouldTellWhatEachTestFound()
    {
        string page = Write(
            [("F1", "A.Passes"), ("F1", "A.Fails"), ("F2", "A.Passes"), ("F4", "A.Skips")],
            string.Empty,
            "today, abc",
            new FaultResult("A.Passes", [FaultOutcome.Passed], [new("10 cuts, 0 | 0 lost", 7), new("3 ms", 7)]),
            new FaultResult(
                "A.Fails", [FaultOutcome.Passed, FaultOutcome.Failed, FaultOutcome.Skipped], []),
            new FaultResult("A.Skips", [FaultOutcome.Skipped, FaultOutcome.Skipped], []));

        Assert.Equal(
            [
                new("F1", "A.Fails", "**failed** (1 of 3 cases)", "", "", "today, abc"),
                new("F1", "A.Passes", "passed", "10 cuts, 0 / 0 lost; 3 ms", "7", "today, abc"),
                new("F2", "A.Passes", "passed", "10 cuts, 0 / 0 lost; 3 ms", "7", "today, abc"),
                new("F4", "A.Skips", "skipped: not supported there", "", "", "today, abc"),
            ],
            ReliabilityPage.Read(page));
        Assert.Equal(
            [
                "failed, 2 tests", "passed, 1 test", "*not yet*: there is none",
                "skipped, 1 test; *not yet*: a part of it",
            ],
            ReliabilityPage.ReadRows(page).Select(cells => cells[3]));
        Assert.Contains("Of 4 rows: 1 failed, 1 passed, 1 not yet, 1 skipped.", page, StringComparison.Ordinal);
    }

    [Fact]
    public void ShouldKeepWhatATestFoundBeforeWhereItDidNotRun()
    {
        var result = new FaultResult("A.Passes", [FaultOutcome.Passed, FaultOutcome.Passed], []);
        string first = Write([("F1", "A.Passes"), ("F1", "A.Gone")], string.Empty, "yesterday, abc", result);

        string second = Write([("F1", "A.Passes"), ("F2", "A.New")], first, "today, def");

        Assert.Equal(
            [
                new("F1", "A.Passes", "passed (2 cases)", "", "", "yesterday, abc"),
                new("F2", "A.New", "not run yet", "", "", ""),
            ],
            ReliabilityPage.Read(second));
        Assert.Equal(
            ["passed, 1 test", "not run yet, 1 test", "*not yet*: there is none", "**open**; *not yet*: a part of it"],
            ReliabilityPage.ReadRows(second).Select(cells => cells[3]));
    }

    private static string Write(
        (string Row, string Test)[] declared, string before, string run, params FaultResult[] found) =>
        ReliabilityPage.Write(s_rows, declared, ReliabilityPage.Read(before), found, run);
}
