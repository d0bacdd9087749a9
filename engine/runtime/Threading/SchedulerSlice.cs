namespace LowLatency.Engine.Runtime.Threading;

/// <summary>
/// Asks the system to let the calling thread run soon after it is woken, in exchange for shorter turns: it takes no
/// more of the processor than others do, but does not wait until the one that runs has used up its turn.
/// Linux knows it from 6.12 on (a custom slice of the fair scheduler, sched_setattr(2), EEVDF); no privilege is needed.
/// </summary>
public static class SchedulerSlice
{
    /// <summary>The shortest that Linux takes, in nanoseconds. The work for one event takes far less.</summary>
    public const ulong ShortestNs = 100_000;

    /// <summary>Asks for it for the calling thread. The kernel's priority of the thread (nice) stays what it is.
    /// </summary>
    /// <param name="sliceNs">The length of a turn, in nanoseconds; what is outside the system's bounds is brought into
    /// them.</param>
    /// <returns>false when it was not asked for: the system has no such call, or the thread is under another policy
    /// than the fair one, such as <see cref="RealTimePriority"/>, which is better and stays. Kernels before 6.12 take
    /// the wish and do not heed it.</returns>
    public static bool TrySet(ulong sliceNs) =>
        SchedulerCall.OwnPolicy == SchedulerCall.Fair
        && SchedulerCall.TrySet(SchedulerCall.Fair, nice: SchedulerCall.OwnNice, sliceNs: sliceNs);
}
