using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using Xunit;

namespace LowLatency.Tests.Support;

/// <summary>Seeds of random tests: always printed, and set by LOWLATENCY_SEED.</summary>
internal static class Seeds
{
    /// <summary>A generator whose seed is printed in the test's output.</summary>
    public static Random Start(ITestOutputHelper output, int seed)
    {
        string? wanted = Environment.GetEnvironmentVariable("LOWLATENCY_SEED");
        int used = wanted is null ? seed : int.Parse(wanted, CultureInfo.InvariantCulture);
        output.WriteLine($"seed {used}: repeat with LOWLATENCY_SEED={used}");
#pragma warning disable CA5394 // Tests want repeatable numbers, not secret ones.
        return new Random(used);
#pragma warning restore CA5394
    }

    /// <summary>
    /// Generators for a random test of many rounds: a fixed number in the ordinary run, and more until
    /// LOWLATENCY_FUZZ_MINUTES have passed. Each has its own seed, so that a failed round can be repeated separately.
    /// </summary>
    public static IEnumerable<Random> Rounds(ITestOutputHelper output, int seed, int rounds)
    {
        var watch = Stopwatch.StartNew();
        TimeSpan extra = TimeSpan.FromMinutes(double.Parse(
            Environment.GetEnvironmentVariable("LOWLATENCY_FUZZ_MINUTES") ?? "0", CultureInfo.InvariantCulture));
        int first = int.Parse(
            Environment.GetEnvironmentVariable("LOWLATENCY_SEED") ?? seed.ToString(CultureInfo.InvariantCulture),
            CultureInfo.InvariantCulture);
        for (int round = 0; round < rounds || watch.Elapsed < extra; round++)
        {
            output.WriteLine($"seed {first + round}: repeat with LOWLATENCY_SEED={first + round}");
#pragma warning disable CA5394 // Tests want repeatable numbers, not secret ones.
            yield return new Random(first + round);
#pragma warning restore CA5394
        }
    }
}
