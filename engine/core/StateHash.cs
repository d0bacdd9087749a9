using System.Numerics;

namespace LowLatency.Engine;

/// <summary>
/// A 64-bit hash of a stream of numbers, the same on every machine: rotate, xor, multiply by an odd constant
/// (the finaliser constants of MurmurHash3, public domain). Not cryptographic.
/// </summary>
public struct StateHash
{
    private ulong _state;

    /// <summary>The hash of all numbers added so far.</summary>
    public readonly ulong Value
    {
        get
        {
            ulong value = _state;
            value ^= value >> 33;
            value *= 0xff51afd7ed558ccdUL;
            value ^= value >> 33;
            value *= 0xc4ceb9fe1a85ec53UL;
            return value ^ (value >> 33);
        }
    }

    /// <summary>Adds a number.</summary>
    public void Add(long number) =>
        _state = (BitOperations.RotateLeft(_state, 27) ^ (ulong)number) * 0x9e3779b97f4a7c15UL;
}
