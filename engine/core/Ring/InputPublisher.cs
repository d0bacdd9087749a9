using System;
using System.Runtime.InteropServices;
using LowLatency.Engine.Events;

namespace LowLatency.Engine.Ring;

/// <summary>
/// The only door into the engine's stream of events, live and in replay: feeds, timer, order gateway, venue connections
/// and operator commands all publish through one. It passes each input with its sequence to the log, so that a replay
/// can publish it again. Each producer has its own instance and is its only user. One thread.
/// </summary>
public sealed class InputPublisher
{
    private readonly IInputStream _stream;
    private readonly IInputLog _log;

    /// <summary>Creates the publisher of one producer.</summary>
    /// <param name="stream">The engine's stream of events.</param>
    /// <param name="log">Records the inputs.</param>
    /// <param name="source">The producer's number; unique in the session.</param>
    public InputPublisher(IInputStream stream, IInputLog log, ushort source)
    {
        _stream = stream;
        _log = log;
        Source = source;
    }

    /// <summary>The producer's number in the recording.</summary>
    public ushort Source { get; }

    /// <summary>Maximum number of events per input.</summary>
    public int MaxEvents => _stream.MaxEvents;

    /// <summary>Events published so far.</summary>
    public long Published { get; private set; }

    /// <summary>
    /// Called with the events of each input that has some, before they are published; null for none. The publisher's
    /// thread. <see cref="TryPublish"/> calls it once there was room.
    /// </summary>
    public Action<ReadOnlySpan<EngineInput>>? OnPublish { get; init; }

    /// <summary>Publishes an input's events at consecutive sequences and logs the input. Waits while there is no
    /// room.</summary>
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
            OnPublish?.Invoke(events);
            first = _stream.Put(events);
            Published += events.Length;
        }

        _log.Append(
            new InputRecord(kind, Source, tag, first, events.Length, receiveTimeNs, exchangeTimeNs), payload);
    }

    /// <summary>Publishes an event that no parser made (timer, report, operator command) and logs it as it is. Waits
    /// while there is no room.</summary>
    public void Publish(in EngineInput item)
    {
        var events = new ReadOnlySpan<EngineInput>(in item);
        Publish(InputKind.Event, 0, item.ReceiveTimeNs, MemoryMarshal.AsBytes(events), events);
    }

    /// <summary>Like <see cref="Publish(in EngineInput)"/>, but returns at once when there is no room.</summary>
    /// <param name="item">The event.</param>
    /// <param name="sequence">Its sequence.</param>
    /// <returns>false when there is no room; nothing was published.</returns>
    public bool TryPublish(in EngineInput item, out long sequence)
    {
        if (!_stream.TryPut(in item, out sequence))
        {
            return false;
        }

        OnPublish?.Invoke(new ReadOnlySpan<EngineInput>(in item));
        Published++;
        _log.Append(
            new InputRecord(InputKind.Event, Source, 0, sequence, 1, item.ReceiveTimeNs, item.ExchangeTimeNs),
            MemoryMarshal.AsBytes(new ReadOnlySpan<EngineInput>(in item)));
        return true;
    }
}
