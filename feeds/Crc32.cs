using System;

namespace LowLatency.Feeds;

/// <summary>CRC-32 of IEEE 802.3, as zlib computes it: Kraken and OKX sum their books with it.</summary>
internal static class Crc32
{
    private static readonly uint[] s_table = CreateTable();

    /// <summary>The sum of some bytes.</summary>
    public static uint Compute(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte b in bytes)
        {
            crc = (crc >> 8) ^ s_table[(byte)(crc ^ b)];
        }

        return ~crc;
    }

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
