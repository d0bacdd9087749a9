using System.Diagnostics;
using System.Threading;
using System.Threading.Channels;
using LowLatency.Engine.Measures;

namespace LowLatency.Measures;

/// <summary>
/// What it takes to hand a number from one thread to another by the platform's channel at the same pace, counted from
/// when it was due: nothing is read and nothing decided. Both threads spin, as ours do.
/// </summary>
internal static class ChannelHandOver
{
    private const int Capacity = 65_536;

    public static LatencyHistogram Measure(int perSecond, int seconds)
    {
        var channel = Channel.CreateBounded<long>(
            new BoundedChannelOptions(Capacity) { SingleReader = true, SingleWriter = true });
        var found = new LatencyHistogram();
        long total = (long)perSecond * seconds;
        var reader = new Thread(() => Read(channel.Reader, total, found)) { IsBackground = true };
        reader.Start();
        double ticksEach = (double)Stopwatch.Frequency / perSecond;
        long start = Stopwatch.GetTimestamp() + (Stopwatch.Frequency / 100);
        for (long i = 0; i < total; i++)
        {
            long due = start + (long)(i * ticksEach);
            while (Stopwatch.GetTimestamp() < due)
            {
                // This thread has a core of its own.
            }

            while (!channel.Writer.TryWrite(due))
            {
                Thread.Yield();
            }
        }

        reader.Join();
        return found;
    }

    private static void Read(ChannelReader<long> reader, long total, LatencyHistogram found)
    {
        double nsPerTick = 1e9 / Stopwatch.Frequency;
        for (long seen = 0; seen < total;)
        {
            if (reader.TryRead(out long due))
            {
                found.Record((long)((Stopwatch.GetTimestamp() - due) * nsPerTick));
                seen++;
            }
        }
    }
}

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
