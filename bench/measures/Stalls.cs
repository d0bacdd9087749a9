using System.Diagnostics;
using LowLatency.Engine.Measures;

namespace LowLatency.Measures;

/// <summary>
/// How long the machine takes a running thread away: the time between two looks at the clock, in a loop that does
/// nothing else. What this shows no program on the machine can be better than.
/// </summary>
internal static class Stalls
{
    public static LatencyHistogram Measure(int seconds)
    {
        var found = new LatencyHistogram();
        double nsPerTick = 1e9 / Stopwatch.Frequency;
        long start = Stopwatch.GetTimestamp();
        long end = start + (seconds * Stopwatch.Frequency);

        // A message is due each ten microseconds: what a stall costs each of them is what counts.
        long step = Stopwatch.Frequency / 100_000;
        long due = start + step;
        while (due < end)
        {
            long now = Stopwatch.GetTimestamp();
            for (; due <= now; due += step)
            {
                found.Record((long)((now - due) * nsPerTick));
            }
        }

        return found;
    }
}
