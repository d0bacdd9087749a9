namespace LowLatency.Engine.Runtime;

/// <summary>How the system schedules an agent's thread.</summary>
/// <param name="Core">The core that it is pinned to; -1 for none.</param>
/// <param name="Priority">Its <see cref="Threading.RealTimePriority"/>; 0 for none.</param>
/// <param name="IsUrgent">true: it asks for short turns (<see cref="Threading.SchedulerSlice"/>), so that it runs soon
/// after it is woken. false: its turns may be long, and it leaves the others alone.</param>
public readonly record struct ThreadPlacement(int Core, int Priority, bool IsUrgent)
{
    /// <summary>Any core, no priority, urgent.</summary>
    public static readonly ThreadPlacement Any = new(-1, 0, IsUrgent: true);

    /// <summary>Any core, no priority, long turns.</summary>
    public static readonly ThreadPlacement Background = new(-1, 0, IsUrgent: false);
}
