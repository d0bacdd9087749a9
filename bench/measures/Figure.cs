using System;
using System.Collections.Generic;
using LowLatency.Engine.Measures;

namespace LowLatency.Measures;

/// <summary>One thing that was measured.</summary>
/// <param name="Name">What it is, in words.</param>
/// <param name="IsYardstick">true for what others have, measured in the same run.</param>
/// <param name="Values">Figures by the names in <see cref="FigureNames"/>.</param>
public sealed record Figure(string Name, bool IsYardstick, IReadOnlyDictionary<string, double> Values)
{
    /// <summary>Creates one of ours.</summary>
    public static Figure Ours(string name, params (string Name, double Value)[] values) =>
        new(name, IsYardstick: false, ToDictionary(values));

    /// <summary>Creates one of theirs.</summary>
    public static Figure Yardstick(string name, params (string Name, double Value)[] values) =>
        new(name, IsYardstick: true, ToDictionary(values));

    /// <summary>Creates one of latencies: how many, the percentiles, the greatest.</summary>
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

/// <summary>The names of figures, which scripts rely on. They carry their units.</summary>
public static class FigureNames
{
    /// <summary>Nanoseconds a message.</summary>
    public const string NsPerMessage = "ns_per_message";

    /// <summary>Nanoseconds a level update.</summary>
    public const string NsPerLevel = "ns_per_level";

    /// <summary>Nanoseconds a walk through about twenty levels.</summary>
    public const string NsPerWalk = "ns_per_walk";

    /// <summary>Level updates, trades and tops of book a second.</summary>
    public const string EventsPerSecond = "events_per_second";

    /// <summary>Messages a second.</summary>
    public const string MessagesPerSecond = "messages_per_second";

    /// <summary>Items through a queue a second.</summary>
    public const string ItemsPerSecond = "items_per_second";

    /// <summary>Nanoseconds there and back between two threads.</summary>
    public const string NsPerRoundTrip = "ns_per_round_trip";

    /// <summary>Millions of bytes of content a second.</summary>
    public const string MegabytesPerSecond = "megabytes_per_second";

    /// <summary>Bytes of content for a byte written.</summary>
    public const string CompressionRatio = "compression_ratio";

    /// <summary>Bytes allocated on the managed heap.</summary>
    public const string AllocatedBytes = "allocated_bytes";

    /// <summary>Garbage collections.</summary>
    public const string GcCollections = "gc_collections";

    /// <summary>Time or rate beside the report's yardstick: below 1 is better for times, above 1 for rates.</summary>
    public const string Ratio = "ratio";
}
