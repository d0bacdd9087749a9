using System;

namespace LowLatency.Engine.Signals;

/// <summary>
/// An exact sum over a sliding window of time, held as <see cref="Buckets"/> buckets of equal length that are aligned
/// to the epoch: the newest is still being filled, so the sum covers between 15/16 and 16/16 of the window.
/// Engine thread only.
/// </summary>
internal sealed class SlidingSum
{
    /// <summary>Buckets in a window.</summary>
    internal const int Buckets = 16;

    // Bucket b of the epoch is at index b mod Buckets.
    private readonly Int128[] _sums = new Int128[Buckets];
    private readonly long _bucketNs;
    private long _newest;
    private long _newestEndNs;

    /// <summary>Creates an empty window.</summary>
    /// <param name="windowNs">Its length in nanoseconds, 16 or more; rounded down to a multiple of 16.</param>
    internal SlidingSum(long windowNs)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(windowNs, Buckets);
        _bucketNs = windowNs / Buckets;
        _newestEndNs = _bucketNs;
    }

    /// <summary>The sum of what was added within the window that ends with the last <see cref="Advance"/>.</summary>
    internal Int128 Total { get; private set; }

    /// <summary>Advances the window's end, in nanoseconds since the Unix epoch; an earlier time is ignored.</summary>
    internal void Advance(long nowNs)
    {
        // Most calls stay within the newest bucket, and a comparison is cheaper than a division.
        if (nowNs < _newestEndNs)
        {
            return;
        }

        long bucket = nowNs / _bucketNs;

        long passed = Math.Min(bucket - _newest, Buckets);
        for (long i = bucket - passed + 1; i <= bucket; i++)
        {
            ref Int128 sum = ref _sums[(int)(i % Buckets)];
            Total -= sum;
            sum = 0;
        }

        _newest = bucket;
        _newestEndNs = (bucket + 1) * _bucketNs;
    }

    /// <summary>Adds to the newest bucket.</summary>
    internal void Add(Int128 amount)
    {
        _sums[(int)(_newest % Buckets)] += amount;
        Total += amount;
    }

    /// <summary>Empties the window; its end stays.</summary>
    internal void Clear()
    {
        Array.Clear(_sums);
        Total = 0;
    }

    /// <summary>Converts the sums to finer increments.</summary>
    internal void Rescale(long factor)
    {
        for (int i = 0; i < Buckets; i++)
        {
            _sums[i] *= factor;
        }

        Total *= factor;
    }
}
