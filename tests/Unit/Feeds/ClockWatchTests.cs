using System;
using LowLatency.Feeds;
using LowLatency.Tests.Reliability;
using Xunit;

namespace LowLatency.Tests.Feeds;

/// <summary>The machine's clock is set, smeared and suspended by a script; the session's time continues.</summary>
public sealed class ClockWatchTests
{
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(100);

    private readonly ScriptedClocks _clocks = new();
    private readonly ClockWatch _watch;
    private readonly MonotonicUnixClock _session;
    private readonly long _startNs;

    public ClockWatchTests()
    {
        _watch = new ClockWatch(_clocks);
        _session = new MonotonicUnixClock(_clocks);
        _startNs = _session.NowNs;
    }

    private TimeSpan SessionTime => TimeSpan.FromTicks((_session.NowNs - _startNs) / 100);

    [Fact]
    [FaultRow("F20")]
    public void ShouldKeepItsTimeWhenTheClockIsSetAndCountIt()
    {
        (TimeSpan Set, long Jumps)[] script =
        [
            (TimeSpan.FromHours(-1), 1), (TimeSpan.FromHours(1), 2), (TimeSpan.FromMilliseconds(-250), 3),
            (TimeSpan.FromMilliseconds(20), 3),
        ];
        var offset = TimeSpan.Zero;
        long last = _session.NowNs;
        for (int step = 0; step < script.Length; step++)
        {
            for (int look = 0; look < 50; look++)
            {
                _clocks.Pass(s_look);
                _watch.Look();
                Assert.Equal(s_look, TimeSpan.FromTicks((_session.NowNs - last) / 100));
                last = _session.NowNs;
            }

            _clocks.Set(script[step].Set);
            offset += script[step].Set;
            Assert.Equal(last, _session.NowNs);
            _watch.Look();
            Assert.Equal((script[step].Jumps, offset), (_watch.Jumps, _watch.Offset));
        }

        Assert.Equal(TimeSpan.FromMilliseconds(-250), _watch.LastJump);
        FaultLedger.AddFigure("set by -1 h, +1 h, -250 ms: 3 jumps of 3 seen, event times went back 0 times");
    }

    [Fact]
    [FaultRow("F20")]
    public void ShouldNotTakeASmearedLeapSecondForAJump()
    {
        var day = TimeSpan.FromDays(1);
        int looks = (int)(day / s_look);
        TimeSpan smear = TimeSpan.FromSeconds(1) / looks;
        for (int look = 0; look < looks; look++)
        {
            _clocks.Pass(s_look);
            _clocks.Set(smear);
            _watch.Look();
        }

        Assert.Equal((0, smear * looks, day), (_watch.Jumps, _watch.Offset, SessionTime));
        FaultLedger.AddFigure("a second smeared over a day: 0 jumps in 864,000 looks, 1 s of offset shown");
    }

    [Fact]
    [FaultRow("F20")]
    public void ShouldSeeThatTheMachineHasSlept()
    {
        _clocks.Pass(s_look);
        _watch.Look();
        _clocks.Set(TimeSpan.FromHours(8));
        _watch.Look();

        Assert.Equal((1, TimeSpan.FromHours(8), s_look), (_watch.Jumps, _watch.LastJump, SessionTime));
    }

    [Fact]
    public void ShouldNotJudgeByClocksThatWereReadAtDifferentTimes()
    {
        _clocks.BetweenReadings = TimeSpan.FromSeconds(1);
        _watch.Look();
        _clocks.BetweenReadings = TimeSpan.Zero;
        _watch.Look();

        Assert.Equal((0, TimeSpan.Zero), (_watch.Jumps, _watch.Offset));
    }

    /// <summary>A monotonic clock and a time of day that a test controls separately.</summary>
    private sealed class ScriptedClocks : TimeProvider
    {
        private long _ticks = 12_345;
        private DateTimeOffset _utc = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

        /// <summary>Time that passes while the time of day is read.</summary>
        public TimeSpan BetweenReadings { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _ticks;

        public override DateTimeOffset GetUtcNow()
        {
            Pass(BetweenReadings);
            return _utc;
        }

        public void Pass(TimeSpan time)
        {
            _ticks += time.Ticks;
            _utc += time;
        }

        public void Set(TimeSpan by) => _utc += by;
    }
}
