namespace LowLatency.Engine.Runtime.Threading;

/// <summary>
/// Lets the calling thread run at once when it is woken, before all threads that have no such priority (SCHED_FIFO of
/// sched(7)). It is for threads that sleep while they wait: one that spins would never let go of its core. It takes
/// the privilege CAP_SYS_NICE, or a limit RTPRIO that is high enough.
/// </summary>
public static class RealTimePriority
{
    /// <summary>The lowest; already before all threads without.</summary>
    public const int Min = 1;

    /// <summary>The highest. From 50 on it stands before the system's own threads for interrupts, the network's
    /// too.</summary>
    public const int Max = 99;

    /// <summary>Gives it to the calling thread. Linux alone knows how.</summary>
    /// <param name="priority">From <see cref="Min"/> to <see cref="Max"/>.</param>
    /// <returns>false when the system does not allow it.</returns>
    public static bool TrySet(int priority) =>
        SchedulerCall.TrySet(SchedulerCall.FirstInFirstOut, priority: priority);

    /// <summary>Whether a thread of this process could have it; tries it with one that ends at once.</summary>
    public static bool CanSet(int priority) => TrialThread.Can(() => TrySet(priority));
}
