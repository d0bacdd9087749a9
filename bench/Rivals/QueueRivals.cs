using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Threading.Channels;
using System.Threading.Tasks;
using LowLatency.Measures;

namespace LowLatency.Bench.Rivals;

/// <summary>.NET's queues between threads.</summary>
internal static class QueueRivals
{
    private const int Capacity = 65_536;
    private const int Items = 3_000_000;
    private const int Balls = 20_000;

    /// <summary>All of them; ratios are relative to the first of each kind.</summary>
    public static IReadOnlyList<QueueWay> All { get; } =
    [
        new("Channel<long>, bounded, one to one", false, ChannelOneToOne),
        new("BlockingCollection<long>, bounded", false, BlockingOneToOne),
        new("Channel<long>, round trip", true, ChannelPingPong),
    ];

    private static double ChannelOneToOne()
    {
        var channel = Channel.CreateBounded<long>(
            new BoundedChannelOptions(Capacity) { SingleReader = true, SingleWriter = true });
        long total = 0;
        long start = Stopwatch.GetTimestamp();
        Task producer = Task.Run(async () =>
        {
            for (long i = 1; i <= Items; i++)
            {
                if (!channel.Writer.TryWrite(i))
                {
                    await channel.Writer.WriteAsync(i).ConfigureAwait(false);
                }
            }

            channel.Writer.Complete();
        });
        Task consumer = Task.Run(async () =>
        {
            while (await channel.Reader.WaitToReadAsync().ConfigureAwait(false))
            {
                while (channel.Reader.TryRead(out long item))
                {
                    total += item;
                }
            }
        });
        Task.WaitAll(producer, consumer);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        RingMeasure.Check(total, Items * (Items + 1L) / 2);
        return Items / seconds;
    }

    private static double BlockingOneToOne()
    {
        using var queue = new BlockingCollection<long>(Capacity);
        long start = Stopwatch.GetTimestamp();
        Task producer = Task.Run(() =>
        {
            for (long i = 1; i <= Items; i++)
            {
                queue.Add(i);
            }

            queue.CompleteAdding();
        });
        long total = queue.GetConsumingEnumerable().Sum();
        producer.Wait();
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        RingMeasure.Check(total, Items * (Items + 1L) / 2);
        return Items / seconds;
    }

    private static double ChannelPingPong()
    {
        var there = Channel.CreateBounded<long>(1024);
        var back = Channel.CreateBounded<long>(1024);
        Task other = Task.Run(async () =>
        {
            for (int i = 0; i < Balls; i++)
            {
                await back.Writer.WriteAsync(await there.Reader.ReadAsync().ConfigureAwait(false))
                    .ConfigureAwait(false);
            }
        });
        long start = Stopwatch.GetTimestamp();
        Task one = Task.Run(async () =>
        {
            for (int i = 0; i < Balls; i++)
            {
                await there.Writer.WriteAsync(i).ConfigureAwait(false);
                RingMeasure.Check(await back.Reader.ReadAsync().ConfigureAwait(false), i);
            }
        });
        Task.WaitAll(one, other);
        return Balls / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
