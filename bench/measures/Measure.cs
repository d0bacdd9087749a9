using System;
using System.Collections.Generic;

namespace LowLatency.Measures;

/// <summary>The measurements by name. Each takes at most about twenty seconds, on its own threads.</summary>
public static class Measure
{
    /// <summary>All names.</summary>
    public static IReadOnlyList<string> Names { get; } = ["parse", "book", "replay", "ring", "latency", "recorder"];

    /// <summary>Whether a measurement needs an input; the others generate their own.</summary>
    public static bool NeedsInput(string name) => name is not ("ring" or "latency");

    /// <summary>Runs a measurement without comparisons.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="input">Its input; null if none is needed.</param>
    /// <exception cref="ArgumentException">There is no such measurement, or it needs an input.</exception>
    /// <exception cref="PlatformNotSupportedException">Not possible on this machine; the message says why.</exception>
    public static MeasureReport Run(string name, MeasuredInput? input) => Run(name, input, Yardsticks.None);

    /// <summary>Runs a measurement with yardsticks for comparison.</summary>
    internal static MeasureReport Run(string name, MeasuredInput? input, Yardsticks yardsticks) => (name, input) switch
    {
        ("ring", _) => RingMeasure.Run(yardsticks),
        ("latency", _) => LatencyMeasure.Run(yardsticks),
        ("parse", not null) => ParseMeasure.Run(input, yardsticks),
        ("book", not null) => BookMeasure.Run(input, yardsticks),
        ("replay", not null) => ReplayMeasure.Run(input, yardsticks),
        ("recorder", not null) => RecorderMeasure.Run(input, yardsticks),
        _ => throw new ArgumentException($"unknown measurement '{name}', or it needs an input", nameof(name)),
    };
}
