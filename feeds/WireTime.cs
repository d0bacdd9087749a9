using System;

namespace LowLatency.Feeds;

/// <summary>
/// Converts the venues' time texts to nanoseconds since the Unix epoch. No allocation, no exceptions.
/// </summary>
internal static class WireTime
{
    private const long NsPerSecond = 1_000_000_000;
    private const long SecondsPerDay = 86_400;

    /// <summary>Reads RFC 3339 in UTC, as in <c>2026-09-08T16:05:29.150794Z</c>, with up to nine decimals.</summary>
    public static bool TryParseRfc3339(ReadOnlySpan<byte> text, out long timeNs)
    {
        timeNs = 0;
        if (text.Length < 20 || text[^1] != 'Z' || text[4] != '-' || text[7] != '-' || text[10] != 'T'
            || text[13] != ':' || text[16] != ':'
            || !TryRead(text[..4], 1970, 2200, out int year) || !TryRead(text[5..7], 1, 12, out int month)
            || !TryRead(text[8..10], 1, 31, out int day) || !TryRead(text[11..13], 0, 23, out int hour)
            || !TryRead(text[14..16], 0, 59, out int minute) || !TryRead(text[17..19], 0, 59, out int second)
            || day > DateTime.DaysInMonth(year, month)
            || !TryReadFraction(text[19..^1], out int nanoseconds))
        {
            return false;
        }

        long seconds = (DaysSinceEpoch(year, month, day) * SecondsPerDay) + (hour * 3600) + (minute * 60) + second;
        timeNs = (seconds * NsPerSecond) + nanoseconds;
        return true;
    }

    private static bool TryRead(ReadOnlySpan<byte> digits, int least, int most, out int value)
    {
        value = 0;
        foreach (byte digit in digits)
        {
            if ((uint)(digit - '0') > 9)
            {
                return false;
            }

            value = (value * 10) + (digit - '0');
        }

        return value >= least && value <= most;
    }

    private static bool TryReadFraction(ReadOnlySpan<byte> text, out int nanoseconds)
    {
        nanoseconds = 0;
        if (text.IsEmpty)
        {
            return true;
        }

        if (text[0] != '.' || text.Length is < 2 or > 10 || !TryRead(text[1..], 0, int.MaxValue, out nanoseconds))
        {
            return false;
        }

        for (int i = text.Length - 1; i < 9; i++)
        {
            nanoseconds *= 10;
        }

        return true;
    }

    private static long DaysSinceEpoch(int year, int month, int day) =>
        (new DateTime(year, month, day).Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerDay;
}
