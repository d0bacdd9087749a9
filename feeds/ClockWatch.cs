using System;
using System.Threading;

namespace LowLatency.Feeds;

/// <summary>
/// Compares the time of day with the monotonic clock that the session uses. If the system clock is set, or the machine
/// was suspended, they diverge at once: a jump. Slow corrections, such as a leap second smear, do not count. One thread
/// calls <see cref="Look"/>; any thread reads.
/// </summary>
/// <param name="time">The machine's clocks.</param>
public sealed class ClockWatch(TimeProvider time)
{
    /// <summary>Divergence between two checks that counts as a jump.</summary>
    public static readonly TimeSpan JumpMin = TimeSpan.FromMilliseconds(100);

    // A thread that is descheduled between reading the two clocks would see a jump that did not happen.
    private static readonly TimeSpan s_readingMax = TimeSpan.FromMilliseconds(10);

    private readonly long _startTicks = time.GetTimestamp();
    private readonly DateTimeOffset _start = time.GetUtcNow();
    private TimeSpan _last;
    private long _jumps;
    private long _lastJumpTicks;
    private long _offsetTicks;

    /// <summary>Jumps since the start.</summary>
    public long Jumps => Volatile.Read(ref _jumps);

    /// <summary>The last jump; positive if the time of day moved forward.</summary>
    public TimeSpan LastJump => TimeSpan.FromTicks(Volatile.Read(ref _lastJumpTicks));

    /// <summary>Time of day minus session time: the sum of all jumps and corrections since the start.</summary>
    public TimeSpan Offset => TimeSpan.FromTicks(Volatile.Read(ref _offsetTicks));

    /// <summary>Compares the clocks. Call it often.</summary>
    public void Look()
    {
        long before = time.GetTimestamp();
        DateTimeOffset now = time.GetUtcNow();
        if (time.GetElapsedTime(before) > s_readingMax)
        {
            return;
        }

        TimeSpan offset = now - _start - time.GetElapsedTime(_startTicks, before);
        if ((offset - _last).Duration() >= JumpMin)
        {
            Volatile.Write(ref _lastJumpTicks, (offset - _last).Ticks);
            Volatile.Write(ref _jumps, _jumps + 1);
        }

        _last = offset;
        Volatile.Write(ref _offsetTicks, offset.Ticks);
    }
}
