using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using System.Threading;
using Xunit;
using Xunit.v3;

namespace LowLatency.Tests.Reliability;

/// <summary>How a test ended.</summary>
internal enum FaultOutcome
{
    /// <summary>Every case did what it should.</summary>
    Passed,

    /// <summary>Nothing was shown: it could not run here.</summary>
    Skipped,

    /// <summary>At least one case did not.</summary>
    Failed,
}

/// <summary>What a test has measured.</summary>
/// <param name="Text">With units.</param>
/// <param name="Seed">What repeats it, or null.</param>
internal sealed record FaultFigure(string Text, long? Seed);

/// <summary>What a test of the fault matrix has found in this run.</summary>
/// <param name="Test">Class and method.</param>
/// <param name="Outcomes">How each of its cases ended.</param>
/// <param name="Figures">What they measured; empty where they measure nothing.</param>
internal sealed record FaultResult(
    string Test, IReadOnlyList<FaultOutcome> Outcomes, IReadOnlyList<FaultFigure> Figures);

/// <summary>Collects what the tests of the fault matrix have found in this run. Any thread.</summary>
internal static class FaultLedger
{
    private static readonly Lock s_gate = new();
    private static readonly Dictionary<(string Test, string Case), FaultOutcome> s_outcomes = [];
    private static readonly List<(string Test, FaultFigure Figure)> s_figures = [];

    /// <summary>Everything so far, by test.</summary>
    public static IReadOnlyList<FaultResult> Results
    {
        get
        {
            lock (s_gate)
            {
                return s_outcomes
                    .GroupBy(item => item.Key.Test)
                    .Select(group => new FaultResult(
                        group.Key,
                        group.Select(item => item.Value).ToArray(),
                        s_figures.Where(item => item.Test == group.Key).Select(item => item.Figure).ToArray()))
                    .ToArray();
            }
        }
    }

    /// <summary>The name that a test goes by: the class that declares it, and its method.</summary>
    public static string NameOf(MethodInfo method) => $"{method.DeclaringType!.Name}.{method.Name}";

    /// <summary>Called by the running test: a figure for its rows, such as "1,000 cuts, stale after 3 ms at most".
    /// </summary>
    /// <param name="figure">What was measured, with units, without the seed.</param>
    /// <param name="seed">The seed that repeats it, or null.</param>
    public static void AddFigure(string figure, long? seed = null)
    {
        IXunitTestMethod method = TestContext.Current.TestMethod as IXunitTestMethod
            ?? throw new InvalidOperationException("a figure belongs to a running test");
        lock (s_gate)
        {
            s_figures.Add((NameOf(method.Method), new FaultFigure(figure, seed)));
        }
    }

    /// <summary>Called when a case of a test has ended; once for each of the test's rows.</summary>
    public static void AddOutcome(string test, string testCase, FaultOutcome outcome)
    {
        lock (s_gate)
        {
            s_outcomes[(test, testCase)] = outcome;
        }
    }
}
