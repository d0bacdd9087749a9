using System;

namespace LowLatency.Simulation.Simulator;

/// <summary>
/// Random numbers that depend on purpose and step, not on earlier draws, so that leaving out one fault does not change
/// the others. SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014).
/// </summary>
internal struct FaultDraw
{
    private const ulong Gamma = 0x9E3779B97F4A7C15;

    private ulong _state;

    /// <summary>Creates the numbers for one purpose at one step.</summary>
    public FaultDraw(ulong seed, int purpose, long step) =>
        _state = Mix(seed + Mix((ulong)step * Gamma) + Mix(((ulong)purpose + 1) << 40));

    /// <summary>0 to <paramref name="bound"/> - 1.</summary>
    public int Next(int bound) => (int)(((UInt128)NextBits() * (uint)bound) >> 64);

    /// <summary>From <paramref name="least"/> up to, and without, <paramref name="bound"/>.</summary>
    public int Next(int least, int bound) => least + Next(bound - least);

    /// <summary>0 up to 1.</summary>
    public double NextDouble() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>64 uniform bits.</summary>
    public ulong NextBits() => Mix(_state += Gamma);

    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
