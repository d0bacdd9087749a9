using System;
using System.Numerics;

namespace LowLatency.Simulation.EmbeddedVenue.Market;

/// <summary>
/// Seeded random numbers, equal on every machine: xoshiro256** (Blackman and Vigna, 2018), seeded by splitmix64.
/// </summary>
internal sealed class MarketRandom
{
    private ulong _a;
    private ulong _b;
    private ulong _c;
    private ulong _d;

    public MarketRandom(ulong seed)
    {
        _a = Split(ref seed);
        _b = Split(ref seed);
        _c = Split(ref seed);
        _d = Split(ref seed);
    }

    /// <summary>Uniform in [0, 1).</summary>
    public double Next() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform in [0, limit).</summary>
    public int Next(int limit) => (int)(Next() * limit);

    public bool NextIs(double probability) => Next() < probability;

    /// <summary>Waiting time of a Poisson process, in the unit of 1/rate.</summary>
    public double NextExponential(double rate) => -Math.Log(1 - Next()) / rate;

    public double NextLogNormal(LogNormal law) => Math.Exp(law.LogMean + (law.LogDeviation * NextNormal()));

    // Box and Muller, 1958.
    private double NextNormal() =>
        Math.Sqrt(-2 * Math.Log(1 - Next())) * Math.Cos(2 * Math.PI * Next());

    private ulong NextBits()
    {
        ulong result = BitOperations.RotateLeft(_b * 5, 7) * 9;
        ulong shifted = _b << 17;
        _c ^= _a;
        _d ^= _b;
        _b ^= _c;
        _a ^= _d;
        _c ^= shifted;
        _d = BitOperations.RotateLeft(_d, 45);
        return result;
    }

    private static ulong Split(ref ulong state)
    {
        state += 0x9e3779b97f4a7c15UL;
        ulong z = state;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9UL;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebUL;
        return z ^ (z >> 31);
    }
}
