using System;
using System.Collections.Generic;
using System.Globalization;
using Xunit;

namespace LowLatency.Tests.Support;

/// <summary>Seeds of random tests: always printed, and set by LOWLATENCY_SEED.</summary>
internal static class Seeds
{
    private static readonly string? s_wanted = Environment.GetEnvironmentVariable("LOWLATENCY_SEED");

    /// <summary>The seed of this run, printed in the test's output.</summary>
    /// <param name="output">The test's output.</param>
    /// <param name="seed">The seed if LOWLATENCY_SEED is not set.</param>
    public static ulong Value(ITestOutputHelper output, ulong seed)
    {
        ulong used = s_wanted is null ? seed : ulong.Parse(s_wanted, CultureInfo.InvariantCulture);
        output.WriteLine($"seed {used}: repeat with LOWLATENCY_SEED={used}");
        return used;
    }

    /// <summary>A generator whose seed is printed in the test's output.</summary>
    /// <param name="output">The test's output.</param>
    /// <param name="seed">The seed if LOWLATENCY_SEED is not set.</param>
    public static Random Start(ITestOutputHelper output, int seed)
    {
#pragma warning disable CA5394 // Tests want repeatable numbers, not secret ones.
        return new Random(checked((int)Value(output, (ulong)seed)));
#pragma warning restore CA5394
    }

    /// <summary>
    /// Generators for a random test of several rounds. Each has its own seed, so that a failed round can be repeated
    /// separately.
    /// </summary>
    /// <param name="output">The test's output.</param>
    /// <param name="seed">The first round's seed if LOWLATENCY_SEED is not set.</param>
    /// <param name="rounds">The number of rounds in the quick run; see <see cref="Cases"/>.</param>
    public static IEnumerable<Random> Rounds(ITestOutputHelper output, int seed, int rounds)
    {
        int first = s_wanted is null ? seed : int.Parse(s_wanted, CultureInfo.InvariantCulture);
        for (int round = 0; round < Cases.Times(rounds); round++)
        {
            output.WriteLine($"seed {first + round}: repeat with LOWLATENCY_SEED={first + round}");
#pragma warning disable CA5394 // Tests want repeatable numbers, not secret ones.
            yield return new Random(first + round);
#pragma warning restore CA5394
        }
    }
}
