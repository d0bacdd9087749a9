using System;
using System.Collections.Generic;
using LowLatency.Engine.Measures;

namespace LowLatency.Measures;

/// <summary>One result.</summary>
/// <param name="Name">What it is.</param>
/// <param name="IsYardstick">true for a comparison with other code, measured in the same run.</param>
/// <param name="Values">Values under the names in <see cref="FigureNames"/>.</param>
public sealed record Figure(string Name, bool IsYardstick, IReadOnlyDictionary<string, double> Values)
{
    /// <summary>Creates a figure of our code.</summary>
    public static Figure Ours(string name, params (string Name, double Value)[] values) =>
        new(name, IsYardstick: false, ToDictionary(values));

    /// <summary>Creates a figure of other code.</summary>
    public static Figure Yardstick(string name, params (string Name, double Value)[] values) =>
        new(name, IsYardstick: true, ToDictionary(values));

    /// <summary>Creates a latency figure: count, percentiles, maximum.</summary>
    public static Figure OfLatencies(
        string name, bool isYardstick, LatencyHistogram found, params (string Name, double Value)[] more)
    {
        ArgumentNullException.ThrowIfNull(found);
        return new Figure(name, isYardstick, ToDictionary(
        [
            ("orders", found.Count),
            ("p50_ns", found.At(0.5)),
            ("p90_ns", found.At(0.9)),
            ("p99_ns", found.At(0.99)),
            ("p99.9_ns", found.At(0.999)),
            ("p99.99_ns", found.At(0.9999)),
            ("max_ns", found.MaxNs),
            .. more,
        ]));
    }

    private static Dictionary<string, double> ToDictionary((string Name, double Value)[] values)
    {
        var found = new Dictionary<string, double>();
        foreach ((string name, double value) in values)
        {
            found[name] = value;
        }

        return found;
    }
}

/// <summary>Names of values, used by scripts. They include units.</summary>
public static class FigureNames
{
    /// <summary>Nanoseconds per message.</summary>
    public const string NsPerMessage = "ns_per_message";

    /// <summary>Nanoseconds per level update.</summary>
    public const string NsPerLevel = "ns_per_level";

    /// <summary>Nanoseconds per walk through about twenty levels.</summary>
    public const string NsPerWalk = "ns_per_walk";

    /// <summary>Level updates, trades and tops of book per second.</summary>
    public const string EventsPerSecond = "events_per_second";

    /// <summary>Messages per second.</summary>
    public const string MessagesPerSecond = "messages_per_second";

    /// <summary>Items per second through a queue.</summary>
    public const string ItemsPerSecond = "items_per_second";

    /// <summary>Nanoseconds per round trip between two threads.</summary>
    public const string NsPerRoundTrip = "ns_per_round_trip";

    /// <summary>Millions of content bytes per second.</summary>
    public const string MegabytesPerSecond = "megabytes_per_second";

    /// <summary>Content bytes per byte written.</summary>
    public const string CompressionRatio = "compression_ratio";

    /// <summary>Bytes allocated on the managed heap.</summary>
    public const string AllocatedBytes = "allocated_bytes";

    /// <summary>Garbage collections.</summary>
    public const string GcCollections = "gc_collections";

    /// <summary>
    /// Time or rate relative to the report's baseline: below 1 is better for times, above 1 for rates.
    /// </summary>
    public const string Ratio = "ratio";
}
