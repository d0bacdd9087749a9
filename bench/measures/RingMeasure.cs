using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Threading;
using LowLatency.Engine.Ring;
using LowLatency.Engine.Runtime.Threading;

namespace LowLatency.Measures;

/// <summary>
/// The ring and its yardsticks between threads: one producer to one consumer in batches and one by one, two producers,
/// and round trips between two threads. All alternate in one run, and the best round of each counts. Sums of the
/// received items are compared, so that losing items gives no advantage.
/// </summary>
internal static class RingMeasure
{
    private const int Rounds = 5;
    private const int Capacity = 65_536;
    private const int Items = 20_000_000;
    private const int Balls = 200_000;
    private const int Batch = 256;

    private const string Method =
        "64-bit numbers between threads, best of 5 rounds; two producers and a consumer need three cores";

    private static readonly QueueWay[] s_ours =
    [
        new("ring, one to one, batches of 256", false, () => OneToOne(Batch)),
        new("ring, one to one, one by one", false, () => OneToOne(1)),
        new("ring for several, one producer, batches of 256", false, () => SeveralToOne(1, Batch)),
        new("ring for several, one producer, one by one", false, () => SeveralToOne(1, 1)),
        new("ring for several, two producers, batches of 256", false, () => SeveralToOne(2, Batch)),
        new("ring for several, two producers, one by one", false, () => SeveralToOne(2, 1)),
        new("ring, round trip", true, PingPong),
    ];

    public static MeasureReport Run(Yardsticks yardsticks)
    {
        QueueWay[] ways = [.. s_ours, .. yardsticks.Queues];
        double[] best = new double[ways.Length];
        long[] bytes = new long[ways.Length];
        for (int round = 0; round < Rounds; round++)
        {
            for (int i = 0; i < ways.Length; i++)
            {
                bytes[i] = -GC.GetTotalAllocatedBytes();
                best[i] = Math.Max(best[i], ways[i].PerSecond());
                bytes[i] += GC.GetTotalAllocatedBytes();
            }
        }

        Figure[] figures = ways
            .Select((way, i) => new Figure(way.Name, IsYardstick: i >= s_ours.Length, Values(i))).ToArray();
        return new MeasureReport("ring", "numbers", Method, figures);

        Dictionary<string, double> Values(int way)
        {
            bool isRoundTrip = ways[way].IsRoundTrip;
            var values = new Dictionary<string, double>
            {
                [isRoundTrip ? FigureNames.NsPerRoundTrip : FigureNames.ItemsPerSecond] =
                    isRoundTrip ? 1e9 / best[way] : best[way],
                [FigureNames.AllocatedBytes] = bytes[way],
            };
            int yardstick = Array.FindIndex(ways, s_ours.Length, other => other.IsRoundTrip == isRoundTrip);
            if (yardstick >= 0)
            {
                values[FigureNames.Ratio] =
                    isRoundTrip ? best[yardstick] / best[way] : best[way] / best[yardstick];
            }

            return values;
        }
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

    // On its own temporary thread, because it is pinned to a core.
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
                // The item is under way.
            }
        }

        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        other.Join();
        Check(caught.Total, Balls * (Balls + 1L) / 2);
        return Balls / seconds;
    }

    private static void Throw(SingleProducerRing<long> ring, long ball)
    {
        long sequence = ring.Claim(1);
        ring[sequence] = ball;
        ring.Publish(sequence, sequence);
    }

    /// <summary>Throws if a number has been lost.</summary>
    public static void Check(long found, long wanted)
    {
        if (found != wanted)
        {
            throw new InvalidOperationException($"received {found}, expected {wanted}");
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
