using System;
using System.Buffers.Binary;

namespace LowLatency.Feeds.Scan;

/// <summary>
/// A literal of up to eight bytes, prepared so that comparing it takes one load. Keep instances in static readonly
/// fields.
/// </summary>
internal readonly struct ScanKey
{
    /// <summary>Maximum length.</summary>
    public const int MaxBytes = 8;

    /// <summary>Its bytes, the first one lowest, padded with zeros.</summary>
    public readonly ulong Text;

    /// <summary>All bits set where it has bytes.</summary>
    public readonly ulong Mask;

    /// <summary>Number of bytes.</summary>
    public readonly int Length;

    private ScanKey(ulong text, ulong mask, int length) => (Text, Mask, Length) = (text, mask, length);

    /// <summary>All but its first byte.</summary>
    public ScanKey Tail => new(Text >> 8, Mask >> 8, Length - 1);

    /// <summary>Creates the key.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The literal is too long.</exception>
    public ScanKey(ReadOnlySpan<byte> literal)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(literal.Length, MaxBytes);
        Span<byte> padded = stackalloc byte[MaxBytes];
        padded.Clear();
        literal.CopyTo(padded);
        Text = BinaryPrimitives.ReadUInt64LittleEndian(padded);
        padded[..literal.Length].Fill(0xFF);
        Mask = BinaryPrimitives.ReadUInt64LittleEndian(padded);
        Length = literal.Length;
    }
}
