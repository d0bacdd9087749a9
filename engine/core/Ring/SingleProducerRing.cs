using System.Diagnostics;
using LowLatency.Engine.Threading;

namespace LowLatency.Engine.Ring;

/// <summary>A ring whose one producer is always the same thread; Debug builds check that.</summary>
/// <typeparam name="T">The slot, a plain struct.</typeparam>
public sealed class SingleProducerRing<T> : RingBuffer<T>
    where T : struct
{
    private readonly ThreadOwner _owner = new();

    // Used by the producer only: the next sequence to claim, and the slowest consumer as last seen.
    private long _next;
    private long _gateSeen = Sequence.Initial;

    /// <inheritdoc cref="RingBuffer{T}(int, IWaitStrategy)"/>
    public SingleProducerRing(int capacity, IWaitStrategy waitStrategy)
        : base(capacity, waitStrategy)
    {
    }

    /// <inheritdoc/>
    public override long Claim(int count)
    {
        _owner.Check();
        CheckCount(count);
        long first = _next;
        long wrapPoint = first + count - 1 - Capacity;
        if (wrapPoint > _gateSeen)
        {
            _gateSeen = MinimumGate(first - 1);
            if (wrapPoint > _gateSeen)
            {
                _gateSeen = WaitForRoom(wrapPoint, first - 1);
            }
        }

        _next = first + count;
        return first;
    }

    /// <inheritdoc/>
    public override bool TryClaim(int count, out long first)
    {
        _owner.Check();
        CheckCount(count);
        first = _next;
        long wrapPoint = first + count - 1 - Capacity;
        if (wrapPoint > _gateSeen)
        {
            _gateSeen = MinimumGate(first - 1);
            if (wrapPoint > _gateSeen)
            {
                return false;
            }
        }

        _next = first + count;
        return true;
    }

    /// <inheritdoc/>
    public override void Publish(long first, long last)
    {
        Debug.Assert(first == Cursor.Value + 1, "a single producer publishes in the order of its claims");
        Cursor.SetRelease(last);
        WaitStrategy.SignalAll();
    }

    /// <inheritdoc/>
    public override long HighestPublished(long from, long cursor) => cursor;
}
