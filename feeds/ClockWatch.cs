using System;
using System.Threading;

namespace LowLatency.Feeds;

/// <summary>
/// Compares the machine's time of day with its monotonic counter, which the session lives by. When somebody sets the
/// clock, or the machine has slept, the two part at once: that is a jump. Slow corrections, such as the smear of a leap
/// second, are none. One thread looks; any thread reads.
/// </summary>
/// <param name="time">The machine's clocks.</param>
public sealed class ClockWatch(TimeProvider time)
{
    /// <summary>By so much the clocks must part between two looks for it to be a jump.</summary>
    public static readonly TimeSpan JumpMin = TimeSpan.FromMilliseconds(100);

    // A thread that was put to sleep between reading one clock and the other would see a jump that there was not.
    private static readonly TimeSpan s_readingMax = TimeSpan.FromMilliseconds(10);

    private readonly long _startTicks = time.GetTimestamp();
    private readonly DateTimeOffset _start = time.GetUtcNow();
    private TimeSpan _last;
    private long _jumps;
    private long _lastJumpTicks;
    private long _offsetTicks;

    /// <summary>Jumps since the start.</summary>
    public long Jumps => Volatile.Read(ref _jumps);

    /// <summary>The last jump: above zero when the time of day went ahead.</summary>
    public TimeSpan LastJump => TimeSpan.FromTicks(Volatile.Read(ref _lastJumpTicks));

    /// <summary>Time of day less the session's own time: what all jumps and corrections since the start come to.
    /// </summary>
    public TimeSpan Offset => TimeSpan.FromTicks(Volatile.Read(ref _offsetTicks));

    /// <summary>Looks at both clocks. To be called often.</summary>
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
