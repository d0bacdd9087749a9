using System;

namespace LowLatency.Engine.Signals;

/// <summary>
/// How often trades reach how far from the mid: λ(δ) = A·e^(−kδ), the fill model of Avellaneda and Stoikov (2008),
/// calibrated as O. Guéant's users do: in each step of time the greatest distance that a trade reached is noted, λ at a
/// distance is the share of steps that reached it for each second, and ln λ = ln A − k·δ is fitted by least squares
/// over
/// the distances that were reached. Distances are in basis points of the mid, so A is steps that trade in a second and
/// k
/// is for a basis point. Engine thread only.
/// </summary>
public sealed class ArrivalIntensity
{
    /// <summary>Distances that are told apart.</summary>
    public const int Bins = 40;

    /// <summary>How many of them make a basis point.</summary>
    public const int BinsPerBp = 4;

    private const int Buckets = 16;
    private const int LeastBins = 3;
    private const int BasisPoints = 10_000;
    private const double NsPerSecond = 1e9;

    private readonly long _stepNs;
    private readonly long _bucketSteps;

    // Steps that reached at least each distance, by bucket of time; and their sum.
    private readonly int[] _hits = new int[Buckets * Bins];
    private readonly int[] _sums = new int[Bins];
    private long _step = -1;
    private long _firstStep;
    private int _reached = -1;

    /// <summary>Creates it with no trades.</summary>
    /// <param name="stepNs">Length of a step in nanoseconds, above 0.</param>
    /// <param name="windowSteps">Steps of the sliding window, 16 or more.</param>
    public ArrivalIntensity(long stepNs, long windowSteps)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(stepNs);
        ArgumentOutOfRangeException.ThrowIfLessThan(windowSteps, Buckets);
        _stepNs = stepNs;
        _bucketSteps = windowSteps / Buckets;
    }

    /// <summary>true when enough distances were reached, and farther ones less often: A and k then have a meaning.
    /// </summary>
    public bool IsEstimated { get; private set; }

    /// <summary>A, for a second, above 0 when estimated.</summary>
    public double Rate { get; private set; }

    /// <summary>k, for a basis point, above 0 when estimated.</summary>
    public double DecayPerBp { get; private set; }

    /// <summary>Steps of the window that reached a distance of <paramref name="bin"/> / <see cref="BinsPerBp"/> basis
    /// points or more.</summary>
    public int HitsAt(int bin) => _sums[bin];

    /// <summary>Takes a trade.</summary>
    /// <param name="nowNs">Time of the event, nanoseconds since the epoch, not before the last.</param>
    /// <param name="price">Its price in wire increments.</param>
    /// <param name="twoMid">Best bid plus best ask, above 0.</param>
    public void OnTrade(long nowNs, long price, long twoMid)
    {
        OnTime(nowNs);
        Int128 distance = Int128.Abs((2 * (Int128)price) - twoMid);
        Int128 bin = distance * (BasisPoints * BinsPerBp) / twoMid;
        _reached = Math.Max(_reached, (int)Int128.Min(bin, Bins - 1));
    }

    /// <summary>Time has passed.</summary>
    public void OnTime(long nowNs)
    {
        long step = nowNs / _stepNs;
        if (_step < 0)
        {
            _step = step;
            _firstStep = step;
        }
        else if (step > _step)
        {
            EndStep(step);
        }
    }

    private void EndStep(long step)
    {
        long bucket = _step / _bucketSteps;
        int row = (int)(bucket % Buckets) * Bins;
        for (int bin = 0; bin <= _reached; bin++)
        {
            _hits[row + bin]++;
            _sums[bin]++;
        }

        _reached = -1;
        long newBucket = step / _bucketSteps;
        for (long i = Math.Max(bucket + 1, newBucket - Buckets + 1); i <= newBucket; i++)
        {
            Forget((int)(i % Buckets) * Bins);
        }

        _step = step;
        if (newBucket != bucket)
        {
            Fit();
        }
    }

    private void Forget(int row)
    {
        for (int bin = 0; bin < Bins; bin++)
        {
            _sums[bin] -= _hits[row + bin];
            _hits[row + bin] = 0;
        }
    }

    // Ordinary least squares of ln λ on δ.
    private void Fit()
    {
        long windowSteps = Math.Min(_step - _firstStep, (_bucketSteps * (Buckets - 1)) + (_step % _bucketSteps));
        double seconds = windowSteps * _stepNs / NsPerSecond;
        double n = 0;
        double sumX = 0;
        double sumY = 0;
        double sumXx = 0;
        double sumXy = 0;
        for (int bin = 0; bin < Bins && _sums[bin] > 0; bin++)
        {
            double x = (double)bin / BinsPerBp;
            double y = RepeatableMath.Log(_sums[bin] / seconds);
            n++;
            sumX += x;
            sumY += y;
            sumXx += x * x;
            sumXy += x * y;
        }

        double slope = n < LeastBins ? 0 : ((n * sumXy) - (sumX * sumY)) / ((n * sumXx) - (sumX * sumX));
        IsEstimated = slope < 0;
        if (IsEstimated)
        {
            DecayPerBp = -slope;
            Rate = RepeatableMath.Exp((sumY - (slope * sumX)) / n);
        }
    }
}
