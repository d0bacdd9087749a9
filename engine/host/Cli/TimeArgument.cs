using System;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace LowLatency.Host.Cli;

/// <summary>Options whose value is a moment.</summary>
internal static class TimeArgument
{
    private const int NsPerTick = 100;

    /// <summary>An option for a moment, as nanoseconds since the Unix epoch.</summary>
    public static Option<long?> Option(string name, string description) => new(name)
    {
        Description = description + " UTC such as 2026-11-21T08:00:00, or nanoseconds since 1970.",
        CustomParser = result => Parse(name, result),
    };

    /// <summary>A moment as text.</summary>
    public static string Text(long timeNs) => DateTime.UnixEpoch.AddTicks(timeNs / NsPerTick)
        .ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture);

    private static long? Parse(string name, ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long ns))
        {
            return ns;
        }

        if (DateTimeOffset.TryParse(
            text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time))
        {
            return (time - DateTimeOffset.UnixEpoch).Ticks * NsPerTick;
        }

        result.AddError($"{name} '{text}' is no time: write 2026-11-21T08:00:00 (UTC), or nanoseconds since 1970");
        return null;
    }
}
