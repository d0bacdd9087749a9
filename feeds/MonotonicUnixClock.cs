using System;
using LowLatency.Engine.Events;

namespace LowLatency.Feeds;

/// <summary>
/// The time of day at the start, advanced by the monotonic clock. It neither jumps nor runs backwards when the system
/// clock is set.
/// </summary>
public sealed class MonotonicUnixClock : IReceiveClock
{
    private readonly TimeProvider _time;
    private readonly double _nsPerTick;
    private readonly long _startTicks;
    private readonly long _startNs;

    /// <summary>Starts the clock.</summary>
    /// <param name="time">The machine's clocks; null for the system's.</param>
    public MonotonicUnixClock(TimeProvider? time = null)
    {
        _time = time ?? TimeProvider.System;
        _nsPerTick = 1e9 / _time.TimestampFrequency;
        _startTicks = _time.GetTimestamp();
        _startNs = (_time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100;
    }

    /// <inheritdoc/>
    public long NowNs => _startNs + (long)((_time.GetTimestamp() - _startTicks) * _nsPerTick);
}
