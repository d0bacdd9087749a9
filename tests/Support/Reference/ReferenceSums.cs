using System;
using System.Buffers.Binary;
using System.Numerics;

namespace LowLatency.Tests.Reference;

/// <summary>Checksums of external formats as specified, to verify the package's.</summary>
internal static class ReferenceSums
{
    private const uint Prime1 = 0x9E3779B1;
    private const uint Prime2 = 0x85EBCA77;
    private const uint Prime3 = 0xC2B2AE3D;
    private const uint Prime4 = 0x27D4EB2F;
    private const uint Prime5 = 0x165667B1;

    /// <summary>CRC-32 of IEEE 802.3, bit by bit.</summary>
    public static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in bytes)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
            }
        }

        return ~crc;
    }

    /// <summary>XXH32, the checksum of the LZ4 frame format.</summary>
    public static uint XxHash32(ReadOnlySpan<byte> bytes, uint seed = 0)
    {
        unchecked
        {
            uint hash = seed + Prime5;
            ReadOnlySpan<byte> rest = bytes;
            if (rest.Length >= 16)
            {
                Span<uint> lanes = [seed + Prime1 + Prime2, seed + Prime2, seed, seed - Prime1];
                for (; rest.Length >= 16; rest = rest[16..])
                {
                    for (int lane = 0; lane < 4; lane++)
                    {
                        uint input = BinaryPrimitives.ReadUInt32LittleEndian(rest[(4 * lane)..]);
                        lanes[lane] = BitOperations.RotateLeft(lanes[lane] + (input * Prime2), 13) * Prime1;
                    }
                }

                hash = BitOperations.RotateLeft(lanes[0], 1) + BitOperations.RotateLeft(lanes[1], 7)
                    + BitOperations.RotateLeft(lanes[2], 12) + BitOperations.RotateLeft(lanes[3], 18);
            }

            hash += (uint)bytes.Length;
            for (; rest.Length >= 4; rest = rest[4..])
            {
                hash += BinaryPrimitives.ReadUInt32LittleEndian(rest) * Prime3;
                hash = BitOperations.RotateLeft(hash, 17) * Prime4;
            }

            foreach (byte value in rest)
            {
                hash = BitOperations.RotateLeft(hash + (value * Prime5), 11) * Prime1;
            }

            hash = (hash ^ (hash >> 15)) * Prime2;
            hash = (hash ^ (hash >> 13)) * Prime3;
            return hash ^ (hash >> 16);
        }
    }
}
