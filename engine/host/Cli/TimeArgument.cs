using System;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace LowLatency.Host.Cli;

/// <summary>Options whose value is a time.</summary>
internal static class TimeArgument
{
    private const int NsPerTick = 100;

    // Exact formats, because .NET would read "1.5" as a day in May of this year.
    private static readonly string[] s_forms =
        ["yyyy-MM-dd", "yyyy-MM-ddTHH:mmK", "yyyy-MM-dd HH:mmK", "yyyy-MM-ddTHH:mm:ss.FFFFFFFK",
        "yyyy-MM-dd HH:mm:ss.FFFFFFFK"];

    /// <summary>An option for a time, as nanoseconds since the Unix epoch.</summary>
    public static Option<long?> Option(string name, string description) => new(name)
    {
        Description = description + " UTC such as 2026-11-21T08:00:00, or nanoseconds since 1970.",
        CustomParser = result => Parse(name, result),
    };

    /// <summary>A time as text.</summary>
    public static string Text(long timeNs) => DateTime.UnixEpoch.AddTicks(timeNs / NsPerTick)
        .ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture);

    private static long? Parse(string name, ArgumentResult result)
    {
        string text = result.Tokens[0].Value;

        // This many digits are a year, a day, or a day with its minute or second, not nanoseconds in the first minutes
        // or days of 1970.
        bool isBareTime = text.Length is 4 or 8 or 12 or 14;
        if (!isBareTime && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long ns))
        {
            return ns;
        }

        bool isTime = DateTimeOffset.TryParseExact(
            text, s_forms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time);
        long ticks = (time - DateTimeOffset.UnixEpoch).Ticks;
        if (isTime && ticks is >= 0 and <= long.MaxValue / NsPerTick)
        {
            return ticks * NsPerTick;
        }

        result.AddError($"{name} '{text}' is not a time from 1970 to 2262: write 2026-11-21T08:00:00 (UTC), or "
            + "nanoseconds since 1970");
        return null;
    }
}
