using System.Globalization;
using LowLatency.Engine.Instruments;

namespace LowLatency.Replay.Npz;

/// <summary>
/// The only place where exact numbers become doubles: the boundary to a format that has nothing else.
/// </summary>
internal static class ExactDouble
{
    // Integers up to here are exact doubles, and so is 10^12; the quotient of two doubles is rounded once.
    private const long WholeMax = 1L << 53;

    /// <summary>The double nearest to a number of increments of 10^-decimals.</summary>
    /// <param name="increments">0 or more.</param>
    /// <param name="decimals">0 to 12.</param>
    public static double Of(long increments, int decimals) => increments <= WholeMax
        ? (double)increments / InstrumentScale.PowerOfTen(decimals)
        : double.Parse(CanonicalNumber.Text(increments, decimals), CultureInfo.InvariantCulture);
}
