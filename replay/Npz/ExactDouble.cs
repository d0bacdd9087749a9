using System.Globalization;
using LowLatency.Engine.Instruments;

namespace LowLatency.Replay.Npz;

/// <summary>The one place where exact numbers become doubles: the border to a format that has nothing else.</summary>
internal static class ExactDouble
{
    // Up to here whole numbers are doubles, and 10^12 is one too; the quotient of two doubles is rounded once.
    private const long WholeMax = 1L << 53;

    /// <summary>The double nearest to a number of increments of 10^-decimals.</summary>
    /// <param name="increments">0 or more.</param>
    /// <param name="decimals">0 to 12.</param>
    public static double Of(long increments, int decimals) => increments <= WholeMax
        ? (double)increments / InstrumentScale.PowerOfTen(decimals)
        : double.Parse(CanonicalNumber.Text(increments, decimals), CultureInfo.InvariantCulture);
}
