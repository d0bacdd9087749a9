using System;
using System.Diagnostics;

namespace LowLatency.Feeds;

/// <summary>The clock for receive times. Any thread.</summary>
public interface IReceiveClock
{
    /// <summary>Nanoseconds since the Unix epoch; never runs backwards.</summary>
    long NowNs { get; }
}

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

/// <summary>Time stamps for the latency histogram; see <see cref="Engine.Events.EngineInput.WireStamp"/>.</summary>
public static class WireStamps
{
    private const int NsPerUnit = 16;

    private static readonly double s_nsPerTick = 1e9 / Stopwatch.Frequency;

    /// <summary>The current stamp; never 0.</summary>
    public static uint Now() => Math.Max(1, (uint)(long)(Stopwatch.GetTimestamp() * s_nsPerTick / NsPerUnit));

    /// <summary>Nanoseconds since a stamp that is less than 68 seconds old.</summary>
    public static long ElapsedNs(uint stamp) => (long)unchecked(Now() - stamp) * NsPerUnit;
}
