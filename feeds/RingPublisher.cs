using System;
using LowLatency.Engine.Events;
using LowLatency.Engine.Ring;

namespace LowLatency.Feeds;

/// <summary>
/// The only door into the inbound ring, for live sessions and for replay: claim, fill, publish, and hand the input
/// to the log with the sequence that it got. Each producer has its own and is the only one to use it.
/// </summary>
public class RingPublisher
{
    private readonly RingBuffer<EngineInput> _ring;
    private readonly IInputLog _log;

    /// <summary>Creates the door of one producer.</summary>
    /// <param name="ring">The inbound ring.</param>
    /// <param name="log">Where inputs are recorded.</param>
    /// <param name="source">The producer's number; unique in the session.</param>
    public RingPublisher(RingBuffer<EngineInput> ring, IInputLog log, ushort source)
    {
        _ring = ring;
        _log = log;
        Source = source;
    }

    /// <summary>The producer's number in the recording.</summary>
    public ushort Source { get; }

    /// <summary>Most events that one input may publish.</summary>
    public int MaxEvents => _ring.Capacity / 2;

    /// <summary>Events published so far.</summary>
    public long Published { get; private set; }

    /// <summary>Publishes an input's events at consecutive sequences and logs the input.</summary>
    /// <param name="kind">What the payload is.</param>
    /// <param name="tag">A number whose meaning the kind gives.</param>
    /// <param name="receiveTimeNs">When the input was received.</param>
    /// <param name="payload">The input as received.</param>
    /// <param name="events">Its events, at most <see cref="MaxEvents"/>; none is allowed.</param>
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

    /// <summary>Hands events over; where engine and producer are one thread, there is a shorter way than the ring.
    /// </summary>
    /// <param name="events">At least one, at most <see cref="MaxEvents"/>.</param>
    /// <returns>Sequence of the first.</returns>
    protected virtual long Put(ReadOnlySpan<EngineInput> events)
    {
        long first = _ring.Claim(events.Length);
        _ring.Write(first, events);
        _ring.Publish(first, first + events.Length - 1);
        return first;
    }
}
