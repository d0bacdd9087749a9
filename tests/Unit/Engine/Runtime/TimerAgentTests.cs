using System;
using LowLatency.Engine.Events;
using LowLatency.Engine.Ring;
using LowLatency.Engine.Runtime;
using LowLatency.Feeds;
using LowLatency.Tests.Recorder;
using Xunit;

namespace LowLatency.Tests.Engine.Runtime;

/// <summary>When the timer's events come: the delay of one is not added to the next, and a long pause brings no burst.
/// </summary>
public sealed class TimerAgentTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly ManualClock _time = new();
    private readonly InputPublisher _publisher = new(
        new RingInputStream(
            new MultiProducerRing<EngineInput>(1024, WaitStrategies.Create(WaitStrategyKind.Yield))),
        NullInputLog.Instance, SessionSources.Timer);

    private readonly CountingWatch _watch = new();
    private readonly TimerAgent _timer;

    public TimerAgentTests() => _timer = new TimerAgent(_publisher, new MonotonicUnixClock(), Interval, _time, _watch);

    [Fact]
    public void ShouldPublishNothingBeforeTheIntervalHasPassed()
    {
        Pass(99);
        Assert.Equal(0, _publisher.Published);

        Pass(1);
        Assert.Equal(1, _publisher.Published);
        Assert.Equal(1, _watch.Looks);
    }

    [Fact]
    public void ShouldNotAddUpTheDelaysOfItsWakeUps()
    {
        // The thread wakes up every 30 ms: events are due at 100, 200, 300, ... and come up to 20 ms late.
        for (int i = 0; i < 1000; i++)
        {
            Pass(30);
        }

        Assert.Equal(300, _publisher.Published);
    }

    [Fact]
    public void ShouldCatchUpAFewIntervalsOnly()
    {
        Pass(60_000);
        for (int i = 0; i < 50; i++)
        {
            Pass(0);
        }

        Assert.Equal(1 + TimerAgent.MaxCatchUp, _publisher.Published);

        Pass(100);
        Assert.Equal(2 + TimerAgent.MaxCatchUp, _publisher.Published);
    }

    private void Pass(int milliseconds)
    {
        _time.Advance(TimeSpan.FromMilliseconds(milliseconds));
        _timer.DoWork();
    }

    private sealed class CountingWatch : ITimedWatch
    {
        public int Looks { get; private set; }

        public void Look() => Looks++;
    }
}
