using System;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Threading;
using LowLatency.Engine.Memory;
using LowLatency.Engine.Threading;

namespace LowLatency.Engine.Ring;

/// <summary>
/// A pre-allocated power-of-two ring of slots, in the Disruptor's terms: producers claim sequences, fill the
/// slots and publish; consumers read up to the published cursor; a producer never laps the slowest consumer.
/// </summary>
/// <typeparam name="T">The slot, a plain struct.</typeparam>
public abstract class RingBuffer<T>
    where T : struct
{
    // Padding slots before the first and after the last one, so that heap neighbours never share their cache lines.
    private static readonly int s_padSlots = (CacheLine.PaddedBytes / Unsafe.SizeOf<T>()) + 1;

    private readonly T[] _slots;
    private readonly int _mask;
    private Sequence[] _gates = [];
    private long _fullWaits;
    private volatile bool _isHalted;

    /// <summary>Creates the ring and all its slots.</summary>
    /// <param name="capacity">Number of slots: a power of two, 2 or more.</param>
    /// <param name="waitStrategy">How consumers wait.</param>
    /// <exception cref="ArgumentException">The capacity is not a power of two of at least 2.</exception>
    protected RingBuffer(int capacity, IWaitStrategy waitStrategy)
    {
        if (capacity < 2 || !BitOperations.IsPow2(capacity))
        {
            throw new ArgumentException($"capacity must be a power of two of at least 2, not {capacity}");
        }

        _slots = Preallocated.NewArray<T>(capacity + (2 * s_padSlots));
        _mask = capacity - 1;
        WaitStrategy = waitStrategy;
    }

    /// <summary>Number of slots.</summary>
    public int Capacity => _mask + 1;

    /// <summary>How consumers of this ring wait.</summary>
    public IWaitStrategy WaitStrategy { get; }

    /// <summary>The highest published sequence (single producer) or claimed one (several). Any thread.</summary>
    public Sequence Cursor { get; } = new();

    /// <summary>
    /// Called by a producer that waits for a free slot, if producer and consumer share a thread, so that nothing else
    /// could free one; null otherwise.
    /// </summary>
    public Action? MakeRoom { get; init; }

    /// <summary>How often a producer had to wait because the ring was full. Any thread.</summary>
    public long FullWaits => Volatile.Read(ref _fullWaits);

    /// <summary>Slots claimed but not yet consumed by the slowest consumer. Any thread; a momentary value.</summary>
    public long Fill => Math.Max(0, Cursor.Value - MinimumGate(Cursor.Value));

    /// <summary>The sequence that all consumers have passed. Any thread.</summary>
    public long Consumed => MinimumGate(Cursor.Value);

    /// <summary>The slot of a sequence. Write it only between claim and publish, read it only once published.</summary>
    public ref T this[long sequence] => ref _slots[((int)sequence & _mask) + s_padSlots];

    /// <summary>Fills claimed slots in order.</summary>
    /// <param name="first">Sequence of the first slot.</param>
    /// <param name="items">The items, at most as many as were claimed.</param>
    public void Write(long first, ReadOnlySpan<T> items)
    {
        if (items.Length == 1)
        {
            this[first] = items[0];
            return;
        }

        int start = (int)first & _mask;
        int beforeWrap = Math.Min(items.Length, Capacity - start);
        items[..beforeWrap].CopyTo(_slots.AsSpan(s_padSlots + start));
        items[beforeWrap..].CopyTo(_slots.AsSpan(s_padSlots));
    }

    /// <summary>The slots from one sequence to another, or to the end of the ring's memory.</summary>
    public Span<T> Piece(long first, long last)
    {
        int start = (int)first & _mask;
        int length = (int)Math.Min(last - first + 1, Capacity - start);
        return _slots.AsSpan(s_padSlots + start, length);
    }

    /// <summary>
    /// Adds a consumer's sequence: slots it has not passed are not overwritten. Before the first claim only.
    /// </summary>
    public void AddGate(Sequence consumer)
    {
        var gates = new Sequence[_gates.Length + 1];
        _gates.CopyTo(gates, 0);
        gates[^1] = consumer;
        _gates = gates;
    }

    /// <summary>
    /// Claims <paramref name="count"/> consecutive slots, waiting while the ring is full.
    /// </summary>
    /// <returns>The sequence of the first claimed slot.</returns>
    /// <exception cref="ArgumentOutOfRangeException">count is not within 1 to <see cref="Capacity"/>.</exception>
    public abstract long Claim(int count);

    /// <summary>Like <see cref="Claim"/>, but returns at once if the ring is full.</summary>
    /// <returns>true if the slots were claimed.</returns>
    public abstract bool TryClaim(int count, out long first);

    /// <summary>Makes the slots from <paramref name="first"/> to <paramref name="last"/> visible.</summary>
    public abstract void Publish(long first, long last);

    /// <summary>
    /// The highest sequence up to which every slot from <paramref name="from"/> on is published, or
    /// <paramref name="from"/> - 1. Consumer threads.
    /// </summary>
    /// <param name="from">The first sequence wanted.</param>
    /// <param name="cursor">A cursor value seen before.</param>
    public abstract long HighestPublished(long from, long cursor);

    /// <summary>
    /// For a fatal failure of a consumer: producers no longer wait for free slots, so that they can end. Items
    /// published from here on are lost. Any thread.
    /// </summary>
    public void Halt() => _isHalted = true;

    /// <summary>The slowest consumer's sequence, at most <paramref name="cursor"/>.</summary>
    protected long MinimumGate(long cursor)
    {
        long minimum = cursor;
        foreach (Sequence gate in _gates)
        {
            minimum = Math.Min(minimum, gate.Value);
        }

        return minimum;
    }

    /// <summary>Waits until the slowest consumer has reached a sequence, and counts the wait.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    protected long WaitForRoom(long wrapPoint, long cursor)
    {
        Interlocked.Increment(ref _fullWaits);
        var spinner = default(SpinWait);
        long minimum;
        while (wrapPoint > (minimum = MinimumGate(cursor)))
        {
            if (_isHalted)
            {
                return wrapPoint;
            }

            if (MakeRoom is not null)
            {
                MakeRoom();
                continue;
            }

            // Sleeping consumers must be awake, or the wait would never end.
            WaitStrategy.SignalAll();
            spinner.SpinOnce();
        }

        return minimum;
    }

    /// <summary>Rejects a claim that can never succeed.</summary>
    protected void CheckCount(int count)
    {
        if ((uint)(count - 1) >= (uint)Capacity)
        {
            ThrowCount(count);
        }
    }

    private void ThrowCount(int count) => throw new ArgumentOutOfRangeException(
        nameof(count), count, $"a claim needs 1 to {Capacity} slots, the ring's capacity");
}
