using System;
using System.Numerics;
using System.Runtime.InteropServices;

namespace LowLatency.Recorder;

/// <summary>CRC-32C by the processor's own instruction where it has one.</summary>
internal static class Crc32C
{
    /// <summary>Goes on from a value; the first one is <c>uint.MaxValue</c>, and the last is inverted by the caller.
    /// </summary>
    public static uint Add(uint crc, ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (ulong word in words)
        {
            crc = BitOperations.Crc32C(crc, word);
        }

        foreach (byte b in bytes[(words.Length * sizeof(ulong))..])
        {
            crc = BitOperations.Crc32C(crc, b);
        }

        return crc;
    }
}
