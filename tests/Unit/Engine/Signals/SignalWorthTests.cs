using System;
using System.Collections.Generic;
using System.Linq;
using LowLatency.Engine.Signals;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Engine.Signals;

public sealed class SignalWorthTests(ITestOutputHelper output)
{
    private const long Second = 1_000_000_000;

    private static readonly (WorthHorizon Horizon, long Ns)[] s_timed =
    [
        (WorthHorizon.OneSecond, Second),
        (WorthHorizon.TenSeconds, 10 * Second),
        (WorthHorizon.OneMinute, 60 * Second),
    ];

    // 570 of 775 is the project's own measured case; the others follow from Wilson's formula by hand: for 0 of n the
    // upper end is z² / (n + z²), for n of n the lower end n / (n + z²).
    [Theory]
    [InlineData(570, 775, 0.7354838709677419, 0.70332385717333, 0.7653209432109171)]
    [InlineData(571, 775, 0.7367741935483871, 0.7046560929984266, 0.7665566241002549)]
    [InlineData(0, 10, 0.0, 0.0, 0.2775327998628892)]
    [InlineData(10, 10, 1.0, 0.7224672001371107, 1.0)]
    [InlineData(8, 10, 0.8, 0.4901624715366418, 0.9433178485456248)]
    public void ShouldGiveWilsonsInterval(long right, long total, double share, double low, double high)
    {
        var interval = WilsonInterval.Of(right, total);

        Assert.True(interval.IsDefined);
        Assert.Equal(share, interval.Share, 1e-14);
        Assert.Equal(low, interval.Low, 1e-14);
        Assert.Equal(high, interval.High, 1e-14);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, -1)]
    [InlineData(-1, 5)]
    [InlineData(6, 5)]
    public void ShouldNotGiveAnIntervalOfNothing(long right, long total) =>
        Assert.False(WilsonInterval.Of(right, total).IsDefined);

    [Fact]
    public void ShouldJudgeByTheFirstMidAtOrAfterTheHorizon()
    {
        var worth = new SignalWorth();
        worth.OnDirection(Direction.Down);
        worth.Predict(1, 100 * Second, 200);
        worth.OnMid((101 * Second) - 1, 500);
        Assert.Equal(1, worth.Open(WorthHorizon.OneSecond));
        worth.OnMid(101 * Second, 201);
        Assert.Equal((1L, 0L, 0L, 0L, 1L, 0L), Of(worth, WorthHorizon.OneSecond));
        worth.OnMid(115 * Second, 200); // late, and unchanged
        Assert.Equal((0L, 0L, 1L, 0L, 0L, 1L), Of(worth, WorthHorizon.TenSeconds));
        worth.OnMid(160 * Second, 199);
        Assert.Equal((0L, 1L, 0L, 1L, 0L, 0L), Of(worth, WorthHorizon.OneMinute));
        Assert.Equal(1, worth.Open(WorthHorizon.NextDirection));
        Assert.False(worth.Counts(WorthHorizon.TenSeconds).Share.IsDefined);
        Assert.Equal(1, worth.Counts(WorthHorizon.OneSecond).Share.Share);
        Assert.Equal(0, worth.Counts(WorthHorizon.OneSecond).BaseShare.Share);
    }

    [Fact]
    public void ShouldJudgeByTheNextDirection()
    {
        var worth = new SignalWorth();
        worth.Predict(1, 0, 200);
        worth.Predict(-1, 0, 200);
        worth.Predict(-1, 0, 200);
        worth.Predict(0, 0, 200);
        worth.OnDirection(Direction.None);
        Assert.Equal(3, worth.Open(WorthHorizon.NextDirection));
        worth.OnDirection(Direction.Down);
        Assert.Equal((2L, 1L, 0L, 0L, 0L, 0L), Of(worth, WorthHorizon.NextDirection));

        // The base is over all directions: down, down, up, up, down has two that repeat and two that do not.
        worth.OnDirection(Direction.Down);
        worth.OnDirection(Direction.Up);
        worth.OnDirection(Direction.Up);
        worth.OnDirection(Direction.Down);
        Assert.Equal((2L, 1L, 0L, 2L, 2L, 0L), Of(worth, WorthHorizon.NextDirection));
    }

    [Fact]
    public void ShouldCountWhatItCannotJudge()
    {
        var worth = new SignalWorth(capacity: 2);
        worth.OnDirection(Direction.Up);
        for (int i = 0; i < 5; i++)
        {
            worth.Predict(1, i, 200);
        }

        Assert.Equal(3, worth.Overflowed(WorthHorizon.OneMinute));
        Assert.Equal(0, worth.Overflowed(WorthHorizon.NextDirection));
        worth.Reset();
        Assert.Equal((2L, 5L), (worth.Dropped(WorthHorizon.OneSecond), worth.Dropped(WorthHorizon.NextDirection)));
        Assert.Equal(0, worth.Open(WorthHorizon.NextDirection));
        worth.OnDirection(Direction.Up); // the first after the gap has none before it
        worth.OnMid(1000 * Second, 300);
        Assert.All(Enum.GetValues<WorthHorizon>(), horizon => Assert.Equal((0, 0, 0, 0, 0, 0), Of(worth, horizon)));
    }

    [Fact]
    public void ShouldRescaleOpenPredictions()
    {
        var worth = new SignalWorth();
        worth.Predict(1, 0, 200);
        worth.Rescale(10);
        worth.OnMid(Second, 2000);

        // Without a direction before it there was no base.
        Assert.Equal((0L, 0L, 1L, 0L, 0L, 0L), Of(worth, WorthHorizon.OneSecond));
    }

    [Fact]
    public void ShouldEqualAPlainSearchThroughARandomMarket()
    {
        Random random = Seeds.Start(output, 39);
        var worth = new SignalWorth();
        var mids = new List<(long Ns, long TwoMid)>();
        var predictions = new List<(long Ns, long TwoMid, int Sign, int Base, int DirectionsBefore)>();
        var directions = new List<int>();
        long nowNs = 0;
        long twoMid = 100_000;
        for (int i = 0; i < 30_000; i++)
        {
            nowNs += random.Next(200_000_000);
            int move = random.Next(-1, 2);
            twoMid += move;
            mids.Add((nowNs, twoMid));
            worth.OnMid(nowNs, twoMid);
            if (move != 0)
            {
                directions.Add(move);
                worth.OnDirection(move > 0 ? Direction.Up : Direction.Down);
            }

            if (random.Next(4) == 0)
            {
                int sign = random.Next(2) == 0 ? 1 : -1;
                predictions.Add((nowNs, twoMid, sign, directions.LastOrDefault(), directions.Count));
                worth.Predict(sign, nowNs, twoMid);
            }
        }

        foreach ((WorthHorizon horizon, long ns) in s_timed)
        {
            int at = 0;
            var judged = new List<(int Sign, int Base, int Moved)>();
            foreach (var prediction in predictions)
            {
                while (at < mids.Count && mids[at].Ns < prediction.Ns + ns)
                {
                    at++;
                }

                if (at < mids.Count)
                {
                    judged.Add(
                        (prediction.Sign, prediction.Base, Math.Sign(mids[at].TwoMid - prediction.TwoMid)));
                }
            }

            Assert.Equal(
                (judged.LongCount(x => x.Moved == x.Sign), judged.LongCount(x => x.Moved == -x.Sign),
                    judged.LongCount(x => x.Moved == 0),
                    judged.LongCount(x => x.Base != 0 && x.Moved == x.Base),
                    judged.LongCount(x => x.Base != 0 && x.Moved == -x.Base),
                    judged.LongCount(x => x.Base != 0 && x.Moved == 0)),
                Of(worth, horizon));
            Assert.Equal(predictions.Count - judged.Count, worth.Open(horizon));
            Assert.Equal(0, worth.Overflowed(horizon));
        }

        var next = predictions.Where(x => x.DirectionsBefore < directions.Count)
            .Select(x => x.Sign == directions[x.DirectionsBefore]).ToArray();
        var repeats = directions.Zip(directions.Skip(1), (from, to) => from == to).ToArray();
        Assert.Equal(
            (next.LongCount(x => x), next.LongCount(x => !x), 0L, repeats.LongCount(x => x), repeats.LongCount(x => !x),
                0L),
            Of(worth, WorthHorizon.NextDirection));
    }

    [Fact]
    public void ShouldRefuseToHoldNothing() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new SignalWorth(0));

    private static (long, long, long, long, long, long) Of(SignalWorth worth, WorthHorizon horizon)
    {
        WorthCounts counts = worth.Counts(horizon);
        return (counts.Right, counts.Wrong, counts.Unchanged, counts.BaseRight, counts.BaseWrong, counts.BaseUnchanged);
    }
}
