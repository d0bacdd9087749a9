using System;
using LowLatency.Engine.Events;

namespace LowLatency.Simulation.Simulator;

/// <summary>The time of a simulation: the market's, and the process's own, which may differ from it.</summary>
internal sealed class SimulatedClock : TimeProvider, IReceiveClock
{
    private long _lastNs;

    /// <summary>Market time, nanoseconds since the Unix epoch.</summary>
    public long MarketNs { get; set; }

    /// <summary>How far the process's clock is from it.</summary>
    public long OffsetNs { get; private set; }

    /// <summary>The process's clock; within one process it never goes back.</summary>
    public long NowNs => _lastNs = Math.Max(_lastNs, MarketNs + OffsetNs);

    /// <inheritdoc/>
    public override long TimestampFrequency => 1_000_000_000;

    /// <summary>The clock jumps ahead under a running process.</summary>
    public void JumpAhead(long byNs) => OffsetNs += byNs;

    /// <summary>The clock is set anew while no process runs.</summary>
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
