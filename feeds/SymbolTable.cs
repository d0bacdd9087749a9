using System;
using System.Numerics;

namespace LowLatency.Feeds;

/// <summary>Finds a symbol's number by its bytes, without allocation. Immutable after construction.</summary>
internal sealed class SymbolTable
{
    private readonly byte[]?[] _names;
    private readonly int[] _values;
    private readonly int _mask;

    public SymbolTable(ReadOnlySpan<byte[]> names)
    {
        int size = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(4, names.Length * 4));
        _names = new byte[size][];
        _values = new int[size];
        _mask = size - 1;
        for (int i = 0; i < names.Length; i++)
        {
            int slot = Hash(names[i]) & _mask;
            while (_names[slot] is not null)
            {
                slot = (slot + 1) & _mask;
            }

            _names[slot] = names[i];
            _values[slot] = i;
        }
    }

    /// <summary>The number of a name, or -1 if the table does not contain it.</summary>
    public int Find(ReadOnlySpan<byte> name)
    {
        for (int slot = Hash(name) & _mask; _names[slot] is { } found; slot = (slot + 1) & _mask)
        {
            if (name.SequenceEqual(found))
            {
                return _values[slot];
            }
        }

        return -1;
    }

    // FNV-1a, 32 bits: names are short.
    private static int Hash(ReadOnlySpan<byte> name)
    {
        uint hash = 2166136261;
        foreach (byte b in name)
        {
            hash = (hash ^ b) * 16777619;
        }

        return (int)(hash ^ (hash >> 15));
    }
}
