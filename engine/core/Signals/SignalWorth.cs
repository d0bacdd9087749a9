using System;

namespace LowLatency.Engine.Signals;

/// <summary>
/// The measured worth of a signal: how often the mid, or the next direction, moved as predicted, next to how often the
/// base rule "the last direction continues" was right. Engine thread only.
/// </summary>
/// <remarks>
/// At a time horizon a prediction is scored by the first mid at or after it, against the mid at the prediction; an
/// equal mid is counted separately. There the base rule is scored at the same moments; at the next direction it is
/// scored over all directions. A prediction is scored by later directions only, so within one event
/// <see cref="OnDirection"/> and <see cref="OnMid"/> are called before <see cref="Predict"/>.
/// </remarks>
public sealed class SignalWorth
{
    /// <summary>Default maximum number of open predictions at one horizon.</summary>
    public const int DefaultCapacity = 1024;

    private const long NanosecondsPerSecond = 1_000_000_000;
    private const int Horizons = 4;
    private const int FirstTimed = (int)WorthHorizon.OneSecond;

    private readonly WorthCounts[] _counts = new WorthCounts[Horizons];

    // Indexed by horizon minus FirstTimed.
    private readonly PredictionQueue[] _timed;

    // All predictions open at the next direction are scored by the same direction, so two counts suffice.
    private long _openRises;
    private long _openFalls;
    private long _droppedAtNextDirection;
    private Direction _last = Direction.None;

    // Due time of the earliest open prediction.
    private long _nextDueNs = long.MaxValue;

    /// <summary>Creates it with no scores.</summary>
    /// <param name="capacity">Maximum number of open predictions at a time horizon, 1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The capacity is below 1.</exception>
    public SignalWorth(int capacity = DefaultCapacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        _timed =
        [
            new PredictionQueue(NanosecondsPerSecond, capacity),
            new PredictionQueue(10 * NanosecondsPerSecond, capacity),
            new PredictionQueue(60 * NanosecondsPerSecond, capacity),
        ];
    }

    /// <summary>The scores at a horizon so far.</summary>
    public WorthCounts Counts(WorthHorizon horizon) => _counts[(int)horizon];

    /// <summary>Open predictions at a horizon.</summary>
    public long Open(WorthHorizon horizon) =>
        horizon == WorthHorizon.NextDirection ? _openRises + _openFalls : Timed(horizon).Count;

    /// <summary>Predictions not scored at a horizon because too many were open. Always 0 at the next direction.
    /// </summary>
    public long Overflowed(WorthHorizon horizon) =>
        horizon == WorthHorizon.NextDirection ? 0 : Timed(horizon).Overflowed;

    /// <summary>Predictions not scored at a horizon because the book went stale.</summary>
    public long Dropped(WorthHorizon horizon) =>
        horizon == WorthHorizon.NextDirection ? _droppedAtNextDirection : Timed(horizon).Dropped;

    /// <summary>Adds a prediction.</summary>
    /// <param name="sign">Above 0 for a rise, below 0 for a fall; 0 is ignored.</param>
    /// <param name="nowNs">Its time, nanoseconds since the Unix epoch, not before the prediction last taken.</param>
    /// <param name="twoMid">Twice the mid at that time, in wire increments.</param>
    public void Predict(int sign, long nowNs, long twoMid)
    {
        if (sign == 0)
        {
            return;
        }

        _openRises += sign > 0 ? 1 : 0;
        _openFalls += sign < 0 ? 1 : 0;
        int baseSign = _last switch
        {
            Direction.Up => 1,
            Direction.Down => -1,
            _ => 0,
        };
        foreach (PredictionQueue queue in _timed)
        {
            queue.Add(Math.Sign(sign), baseSign, nowNs, twoMid);
            _nextDueNs = Math.Min(_nextDueNs, queue.NextDueNs);
        }
    }

    /// <summary>Adds a mid of a live book, changed or not, and scores the predictions that are due.</summary>
    /// <param name="nowNs">Time of the event, nanoseconds since the Unix epoch.</param>
    /// <param name="twoMid">Twice the mid, in wire increments.</param>
    public void OnMid(long nowNs, long twoMid)
    {
        if (nowNs < _nextDueNs)
        {
            return;
        }

        _nextDueNs = long.MaxValue;
        for (int i = 0; i < _timed.Length; i++)
        {
            _timed[i].Evaluate(nowNs, twoMid, ref _counts[FirstTimed + i]);
            _nextDueNs = Math.Min(_nextDueNs, _timed[i].NextDueNs);
        }
    }

    /// <summary>Adds a direction and scores all predictions open at the next direction; None is ignored.</summary>
    public void OnDirection(Direction direction)
    {
        if (direction == Direction.None)
        {
            return;
        }

        ref WorthCounts counts = ref _counts[(int)WorthHorizon.NextDirection];
        bool isRise = direction == Direction.Up;
        counts.Right += isRise ? _openRises : _openFalls;
        counts.Wrong += isRise ? _openFalls : _openRises;
        _openRises = 0;
        _openFalls = 0;
        if (_last != Direction.None)
        {
            counts.BaseRight += direction == _last ? 1 : 0;
            counts.BaseWrong += direction == _last ? 0 : 1;
        }

        _last = direction;
    }

    /// <summary>Drops and counts the open predictions and clears the last direction, because the book went stale.
    /// Scores stay.</summary>
    public void Reset()
    {
        _droppedAtNextDirection += _openRises + _openFalls;
        _openRises = 0;
        _openFalls = 0;
        _last = Direction.None;
        foreach (PredictionQueue queue in _timed)
        {
            queue.Drop();
        }
    }

    /// <summary>Converts the mids of open predictions to finer increments.</summary>
    /// <param name="priceFactor">New increments per old one.</param>
    internal void Rescale(long priceFactor)
    {
        foreach (PredictionQueue queue in _timed)
        {
            queue.Rescale(priceFactor);
        }
    }

    private PredictionQueue Timed(WorthHorizon horizon) => _timed[(int)horizon - FirstTimed];
}
