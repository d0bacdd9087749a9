using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LowLatency.Engine.Ring;
using LowLatency.Tests.Reliability;
using Xunit;

namespace LowLatency.Tests.Engine.Ring;

public sealed class RingTests
{
    // A safety timeout, not a measurement.
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(60);

    public static TheoryData<WaitStrategyKind> Strategies => new(Enum.GetValues<WaitStrategyKind>());

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(100)]
    public void ShouldRefuseACapacityThatIsNoPowerOfTwo(int capacity)
    {
        IWaitStrategy wait = WaitStrategies.Create(WaitStrategyKind.Block);

        Assert.Throws<ArgumentException>(() => new SingleProducerRing<long>(capacity, wait));
        Assert.Throws<ArgumentException>(() => new MultiProducerRing<long>(capacity, wait));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ShouldRefuseAClaimBeyondItsCapacity(bool isMulti)
    {
        RingBuffer<long> ring = Create(isMulti, 8, WaitStrategyKind.Block);

        Assert.Throws<ArgumentOutOfRangeException>(() => ring.Claim(9));
        Assert.Throws<ArgumentOutOfRangeException>(() => ring.Claim(0));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [FaultRow("F16")]
    public void ShouldNeverOverwriteWhatIsNotConsumed(bool isMulti)
    {
        RingBuffer<long> ring = Create(isMulti, 4, WaitStrategyKind.Block);
        var consumer = new RingConsumer<long>(ring);
        var seen = new Collector();
        for (int i = 0; i < 4; i++)
        {
            Assert.True(ring.TryClaim(1, out long sequence));
            ring[sequence] = i;
            ring.Publish(sequence, sequence);
        }

        Assert.False(ring.TryClaim(1, out _));
        Assert.Equal(4, ring.Fill);
        Assert.Equal(4, consumer.Poll(seen));
        Assert.True(ring.TryClaim(4, out _));
        Assert.Equal([0, 1, 2, 3], seen.Items);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ShouldWriteClaimsOfEveryLengthOverItsEnd(bool isMulti)
    {
        RingBuffer<long> ring = Create(isMulti, 8, WaitStrategyKind.Block);
        var consumer = new RingConsumer<long>(ring);
        var seen = new Collector();
        long next = 0;
        for (int count = 1; count <= 64; count++)
        {
            long[] items = Enumerable.Range(0, 1 + (count % 8)).Select(_ => next++).ToArray();
            long first = ring.Claim(items.Length);
            ring.Write(first, items);
            ring.Publish(first, first + items.Length - 1);
            Assert.Equal(items.Length, consumer.Poll(seen));
        }

        Assert.Equal(Enumerable.Range(0, (int)next).Select(i => (long)i), seen.Items);
    }

    [Fact]
    public void ShouldShowNothingBehindAnUnpublishedClaim()
    {
        RingBuffer<long> ring = Create(isMulti: true, 8, WaitStrategyKind.Block);
        var consumer = new RingConsumer<long>(ring);
        var seen = new Collector();
        long first = ring.Claim(2);
        long second = ring.Claim(1);
        ring[second] = 30;
        ring.Publish(second, second);
        Assert.Equal(0, consumer.Poll(seen));

        ring[first] = 10;
        ring[first + 1] = 20;
        ring.Publish(first, first + 1);
        Assert.Equal(3, consumer.Poll(seen));
        Assert.Equal([10, 20, 30], seen.Items);
    }

    // The consumer pauses now and then, each time until the ring is full plus some milliseconds.
    [Theory]
    [MemberData(nameof(Strategies))]
    [FaultRow("F16")]
    public async Task ShouldHandOverEverythingInOrderFromOneProducer(WaitStrategyKind strategy)
    {
        const int Count = 20_000;
        const int Pauses = 10;
        RingBuffer<long> ring = Create(isMulti: false, 64, strategy);
        var consumer = new RingConsumer<long>(ring);
        long[] offeredAt = new long[Count];
        var waitsMs = new List<double>();
        double oldestMs = 0;
        Task<List<long>> consuming = Consume(consumer, Count, item =>
        {
            if (item % (Count / Pauses) == 0)
            {
                StandStill(ring, (int)(item / (Count / Pauses)) * 2);
            }

            oldestMs = Math.Max(oldestMs, Stopwatch.GetElapsedTime(offeredAt[item]).TotalMilliseconds);
        });
        await Task.Run(
            () =>
            {
                for (int i = 0; i < Count; i += 4)
                {
                    long start = Stopwatch.GetTimestamp();
                    offeredAt.AsSpan(i, 4).Fill(start);
                    long first = ring.Claim(4);
                    waitsMs.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
                    for (int j = 0; j < 4; j++)
                    {
                        ring[first + j] = i + j;
                    }

                    ring.Publish(first, first + 3);
                }
            },
            TestContext.Current.CancellationToken);

        Assert.Equal(Enumerable.Range(0, Count).Select(i => (long)i), await consuming);
        FaultLedger.AddFigure(string.Create(
            CultureInfo.InvariantCulture,
            $"{strategy}: waits to publish {Histogram(waitsMs)}; oldest event {oldestMs:0.0} ms, 0 dropped"));
    }

    [Theory]
    [InlineData(WaitStrategyKind.Block)]
    [InlineData(WaitStrategyKind.Yield)]
    [FaultRow("F16")]
    public async Task ShouldKeepEachProducersOrderAndBatchesWhole(WaitStrategyKind strategy)
    {
        const int Producers = 3;
        const int Batches = 5_000;
        const int BatchSize = 3;
        RingBuffer<long> ring = Create(isMulti: true, 32, strategy);
        var consumer = new RingConsumer<long>(ring);
        Task<List<long>> consuming = Consume(consumer, Producers * Batches * BatchSize);
        IEnumerable<Task> producing = Enumerable.Range(0, Producers).Select(producer => Task.Run(() =>
        {
            for (int batch = 0; batch < Batches; batch++)
            {
                long first = ring.Claim(BatchSize);
                for (int j = 0; j < BatchSize; j++)
                {
                    ring[first + j] = ((long)producer << 32) | (uint)((batch * BatchSize) + j);
                }

                ring.Publish(first, first + BatchSize - 1);
            }
        }));
        await Task.WhenAll(producing);
        List<long> seen = await consuming;

        foreach (IGrouping<long, long> own in seen.GroupBy(item => item >> 32))
        {
            Assert.Equal(
                Enumerable.Range(0, Batches * BatchSize).Select(i => (uint)i), own.Select(item => (uint)item));
        }

        Assert.All(seen.Chunk(BatchSize), batch => Assert.Single(batch.Select(item => item >> 32).Distinct()));
    }

    [Fact]
    public void ShouldLetProducersGoOnceHalted()
    {
        RingBuffer<long> ring = Create(isMulti: true, 4, WaitStrategyKind.Block);
        _ = new RingConsumer<long>(ring);
        ring.Claim(4);
        ring.Halt();

        Assert.Equal(4, ring.Claim(1));
        Assert.Equal(1, ring.FullWaits);
    }

    private static RingBuffer<long> Create(bool isMulti, int capacity, WaitStrategyKind strategy) => isMulti
        ? new MultiProducerRing<long>(capacity, WaitStrategies.Create(strategy))
        : new SingleProducerRing<long>(capacity, WaitStrategies.Create(strategy));

    private static void StandStill(RingBuffer<long> ring, int milliseconds)
    {
        if (!SpinWait.SpinUntil(() => ring.Fill == ring.Capacity && ring.FullWaits != 0, s_timeout))
        {
            // Otherwise the producer would wait for ever.
            ring.Halt();
            Assert.Fail("no wait for room was counted");
        }

        Thread.Sleep(milliseconds);
    }

    private static string Histogram(List<double> waitsMs)
    {
        int Below(double ms) => waitsMs.Count(wait => wait < ms);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"below 1 us {Below(0.001)}, 1 ms {Below(1) - Below(0.001)}, 10 ms {Below(10) - Below(1)}, more "
            + $"{waitsMs.Count - Below(10)}, max {waitsMs.Max():0.0} ms");
    }

    private static Task<List<long>> Consume(RingConsumer<long> consumer, int count, Action<long>? onItem = null)
    {
        var seen = new Collector(onItem);
        return Task.Factory.StartNew(
            () =>
            {
                while (seen.Items.Count < count)
                {
                    if (consumer.Poll(seen) == 0)
                    {
                        consumer.Wait(10);
                    }
                }

                return seen.Items;
            },
            TestContext.Current.CancellationToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
    }

    private sealed class Collector(Action<long>? onItem = null) : IEventHandler<long>
    {
        public List<long> Items { get; } = [];

        public void OnEvent(ref long item, long sequence, bool endOfBatch)
        {
            onItem?.Invoke(item);
            Items.Add(item);
        }
    }
}
