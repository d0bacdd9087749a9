using System;
using LowLatency.Engine.Events;

namespace LowLatency.Simulation.Simulator;

/// <summary>The clocks of a simulation: the market's, and the process's, which may differ.</summary>
internal sealed class SimulatedClock : TimeProvider, IReceiveClock
{
    private long _lastNs;

    /// <summary>Market time, nanoseconds since the Unix epoch.</summary>
    public long MarketNs { get; set; }

    /// <summary>Offset of the process's clock from market time.</summary>
    public long OffsetNs { get; private set; }

    /// <summary>The process's clock; monotonic within one process.</summary>
    public long NowNs => _lastNs = Math.Max(_lastNs, MarketNs + OffsetNs);

    /// <inheritdoc/>
    public override long TimestampFrequency => 1_000_000_000;

    /// <summary>Advances the clock of a running process by a jump.</summary>
    public void JumpAhead(long byNs) => OffsetNs += byNs;

    /// <summary>Sets the clock while no process runs.</summary>
    public void Set(long offsetNs)
    {
        OffsetNs = offsetNs;
        _lastNs = 0;
    }

    /// <inheritdoc/>
    public override long GetTimestamp() => MarketNs;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddTicks(NowNs / 100);
}
