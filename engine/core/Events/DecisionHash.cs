using System;
using System.Runtime.InteropServices;

namespace LowLatency.Engine.Events;

/// <summary>
/// The hash over every decision of a session, in order: two runs that agree in it took the same decisions for the
/// same reasons from the same inputs. Ring sequences and wire stamps are left out; they are not inputs.
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
            // The wire stamp is the low half of its word.
            long word = i == WireStampWord ? words[i] >> 32 : words[i];
            _hash.Add(i == SequenceWord ? 0 : word);
        }
    }
}
