using System;
using System.Runtime.InteropServices;
using LowLatency.Engine.Events;

namespace LowLatency.TestTarget;

/// <summary>
/// Records whose every byte follows from seed, source and a running number, so that a reader can verify each one
/// separately. A refused append also uses up a number. The ring sequence of an accepted record is the number of refused
/// ones of its source so far, so between two neighbours of a source every missing record was either refused or lost.
/// Only the receive time, when it was appended, belongs to the run.
/// </summary>
internal static class RecordPattern
{
    /// <summary>Longer than the largest block, so that such a record spans several.</summary>
    public const int PayloadLengthMax = 300_000;

    private const int UsualLengthMax = 900;
    private const int LargeLengthMax = 70_000;
    private const int LargeEvery = 150;
    private const int HugeEvery = 3_000;
    private const long StartNs = 1_763_676_900_000_000_000;

    /// <summary>The record with a number, and its payload.</summary>
    /// <param name="seed">The run's seed.</param>
    /// <param name="source">The producer.</param>
    /// <param name="number">Counts the source's appends from 0, including refused ones.</param>
    /// <param name="refused">Number of refused ones before this one.</param>
    /// <param name="buffer">Receives the payload; at least <see cref="PayloadLengthMax"/> bytes.</param>
    /// <param name="length">The payload's length.</param>
    public static InputRecord Make(int seed, ushort source, int number, long refused, byte[] buffer, out int length)
    {
        ulong random = Mix(((ulong)(uint)seed << 32) ^ ((ulong)source << 48) ^ (uint)number);
        length = Length(random, number);
        Fill(buffer.AsSpan(0, length), random);
        return new InputRecord(
            InputKind.Frame, source, number, refused, (int)(random % 7), 0, StartNs - number);
    }

    private static int Length(ulong random, int number)
    {
        int max = number % HugeEvery == HugeEvery / 2 ? PayloadLengthMax
            : number % LargeEvery == LargeEvery / 2 ? LargeLengthMax
            : UsualLengthMax;
        return (int)((random >> 20) % (ulong)(max + 1));
    }

    // Some payloads are noise, some compress a little, some to almost nothing.
    private static void Fill(Span<byte> payload, ulong random)
    {
        ulong mask = (random & 3) switch
        {
            0 => ulong.MaxValue,
            1 => 0,
            _ => 0x0F03_0F03_0F03_0F03,
        };
        Span<ulong> words = MemoryMarshal.Cast<byte, ulong>(payload);
        for (int i = 0; i < words.Length; i++)
        {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            words[i] = (random & mask) | 0x2020_2020_2020_2020;
        }

        payload[(words.Length * sizeof(ulong))..].Fill((byte)random);
    }

    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return (value ^ (value >> 31)) | 1;
    }
}
