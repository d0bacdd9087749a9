using System;
using LowLatency.Engine.Threading;

namespace LowLatency.Engine.Ring;

/// <summary>Handles the events of a ring, one after the other, on one thread.</summary>
/// <typeparam name="T">The slot, a plain struct.</typeparam>
public interface IEventHandler<T>
    where T : struct
{
    /// <summary>Handles one event.</summary>
    /// <param name="item">The slot; valid during the call.</param>
    /// <param name="sequence">Its sequence in the ring.</param>
    /// <param name="endOfBatch">true for the last event that is available now.</param>
    void OnEvent(ref T item, long sequence, bool endOfBatch);
}

/// <summary>Handles the events of a ring in pieces, on one thread.</summary>
/// <typeparam name="T">The slot, a plain struct.</typeparam>
public interface IBatchHandler<T>
    where T : struct
{
    /// <summary>Handles events that follow each other.</summary>
    /// <param name="items">The slots; valid during the call.</param>
    /// <param name="firstSequence">Sequence of the first.</param>
    /// <param name="endOfBatch">true when nothing else is available now.</param>
    void OnBatch(ReadOnlySpan<T> items, long firstSequence, bool endOfBatch);
}

/// <summary>
/// One consumer's place in a ring. Adding it gates the producers; <c>Poll</c> hands all that is published
/// to a handler. One thread at a time.
/// </summary>
/// <typeparam name="T">The slot, a plain struct.</typeparam>
public sealed class RingConsumer<T>
    where T : struct
{
    private readonly RingBuffer<T> _ring;

    /// <summary>Joins the ring before its first claim.</summary>
    public RingConsumer(RingBuffer<T> ring)
    {
        _ring = ring;
        ring.AddGate(Sequence);
    }

    /// <summary>The last sequence that was handled. Any thread may read it.</summary>
    public Sequence Sequence { get; } = new();

    /// <summary>Handles every event that is published now.</summary>
    /// <returns>How many were handled; 0 when there was nothing to do.</returns>
    public int Poll(IEventHandler<T> handler)
    {
        long next = Sequence.Value + 1;
        long cursor = _ring.Cursor.Value;
        if (cursor < next)
        {
            return 0;
        }

        long available = _ring.HighestPublished(next, cursor);
        int handled = (int)(available - next + 1);
        while (next <= available)
        {
            handler.OnEvent(ref _ring[next], next, next == available);
            next++;
        }

        Sequence.SetRelease(available);
        return handled;
    }

    /// <summary>Handles every event that is published now, in one piece or, around the ring's end, in two.</summary>
    /// <returns>How many were handled; 0 when there was nothing to do.</returns>
    public int Poll(IBatchHandler<T> handler)
    {
        long next = Sequence.Value + 1;
        long cursor = _ring.Cursor.Value;
        if (cursor < next)
        {
            return 0;
        }

        long available = _ring.HighestPublished(next, cursor);
        int handled = (int)(available - next + 1);
        while (next <= available)
        {
            Span<T> piece = _ring.Piece(next, available);
            handler.OnBatch(piece, next, next + piece.Length > available);
            next += piece.Length;
        }

        Sequence.SetRelease(available);
        return handled;
    }

    /// <summary>Waits for the next event, for at most about the given time.</summary>
    public void Wait(int timeoutMs) =>
        _ring.WaitStrategy.WaitFor(Sequence.Value + 1, _ring.Cursor, timeoutMs);

    /// <summary>Ends the waiting of everybody who sleeps on this ring. Any thread.</summary>
    public void Wake() => _ring.WaitStrategy.SignalAll();
}
