namespace LowLatency.Engine.Runtime.Threading;

/// <summary>
/// Asks the system to run the calling thread soon after it is woken, in exchange for shorter time slices: it gets no
/// more of the processor than others, but does not wait until the running thread has used up its slice. Supported by
/// Linux 6.12 and later (a custom slice of the fair scheduler, sched_setattr(2), EEVDF); no privilege is needed.
/// </summary>
public static class SchedulerSlice
{
    /// <summary>The shortest slice that Linux accepts, in nanoseconds. The work for one event takes far less.</summary>
    public const ulong ShortestNs = 100_000;

    /// <summary>Sets the slice of the calling thread. Its nice value does not change.</summary>
    /// <param name="sliceNs">The length of a time slice, in nanoseconds; clamped to the system's bounds.</param>
    /// <returns>false when it was not set: the system has no such call, or the thread has a policy other than the fair
    /// one, such as <see cref="RealTimePriority"/>, which is better and stays. Kernels before 6.12 accept the call
    /// without effect.</returns>
    public static bool TrySet(ulong sliceNs) =>
        SchedulerCall.OwnPolicy == SchedulerCall.Fair
        && SchedulerCall.TrySet(SchedulerCall.Fair, nice: SchedulerCall.OwnNice, sliceNs: sliceNs);
}
