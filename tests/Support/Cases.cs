using System;
using System.Collections.Generic;
using System.Globalization;

namespace LowLatency.Tests.Support;

/// <summary>
/// How many cases the random and exhaustive tests and the campaigns try. LOWLATENCY_CASES multiplies all of these
/// numbers: 1, the default, is the quick run; CI uses 10; larger factors are for campaigns of hours.
/// </summary>
internal static class Cases
{
    private const string Variable = "LOWLATENCY_CASES";
    private const int MaxFactor = 100_000;
    private const int FullFactor = 10;
    private const int Stride = 7;

    /// <summary>The factor, 1 to 100,000.</summary>
    public static int Factor { get; } = Parse(Environment.GetEnvironmentVariable(Variable));

    /// <summary>Whether the exhaustive tests try every case, as from a factor of 10 on.</summary>
    public static bool AreAll => Factor >= FullFactor;

    /// <summary>The places that an exhaustive test tries, such as the bytes of a file: all of them, or every seventh
    /// and the last one.</summary>
    /// <param name="end">The number of places.</param>
    public static IEnumerable<int> Of(int end)
    {
        for (int at = 0; at < end; at = at == end - 1 || AreAll ? at + 1 : Math.Min(at + Stride, end - 1))
        {
            yield return at;
        }
    }

    /// <summary>A number of cases in this run.</summary>
    /// <param name="quick">The number in the quick run.</param>
    public static int Times(int quick) => checked(quick * Factor);

    /// <summary>Reads the factor.</summary>
    /// <param name="text">The variable's value; null or empty for 1.</param>
    /// <exception cref="FormatException">It is not a whole number in the range.</exception>
    public static int Parse(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return 1;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int factor)
            && factor is >= 1 and <= MaxFactor
            ? factor
            : throw new FormatException($"{Variable}={text}: expected a whole number from 1 to {MaxFactor}");
    }
}
