using System;
using System.Threading;
using LowLatency.Engine.Events;
using LowLatency.Engine.Ring;
using LowLatency.Engine.Threading;

namespace LowLatency.Engine.Runtime;

/// <summary>A check that runs on the timer's thread on every interval.</summary>
public interface ITimedWatch
{
    /// <summary>Runs the check. Must return at once.</summary>
    void Look();
}

/// <summary>
/// Publishes timer events to the engine, so that it notices time passing when nothing else arrives: timers are events
/// like any other.
/// </summary>
/// <param name="publisher">The timer's publisher into the inbound ring.</param>
/// <param name="clock">The session's clock.</param>
/// <param name="interval">The time between two events, in machine time.</param>
/// <param name="time">The machine's time, which the interval is measured with.</param>
/// <param name="watches">Checks to run on every interval, on the same thread.</param>
public sealed class TimerAgent(
    InputPublisher publisher, IReceiveClock clock, TimeSpan interval, TimeProvider time,
    params ITimedWatch[] watches) : IAgent
{
    /// <summary>The most intervals that are made up for after the thread was held up; older ones are dropped.</summary>
    public const int MaxCatchUp = 4;

    private readonly long _step = (long)(interval.TotalSeconds * time.TimestampFrequency);
    private long _last = time.GetTimestamp();

    /// <inheritdoc/>
    public string RoleName => "timer";

    /// <inheritdoc/>
    public int DoWork()
    {
        long now = time.GetTimestamp();
        if (now - _last < _step)
        {
            return 0;
        }

        // Counting from when the event was due, and not from now, keeps each wake-up's delay out of the next one.
        _last = Math.Max(_last + _step, now - (MaxCatchUp * _step));
        publisher.Publish(new EngineInput { Kind = EventKind.Timer, ReceiveTimeNs = clock.NowNs });
        foreach (ITimedWatch watch in watches)
        {
            watch.Look();
        }

        return 0;
    }

    /// <inheritdoc/>
    public void Idle() => Thread.Sleep(interval / 4 > TimeSpan.FromMilliseconds(1) ? interval / 4 : interval);
}
