using System;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace LowLatency.Feeds.Scan;

/// <summary>
/// Finds the number of a name of up to 32 bytes inside a text, for venues with symbols longer than <see
/// cref="ShortName.MaxBytes"/>. Immutable after construction.
/// </summary>
internal sealed class NameTable
{
    /// <summary>Maximum name length; longer names are never found.</summary>
    public const int MaxBytes = 32;

    private readonly byte[][] _names;
    private readonly int[] _values;
    private readonly int _shift;

    /// <summary>Creates the table; a name's number is its index.</summary>
    public NameTable(ReadOnlySpan<byte[]> names)
    {
        int size = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(4, names.Length * 4));
        _names = new byte[size][];
        _values = new int[size];
        _shift = 64 - BitOperations.Log2((uint)size);
        Array.Fill(_names, []);
        for (int i = 0; i < names.Length; i++)
        {
            byte[] name = names[i];
            if (name.Length is > 0 and <= MaxBytes)
            {
                byte[] padded = new byte[sizeof(ulong) + MaxBytes];
                name.CopyTo(padded, sizeof(ulong));
                int slot = Hash(in padded[sizeof(ulong)], name.Length);
                while (_names[slot].Length != 0)
                {
                    slot = (slot + 1) & (size - 1);
                }

                _names[slot] = name;
                _values[slot] = i;
            }
        }
    }

    /// <summary>The number of a name, or -1 if the table does not contain it.</summary>
    /// <param name="text">Its first byte. Eight bytes before it must be readable.</param>
    /// <param name="length">Its length, at least 1.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Find(ref readonly byte text, int length)
    {
        byte[][] names = _names;
        ReadOnlySpan<byte> wanted = MemoryMarshal.CreateReadOnlySpan(in text, length);
        for (int slot = Hash(in text, length); names[slot].Length != 0; slot = (slot + 1) & (names.Length - 1))
        {
            if (wanted.SequenceEqual(names[slot]))
            {
                return _values[slot];
            }
        }

        return -1;
    }

    // Names of one venue often start alike (BTC-USD-…) and often end alike (…-USDT-SWAP), so both ends are hashed.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Hash(ref readonly byte text, int length)
    {
        ulong last = ShortName.LastBytes(in text, length);
        ulong first = ShortName.LastBytes(in text, Math.Min(length, sizeof(ulong)));
        return (int)((((first * 31) + last + (ulong)length) * 0x9E37_79B9_7F4A_7C15) >> _shift);
    }
}
