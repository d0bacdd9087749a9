using System;
using System.Threading;
using LowLatency.Engine.Events;
using LowLatency.Engine.Ring;
using LowLatency.Engine.Threading;

namespace LowLatency.Engine.Runtime;

/// <summary>Something that is looked after each time the timer comes round, on its thread.</summary>
public interface ITimedWatch
{
    /// <summary>Looks, and returns at once.</summary>
    void Look();
}

/// <summary>Tells the engine that time has passed when nothing else does: timers are events like any other.</summary>
/// <param name="publisher">The timer's door into the inbound ring.</param>
/// <param name="clock">The session's clock.</param>
/// <param name="interval">How often.</param>
/// <param name="watches">What is looked after each time, on the same thread.</param>
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
