using System;
using System.Numerics;
using LowLatency.Engine.Memory;

namespace LowLatency.Engine.Measures;

/// <summary>
/// Counts durations in buckets of fixed relative width, after G. Tene's HdrHistogram: a power of two, divided evenly.
/// Every value up to the highest is kept to three significant digits, recording costs a few nanoseconds and allocates
/// nothing. One thread records; others read once it has ended.
/// </summary>
public sealed class LatencyHistogram
{
    // Half of the sub-buckets are used above the first bucket: 1,024 steps between two powers of two, 0.1 % wide.
    private const int SubBucketBits = 11;
    private const int SubBuckets = 1 << SubBucketBits;
    private const int HalfSubBuckets = SubBuckets / 2;

    private readonly long[] _counts;

    /// <summary>Creates an empty histogram.</summary>
    /// <param name="highestNs">The highest distinguishable value in nanoseconds; 2,048 or more.</param>
    public LatencyHistogram(long highestNs = 60_000_000_000)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(highestNs, SubBuckets);
        HighestNs = highestNs;
        _counts = Preallocated.NewArray<long>(IndexOf(highestNs) + 1);
    }

    /// <summary>The highest distinguishable value, in nanoseconds.</summary>
    public long HighestNs { get; }

    /// <summary>Values recorded.</summary>
    public long Count { get; private set; }

    /// <summary>The maximum recorded value, exact; 0 if there is none.</summary>
    public long MaxNs { get; private set; }

    /// <summary>Records a value.</summary>
    /// <param name="valueNs">Nanoseconds; below zero counts as zero, above the highest as the highest.</param>
    public void Record(long valueNs)
    {
        long value = Math.Max(0, valueNs);
        MaxNs = Math.Max(MaxNs, value);
        Count++;
        _counts[IndexOf(Math.Min(value, HighestNs))]++;
    }

    /// <summary>A percentile: the upper end of its bucket, at most the maximum.</summary>
    /// <param name="part">0 to 1, such as 0.999.</param>
    /// <returns>Nanoseconds; 0 if there is no value.</returns>
    public long At(double part)
    {
        long wanted = Math.Max(1, (long)Math.Ceiling(part * Count));
        long seen = 0;
        for (int i = 0; i < _counts.Length; i++)
        {
            seen += _counts[i];
            if (seen >= wanted)
            {
                return Math.Min(UpperEnd(i), MaxNs);
            }
        }

        return MaxNs;
    }

    /// <summary>Adds another histogram's counts.</summary>
    /// <exception cref="ArgumentException">It has another highest value.</exception>
    public void Add(LatencyHistogram other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.HighestNs != HighestNs)
        {
            throw new ArgumentException($"its highest value is {other.HighestNs}, this one's {HighestNs}");
        }

        for (int i = 0; i < _counts.Length; i++)
        {
            _counts[i] += other._counts[i];
        }

        Count += other.Count;
        MaxNs = Math.Max(MaxNs, other.MaxNs);
    }

    /// <summary>Removes all values.</summary>
    public void Clear()
    {
        Array.Clear(_counts);
        Count = 0;
        MaxNs = 0;
    }

    private static int IndexOf(long value)
    {
        // 0 for values below SubBuckets, then one more for each doubling.
        int shift = Math.Max(0, BitOperations.Log2((ulong)value | 1) - (SubBucketBits - 1));
        return (shift * HalfSubBuckets) + (int)(value >> shift);
    }

    private static long UpperEnd(int index)
    {
        int shift = Math.Max(0, (index / HalfSubBuckets) - 1);
        long step = index - (shift * (long)HalfSubBuckets);
        return ((step + 1) << shift) - 1;
    }
}
