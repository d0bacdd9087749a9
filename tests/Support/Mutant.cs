using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace LowLatency.Tests.Support;

/// <summary>
/// A real message with a few changes. The choices determine everything, so that a shrunk mutant is short.
/// </summary>
/// <param name="Frame">Index of the message.</param>
/// <param name="Choices">The changes: each number encodes kind and position of one.</param>
public sealed record Mutant(int Frame, int[] Choices)
{
    private static readonly string[] s_numbers =
    [
        "1e5", "1E-3", "-1", "-0", "0.000000000000001", "99999999999999999999", "1.50", "00.5", "5.", ".5", "+3", "0x1",
        "4611686018427387903", "4611686018427387904", "46116860184.27387903", "1e400", "0e999999999", "5.10e-05",
        "null", "true", "\"x\"", "\"\"", "[]", "{}", "NaN", "\"1.000000000000\"", "\"9223372036854775807\"",
    ];

    private static readonly string[] s_scraps =
    [
        "\"", ",", ":", "[", "]", "{", "}", "\\", "\\u0061", "\\ud800", "\\n", " ", "\t", "\u00e9", "\0", "-", ".", "0",
        ",\"b\":[]", ",\"u\":1", ",\"x\":{\"y\":[1,2]}", "\"data\":", "/*x*/",
    ];

    /// <summary>Mutants of this many messages.</summary>
    public static Arbitrary<Mutant> Of(int frames)
    {
        Gen<Mutant> gen =
            from frame in Gen.Choose(0, frames - 1)
            from count in Gen.Choose(1, 3)
            from choices in Gen.ArrayOf(Gen.Choose(0, int.MaxValue - 1), count)
            select new Mutant(frame, choices);
        return gen.ToArbitrary();
    }

    /// <summary>The changed message.</summary>
    public byte[] Build(IReadOnlyList<byte[]> frames)
    {
        byte[] text = frames[Frame];
        foreach (int choice in Choices)
        {
            text = Change(text, (uint)choice);
        }

        return text;
    }

    private static byte[] Change(byte[] text, uint choice)
    {
        if (text.Length == 0)
        {
            return text;
        }

        uint kind = choice % 12;
        int place = (int)(choice / 12 % (uint)text.Length);
        uint more = choice / 97;
        int length = Math.Min((int)(more % 24) + 1, text.Length - place);
        return kind switch
        {
            0 => Splice(text, place, 1, [(byte)more]),
            1 => Splice(text, place, length, []),
            2 => Splice(text, place, 0, text.AsSpan(place, length)),
            3 => Splice(text, place, 0, Encoding.UTF8.GetBytes(s_scraps[more % s_scraps.Length])),
            4 => ReplaceNumber(text, place, Encoding.UTF8.GetBytes(s_numbers[more % s_numbers.Length])),
            5 => ReplaceNumber(text, place, Encoding.UTF8.GetBytes(s_numbers[more % s_numbers.Length].Trim('"'))),
            6 => Escape(text, place),
            7 => text[..place],
            8 => DoubleField(text, place),
            9 => SwapFields(text, place),
            10 => Splice(text, place, 1, [(byte)('0' + (more % 10))]),
            _ => Splice(text, place, 0, [(byte)(0x80 + (more % 0x80))]),
        };
    }

    private static byte[] Splice(byte[] text, int start, int removed, ReadOnlySpan<byte> added) =>
        [.. text.AsSpan(0, start), .. added, .. text.AsSpan(Math.Min(text.Length, start + removed))];

    // The number at or after a position, including its point.
    private static byte[] ReplaceNumber(byte[] text, int place, byte[] by)
    {
        int start = text.AsSpan(place).IndexOfAnyInRange((byte)'0', (byte)'9');
        if (start < 0)
        {
            return text;
        }

        start += place;
        int end = start;
        while (end < text.Length && (char.IsAsciiDigit((char)text[end]) || text[end] is (byte)'.'))
        {
            end++;
        }

        return Splice(text, start, end - start, by);
    }

    // A letter or digit as \u00xx: within a string the message stays the same.
    private static byte[] Escape(byte[] text, int place) => char.IsAsciiLetterOrDigit((char)text[place])
        ? Splice(text, place, 1, Encoding.ASCII.GetBytes($"\\u{(int)text[place]:x4}"))
        : text;

    private static byte[] DoubleField(byte[] text, int place)
    {
        (int start, int end) = FieldAt(text, place);
        return Splice(text, end, 0, [(byte)',', .. text.AsSpan(start, end - start)]);
    }

    private static byte[] SwapFields(byte[] text, int place)
    {
        (int start, int end) = FieldAt(text, place);
        if (end >= text.Length || text[end] != ',')
        {
            return text;
        }

        (_, int nextEnd) = FieldAt(text, end + 1 < text.Length ? end + 1 : end);
        return nextEnd <= end
            ? text
            : [.. text.AsSpan(0, start), .. text.AsSpan(end + 1, nextEnd - end - 1), (byte)',',
                .. text.AsSpan(start, end - start), .. text.AsSpan(nextEnd)];
    }

    // From a comma or bracket to the next one.
    private static (int Start, int End) FieldAt(byte[] text, int place)
    {
        int start = text.AsSpan(0, place + 1).LastIndexOfAny((byte)',', (byte)'{', (byte)'[') + 1;
        int depth = 0;
        int end = start;
        for (; end < text.Length; end++)
        {
            depth += text[end] is (byte)'{' or (byte)'[' ? 1 : text[end] is (byte)'}' or (byte)']' ? -1 : 0;
            if (depth < 0 || (depth == 0 && text[end] == ','))
            {
                break;
            }
        }

        return (start, end);
    }
}
