using System;
using System.Linq;
using HdrHistogram;
using LowLatency.Engine.Measures;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Engine;

public sealed class LatencyHistogramTests(ITestOutputHelper output)
{
    private static readonly double[] s_parts = [0, 0.001, 0.5, 0.9, 0.99, 0.999, 0.9999, 1];

    [Fact]
    public void ShouldAgreeWithASortToATenthOfAPercent()
    {
        Random random = Seeds.Start(output, 17);
        for (int round = 0; round < 200; round++)
        {
            long[] values = new long[random.Next(1, 3000)];
            var histogram = new LatencyHistogram();
            for (int i = 0; i < values.Length; i++)
            {
                values[i] = (long)Math.Pow(10, random.NextDouble() * 10.7);
                histogram.Record(values[i]);
            }

            Array.Sort(values);
            Assert.Equal((values.Length, values[^1]), (histogram.Count, histogram.MaxNs));
            foreach (double part in s_parts)
            {
                long exact = values[Math.Max(0, (int)Math.Ceiling(part * values.Length) - 1)];
                Assert.InRange(histogram.At(part), exact, exact + (exact / 1000) + 1);
            }
        }
    }

    // With three significant digits the package has the same buckets: each rank has the same value to the nanosecond.
    // The number of values is a power of two, so that a part of it is a rank without a rounding error on either side.
    [Fact]
    public void ShouldAgreeWithHdrHistogramAtEveryRank()
    {
        const long highestNs = 60_000_000_000;
        const int count = 4096;
        foreach (Random random in Seeds.Rounds(output, Environment.TickCount, rounds: 20))
        {
            double digits = random.NextDouble() * 10.7;
            var own = new LatencyHistogram(highestNs);
            var oracle = new LongHistogram(1, highestNs, 3);
            for (int i = 0; i < count; i++)
            {
                long value = (long)Math.Pow(10, random.NextDouble() * digits);
                own.Record(value);
                oracle.RecordValue(value);
            }

            Assert.Equal((count, oracle.TotalCount), (own.Count, oracle.TotalCount));
            for (int rank = 1; rank <= count; rank++)
            {
                long expected = oracle.HighestEquivalentValue(oracle.GetValueAtPercentile(100.0 * rank / count));
                long actual = own.At((double)rank / count);
                Assert.True(
                    actual == Math.Min(expected, own.MaxNs), $"rank {rank}: own {actual}, HdrHistogram {expected}");
            }
        }
    }

    [Fact]
    public void ShouldKeepValuesOutsideItsRangeAtItsEnds()
    {
        var histogram = new LatencyHistogram(10_000);
        histogram.Record(-5);
        histogram.Record(1_000_000);
        Assert.Equal((2, 1_000_000L, 0L), ((int)histogram.Count, histogram.MaxNs, histogram.At(0.5)));
        Assert.InRange(histogram.At(1), 10_000, 10_010);
    }

    [Fact]
    public void ShouldAddAnother()
    {
        var one = new LatencyHistogram();
        var two = new LatencyHistogram();
        foreach (int value in Enumerable.Range(0, 1000))
        {
            (value % 2 == 0 ? one : two).Record(value);
        }

        one.Add(two);
        Assert.Equal((1000L, 999L, 499L), (one.Count, one.MaxNs, one.At(0.5)));
        Assert.Throws<ArgumentException>(() => one.Add(new LatencyHistogram(5000)));
    }

    [Fact]
    public void ShouldForgetAll()
    {
        var histogram = new LatencyHistogram();
        histogram.Record(1_000_000);
        histogram.Clear();
        Assert.Equal((0L, 0L, 0L), (histogram.Count, histogram.MaxNs, histogram.At(1)));

        histogram.Record(7);
        Assert.Equal((1L, 7L, 7L), (histogram.Count, histogram.MaxNs, histogram.At(0)));
    }

    [Fact]
    public void ShouldAllocateNothingWhenRecording()
    {
        var histogram = new LatencyHistogram();
        void Pass()
        {
            for (int i = 0; i < 10_000; i++)
            {
                histogram.Record(i * 977L);
            }
        }

        Pass();
        long allocated = Allocations.Of(Pass);

        Assert.Equal(0, allocated);
    }
}
