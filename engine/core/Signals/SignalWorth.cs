using System;
using System.Runtime.CompilerServices;

namespace LowLatency.Engine.Signals;

/// <summary>At what a prediction is judged.</summary>
public enum WorthHorizon
{
    /// <summary>The next direction of best bid and best ask.</summary>
    NextDirection = 0,

    /// <summary>The mid one second later.</summary>
    OneSecond = 1,

    /// <summary>The mid ten seconds later.</summary>
    TenSeconds = 2,

    /// <summary>The mid a minute later.</summary>
    OneMinute = 3,
}

/// <summary>How predictions came out at one horizon, beside the base rule "the last direction goes on".</summary>
public struct WorthCounts
{
    /// <summary>Predictions that came true.</summary>
    public long Right;

    /// <summary>Predictions whose opposite came true.</summary>
    public long Wrong;

    /// <summary>Predictions at whose horizon the mid stood where it had been.</summary>
    public long Unchanged;

    /// <summary>The same of the base rule. At the next direction it is asked at every direction; at a time, whenever
    /// the
    /// signal was.</summary>
    public long BaseRight;

    /// <summary>Times that the base rule's opposite came true.</summary>
    public long BaseWrong;

    /// <summary>Times that nothing had changed.</summary>
    public long BaseUnchanged;

    /// <summary>How often the signal was right of the times that the market moved; null before the first.</summary>
    public readonly WilsonInterval? Signal => WilsonInterval.Of(Right, Right + Wrong);

    /// <summary>How often the base rule was right; null before the first.</summary>
    public readonly WilsonInterval? Base => WilsonInterval.Of(BaseRight, BaseRight + BaseWrong);

    /// <summary>Adds another count.</summary>
    public void Add(in WorthCounts other)
    {
        Right += other.Right;
        Wrong += other.Wrong;
        Unchanged += other.Unchanged;
        BaseRight += other.BaseRight;
        BaseWrong += other.BaseWrong;
        BaseUnchanged += other.BaseUnchanged;
    }
}

/// <summary>Counts at every horizon.</summary>
[InlineArray(SignalWorth.Horizons)]
public struct WorthByHorizon
{
    private WorthCounts _first;
}

/// <summary>
/// The measured worth of a signal: each prediction (the sign of the market's next move) is kept until its horizon has
/// come, and then judged. A time's mid is that of the first book at or after it. Engine thread only.
/// </summary>
public sealed class SignalWorth
{
    /// <summary>Number of horizons.</summary>
    public const int Horizons = 4;

    private const int Times = Horizons - 1;
    private const long NsPerSecond = 1_000_000_000;

    private static readonly long[] s_times = [NsPerSecond, 10 * NsPerSecond, 60 * NsPerSecond];

    private readonly int _room;

    // Times rings of _room open predictions each: [_heads[i], _heads[i] + _counts[i]).
    private readonly Prediction[] _open;
    private readonly int[] _heads = new int[Times];
    private readonly int[] _counts = new int[Times];
    private WorthByHorizon _worth;
    private int _openUp;
    private int _openDown;
    private int _lastDirection;

    /// <summary>Creates it with no predictions.</summary>
    /// <param name="room">Predictions that can be open at a time, 1 or more.</param>
    public SignalWorth(int room)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(room, 1);
        _room = room;
        _open = new Prediction[Times * room];
    }

    /// <summary>How predictions came out so far.</summary>
    public ref readonly WorthByHorizon Worth => ref _worth;

    /// <summary>Predictions that were not judged: more were open than there is room for, or the book went
    /// away.</summary>
    public long Dropped { get; private set; }

    /// <summary>Takes a prediction, after the direction or mid of its own event.</summary>
    /// <param name="sign">1 for a rise, -1 for a fall.</param>
    /// <param name="nowNs">Time of the event, nanoseconds since the epoch.</param>
    /// <param name="twoMid">Best bid plus best ask.</param>
    public void Predict(int sign, long nowNs, long twoMid)
    {
        _openUp += sign > 0 ? 1 : 0;
        _openDown += sign < 0 ? 1 : 0;
        for (int i = 0; i < Times; i++)
        {
            if (_counts[i] == _room)
            {
                Dropped++;
                continue;
            }

            int tail = (_heads[i] + _counts[i]++) % _room;
            _open[(i * _room) + tail] = new Prediction(nowNs + s_times[i], twoMid, sign, _lastDirection);
        }
    }

    /// <summary>A direction was drawn.</summary>
    public void OnDirection(Direction direction)
    {
        ref WorthCounts next = ref _worth[(int)WorthHorizon.NextDirection];
        int sign = direction == Direction.Up ? 1 : -1;
        next.Right += sign > 0 ? _openUp : _openDown;
        next.Wrong += sign > 0 ? _openDown : _openUp;
        next.BaseRight += _lastDirection == sign ? 1 : 0;
        next.BaseWrong += _lastDirection == -sign ? 1 : 0;
        (_openUp, _openDown, _lastDirection) = (0, 0, sign);
    }

    /// <summary>The book has moved; predictions whose time has come are judged.</summary>
    public void OnMid(long nowNs, long twoMid)
    {
        for (int i = 0; i < Times; i++)
        {
            while (_counts[i] != 0 && _open[(i * _room) + _heads[i]].DueNs <= nowNs)
            {
                Judge(ref _worth[i + 1], in _open[(i * _room) + _heads[i]], twoMid);
                _heads[i] = (_heads[i] + 1) % _room;
                _counts[i]--;
            }
        }
    }

    /// <summary>The book is not live any more: what is open will not be judged, and no direction follows the
    /// last.</summary>
    public void Reset()
    {
        for (int i = 0; i < Times; i++)
        {
            Dropped += _counts[i];
            _counts[i] = 0;
        }

        (_openUp, _openDown, _lastDirection) = (0, 0, 0);
    }

    /// <summary>Counts mids in finer increments.</summary>
    public void Rescale(long priceFactor)
    {
        for (int i = 0; i < _open.Length; i++)
        {
            _open[i] = _open[i] with { TwoMid = _open[i].TwoMid * priceFactor };
        }
    }

    private static void Judge(ref WorthCounts counts, in Prediction prediction, long twoMid)
    {
        int move = Math.Sign(twoMid - prediction.TwoMid);
        counts.Right += move == prediction.Sign ? 1 : 0;
        counts.Wrong += move == -prediction.Sign ? 1 : 0;
        counts.Unchanged += move == 0 ? 1 : 0;
        if (prediction.BaseSign != 0)
        {
            counts.BaseRight += move == prediction.BaseSign ? 1 : 0;
            counts.BaseWrong += move == -prediction.BaseSign ? 1 : 0;
            counts.BaseUnchanged += move == 0 ? 1 : 0;
        }
    }

    private readonly record struct Prediction(long DueNs, long TwoMid, int Sign, int BaseSign);
}
