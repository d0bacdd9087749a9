using System;
using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace LowLatency.Feeds.Scan;

/// <summary>
/// A name of 1 to 16 bytes. It is compared in two steps of eight bytes: the first eight and the last eight, which
/// overlap in shorter names.
/// </summary>
internal readonly struct ShortName
{
    /// <summary>Maximum length.</summary>
    public const int MaxBytes = 16;

    private readonly ulong _first;
    private readonly ulong _last;
    private readonly ulong _firstMask;
    private readonly ulong _lastMask;

    /// <summary>Creates it from its bytes; names that are empty or too long match no text.</summary>
    public ShortName(ReadOnlySpan<byte> name)
    {
        Length = name.Length;
        Span<byte> padded = stackalloc byte[8 + MaxBytes];
        padded.Clear();
        if (name.Length is 0 or > MaxBytes)
        {
            // No text has set bits where the mask has none.
            Length = -1;
            _first = 1;
            return;
        }

        name.CopyTo(padded[8..]);
        _last = BinaryPrimitives.ReadUInt64LittleEndian(padded[name.Length..]);
        _lastMask = LastMask(name.Length);
        _firstMask = name.Length < 8 ? 0 : ulong.MaxValue;
        _first = BinaryPrimitives.ReadUInt64LittleEndian(padded[8..]) & _firstMask;
    }

    /// <summary>Number of bytes; -1 if it matches no text.</summary>
    public int Length { get; }

    /// <summary>true if the text at this position starts with the name.</summary>
    /// <param name="text">Its first byte. Eight bytes before it, and sixteen from it on, must be readable.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool IsAt(ref readonly byte text) =>
        (((Read(in text, 0) ^ _first) & _firstMask) | ((Read(in text, Length - 8) ^ _last) & _lastMask)) == 0;

    /// <summary>The last eight bytes of a text of this length, or all of a shorter one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong LastBytes(ref readonly byte text, int length) =>
        Read(in text, length - 8) & LastMask(length);

    /// <summary>The last eight bytes of the name.</summary>
    public ulong LastBytes() => _last;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong LastMask(int length) => ulong.MaxValue << Math.Max(0, 64 - (8 * length));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Read(ref readonly byte text, int offset) =>
        Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref Unsafe.AsRef(in text), offset));
}

/// <summary>Finds the number of a short name inside a text. Immutable after construction.</summary>
internal sealed class ShortNameTable
{
    private readonly ShortName[] _names;
    private readonly int[] _values;
    private readonly int _shift;

    public ShortNameTable(ReadOnlySpan<byte[]> names)
    {
        int size = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(4, names.Length * 4));
        _names = new ShortName[size];
        _values = new int[size];
        _shift = 64 - BitOperations.Log2((uint)size);
        for (int i = 0; i < names.Length; i++)
        {
            var name = new ShortName(names[i]);
            if (name.Length > 0)
            {
                int slot = Hash(name.LastBytes(), name.Length);
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
    /// <param name="text">Its first byte. Eight bytes before it, and sixteen from it on, must be readable.</param>
    /// <param name="length">Its length, 1 to 16.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Find(ref readonly byte text, int length)
    {
        ShortName[] names = _names;
        int slot = Hash(ShortName.LastBytes(in text, length), length);
        for (; names[slot].Length != 0; slot = (slot + 1) & (names.Length - 1))
        {
            if (names[slot].Length == length && names[slot].IsAt(in text))
            {
                return _values[slot];
            }
        }

        return -1;
    }

    /// <summary>The number of a name that ends with a quote, or -1 if the table does not contain it.</summary>
    /// <param name="text">The text.</param>
    /// <param name="start">The name's first byte; at least eight bytes precede it.</param>
    /// <param name="length">The name's length.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int FindQuoted(ReadOnlySpan<byte> text, int start, out int length)
    {
        length = text.Length - start <= ShortName.MaxBytes
            ? -1
            : text.Slice(start, ShortName.MaxBytes + 1).IndexOf((byte)'"');
        return length <= 0 ? -1 : Find(in text[start], length);
    }

    private int Hash(ulong lastBytes, int length) =>
        (int)(((lastBytes + (ulong)length) * 0x9E37_79B9_7F4A_7C15) >> _shift);
}
