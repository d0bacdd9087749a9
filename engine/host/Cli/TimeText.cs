using System;
using System.Globalization;

namespace LowLatency.Host.Cli;

/// <summary>Times on the command line.</summary>
internal static class TimeText
{
    private const int NsPerTick = 100;

    private static readonly string[] s_forms =
        ["yyyy-MM-dd", "yyyy-MM-ddTHH:mmK", "yyyy-MM-ddTHH:mm:ssK", "yyyy-MM-ddTHH:mm:ss.FFFFFFFK"];

    // The years that nanoseconds since 1970 in 63 bits can tell.
    private static readonly DateTimeOffset s_last = new(2262, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Reads an ISO 8601 time, UTC where it names no offset, or whole nanoseconds since the Unix epoch.
    /// </summary>
    /// <param name="text">The text. A fraction of a second has at most seven digits.</param>
    /// <param name="timeNs">Nanoseconds since the Unix epoch; 0 when the answer is false.</param>
    public static bool TryParse(string text, out long timeNs)
    {
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out timeNs))
        {
            return true;
        }

        timeNs = 0;
        if (!DateTimeOffset.TryParseExact(
                text,
                s_forms,
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
                out DateTimeOffset time)
            || time < DateTimeOffset.UnixEpoch
            || time >= s_last)
        {
            return false;
        }

        timeNs = (time - DateTimeOffset.UnixEpoch).Ticks * NsPerTick;
        return true;
    }
}
