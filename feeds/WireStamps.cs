using System;
using System.Diagnostics;
using LowLatency.Engine.Events;

namespace LowLatency.Feeds;

/// <summary>Time stamps for the latency histogram; see <see cref="EngineInput.WireStamp"/>.</summary>
public static class WireStamps
{
    private const int NsPerUnit = 16;

    private static readonly double s_nsPerTick = 1e9 / Stopwatch.Frequency;

    /// <summary>The current stamp; never 0.</summary>
    public static uint Now() => Math.Max(1, (uint)(long)(Stopwatch.GetTimestamp() * s_nsPerTick / NsPerUnit));

    /// <summary>Nanoseconds since a stamp that is less than 68 seconds old.</summary>
    public static long ElapsedNs(uint stamp) => (long)unchecked(Now() - stamp) * NsPerUnit;
}
