using System;

namespace LowLatency.Engine.Signals;

/// <summary>
/// The measured worth of a signal: how often the mid, or the next direction, went the way that it predicted, beside how
/// often the base "the last direction goes on" was right, without which a share says nothing. Engine thread only.
/// </summary>
/// <remarks>
/// At a horizon of time a prediction is judged by the first mid that comes at or after it, against the mid at the
/// prediction; an equal one counts apart. The base is judged at the same moments there, and over all directions at the
/// next direction. A prediction is judged by directions that come after it, so within one event
/// <see cref="OnDirection"/> and <see cref="OnMid"/> are called before <see cref="Predict"/>.
/// </remarks>
public sealed class SignalWorth
{
    /// <summary>How many predictions can be open at one horizon unless told otherwise.</summary>
    public const int DefaultCapacity = 1024;

    private const long NanosecondsPerSecond = 1_000_000_000;
    private const int Horizons = 4;
    private const int FirstTimed = (int)WorthHorizon.OneSecond;

    private readonly WorthCounts[] _counts = new WorthCounts[Horizons];

    // At a horizon's number less FirstTimed.
    private readonly PredictionQueue[] _timed;

    // All predictions open at the next direction are judged by the same one, so two counts hold any number of them.
    private long _openRises;
    private long _openFalls;
    private long _droppedAtNextDirection;
    private Direction _last = Direction.None;

    // No open prediction is due before.
    private long _nextDueNs = long.MaxValue;

    /// <summary>Creates it with nothing judged.</summary>
    /// <param name="capacity">How many predictions can be open at one horizon of time, 1 or more.</param>
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

    /// <summary>What was judged at a horizon so far.</summary>
    public WorthCounts Counts(WorthHorizon horizon) => _counts[(int)horizon];

    /// <summary>Predictions that wait to be judged at a horizon.</summary>
    public long Open(WorthHorizon horizon) =>
        horizon == WorthHorizon.NextDirection ? _openRises + _openFalls : Timed(horizon).Count;

    /// <summary>Predictions never judged at a horizon because too many were open. Always 0 at the next direction.
    /// </summary>
    public long Overflowed(WorthHorizon horizon) =>
        horizon == WorthHorizon.NextDirection ? 0 : Timed(horizon).Overflowed;

    /// <summary>Predictions never judged at a horizon because the book went stale while they were open.</summary>
    public long Dropped(WorthHorizon horizon) =>
        horizon == WorthHorizon.NextDirection ? _droppedAtNextDirection : Timed(horizon).Dropped;

    /// <summary>Takes a prediction.</summary>
    /// <param name="sign">Above 0 for a rise, below 0 for a fall; 0 predicts nothing and is passed over.</param>
    /// <param name="nowNs">Its time, nanoseconds since the epoch, not before the prediction last taken.</param>
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

    /// <summary>Takes a mid of a live book, changed or not, and judges what is due.</summary>
    /// <param name="nowNs">Time of the event, nanoseconds since the epoch.</param>
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

    /// <summary>Takes a direction and judges all predictions open at the next direction; None is passed over.</summary>
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

    /// <summary>Drops the open predictions, and counts them, and forgets the last direction: the book went stale, and
    /// what comes after is no answer to what was before. What was judged stays.</summary>
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

    /// <summary>Counts the mids of open predictions in finer increments.</summary>
    /// <param name="priceFactor">How many new increments make an old one.</param>
    internal void Rescale(long priceFactor)
    {
        foreach (PredictionQueue queue in _timed)
        {
            queue.Rescale(priceFactor);
        }
    }

    private PredictionQueue Timed(WorthHorizon horizon) => _timed[(int)horizon - FirstTimed];
}
