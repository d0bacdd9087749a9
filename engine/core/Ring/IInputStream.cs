using System;
using LowLatency.Engine.Events;

namespace LowLatency.Engine.Ring;

/// <summary>
/// The stream of events that the engine handles, as a producer sees it. <see cref="RingInputStream"/> is the inbound
/// ring; where producers and engine share one thread, the engine handles events at once, without a ring.
/// </summary>
public interface IInputStream
{
    /// <summary>Maximum number of events in one input.</summary>
    int MaxEvents { get; }

    /// <summary>Adds events at consecutive sequences, waiting while there is no room.</summary>
    /// <param name="events">1 to <see cref="MaxEvents"/> events.</param>
    /// <returns>Sequence of the first event.</returns>
    long Put(ReadOnlySpan<EngineInput> events);

    /// <summary>Adds one event unless there is no room.</summary>
    /// <param name="item">The event.</param>
    /// <param name="sequence">Its sequence.</param>
    /// <returns>false when there is no room; nothing was added.</returns>
    bool TryPut(in EngineInput item, out long sequence);
}
