using System;
using LowLatency.Engine.Events;

namespace LowLatency.Engine.Ring;

/// <summary>The inbound ring as its producers see it: claim, write, publish. Threads as the ring allows.</summary>
/// <param name="ring">The inbound ring.</param>
public sealed class RingInputStream(RingBuffer<EngineInput> ring) : IInputStream
{
    /// <inheritdoc/>
    public int MaxEvents => ring.Capacity / 2;

    /// <inheritdoc/>
    public long Put(ReadOnlySpan<EngineInput> events)
    {
        long first = ring.Claim(events.Length);
        ring.Write(first, events);
        ring.Publish(first, first + events.Length - 1);
        return first;
    }

    /// <inheritdoc/>
    public bool TryPut(in EngineInput item, out long sequence)
    {
        if (!ring.TryClaim(1, out sequence))
        {
            return false;
        }

        ring[sequence] = item;
        ring.Publish(sequence, sequence);
        return true;
    }
}
