using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace LowLatency.Engine.Events;

/// <summary>
/// A hash over all decisions of a session, in order. Two runs with equal hashes made the same decisions for the same
/// reasons. Ring sequences and wire stamps are left out, because they differ between runs.
/// </summary>
public struct DecisionHash
{
    private const int WireStampWord = 1;
    private const int SequenceWord = 6;

    private StateHash _hash;

    /// <summary>Number of decisions and notes added.</summary>
    public long Count { get; private set; }

    /// <summary>The hash so far.</summary>
    public readonly ulong Value => _hash.Value;

    /// <summary>Adds a decision.</summary>
    public void Add(in EngineOutput output)
    {
        Count++;
        ReadOnlySpan<long> words = MemoryMarshal.Cast<EngineOutput, long>(new ReadOnlySpan<EngineOutput>(in output));
        for (int i = 0; i < words.Length; i++)
        {
            _hash.Add(WhatCounts(words, i));
        }
    }

    /// <summary>Whether the hash treats two decisions as equal.</summary>
    public static bool AreEqual(in EngineOutput x, in EngineOutput y)
    {
        ReadOnlySpan<long> xs = MemoryMarshal.Cast<EngineOutput, long>(new ReadOnlySpan<EngineOutput>(in x));
        ReadOnlySpan<long> ys = MemoryMarshal.Cast<EngineOutput, long>(new ReadOnlySpan<EngineOutput>(in y));
        for (int i = 0; i < xs.Length; i++)
        {
            if (WhatCounts(xs, i) != WhatCounts(ys, i))
            {
                return false;
            }
        }

        return true;
    }

    // The wire stamp is the low half of its word.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static long WhatCounts(ReadOnlySpan<long> words, int i) =>
        i == WireStampWord ? words[i] >> 32 : i == SequenceWord ? 0 : words[i];
}
