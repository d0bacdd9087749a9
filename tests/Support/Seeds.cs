using System;
using System.Globalization;
using Xunit;

namespace LowLatency.Tests.Support;

/// <summary>Seeds of random tests: printed always, and repeated by LOWLATENCY_SEED.</summary>
internal static class Seeds
{
    /// <summary>A generator whose seed the test's output names.</summary>
    public static Random Start(ITestOutputHelper output, int seed)
    {
        string? wanted = Environment.GetEnvironmentVariable("LOWLATENCY_SEED");
        int used = wanted is null ? seed : int.Parse(wanted, CultureInfo.InvariantCulture);
        output.WriteLine($"seed {used}: repeat with LOWLATENCY_SEED={used}");
#pragma warning disable CA5394 // Tests want repeatable numbers, not secret ones.
        return new Random(used);
#pragma warning restore CA5394
    }
}
