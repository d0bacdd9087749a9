namespace LowLatency.Engine.Runtime.Threading;

/// <summary>
/// Lets the calling thread run as soon as it is woken, before all threads without such a priority (SCHED_FIFO of
/// sched(7)). It is for threads that sleep while they wait: a spinning thread would never yield its core. It needs the
/// privilege CAP_SYS_NICE, or a sufficient RTPRIO limit.
/// </summary>
public static class RealTimePriority
{
    /// <summary>The lowest priority; it already comes before all threads without one.</summary>
    public const int Min = 1;

    /// <summary>
    /// The highest priority. From 50 on it precedes the kernel's own interrupt threads, including the network's.
    /// </summary>
    public const int Max = 99;

    /// <summary>Sets the priority of the calling thread. Linux only.</summary>
    /// <param name="priority">From <see cref="Min"/> to <see cref="Max"/>.</param>
    /// <returns>false when the system does not allow it.</returns>
    public static bool TrySet(int priority) =>
        SchedulerCall.TrySet(SchedulerCall.FirstInFirstOut, priority: priority);

    /// <summary>Whether a thread of this process can have the priority; tries it with a short-lived thread.</summary>
    public static bool CanSet(int priority) => TrialThread.Can(() => TrySet(priority));
}
