using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;
using LowLatency.Engine.Ring;
using LowLatency.Engine.Threading;

namespace LowLatency.Measures;

/// <summary>
/// The ring beside what .NET has for handing items from thread to thread: one producer to one consumer in batches and
/// one by one, two producers, and the round trip of a ball between two threads. All take turns in one run, and the best
/// round of each counts. Sums of what arrived are compared, so that nobody wins by losing.
/// </summary>
internal static class RingMeasure
{
    private const int Rounds = 5;
    private const int Capacity = 65_536;
    private const int Items = 20_000_000;
    private const int RivalItems = 3_000_000;
    private const int Balls = 200_000;
    private const int Batch = 256;

    private const string Method =
        "64-bit numbers from thread to thread, best of 5 rounds; two producers and a consumer need three cores";

    private static readonly (string Name, bool IsYardstick, bool IsRoundTrip, Func<double> Measure)[] s_measures =
    [
        ("ring, one to one, batches of 256", false, false, () => OneToOne(Batch)),
        ("ring, one to one, one by one", false, false, () => OneToOne(1)),
        ("ring for several, one producer, batches of 256", false, false, () => SeveralToOne(1, Batch)),
        ("ring for several, one producer, one by one", false, false, () => SeveralToOne(1, 1)),
        ("ring for several, two producers, batches of 256", false, false, () => SeveralToOne(2, Batch)),
        ("ring for several, two producers, one by one", false, false, () => SeveralToOne(2, 1)),
        ("Channel<long>, bounded, one to one", true, false, ChannelOneToOne),
        ("BlockingCollection<long>, bounded", true, false, BlockingOneToOne),
        ("ring, round trip", false, true, PingPong),
        ("Channel<long>, round trip", true, true, ChannelPingPong),
    ];

    public static MeasureReport Run()
    {
        double[] best = new double[s_measures.Length];
        long[] bytes = new long[s_measures.Length];
        for (int round = 0; round < Rounds; round++)
        {
            for (int i = 0; i < s_measures.Length; i++)
            {
                bytes[i] = -GC.GetTotalAllocatedBytes();
                best[i] = Math.Max(best[i], s_measures[i].Measure());
                bytes[i] += GC.GetTotalAllocatedBytes();
            }
        }

        double channel = best[Array.FindIndex(s_measures, item => item.Measure == ChannelOneToOne)];
        double roundTrip = best[^1];
        Figure[] figures = s_measures.Select((item, i) => new Figure(
            item.Name,
            item.IsYardstick,
            item.IsRoundTrip
                ? new Dictionary<string, double>
                {
                    [FigureNames.NsPerRoundTrip] = 1e9 / best[i],
                    [FigureNames.Ratio] = roundTrip / best[i],
                    [FigureNames.AllocatedBytes] = bytes[i],
                }
                : new Dictionary<string, double>
                {
                    [FigureNames.ItemsPerSecond] = best[i],
                    [FigureNames.Ratio] = best[i] / channel,
                    [FigureNames.AllocatedBytes] = bytes[i],
                })).ToArray();
        return new MeasureReport("ring", "numbers", Method, figures);
    }

    private static double OneToOne(int batch)
    {
        var ring = new SingleProducerRing<long>(Capacity, WaitStrategies.Create(WaitStrategyKind.Yield));
        return Consume(ring, producers: 1, batch);
    }

    private static double SeveralToOne(int producers, int batch)
    {
        var ring = new MultiProducerRing<long>(Capacity, WaitStrategies.Create(WaitStrategyKind.Yield));
        return Consume(ring, producers, batch);
    }

    private static double Consume(RingBuffer<long> ring, int producers, int batch)
    {
        var consumer = new RingConsumer<long>(ring);
        var sum = new Sum();
        long each = Items / producers / batch * batch;
        Thread[] threads = Enumerable.Range(0, producers)
            .Select(_ => new Thread(() => Produce(ring, each, batch)) { IsBackground = true }).ToArray();
        long start = Stopwatch.GetTimestamp();
        Array.ForEach(threads, thread => thread.Start());
        while (sum.Count < each * producers)
        {
            if (consumer.Poll(sum) == 0)
            {
                consumer.Wait(1);
            }
        }

        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        Array.ForEach(threads, thread => thread.Join());
        Check(sum.Total, producers * (each * (each + 1) / 2));
        return each * producers / seconds;
    }

    private static void Produce(RingBuffer<long> ring, long count, int batch)
    {
        for (long next = 1; next <= count;)
        {
            long first = ring.Claim(batch);
            for (int i = 0; i < batch; i++)
            {
                ring[first + i] = next++;
            }

            ring.Publish(first, first + batch - 1);
        }
    }

    private static double ChannelOneToOne()
    {
        var channel = Channel.CreateBounded<long>(
            new BoundedChannelOptions(Capacity) { SingleReader = true, SingleWriter = true });
        long total = 0;
        long start = Stopwatch.GetTimestamp();
        Task producer = Task.Run(async () =>
        {
            for (long i = 1; i <= RivalItems; i++)
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
        Check(total, RivalItems * (RivalItems + 1L) / 2);
        return RivalItems / seconds;
    }

    private static double BlockingOneToOne()
    {
        using var queue = new BlockingCollection<long>(Capacity);
        long start = Stopwatch.GetTimestamp();
        Task producer = Task.Run(() =>
        {
            for (long i = 1; i <= RivalItems; i++)
            {
                queue.Add(i);
            }

            queue.CompleteAdding();
        });
        long total = queue.GetConsumingEnumerable().Sum();
        producer.Wait();
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        Check(total, RivalItems * (RivalItems + 1L) / 2);
        return RivalItems / seconds;
    }

    // On a thread of its own, which goes with the measurement, because it is tied to a core.
    private static double PingPong()
    {
        double perSecond = 0;
        var thread = new Thread(() => perSecond = PingPongHere()) { IsBackground = true };
        thread.Start();
        thread.Join();
        return perSecond;
    }

    private static double PingPongHere()
    {
        CoreAffinity.TryPin(0);
        var there = new SingleProducerRing<long>(1024, WaitStrategies.Create(WaitStrategyKind.BusySpin));
        var back = new SingleProducerRing<long>(1024, WaitStrategies.Create(WaitStrategyKind.BusySpin));
        var atThere = new RingConsumer<long>(there);
        var atBack = new RingConsumer<long>(back);
        var other = new Thread(() =>
        {
            CoreAffinity.TryPin(1);
            var sum = new Sum();
            while (sum.Count < Balls)
            {
                if (atThere.Poll(sum) != 0)
                {
                    Throw(back, sum.Last);
                }
            }
        })
        {
            IsBackground = true,
        };
        other.Start();
        var caught = new Sum();
        long start = Stopwatch.GetTimestamp();
        for (long ball = 1; ball <= Balls; ball++)
        {
            Throw(there, ball);
            while (atBack.Poll(caught) == 0)
            {
                // The ball is under way.
            }
        }

        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        other.Join();
        Check(caught.Total, Balls * (Balls + 1L) / 2);
        return Balls / seconds;
    }

    private static double ChannelPingPong()
    {
        const int Few = Balls / 10;
        var there = Channel.CreateBounded<long>(1024);
        var back = Channel.CreateBounded<long>(1024);
        Task other = Task.Run(async () =>
        {
            for (int i = 0; i < Few; i++)
            {
                await back.Writer.WriteAsync(await there.Reader.ReadAsync().ConfigureAwait(false))
                    .ConfigureAwait(false);
            }
        });
        long start = Stopwatch.GetTimestamp();
        Task one = Task.Run(async () =>
        {
            for (int i = 0; i < Few; i++)
            {
                await there.Writer.WriteAsync(i).ConfigureAwait(false);
                Check(await back.Reader.ReadAsync().ConfigureAwait(false), i);
            }
        });
        Task.WaitAll(one, other);
        return Few / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static void Throw(SingleProducerRing<long> ring, long ball)
    {
        long sequence = ring.Claim(1);
        ring[sequence] = ball;
        ring.Publish(sequence, sequence);
    }

    private static void Check(long found, long wanted)
    {
        if (found != wanted)
        {
            throw new InvalidOperationException($"{found} arrived instead of {wanted}");
        }
    }

    private sealed class Sum : IEventHandler<long>
    {
        public long Total { get; private set; }

        public long Count { get; private set; }

        public long Last { get; private set; }

        public void OnEvent(ref long item, long sequence, bool endOfBatch)
        {
            Total += item;
            Count++;
            Last = item;
        }
    }
}
