using System.Runtime.InteropServices;
using LowLatency.Engine.Events;
using LowLatency.Engine.Ring;

namespace LowLatency.Engine.Runtime;

/// <summary>
/// The door into the inbound ring for events that no parser makes: timers, gateway reports, operator commands. They
/// are logged as they are, so that a replay can put them in again. Each producer thread has its own.
/// </summary>
/// <param name="ring">The inbound ring.</param>
/// <param name="log">Where inputs are recorded.</param>
/// <param name="source">The producer's number, of <see cref="SessionSources"/>.</param>
public sealed class EventPublisher(RingBuffer<EngineInput> ring, IInputLog log, ushort source)
{
    /// <summary>Publishes an event, waiting while the ring is full.</summary>
    public void Publish(in EngineInput item) => Publish(in item, ring.Claim(1));

    /// <summary>Publishes an event unless the ring is full.</summary>
    /// <param name="item">The event.</param>
    /// <param name="sequence">Where it stands in the ring.</param>
    /// <returns>false when it is full; nothing was published.</returns>
    public bool TryPublish(in EngineInput item, out long sequence)
    {
        if (!ring.TryClaim(1, out sequence))
        {
            return false;
        }

        Publish(in item, sequence);
        return true;
    }

    private void Publish(in EngineInput item, long sequence)
    {
        ring[sequence] = item;
        ring.Publish(sequence, sequence);
        log.Append(
            new InputRecord(InputKind.Event, source, 0, sequence, 1, item.ReceiveTimeNs, item.ExchangeTimeNs),
            MemoryMarshal.AsBytes(new System.ReadOnlySpan<EngineInput>(in item)));
    }
}
