using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Xunit;
using Xunit.Sdk;

namespace LowLatency.Tests.Reliability;

/// <summary>What a test has found about its row of the fault matrix.</summary>
/// <param name="Row">The row.</param>
/// <param name="Test">Class and method.</param>
/// <param name="Passed">false when one of its cases failed.</param>
/// <param name="Figures">What it measured, in words; empty where it measures nothing.</param>
internal sealed record FaultResult(string Row, string Test, bool Passed, IReadOnlyList<string> Figures);

/// <summary>Collects what the tests of the fault matrix have found in this run. Any thread.</summary>
internal static class FaultLedger
{
    private static readonly Lock s_gate = new();
    private static readonly List<(string Row, string Test, bool Passed)> s_results = [];
    private static readonly List<(string Test, string Figure)> s_figures = [];

    /// <summary>Everything so far, by row and test.</summary>
    public static IReadOnlyList<FaultResult> Results
    {
        get
        {
            lock (s_gate)
            {
                return s_results
                    .GroupBy(item => (item.Row, item.Test))
                    .Select(group => new FaultResult(
                        group.Key.Row,
                        group.Key.Test,
                        group.All(item => item.Passed),
                        s_figures.Where(item => item.Test == group.Key.Test).Select(item => item.Figure).ToArray()))
                    .ToArray();
            }
        }
    }

    /// <summary>Called by the running test: a figure for its rows, such as "1,000 cuts, stale after 3 ms at most".
    /// </summary>
    /// <param name="figure">What was measured, with units, without the seed.</param>
    /// <param name="seed">The seed that repeats it, or null.</param>
    public static void AddFigure(string figure, long? seed = null)
    {
        ITestMethod method = TestContext.Current.TestMethod
            ?? throw new InvalidOperationException("a figure belongs to a running test");
        string test = $"{method.TestClass.TestClassSimpleName}.{method.MethodName}";
        lock (s_gate)
        {
            s_figures.Add((test, seed is null ? figure : $"{figure}; seed {seed}"));
        }
    }

    /// <summary>Called when a case of a test has ended.</summary>
    public static void AddResult(string row, string test, bool passed)
    {
        lock (s_gate)
        {
            s_results.Add((row, test, passed));
        }
    }
}
