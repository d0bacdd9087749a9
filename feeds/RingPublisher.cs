using System;
using LowLatency.Engine.Events;
using LowLatency.Engine.Ring;

namespace LowLatency.Feeds;

/// <summary>
/// The only way into the inbound ring, for live sessions and for replay: claim, fill, publish, and pass the input with
/// its sequence to the log. Each producer has its own instance and is its only user.
/// </summary>
public class RingPublisher
{
    private readonly RingBuffer<EngineInput> _ring;
    private readonly IInputLog _log;

    /// <summary>Creates the publisher of one producer.</summary>
    /// <param name="ring">The inbound ring.</param>
    /// <param name="log">Records the inputs.</param>
    /// <param name="source">The producer's number; unique in the session.</param>
    public RingPublisher(RingBuffer<EngineInput> ring, IInputLog log, ushort source)
    {
        _ring = ring;
        _log = log;
        Source = source;
    }

    /// <summary>The producer's number in the recording.</summary>
    public ushort Source { get; }

    /// <summary>Maximum number of events per input.</summary>
    public int MaxEvents => _ring.Capacity / 2;

    /// <summary>Events published so far.</summary>
    public long Published { get; private set; }

    /// <summary>Publishes an input's events at consecutive sequences and logs the input.</summary>
    /// <param name="kind">Kind of the payload.</param>
    /// <param name="tag">A number whose meaning depends on the kind.</param>
    /// <param name="receiveTimeNs">Receive time.</param>
    /// <param name="payload">The input as received.</param>
    /// <param name="events">Its events, 0 to <see cref="MaxEvents"/>.</param>
    public void Publish(
        InputKind kind, int tag, long receiveTimeNs, ReadOnlySpan<byte> payload, ReadOnlySpan<EngineInput> events)
    {
        long first = -1;
        long exchangeTimeNs = 0;
        if (!events.IsEmpty)
        {
            exchangeTimeNs = events[0].ExchangeTimeNs;
            first = Put(events);
            Published += events.Length;
        }

        _log.Append(
            new InputRecord(kind, Source, tag, first, events.Length, receiveTimeNs, exchangeTimeNs), payload);
    }

    /// <summary>Hands events to the engine. If engine and producer share a thread, this bypasses the ring.</summary>
    /// <param name="events">1 to <see cref="MaxEvents"/> events.</param>
    /// <returns>Sequence of the first one.</returns>
    protected virtual long Put(ReadOnlySpan<EngineInput> events)
    {
        long first = _ring.Claim(events.Length);
        _ring.Write(first, events);
        _ring.Publish(first, first + events.Length - 1);
        return first;
    }
}
