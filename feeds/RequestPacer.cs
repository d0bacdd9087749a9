using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace LowLatency.Feeds;

/// <summary>
/// Keeps requests within a venue's rate limit. A request that would exceed it waits until the oldest one has left the
/// window. Any thread.
/// </summary>
public sealed class RequestPacer
{
    private readonly RateLimit _limit;
    private readonly Queue<long> _times = new();
    private readonly Lock _gate = new();
    private long _pausedUntilMs;

    /// <summary>Creates the pacer of one limit.</summary>
    public RequestPacer(RateLimit limit) => _limit = limit;

    /// <summary>Waits for a slot and takes it.</summary>
    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        while (TakeOrWait() is { } wait)
        {
            await Task.Delay(wait, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Blocks all requests for a while, as the venue demanded.</summary>
    public void Pause(TimeSpan time)
    {
        lock (_gate)
        {
            _pausedUntilMs = Math.Max(_pausedUntilMs, Environment.TickCount64 + (long)time.TotalMilliseconds);
        }
    }

    // null if a slot was taken.
    private TimeSpan? TakeOrWait()
    {
        lock (_gate)
        {
            long nowMs = Environment.TickCount64;
            long windowMs = (long)_limit.Window.TotalMilliseconds;
            while (_times.Count != 0 && nowMs - _times.Peek() >= windowMs)
            {
                _times.Dequeue();
            }

            long waitMs = Math.Max(
                _pausedUntilMs - nowMs, _times.Count >= _limit.Count ? _times.Peek() + windowMs - nowMs : 0);
            if (waitMs > 0)
            {
                return TimeSpan.FromMilliseconds(waitMs);
            }

            _times.Enqueue(nowMs);
            return null;
        }
    }
}

/// <summary>The pacers of one venue, shared by all its connections.</summary>
/// <param name="profile">The venue's limits.</param>
public sealed class VenueLimits(VenueProfile profile)
{
    /// <summary>New connections.</summary>
    public RequestPacer Connects { get; } = new(profile.Connects);

    /// <summary>REST snapshots, and subscriptions that deliver one.</summary>
    public RequestPacer Snapshots { get; } = new(profile.Snapshots);
}
