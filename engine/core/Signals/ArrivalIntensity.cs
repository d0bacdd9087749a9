using System;
using LowLatency.Engine.Events;
using LowLatency.Engine.Memory;

namespace LowLatency.Engine.Signals;

/// <summary>
/// How often trades reach a distance δ from the mid, and the A and k of λ(δ) = A·e^(-kδ) that fit it: the intensity of
/// M. Avellaneda, S. Stoikov, "High-frequency trading in a limit order book", Quantitative Finance 8(3), 2008,
/// calibrated on the near range as is usual for O. Guéant, "Optimal market making", arXiv:1605.01862.
/// Engine thread only.
/// </summary>
/// <remarks>
/// Time is cut into steps of fixed length. A step records how far from the mid at its start its deepest trade reached,
/// a buyer's above it or a seller's below it. Distances are (j + 1)·width, j = 0, 1, …; a step hits every distance
/// up to its record. λ of a distance is hits ÷ seconds of finished steps in a sliding window, and a straight line
/// through ln λ by least squares gives A = e^intercept and k = -slope.
/// <para>
/// A step counts once however many trades it had, so it must be short against 1/A: the measured λ is
/// (1 - e^(-λs)) / s for steps of s seconds. Both sides are counted together, as in the published calibrations; for one
/// side alone, give it that side's trades alone.
/// </para>
/// </remarks>
public sealed class ArrivalIntensity
{
    /// <summary>Buckets of time in a window.</summary>
    public const int Buckets = 16;

    /// <summary>Maximum number of bins.</summary>
    public const int MaxBins = 4096;

    /// <summary>Minimum number of bins with hits for a fit.</summary>
    public const int MinBinsWithHits = 3;

    private const double NanosecondsPerSecond = 1e9;
    private const int NoBin = -1;

    private readonly long _stepNs;
    private readonly double _stepSeconds;
    private readonly long _stepsPerBucket;
    private readonly int _bins;
    private readonly int _fitBins;

    // Steps by the bin of their deepest trade: bucket after bucket, and over the window.
    private readonly int[] _bucketRecords;
    private readonly long[] _records;

    // Finished steps that had a mid at their start: by bucket, and over the window.
    private readonly long[] _bucketSteps;
    private long _steps;

    private long _width;
    private long _step;
    private int _deepest = NoBin;

    // false while no mid is in force; the step's is that at its start.
    private bool _hasMid;
    private bool _hasStepMid;
    private long _twoMid;
    private long _stepTwoMid;

    /// <summary>Creates the signal with an empty window.</summary>
    /// <param name="stepNs">Length of a step in nanoseconds, 1 or more; a tenth of a second is usual.</param>
    /// <param name="windowNs">Length of the window in nanoseconds, at least 16 steps; rounded down to a multiple of 16
    /// steps. It moves in sixteenths.</param>
    /// <param name="width">Distance between two bins in wire increments, 1 or more.</param>
    /// <param name="bins">How many bins are recorded, 3 to <see cref="MaxBins"/>; deeper trades count in the last.
    /// </param>
    /// <param name="fitBins">How many of them, the nearest, the line is fitted to, 3 to <paramref name="bins"/>.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    public ArrivalIntensity(long stepNs, long windowNs, long width, int bins, int fitBins)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(stepNs, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(windowNs / Buckets, stepNs, nameof(windowNs));
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(bins, MinBinsWithHits);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bins, MaxBins);
        ArgumentOutOfRangeException.ThrowIfLessThan(fitBins, MinBinsWithHits);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(fitBins, bins);
        _stepNs = stepNs;
        _stepSeconds = stepNs / NanosecondsPerSecond;
        _stepsPerBucket = windowNs / Buckets / stepNs;
        _width = width;
        _bins = bins;
        _fitBins = fitBins;
        _bucketRecords = Preallocated.NewArray<int>(Buckets * bins);
        _records = new long[bins];
        _bucketSteps = new long[Buckets];
    }

    /// <summary>Seconds of finished steps in the window, 0 or more.</summary>
    public double Seconds => _steps * _stepSeconds;

    /// <summary>The distance of a bin in wire increments; bins count from 0, the nearest.</summary>
    public long DistanceAt(int bin) => (bin + 1) * _width;

    /// <summary>How many steps in the window reached a bin's distance; 0 for a bin that there is not.</summary>
    public long HitsAt(int bin)
    {
        long hits = 0;
        for (int i = Math.Max(bin, 0); i < _bins; i++)
        {
            hits += _records[i];
        }

        return bin < 0 ? 0 : hits;
    }

    /// <summary>Adds a mid.</summary>
    /// <param name="nowNs">Time of the event, nanoseconds since the Unix epoch; an older one counts as the last one.
    /// </param>
    /// <param name="twoMid">Twice the mid in wire increments.</param>
    public void OnMid(long nowNs, long twoMid)
    {
        OnTime(nowNs);
        _hasMid = true;
        _twoMid = twoMid;
        if (nowNs == _step * _stepNs)
        {
            _hasStepMid = true;
            _stepTwoMid = twoMid;
        }
    }

    /// <summary>Adds a trade. One on the wrong side of the mid, or nearer to it than the first distance, hits nothing.
    /// </summary>
    /// <param name="nowNs">Time of the event, nanoseconds since the Unix epoch; an older one counts as the last one.
    /// </param>
    /// <param name="aggressor">Who took.</param>
    /// <param name="price">At which price, in wire increments.</param>
    public void OnTrade(long nowNs, Side aggressor, long price)
    {
        OnTime(nowNs);
        if (_hasStepMid)
        {
            long twoDepth = aggressor == Side.Buy ? (2 * price) - _stepTwoMid : _stepTwoMid - (2 * price);
            long bin = (twoDepth / (2 * _width)) - 1;
            _deepest = Math.Max(_deepest, (int)Math.Clamp(bin, NoBin, _bins - 1));
        }
    }

    /// <summary>Ends the steps that a time has passed, in a time bounded by buckets times bins however many.</summary>
    public void OnTime(long nowNs)
    {
        // Most calls stay within the step, and a comparison is cheaper than a division.
        if (nowNs >= (_step + 1) * _stepNs)
        {
            MoveTo(nowNs / _stepNs);
        }
    }

    /// <summary>
    /// Fits the line over the near bins with hits. Takes one pass over the bins and a logarithm for each near one, so
    /// it is for every few seconds, not for every event.
    /// </summary>
    /// <param name="a">A, hits a second at distance 0, above 0; NaN when it cannot be estimated.</param>
    /// <param name="k">k per wire increment, above 0; NaN when it cannot be estimated.</param>
    /// <returns>false if fewer than <see cref="MinBinsWithHits"/> near bins have hits, or the line does not fall.
    /// </returns>
    public bool TryEstimate(out double a, out double k)
    {
        a = double.NaN;
        k = double.NaN;

        // Hits only fall with the distance, so the bins with hits are the first ones.
        long hits = 0;
        int used = 0;
        double logSum = 0;
        double weightedSum = 0;
        for (int bin = _bins - 1; bin >= 0; bin--)
        {
            hits += _records[bin];
            if (hits != 0 && bin < _fitBins)
            {
                double log = RepeatableMath.Log(hits);
                used++;
                logSum += log;
                weightedSum += log * bin;
            }
        }

        if (used < MinBinsWithHits)
        {
            return false;
        }

        // The bins 0 to used - 1 have mean (used - 1) / 2 and sum of squared deviations used·(used² - 1) / 12.
        double meanBin = (used - 1) / 2.0;
        double deviations = used * (((double)used * used) - 1) / 12;
        double slope = (weightedSum - (meanBin * logSum)) / deviations;
        if (!(slope < 0))
        {
            return false;
        }

        // Distance 0 is one width before bin 0.
        double intercept = (logSum / used) - (slope * (meanBin + 1)) - RepeatableMath.Log(Seconds);
        a = RepeatableMath.Exp(intercept);
        k = -slope / _width;
        return true;
    }

    /// <summary>Clears the mid and the unfinished step, because the book was not live or trades were missed. Finished
    /// steps stay; the time until the next mid does not count.</summary>
    public void Reset()
    {
        _hasMid = false;
        _hasStepMid = false;
        _deepest = NoBin;
    }

    /// <summary>Converts prices to finer increments.</summary>
    /// <param name="priceFactor">New increments per old one.</param>
    internal void Rescale(long priceFactor)
    {
        _width *= priceFactor;
        _twoMid *= priceFactor;
        _stepTwoMid *= priceFactor;
    }

    private void MoveTo(long step)
    {
        if (_hasStepMid)
        {
            Finish();
        }

        long bucket = step / _stepsPerBucket;
        long oldBucket = _step / _stepsPerBucket;
        long quietFrom = _step + 1;

        // Older buckets have left the window already, together with the quiet steps that they would hold.
        long first = Math.Max(oldBucket, bucket - Buckets + 1);
        for (long i = first; i <= bucket; i++)
        {
            if (i > oldBucket)
            {
                Drop((int)(i % Buckets));
            }

            if (_hasMid)
            {
                long from = Math.Max(quietFrom, i * _stepsPerBucket);
                long quiet = Math.Max(Math.Min(step, (i + 1) * _stepsPerBucket) - from, 0);
                _bucketSteps[(int)(i % Buckets)] += quiet;
                _steps += quiet;
            }
        }

        _step = step;
        _deepest = NoBin;
        _hasStepMid = _hasMid;
        _stepTwoMid = _twoMid;
    }

    private void Finish()
    {
        int bucket = (int)(_step / _stepsPerBucket % Buckets);
        _bucketSteps[bucket]++;
        _steps++;
        if (_deepest != NoBin)
        {
            _bucketRecords[(bucket * _bins) + _deepest]++;
            _records[_deepest]++;
        }
    }

    private void Drop(int bucket)
    {
        _steps -= _bucketSteps[bucket];
        _bucketSteps[bucket] = 0;
        Span<int> records = _bucketRecords.AsSpan(bucket * _bins, _bins);
        for (int bin = 0; bin < records.Length; bin++)
        {
            _records[bin] -= records[bin];
        }

        records.Clear();
    }
}
