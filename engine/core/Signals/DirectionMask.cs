using System;
using System.Numerics;

namespace LowLatency.Engine.Signals;

/// <summary>Result of a mask.</summary>
public enum MaskTrigger
{
    /// <summary>A rise has turned: sell.</summary>
    Sell = -1,

    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>A fall has turned: buy.</summary>
    Buy = 1,
}

/// <summary>
/// The last directions as bits, newest in bit 0. It triggers when <c>run</c> equal directions, of which at most
/// <c>correction</c> deviate, are followed by <c>turn</c> opposite ones: with 5, 1 and 2, the mask (1,1,1,1,1,0,0)
/// sells and its mirror image buys. Engine thread only.
/// </summary>
public struct DirectionMask
{
    private readonly int _correction;
    private readonly int _turn;
    private readonly ulong _runBits;
    private readonly ulong _turnBits;

    /// <summary>Creates an empty mask.</summary>
    /// <param name="run">Number of equal directions, 1 or more.</param>
    /// <param name="correction">How many of them may deviate, 0 to run - 1.</param>
    /// <param name="turn">Opposite directions that must follow, 1 or more; run + turn is at most 64.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    public DirectionMask(int run, int correction, int turn)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(run, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(turn, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)run + turn, 64);
        ArgumentOutOfRangeException.ThrowIfNegative(correction);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(correction, run);
        Length = run + turn;
        _correction = correction;
        _turn = turn;
        _runBits = ulong.MaxValue >> (64 - run);
        _turnBits = ulong.MaxValue >> (64 - turn);
        Bits = 0;
        Count = 0;
    }

    /// <summary>Directions in a full mask: run + turn.</summary>
    public int Length { get; }

    /// <summary>The directions held, newest in bit 0; 1 is a rise.</summary>
    public ulong Bits { get; private set; }

    /// <summary>How many directions are held, 0 to <see cref="Length"/>.</summary>
    public int Count { get; private set; }

    /// <summary>Adds a direction, which must not be None.</summary>
    /// <returns>Whether the mask triggers; None until it is full.</returns>
    public MaskTrigger Add(Direction direction)
    {
        ulong fullBits = ulong.MaxValue >> (64 - Length);
        Bits = ((Bits << 1) | (ulong)direction) & fullBits;
        Count = Math.Min(Count + 1, Length);
        if (Count < Length)
        {
            return MaskTrigger.None;
        }

        ulong turned = Bits & _turnBits;
        ulong run = (Bits >> _turn) & _runBits;
        if (turned == 0 && BitOperations.PopCount(~run & _runBits) <= _correction)
        {
            return MaskTrigger.Sell;
        }

        return turned == _turnBits && BitOperations.PopCount(run) <= _correction ? MaskTrigger.Buy : MaskTrigger.None;
    }

    /// <summary>Clears all directions.</summary>
    public void Reset()
    {
        Bits = 0;
        Count = 0;
    }
}
