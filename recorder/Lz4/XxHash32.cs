using System;
using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace LowLatency.Recorder.Lz4;

/// <summary>
/// XXH32, the checksum of the LZ4 frame format, in one call or piece by piece. It detects damage; it is no defence
/// against a forger. A value is used by one thread at a time; nothing allocates or throws.
/// </summary>
public struct XxHash32
{
    private const uint Prime1 = 0x9E3779B1;
    private const uint Prime2 = 0x85EBCA77;
    private const uint Prime3 = 0xC2B2AE3D;
    private const uint Prime4 = 0x27D4EB2F;
    private const uint Prime5 = 0x165667B1;
    private const int StripeLength = 16;

    private readonly uint _seed;
    private uint _lane1;
    private uint _lane2;
    private uint _lane3;
    private uint _lane4;
    private ulong _totalLength;
    private Partial _partial;

    /// <summary>Starts a hash of nothing.</summary>
    /// <param name="seed">Any value; the LZ4 frame format uses 0.</param>
    public XxHash32(uint seed)
    {
        _seed = seed;
        unchecked
        {
            _lane1 = seed + Prime1 + Prime2;
            _lane2 = seed + Prime2;
            _lane3 = seed;
            _lane4 = seed - Prime1;
        }
    }

    /// <summary>The hash of <paramref name="data"/> in one call.</summary>
    /// <param name="data">Any number of bytes.</param>
    /// <param name="seed">Any value; the LZ4 frame format uses 0.</param>
    /// <returns>The 32-bit hash.</returns>
    public static uint Hash(ReadOnlySpan<byte> data, uint seed = 0)
    {
        var hash = new XxHash32(seed);
        hash.Append(data);
        return hash.Digest();
    }

    /// <summary>Takes in the next bytes; the split into calls does not change the hash.</summary>
    /// <param name="data">Any number of bytes, none included.</param>
    public void Append(ReadOnlySpan<byte> data)
    {
        Span<byte> partial = _partial;
        int held = (int)(_totalLength % StripeLength);
        _totalLength += (uint)data.Length;
        if (held > 0)
        {
            int taken = Math.Min(StripeLength - held, data.Length);
            data[..taken].CopyTo(partial[held..]);
            data = data[taken..];
            if (held + taken < StripeLength)
            {
                return;
            }

            AppendStripes(partial);
        }

        int whole = data.Length & -StripeLength;
        AppendStripes(data[..whole]);
        data[whole..].CopyTo(partial);
    }

    /// <summary>The hash of everything appended so far; appending may go on afterwards.</summary>
    /// <returns>The 32-bit hash.</returns>
    public readonly uint Digest()
    {
        unchecked
        {
            uint hash = _totalLength < StripeLength
                ? _seed + Prime5
                : BitOperations.RotateLeft(_lane1, 1) + BitOperations.RotateLeft(_lane2, 7)
                    + BitOperations.RotateLeft(_lane3, 12) + BitOperations.RotateLeft(_lane4, 18);
            hash += (uint)_totalLength;

            ReadOnlySpan<byte> rest = ((ReadOnlySpan<byte>)_partial)[..(int)(_totalLength % StripeLength)];
            while (rest.Length >= sizeof(uint))
            {
                hash += BinaryPrimitives.ReadUInt32LittleEndian(rest) * Prime3;
                hash = BitOperations.RotateLeft(hash, 17) * Prime4;
                rest = rest[sizeof(uint)..];
            }

            foreach (byte value in rest)
            {
                hash += value * Prime5;
                hash = BitOperations.RotateLeft(hash, 11) * Prime1;
            }

            hash = (hash ^ (hash >> 15)) * Prime2;
            hash = (hash ^ (hash >> 13)) * Prime3;
            return hash ^ (hash >> 16);
        }
    }

    private void AppendStripes(ReadOnlySpan<byte> stripes)
    {
        // Locals, so that the four lanes stay in registers through the loop.
        (uint lane1, uint lane2, uint lane3, uint lane4) = (_lane1, _lane2, _lane3, _lane4);
        ref byte first = ref MemoryMarshal.GetReference(stripes);
        for (int at = 0; at < stripes.Length; at += StripeLength)
        {
            lane1 = Round(lane1, ReadLane(ref first, at));
            lane2 = Round(lane2, ReadLane(ref first, at + 4));
            lane3 = Round(lane3, ReadLane(ref first, at + 8));
            lane4 = Round(lane4, ReadLane(ref first, at + 12));
        }

        (_lane1, _lane2, _lane3, _lane4) = (lane1, lane2, lane3, lane4);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint ReadLane(ref byte first, int at)
    {
        uint lane = Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref first, at));
        return BitConverter.IsLittleEndian ? lane : BinaryPrimitives.ReverseEndianness(lane);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Round(uint lane, uint input) =>
        unchecked(BitOperations.RotateLeft(lane + (input * Prime2), 13) * Prime1);

    // The bytes that do not fill a stripe yet; how many follows from the total length.
    [InlineArray(StripeLength)]
    private struct Partial
    {
        private byte _first;
    }
}
