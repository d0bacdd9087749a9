using System;
using LowLatency.Engine.Events;
using LowLatency.Engine.Paper;
using LowLatency.Engine.Ring;

namespace LowLatency.Engine.Runtime.Gateways;

/// <summary>
/// Shows the market to a venue that derives fills from it: a second consumer of the inbound stream, in paper mode only.
/// Runs on the thread of the venue's connection.
/// </summary>
public sealed class PaperMarket : IEventHandler<EngineInput>
{
    private readonly IMarketVenue _venue;
    private readonly RingConsumer<EngineInput>? _inbound;

    /// <summary>Creates the consumer.</summary>
    /// <param name="venue">The venue.</param>
    /// <param name="inbound">Its consumer on the inbound ring; null where inputs are passed to <see
    /// cref="Take"/>.</param>
    public PaperMarket(IMarketVenue venue, RingConsumer<EngineInput>? inbound)
    {
        _venue = venue;
        _inbound = inbound;
    }

    /// <summary>The last event was in the middle of a depth message: the venue's book is only half updated.</summary>
    public bool IsInsideMessage { get; private set; }

    /// <summary>Handles every event that is in the ring now.</summary>
    /// <returns>How many there were.</returns>
    public int Poll() => _inbound?.Poll(this) ?? 0;

    /// <summary>Waits for the next event.</summary>
    /// <param name="timeoutMs">The timeout in milliseconds, approximately.</param>
    public void Wait(int timeoutMs) => _inbound?.Wait(timeoutMs);

    /// <summary>Handles a whole input.</summary>
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
