using System;

namespace LowLatency.Feeds;

/// <summary>CRC-32 of IEEE 802.3, as zlib computes it: Kraken and OKX sum their books with it, and zip archives their
/// entries.</summary>
internal static class Crc32
{
    /// <summary>The state before the first byte.</summary>
    public const uint Start = uint.MaxValue;

    private static readonly uint[] s_table = CreateTable();

    /// <summary>The sum of some bytes.</summary>
    public static uint Compute(ReadOnlySpan<byte> bytes) => Finish(Add(Start, bytes));

    /// <summary>The state after more bytes.</summary>
    public static uint Add(uint state, ReadOnlySpan<byte> bytes)
    {
        foreach (byte b in bytes)
        {
            state = (state >> 8) ^ s_table[(byte)(state ^ b)];
        }

        return state;
    }

    /// <summary>The sum of all bytes that led to a state.</summary>
    public static uint Finish(uint state) => ~state;

    private static uint[] CreateTable()
    {
        const uint Polynomial = 0xedb88320;
        var table = new uint[256];
        for (uint i = 0; i < 256; i++)
        {
            uint crc = i;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) != 0 ? (crc >> 1) ^ Polynomial : crc >> 1;
            }

            table[i] = crc;
        }

        return table;
    }
}
