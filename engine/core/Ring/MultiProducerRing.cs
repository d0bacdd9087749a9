using System;
using System.Threading;
using LowLatency.Engine.Threading;

namespace LowLatency.Engine.Ring;

/// <summary>
/// A ring with any number of producer threads. A claim of several slots is contiguous, so one message's events
/// are never mixed with another's.
/// </summary>
/// <typeparam name="T">The slot, a plain struct.</typeparam>
public sealed class MultiProducerRing<T> : RingBuffer<T>
    where T : struct
{
    // The lap in which each slot was last published; a slot is readable in the expected lap.
    private readonly int[] _publishedLap;
    private readonly int _lapShift;
    private readonly Sequence _gateSeen = new();

    /// <inheritdoc cref="RingBuffer{T}(int, IWaitStrategy)"/>
    public MultiProducerRing(int capacity, IWaitStrategy waitStrategy)
        : base(capacity, waitStrategy)
    {
        _publishedLap = new int[capacity];
        Array.Fill(_publishedLap, -1);
        _lapShift = int.TrailingZeroCount(capacity);
    }

    /// <inheritdoc/>
    public override long Claim(int count)
    {
        CheckCount(count);
        while (true)
        {
            long cursor = Cursor.Value;
            long wrapPoint = cursor + count - Capacity;
            if (wrapPoint > _gateSeen.Value)
            {
                long gate = MinimumGate(cursor);
                if (wrapPoint > gate)
                {
                    gate = WaitForRoom(wrapPoint, cursor);
                }

                _gateSeen.SetRelease(gate);
                continue;
            }

            if (Cursor.CompareAndSet(cursor, cursor + count))
            {
                return cursor + 1;
            }
        }
    }

    /// <inheritdoc/>
    public override bool TryClaim(int count, out long first)
    {
        CheckCount(count);
        while (true)
        {
            long cursor = Cursor.Value;
            first = cursor + 1;
            if (cursor + count - Capacity > MinimumGate(cursor))
            {
                return false;
            }

            if (Cursor.CompareAndSet(cursor, cursor + count))
            {
                return true;
            }
        }
    }

    /// <inheritdoc/>
    public override void Publish(long first, long last)
    {
        for (long sequence = first; sequence <= last; sequence++)
        {
            int slot = (int)sequence & (Capacity - 1);
            Volatile.Write(ref _publishedLap[slot], (int)(sequence >> _lapShift));
        }

        WaitStrategy.SignalAll();
    }

    /// <inheritdoc/>
    public override long HighestPublished(long from, long cursor)
    {
        for (long sequence = from; sequence <= cursor; sequence++)
        {
            int slot = (int)sequence & (Capacity - 1);
            if (Volatile.Read(ref _publishedLap[slot]) != (int)(sequence >> _lapShift))
            {
                return sequence - 1;
            }
        }

        return cursor;
    }
}
