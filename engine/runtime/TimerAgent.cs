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
/// <param name="interval">The time between two events.</param>
/// <param name="watches">Checks to run on every interval, on the same thread.</param>
public sealed class TimerAgent(
    InputPublisher publisher, IReceiveClock clock, TimeSpan interval, params ITimedWatch[] watches) : IAgent
{
    private long _lastMs = Environment.TickCount64;

    /// <inheritdoc/>
    public string RoleName => "timer";

    /// <inheritdoc/>
    public int DoWork()
    {
        long nowMs = Environment.TickCount64;
        if (nowMs - _lastMs < (long)interval.TotalMilliseconds)
        {
            return 0;
        }

        _lastMs = nowMs;
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
