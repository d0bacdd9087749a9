using System;
using System.Threading;

namespace LowLatency.Engine.Runtime;

/// <summary>
/// Whether somebody who has work gets on with it, judged by whoever looks: a thread of its own could be as stuck as the
/// one that it watches. Any thread.
/// </summary>
/// <param name="time">The machine's clocks.</param>
public sealed class StallWatch(TimeProvider time)
{
    private readonly Lock _gate = new();
    private long _handled = -1;
    private long _since;

    /// <summary>Looks once more.</summary>
    /// <param name="handled">How far the work has come, in any number that rises with it.</param>
    /// <param name="isWaiting">Whether there is work.</param>
    /// <returns>How long nothing was done although there was work, as far as former looks can tell; zero when something
    /// was done since the last look.</returns>
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
