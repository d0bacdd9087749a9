using System;
using System.Buffers.Binary;
using System.Numerics;

namespace LowLatency.Recorder.Lz4;

/// <summary>xxHash, 32 bits, as the LZ4 frame format wants it (specification: github.com/Cyan4973/xxHash, BSD).</summary>
internal struct XxHash32
{
    private const uint Prime1 = 2654435761;
    private const uint Prime2 = 2246822519;
    private const uint Prime3 = 3266489917;
    private const uint Prime4 = 668265263;
    private const uint Prime5 = 374761393;
    private const int StripeBytes = 16;

    private uint _a;
    private uint _b;
    private uint _c;
    private uint _d;
    private ulong _total;
    private Tail _tail;

    /// <summary>Starts a hash with seed 0.</summary>
    public static XxHash32 Start() => new()
    {
        _a = unchecked(Prime1 + Prime2),
        _b = Prime2,
        _c = 0,
        _d = unchecked(0 - Prime1),
    };

    /// <summary>Hashes bytes at once.</summary>
    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        XxHash32 hash = Start();
        hash.Add(bytes);
        return hash.Value;
    }

    /// <summary>Adds bytes.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        Span<byte> tail = _tail;
        int held = (int)(_total % StripeBytes);
        _total += (ulong)bytes.Length;
        if (held != 0)
        {
            int taken = Math.Min(StripeBytes - held, bytes.Length);
            bytes[..taken].CopyTo(tail[held..]);
            bytes = bytes[taken..];
            if (held + taken < StripeBytes)
            {
                return;
            }

            AddStripe(tail);
        }

        for (; bytes.Length >= StripeBytes; bytes = bytes[StripeBytes..])
        {
            AddStripe(bytes);
        }

        bytes.CopyTo(tail);
    }

    /// <summary>The hash of all bytes added.</summary>
    public readonly uint Value
    {
        get
        {
            unchecked
            {
                uint hash = _total >= StripeBytes
                    ? BitOperations.RotateLeft(_a, 1) + BitOperations.RotateLeft(_b, 7)
                        + BitOperations.RotateLeft(_c, 12) + BitOperations.RotateLeft(_d, 18)
                    : Prime5;
                hash += (uint)_total;
                ReadOnlySpan<byte> rest = ((ReadOnlySpan<byte>)_tail)[..(int)(_total % StripeBytes)];
                for (; rest.Length >= 4; rest = rest[4..])
                {
                    hash += BinaryPrimitives.ReadUInt32LittleEndian(rest) * Prime3;
                    hash = BitOperations.RotateLeft(hash, 17) * Prime4;
                }

                foreach (byte b in rest)
                {
                    hash = BitOperations.RotateLeft(hash + (b * Prime5), 11) * Prime1;
                }

                hash = (hash ^ (hash >> 15)) * Prime2;
                hash = (hash ^ (hash >> 13)) * Prime3;
                return hash ^ (hash >> 16);
            }
        }
    }

    private void AddStripe(ReadOnlySpan<byte> stripe)
    {
        _a = Round(_a, BinaryPrimitives.ReadUInt32LittleEndian(stripe));
        _b = Round(_b, BinaryPrimitives.ReadUInt32LittleEndian(stripe[4..]));
        _c = Round(_c, BinaryPrimitives.ReadUInt32LittleEndian(stripe[8..]));
        _d = Round(_d, BinaryPrimitives.ReadUInt32LittleEndian(stripe[12..]));
    }

    private static uint Round(uint lane, uint word) =>
        unchecked(BitOperations.RotateLeft(lane + (word * Prime2), 13) * Prime1);

    [System.Runtime.CompilerServices.InlineArray(StripeBytes)]
    private struct Tail
    {
        private byte _first;
    }
}
