using System.Diagnostics;
using System.Threading;
using System.Threading.Channels;
using LowLatency.Engine.Measures;

namespace LowLatency.Bench.Rivals;

/// <summary>
/// Latency of passing a number between two threads through the platform's channel at the same rate, counted from the
/// due time, without any other work. Both threads spin, as ours do.
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
                // This thread has its own core.
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
