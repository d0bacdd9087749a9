using System;
using System.Collections.Generic;

namespace LowLatency.Measures;

/// <summary>The measurements by their names. Each takes at most about twenty seconds, on threads of its own.</summary>
public static class Measure
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> Names { get; } = ["parse", "book", "replay", "ring", "latency", "recorder"];

    /// <summary>Those that need an input; the others make their own.</summary>
    public static bool NeedsInput(string name) => name is not ("ring" or "latency");

    /// <summary>Measures.</summary>
    /// <param name="name">Which, one of <see cref="Names"/>.</param>
    /// <param name="input">What is measured on; null where none is needed.</param>
    /// <exception cref="ArgumentException">There is no such measurement, or it needs an input.</exception>
    /// <exception cref="PlatformNotSupportedException">This machine cannot make it; the words say why.</exception>
    public static MeasureReport Run(string name, MeasuredInput? input) => (name, input) switch
    {
        ("ring", _) => RingMeasure.Run(),
        ("latency", _) => LatencyMeasure.Run(),
        ("parse", not null) => ParseMeasure.Run(input),
        ("book", not null) => BookMeasure.Run(input),
        ("replay", not null) => ReplayMeasure.Run(input),
        ("recorder", not null) => RecorderMeasure.Run(input),
        _ => throw new ArgumentException($"no measurement '{name}', or it needs an input", nameof(name)),
    };
}
