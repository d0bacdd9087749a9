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

    /// <summary>Runs a measurement.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="input">Its input; null if none is needed.</param>
    /// <exception cref="ArgumentException">There is no such measurement, or it needs an input.</exception>
    /// <exception cref="PlatformNotSupportedException">Not possible on this machine; the message says why.</exception>
    public static MeasureReport Run(string name, MeasuredInput? input) => (name, input) switch
    {
        ("ring", _) => RingMeasure.Run(),
        ("latency", _) => LatencyMeasure.Run(),
        ("parse", not null) => ParseMeasure.Run(input),
        ("book", not null) => BookMeasure.Run(input),
        ("replay", not null) => ReplayMeasure.Run(input),
        ("recorder", not null) => RecorderMeasure.Run(input),
        _ => throw new ArgumentException($"unknown measurement '{name}', or it needs an input", nameof(name)),
    };
}
