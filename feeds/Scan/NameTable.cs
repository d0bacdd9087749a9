using System;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace LowLatency.Feeds.Scan;

/// <summary>Finds the number of a name of any length up to 32 bytes in the middle of a text, for the venues whose
/// symbols are longer than <see cref="ShortName.MaxBytes"/>. Immutable after its construction.</summary>
internal sealed class NameTable
{
    /// <summary>Longest name; longer ones are never found.</summary>
    public const int MaxBytes = 32;

    private readonly byte[][] _names;
    private readonly int[] _values;
    private readonly int _shift;

    /// <summary>Creates it; the number of a name is its index.</summary>
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

    /// <summary>The number of a name, or -1 when the table does not hold it.</summary>
    /// <param name="text">Its first byte. Eight bytes before it can be read.</param>
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

    // Names of one venue often begin alike (BTC-USD-…) and often end alike (…-USDT-SWAP): both ends count.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Hash(ref readonly byte text, int length)
    {
        ulong last = ShortName.LastBytes(in text, length);
        ulong first = ShortName.LastBytes(in text, Math.Min(length, sizeof(ulong)));
        return (int)((((first * 31) + last + (ulong)length) * 0x9E37_79B9_7F4A_7C15) >> _shift);
    }
}
