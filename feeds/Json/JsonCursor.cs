using System;
using System.Text.Unicode;

namespace LowLatency.Feeds.Json;

/// <summary>Result of a step through an object or array.</summary>
internal enum JsonStep
{
    /// <summary>The text is not JSON, or not what the caller expects.</summary>
    Malformed,

    /// <summary>A property or an element follows.</summary>
    Item,

    /// <summary>The object or array has ended.</summary>
    End,
}

/// <summary>
/// Walks JSON text (RFC 8259, strict) without allocation or exceptions: invalid text is a return value. The caller must
/// have checked that the bytes are valid UTF-8.
/// </summary>
internal ref struct JsonCursor
{
    private const int MaxDepth = 64;
    private const int MaxDepthOfAny = 1000;

    private readonly ReadOnlySpan<byte> _text;
    private int _position;
    private bool _hasEscape;

    public JsonCursor(ReadOnlySpan<byte> text)
    {
        _text = text;
        _position = 0;
        _hasEscape = false;
    }

    /// <summary>true if the last string or name has escapes that are not resolved.</summary>
    public readonly bool HasEscape => _hasEscape;

    /// <summary>Offset of the next byte; after a failure, the approximate position of the fault.</summary>
    public readonly int Position => _position;

    /// <summary>The same text at another position, for a value that was skipped.</summary>
    public readonly JsonCursor At(int position)
    {
        JsonCursor cursor = this;
        cursor._position = position;
        return cursor;
    }

    /// <summary>true if only white space is left.</summary>
    public bool IsAtEnd()
    {
        SkipBlanks();
        return _position == _text.Length;
    }

    public bool TryEnterObject() => TryTake((byte)'{');

    public bool TryEnterArray() => TryTake((byte)'[');

    /// <summary>Moves to the next property of an object.</summary>
    /// <param name="isFirst">true before the first step, which sets it to false.</param>
    /// <param name="name">The raw name, with escapes; the value follows.</param>
    public JsonStep NextProperty(ref bool isFirst, out ReadOnlySpan<byte> name)
    {
        name = default;
        JsonStep step = NextItem(ref isFirst, (byte)'}');
        if (step != JsonStep.Item)
        {
            return step;
        }

        return TryReadString(out name) && TryTake((byte)':') ? JsonStep.Item : JsonStep.Malformed;
    }

    /// <summary>Moves to the next element of an array; the element follows.</summary>
    public JsonStep NextElement(ref bool isFirst) => NextItem(ref isFirst, (byte)']');

    /// <summary>Reads a string and returns its raw content: escapes are checked but not resolved.</summary>
    public bool TryReadString(out ReadOnlySpan<byte> raw)
    {
        raw = default;
        _hasEscape = false;
        if (!TryTake((byte)'"'))
        {
            return false;
        }

        int start = _position;
        while (_position < _text.Length)
        {
            byte b = _text[_position];
            if (b == '"')
            {
                raw = _text[start.._position];
                _position++;
                return true;
            }

            if (b < 0x20 || (b == '\\' && !TrySkipEscape()))
            {
                return false;
            }

            _position++;
        }

        return false;
    }

    /// <summary>Reads a number and returns its text.</summary>
    public bool TryReadNumber(out ReadOnlySpan<byte> text)
    {
        text = default;
        SkipBlanks();
        int start = _position;
        if (Peek() == '-')
        {
            _position++;
        }

        // No leading zeros.
        if (Peek() == '0')
        {
            _position++;
        }
        else if (!SkipDigits())
        {
            return false;
        }

        if (Peek() == '.')
        {
            _position++;
            if (!SkipDigits())
            {
                return false;
            }
        }

        if (Peek() is 'e' or 'E')
        {
            _position++;
            if (Peek() is '+' or '-')
            {
                _position++;
            }

            if (!SkipDigits())
            {
                return false;
            }
        }

        text = _text[start.._position];
        return true;
    }

    /// <summary>Reads an integer of 0 or more.</summary>
    public bool TryReadInteger(out long value)
    {
        value = 0;
        return TryReadNumber(out ReadOnlySpan<byte> text)
            && WireNumber.Parse(text, 0, out value) == NumberStatus.Ok;
    }

    /// <summary>Reads true or false.</summary>
    public bool TryReadBoolean(out bool value)
    {
        SkipBlanks();
        value = Peek() == 't';
        return TryTakeWord(value ? "true"u8 : "false"u8);
    }

    /// <summary>First byte of the next value (a quote, bracket, digit or letter), or -1 at the end.</summary>
    public int PeekValue()
    {
        SkipBlanks();
        return Peek();
    }

    /// <summary>Skips any value.</summary>
    public bool TrySkipValue() => TrySkipValue(MaxDepth);

    /// <summary>true if a text is one JSON value, however deep up to a thousand.</summary>
    public static bool IsJson(ReadOnlySpan<byte> text)
    {
        var cursor = new JsonCursor(text);
        return Utf8.IsValid(text) && cursor.TrySkipValue(MaxDepthOfAny) && cursor.IsAtEnd();
    }

    private bool TrySkipValue(int depthLeft)
    {
        SkipBlanks();
        switch (Peek())
        {
            case '"':
                return TryReadString(out _);
            case '{':
                return depthLeft > 0 && TrySkipObject(depthLeft - 1);
            case '[':
                return depthLeft > 0 && TrySkipArray(depthLeft - 1);
            case 't' or 'f':
                return TryReadBoolean(out _);
            case 'n':
                return TryTakeWord("null"u8);
            default:
                return TryReadNumber(out _);
        }
    }

    private bool TrySkipObject(int depthLeft)
    {
        bool isFirst = true;
        JsonStep step = TryEnterObject() ? NextProperty(ref isFirst, out _) : JsonStep.Malformed;
        while (step == JsonStep.Item)
        {
            step = TrySkipValue(depthLeft) ? NextProperty(ref isFirst, out _) : JsonStep.Malformed;
        }

        return step == JsonStep.End;
    }

    private bool TrySkipArray(int depthLeft)
    {
        bool isFirst = true;
        JsonStep step = TryEnterArray() ? NextElement(ref isFirst) : JsonStep.Malformed;
        while (step == JsonStep.Item)
        {
            step = TrySkipValue(depthLeft) ? NextElement(ref isFirst) : JsonStep.Malformed;
        }

        return step == JsonStep.End;
    }

    private JsonStep NextItem(ref bool isFirst, byte close)
    {
        SkipBlanks();
        int next = Peek();
        if (next == close)
        {
            // A comma is always taken together with the item after it, so this is an empty list or the end after an
            // item.
            _position++;
            return JsonStep.End;
        }

        if (!isFirst)
        {
            if (next != ',')
            {
                return JsonStep.Malformed;
            }

            _position++;
            SkipBlanks();
            if (Peek() == close)
            {
                return JsonStep.Malformed;
            }
        }

        isFirst = false;
        return JsonStep.Item;
    }

    private bool TryTake(byte wanted)
    {
        if (_position < _text.Length && _text[_position] == wanted)
        {
            _position++;
            return true;
        }

        SkipBlanks();
        if (Peek() != wanted)
        {
            return false;
        }

        _position++;
        return true;
    }

    private bool TryTakeWord(ReadOnlySpan<byte> word)
    {
        if (!_text[_position..].StartsWith(word))
        {
            return false;
        }

        _position += word.Length;
        return true;
    }

    private readonly int Peek() => _position < _text.Length ? _text[_position] : -1;

    private void SkipBlanks()
    {
        while (_position < _text.Length && _text[_position] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')
        {
            _position++;
        }
    }

    private bool SkipDigits()
    {
        int start = _position;
        while (_position < _text.Length && (uint)(_text[_position] - '0') <= 9)
        {
            _position++;
        }

        return _position != start;
    }

    // Starts at the backslash; ends on the last byte of the escape.
    private bool TrySkipEscape()
    {
        _hasEscape = true;
        _position++;
        int kind = Peek();
        if (kind is '"' or '\\' or '/' or 'b' or 'f' or 'n' or 'r' or 't')
        {
            return true;
        }

        if (kind != 'u')
        {
            return false;
        }

        for (int i = 0; i < 4; i++)
        {
            _position++;
            if (Peek() < 0 || !char.IsAsciiHexDigit((char)Peek()))
            {
                return false;
            }
        }

        return true;
    }
}
