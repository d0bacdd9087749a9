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
    /// <summary>Every case passed.</summary>
    Passed,

    /// <summary>It could not run here.</summary>
    Skipped,

    /// <summary>At least one case failed.</summary>
    Failed,
}

/// <summary>A measurement of a test.</summary>
/// <param name="Text">With units.</param>
/// <param name="Seed">Seed to reproduce it, or null.</param>
internal sealed record FaultFigure(string Text, long? Seed);

/// <summary>Results of a fault matrix test in this run.</summary>
/// <param name="Test">Class and method.</param>
/// <param name="Outcomes">Outcome of each of its cases.</param>
/// <param name="Figures">Measurements; may be empty.</param>
internal sealed record FaultResult(
    string Test, IReadOnlyList<FaultOutcome> Outcomes, IReadOnlyList<FaultFigure> Figures);

/// <summary>Collects the results of the fault matrix tests in this run. Any thread.</summary>
internal static class FaultLedger
{
    private static readonly Lock s_gate = new();
    private static readonly Dictionary<(string Test, string Case), FaultOutcome> s_outcomes = [];
    private static readonly List<(string Test, FaultFigure Figure)> s_figures = [];

    /// <summary>All results so far, by test.</summary>
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

    /// <summary>A test's name: the declaring class and the method.</summary>
    public static string NameOf(MethodInfo method) => $"{method.DeclaringType!.Name}.{method.Name}";

    /// <summary>Adds a measurement of the running test, such as "1,000 cuts, stale within 3 ms".</summary>
    /// <param name="figure">The measurement, with units, without the seed.</param>
    /// <param name="seed">Seed to reproduce it, or null.</param>
    public static void AddFigure(string figure, long? seed = null)
    {
        IXunitTestMethod method = TestContext.Current.TestMethod as IXunitTestMethod
            ?? throw new InvalidOperationException("a figure belongs to a running test");
        lock (s_gate)
        {
            s_figures.Add((NameOf(method.Method), new FaultFigure(figure, seed)));
        }
    }

    /// <summary>Adds the outcome of a test case; called once for each of the test's rows.</summary>
    public static void AddOutcome(string test, string testCase, FaultOutcome outcome)
    {
        lock (s_gate)
        {
            s_outcomes[(test, testCase)] = outcome;
        }
    }
}
