using System;
using System.Buffers.Binary;
using System.Globalization;
using System.IO;
using System.Text;

namespace LowLatency.Replay.Npz;

/// <summary>
/// The header of a NumPy array file (NPY 1.0) of <see cref="FeedRow"/>s: magic, version, length, and a dictionary in
/// Python notation, padded so that the rows begin at a multiple of 64 bytes.
/// </summary>
public static class NpyHeader
{
    private const int Alignment = 64;

    // Magic, two bytes of version, two bytes of length.
    private const int FixedBytes = 10;

    // The expected row type has 170 characters.
    private const int MaxDictionaryBytes = 4096;

    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>Writes the header of a one-dimensional array of rows.</summary>
    /// <param name="rows">Number of rows, 0 or more.</param>
    public static byte[] Write(long rows)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        string dictionary = string.Create(
            CultureInfo.InvariantCulture,
            $"{{'descr': {FeedRow.Description}, 'fortran_order': False, 'shape': ({rows},), }}");
        int length = FixedBytes + dictionary.Length + 1;
        int padded = (length + Alignment - 1) / Alignment * Alignment;
        var head = new byte[padded];
        head.AsSpan().Fill((byte)' ');
        Magic.CopyTo(head);
        head[6] = 1;
        head[7] = 0;
        BinaryPrimitives.WriteUInt16LittleEndian(head.AsSpan(8), (ushort)(padded - FixedBytes));
        Encoding.ASCII.GetBytes(dictionary, head.AsSpan(FixedBytes));
        head[^1] = (byte)'\n';
        return head;
    }

    /// <summary>Reads a header.</summary>
    /// <param name="input">Positioned at the first byte; afterwards after the header.</param>
    /// <returns>The number of rows that it declares, 0 or more.</returns>
    /// <exception cref="InvalidDataException">It is not such a header, or has another row type.</exception>
    public static long Read(Stream input)
    {
        ArgumentNullException.ThrowIfNull(input);
        Span<byte> head = stackalloc byte[FixedBytes];
        Fill(input, head);
        if (!head.StartsWith(Magic))
        {
            throw new InvalidDataException("it does not begin with NumPy's magic bytes");
        }

        int length = BinaryPrimitives.ReadUInt16LittleEndian(head[8..]);
        if (head[6] is not (1 or 2 or 3))
        {
            throw new InvalidDataException($"it has version {head[6]}.{head[7]} of NumPy's format, not 1.0 to 3.0");
        }

        if (head[6] > 1)
        {
            // Later versions have four bytes of length.
            Span<byte> rest = stackalloc byte[2];
            Fill(input, rest);
            length = rest[0] == 0 && rest[1] == 0 ? length : int.MaxValue;
        }

        if (length > MaxDictionaryBytes)
        {
            throw new InvalidDataException("its header is longer than that of any feed data");
        }

        var dictionary = new byte[length];
        Fill(input, dictionary);
        return Parse(Encoding.Latin1.GetString(dictionary));
    }

    private static void Fill(Stream input, Span<byte> bytes)
    {
        if (input.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
        {
            throw new InvalidDataException("it ends within its header");
        }
    }

    // Blanks have no meaning in a valid header, so one with other blanks is the same header.
    private static long Parse(string dictionary)
    {
        string text = dictionary.Replace(" ", string.Empty, StringComparison.Ordinal).TrimEnd('\n');
        string description = ValueOf(text, "descr", '[', ']');
        string wanted = FeedRow.Description.Replace(" ", string.Empty, StringComparison.Ordinal);
        if (description.Replace(",]", "]", StringComparison.Ordinal) != wanted)
        {
            throw new InvalidDataException(
                $"its rows have the type {description}, not hftbacktest's (version 2) {FeedRow.Description}");
        }

        if (!text.Contains("'fortran_order':False", StringComparison.Ordinal))
        {
            throw new InvalidDataException("its array is in Fortran order");
        }

        string shape = ValueOf(text, "shape", '(', ')');
        if (!shape.EndsWith(",)", StringComparison.Ordinal)
            || !long.TryParse(
                shape.AsSpan(1, shape.Length - 3), NumberStyles.None, CultureInfo.InvariantCulture, out long rows)
            || rows > long.MaxValue / FeedRow.SizeBytes)
        {
            throw new InvalidDataException($"its array has the shape {shape}, not one dimension of rows");
        }

        return rows;
    }

    private static string ValueOf(string text, string name, char open, char close)
    {
        string key = $"'{name}':";
        int start = text.IndexOf(key, StringComparison.Ordinal);
        if (start < 0)
        {
            throw new InvalidDataException($"its header has no '{name}'");
        }

        start += key.Length;
        int end = start < text.Length && text[start] == open ? text.IndexOf(close, start) : -1;
        if (end < 0)
        {
            // A plain type, such as '<f8', is not a list.
            end = text.IndexOf(',', start);
            end = end < 0 ? text.Length - 1 : end - 1;
        }

        return text[start..(end + 1)];
    }
}
