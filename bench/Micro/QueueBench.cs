using System;
using System.Collections.Concurrent;
using System.Threading.Channels;
using BenchmarkDotNet.Attributes;
using LowLatency.Engine.Ring;

namespace LowLatency.Bench.Micro;

/// <summary>
/// An item through the rings and through the platform's queues, on one thread, so that it shows the cost of the code
/// alone. <c>ring</c> measures the cost between threads.
/// </summary>
[MemoryDiagnoser]
public class QueueBench : IDisposable
{
    private const int Items = 256;
    private const int Capacity = 1024;

    private readonly SingleProducerRing<long> _single = new(Capacity, WaitStrategies.Create(WaitStrategyKind.Yield));
    private readonly MultiProducerRing<long> _multi = new(Capacity, WaitStrategies.Create(WaitStrategyKind.Yield));
    private readonly RingConsumer<long> _ofSingle;
    private readonly RingConsumer<long> _ofMulti;
    private readonly Total _total = new();
    private readonly Channel<long> _channel = Channel.CreateBounded<long>(
        new BoundedChannelOptions(Capacity) { SingleReader = true, SingleWriter = true });

    private readonly ConcurrentQueue<long> _queue = new();
    private readonly BlockingCollection<long> _blocking = new(Capacity);

    /// <summary>Connects the rings.</summary>
    public QueueBench()
    {
        _ofSingle = new RingConsumer<long>(_single);
        _ofMulti = new RingConsumer<long>(_multi);
    }

    /// <summary>Disposes of handles.</summary>
    [GlobalCleanup]
    public void Dispose()
    {
        _blocking.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Single-producer ring, all items claimed and published at once.</summary>
    [Benchmark(OperationsPerInvoke = Items)]
    public long SingleProducerRingBatch() => Batch(_single, _ofSingle);

    /// <summary>Single-producer ring, each item claimed and published separately.</summary>
    [Benchmark(OperationsPerInvoke = Items)]
    public long SingleProducerRingOneByOne() => OneByOne(_single, _ofSingle);

    /// <summary>Multi-producer ring, all items claimed and published at once.</summary>
    [Benchmark(OperationsPerInvoke = Items)]
    public long MultiProducerRingBatch() => Batch(_multi, _ofMulti);

    /// <summary>Multi-producer ring, each item claimed and published separately.</summary>
    [Benchmark(OperationsPerInvoke = Items)]
    public long MultiProducerRingOneByOne() => OneByOne(_multi, _ofMulti);

    /// <summary>Bounded <see cref="Channel{T}"/>: TryWrite and TryRead.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = Items)]
    public long ChannelTryWriteTryRead()
    {
        for (long i = 0; i < Items; i++)
        {
            _channel.Writer.TryWrite(i);
        }

        long sum = 0;
        while (_channel.Reader.TryRead(out long item))
        {
            sum += item;
        }

        return sum;
    }

    /// <summary><see cref="ConcurrentQueue{T}"/>, unbounded.</summary>
    [Benchmark(OperationsPerInvoke = Items)]
    public long ConcurrentQueue()
    {
        for (long i = 0; i < Items; i++)
        {
            _queue.Enqueue(i);
        }

        long sum = 0;
        while (_queue.TryDequeue(out long item))
        {
            sum += item;
        }

        return sum;
    }

    /// <summary>Bounded <see cref="BlockingCollection{T}"/>: Add and Take.</summary>
    [Benchmark(OperationsPerInvoke = Items)]
    public long BlockingCollectionAddTake()
    {
        for (long i = 0; i < Items; i++)
        {
            _blocking.Add(i);
        }

        long sum = 0;
        for (int i = 0; i < Items; i++)
        {
            sum += _blocking.Take();
        }

        return sum;
    }

    private long Batch(RingBuffer<long> ring, RingConsumer<long> consumer)
    {
        long first = ring.Claim(Items);
        for (int i = 0; i < Items; i++)
        {
            ring[first + i] = i;
        }

        ring.Publish(first, first + Items - 1);
        consumer.Poll(_total);
        return _total.Sum;
    }

    private long OneByOne(RingBuffer<long> ring, RingConsumer<long> consumer)
    {
        for (int i = 0; i < Items; i++)
        {
            long sequence = ring.Claim(1);
            ring[sequence] = i;
            ring.Publish(sequence, sequence);
        }

        consumer.Poll(_total);
        return _total.Sum;
    }

    private sealed class Total : IEventHandler<long>
    {
        public long Sum { get; private set; }

        public void OnEvent(ref long item, long sequence, bool endOfBatch) => Sum += item;
    }
}
