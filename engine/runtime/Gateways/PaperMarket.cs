using System;
using LowLatency.Engine.Events;
using LowLatency.Engine.Paper;
using LowLatency.Engine.Ring;

namespace LowLatency.Engine.Runtime.Gateways;

/// <summary>
/// Shows the market to a venue that makes its fills from it: a second consumer of the inbound stream, which exists in
/// paper mode alone. One thread, that of the venue's connection.
/// </summary>
public sealed class PaperMarket : IEventHandler<EngineInput>
{
    private readonly IMarketVenue _venue;
    private readonly RingConsumer<EngineInput>? _inbound;

    /// <summary>Creates the consumer.</summary>
    /// <param name="venue">The venue.</param>
    /// <param name="inbound">Its place in the inbound ring; null where inputs are handed to <see cref="Take"/>.</param>
    public PaperMarket(IMarketVenue venue, RingConsumer<EngineInput>? inbound)
    {
        _venue = venue;
        _inbound = inbound;
    }

    /// <summary>The last event was in the middle of a depth message: the venue's book is half old and half new.
    /// </summary>
    public bool IsInsideMessage { get; private set; }

    /// <summary>Takes every event that is in the ring now.</summary>
    /// <returns>How many there were.</returns>
    public int Poll() => _inbound?.Poll(this) ?? 0;

    /// <summary>Waits for the next event.</summary>
    /// <param name="timeoutMs">At most about this long, in milliseconds.</param>
    public void Wait(int timeoutMs) => _inbound?.Wait(timeoutMs);

    /// <summary>Takes a whole input.</summary>
    public void Take(ReadOnlySpan<EngineInput> events)
    {
        foreach (ref readonly EngineInput item in events)
        {
            _venue.OnMarket(in item);
        }
    }

    void IEventHandler<EngineInput>.OnEvent(ref EngineInput item, long sequence, bool endOfBatch)
    {
        IsInsideMessage = item.Kind is EventKind.LevelUpdate or EventKind.SnapshotBegin;
        _venue.OnMarket(in item);
    }
}
