using System;
using System.Buffers.Text;
using System.Text;

namespace LowLatency.Feeds.Json;

/// <summary>
/// Resolves the escapes of a JSON string whose syntax is already checked. No allocation, no exceptions.
/// </summary>
internal static class JsonEscapes
{
    /// <summary>Writes the unescaped text as UTF-8.</summary>
    /// <param name="raw">The text between the quotes.</param>
    /// <param name="free">Receives the text.</param>
    /// <param name="length">Bytes written.</param>
    /// <returns>false for an unpaired surrogate, or if the space is too small.</returns>
    public static bool TryResolve(ReadOnlySpan<byte> raw, Span<byte> free, out int length)
    {
        length = 0;
        int i = 0;
        while (i < raw.Length)
        {
            if (free.Length - length < 4)
            {
                return false;
            }

            if (raw[i] != '\\')
            {
                free[length++] = raw[i++];
            }
            else if (raw[i + 1] != 'u')
            {
                free[length++] = Simple(raw[i + 1]);
                i += 2;
            }
            else if (TryReadRune(raw[i..], out Rune rune, out int taken))
            {
                length += rune.EncodeToUtf8(free[length..]);
                i += taken;
            }
            else
            {
                return false;
            }
        }

        return true;
    }

    private static byte Simple(byte kind) => kind switch
    {
        (byte)'b' => (byte)'\b',
        (byte)'f' => (byte)'\f',
        (byte)'n' => (byte)'\n',
        (byte)'r' => (byte)'\r',
        (byte)'t' => (byte)'\t',
        _ => kind,
    };

    private static bool TryReadRune(ReadOnlySpan<byte> text, out Rune rune, out int taken)
    {
        taken = 6;
        char first = ReadUnit(text);
        if (Rune.TryCreate(first, out rune))
        {
            return true;
        }

        taken = 12;
        return text.Length >= 12 && text[6] == '\\' && text[7] == 'u'
            && Rune.TryCreate(first, ReadUnit(text[6..]), out rune);
    }

    private static char ReadUnit(ReadOnlySpan<byte> text) =>
        Utf8Parser.TryParse(text.Slice(2, 4), out ushort unit, out _, 'x') ? (char)unit : default;
}
