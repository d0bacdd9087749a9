using System;
using System.Threading;

namespace LowLatency.Engine.Runtime;

/// <summary>
/// Detects that a worker with pending work makes no progress. It is evaluated on the caller's thread: a watchdog thread
/// of its own could be as stuck as the thread that it watches. Any thread.
/// </summary>
/// <param name="time">The machine's clocks.</param>
public sealed class StallWatch(TimeProvider time)
{
    private readonly Lock _gate = new();
    private long _handled = -1;
    private long _since;

    /// <summary>Checks progress.</summary>
    /// <param name="handled">Progress so far: any number that rises with the work.</param>
    /// <param name="isWaiting">Whether work is pending.</param>
    /// <returns>How long nothing was done although work was pending, as far as earlier checks show; zero when there was
    /// progress since the last check.</returns>
    public TimeSpan Look(long handled, bool isWaiting)
    {
        lock (_gate)
        {
            if (handled != _handled || !isWaiting)
            {
                _handled = handled;
                _since = time.GetTimestamp();
                return TimeSpan.Zero;
            }

            return time.GetElapsedTime(_since);
        }
    }
}
