using System;
using LowLatency.Engine.Runtime;
using LowLatency.Tests.Recorder;
using Xunit;

namespace LowLatency.Tests.Engine.Runtime;

public sealed class StallWatchTests
{
    private static readonly TimeSpan s_step = TimeSpan.FromSeconds(2);

    private readonly ManualClock _clock = new();
    private readonly StallWatch _watch;

    public StallWatchTests() => _watch = new StallWatch(_clock);

    [Fact]
    public void ShouldCountTheTimeWithoutProgressWhileThereIsWork()
    {
        Assert.Equal(TimeSpan.Zero, Later(handled: 7, isWaiting: true));
        Assert.Equal(s_step, Later(handled: 7, isWaiting: true));
        Assert.Equal(2 * s_step, Later(handled: 7, isWaiting: true));
        Assert.Equal(TimeSpan.Zero, Later(handled: 8, isWaiting: true));
        Assert.Equal(s_step, Later(handled: 8, isWaiting: true));
    }

    [Fact]
    public void ShouldNotCallIdlenessAStall()
    {
        Later(handled: 7, isWaiting: true);
        Assert.Equal(TimeSpan.Zero, Later(handled: 7, isWaiting: false));
        Assert.Equal(TimeSpan.Zero, Later(handled: 7, isWaiting: false));
        Assert.Equal(s_step, Later(handled: 7, isWaiting: true));
    }

    private TimeSpan Later(long handled, bool isWaiting)
    {
        _clock.Advance(s_step);
        return _watch.Look(handled, isWaiting);
    }
}
