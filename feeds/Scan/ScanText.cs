using System;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;

namespace LowLatency.Feeds.Scan;

/// <summary>
/// A cursor over a message whose form is known: literals are compared, numbers are found by masks of the 64 bytes in
/// front of the cursor. Whatever is not exactly as expected is <c>false</c>, and the message then belongs to a reader
/// that trusts nothing; so this one may refuse what it finds awkward, but never takes what that one refuses or reads
/// otherwise.
/// <para>Nothing outside the text is read. The 64 bytes that are classified begin at the cursor or 64 before the end,
/// whichever is first, and the text is at least that long. Digits are looked at from up to 17 bytes before their end
/// on, which the literal at the beginning covers; and they end inside the text, because the byte that ends them does.
/// </para>
/// <para>Keep it in a local variable and pass copies to what is not inlined: then its fields live in registers.</para>
/// </summary>
internal ref struct ScanText<TVectors>
    where TVectors : struct, IScanVectors
{
    /// <summary>Bytes that a text has at least.</summary>
    public const int LeastBytes = 64;

    private const long NsPerMs = 1_000_000;

    // The greatest number of milliseconds that nanoseconds in 64 bits can hold.
    private const long MostMs = long.MaxValue / NsPerMs;

    // Between levels stands "],[" and a quote, after the last one two brackets and more than one byte.
    private const int BytesBehindLevel = 4;
    private const uint NextLevel = ']' | (',' << 8) | ('[' << 16) | ((uint)'"' << 24);
    private const ushort LastLevel = ']' | (']' << 8);

    // A message ends with more than one byte behind a word.
    private const int BytesOfFalse = 5;
    private const uint True = 't' | ('r' << 8) | ('u' << 16) | ((uint)'e' << 24);
    private const uint False = 'f' | ('a' << 8) | ('l' << 16) | ((uint)'s' << 24);

    private static readonly ScanKey s_betweenNumbers = new("\",\""u8);

    private readonly ref readonly byte _text;
    private readonly int _length;

    // 0 to _length.
    private int _position;

    // Bit n is set when the byte at _position + n is known not to be a digit, or not to be a 0. Below the highest bit
    // of the first all is known; above it nothing need be.
    private ulong _nonDigits;
    private ulong _nonZeros;

    /// <summary>Starts in the middle of a text.</summary>
    /// <param name="text">The text, at least <see cref="LeastBytes"/> long.</param>
    /// <param name="position">Where to start: no number stands in the first <see cref="DigitText.BytesBefore"/> bytes.
    /// </param>
    public ScanText(ReadOnlySpan<byte> text, int position)
    {
        _text = ref MemoryMarshal.GetReference(text);
        _length = text.Length;
        _position = position;
    }

    /// <summary>Offset of the next byte.</summary>
    public readonly int Position => _position;

    /// <summary>Goes on behind what a copy has taken.</summary>
    /// <returns>false for -1: the copy has taken nothing.</returns>
    public bool TryGoTo(int position)
    {
        _position = Math.Max(0, position);
        _nonDigits = 0;
        return position >= 0;
    }

    /// <summary>Takes a literal of up to eight bytes in one compare. Eight bytes are left from its beginning on.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryTake(ScanKey key)
    {
        if (_length - _position < ScanKey.MostBytes
            || ((Unsafe.ReadUnaligned<ulong>(in Byte(_position)) ^ key.Text) & key.Mask) != 0)
        {
            return false;
        }

        Step(key.Length);
        return true;
    }

    /// <summary>Takes a literal of any length.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryTake(ReadOnlySpan<byte> literal)
    {
        if (literal.Length > _length - _position || !Literal.IsAt(in Byte(_position), literal))
        {
            return false;
        }

        Step(literal.Length);
        return true;
    }

    /// <summary>true when nothing but a literal is left.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly bool EndsWith(ReadOnlySpan<byte> literal) =>
        literal.Length == _length - _position && Literal.IsAt(in Byte(_position), literal);

    /// <summary>Takes a name. Sixteen bytes are left from its beginning on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryTake(in ShortName name)
    {
        if (_length - _position < ShortName.MostBytes || !name.IsAt(in Byte(_position)))
        {
            return false;
        }

        Step(name.Length);
        return true;
    }

    /// <summary>Reads a whole JSON number of 0 or more, at most sixteen digits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryReadInteger(out long value)
    {
        int start = _position;
        if (!TrySkipInteger())
        {
            value = 0;
            return false;
        }

        value = DigitText.ReadWhole<TVectors>(in Byte(_position), _position - start);
        return true;
    }

    /// <summary>Reads a time in milliseconds.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryReadTimeMs(out long timeNs)
    {
        bool isThere = TryReadInteger(out long ms) && ms <= MostMs;
        timeNs = ms * NsPerMs;
        return isThere;
    }

    /// <summary>Steps over a whole number of the same form.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TrySkipInteger()
    {
        if (_nonDigits == 0)
        {
            Classify();
        }

        // No digit at all, too many of them or no end in sight, or a zero before another digit, which is no JSON.
        int digits = BitOperations.TrailingZeroCount(_nonDigits);
        if ((uint)(digits - 1) >= DigitText.MostDigits || ((_nonZeros & 1) == 0 && digits != 1))
        {
            return false;
        }

        Step(digits);
        return true;
    }

    /// <summary>
    /// Reads a decimal number as increments of 10^-decimals and stops at the quote behind it. It has digits before the
    /// point and, where there is one, behind it; beyond the increment only zeros. The increments have at most sixteen
    /// digits.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryReadDecimal(int decimals, out long increments)
    {
        increments = 0;
        ulong later = _nonDigits & (_nonDigits - 1);
        if (later == 0)
        {
            Classify();
            later = _nonDigits & (_nonDigits - 1);
            if (later == 0)
            {
                return false;
            }
        }

        // A branch and no choice between two lengths: what follows can begin before the byte has been looked at.
        int whole = BitOperations.TrailingZeroCount(_nonDigits);
        if ((uint)(whole - 1) >= (uint)(DigitText.MostDigits - decimals))
        {
            return false;
        }

        if (Byte(_position + whole) != '.')
        {
            increments = ReadWithoutPoint(in Byte(_position + whole), whole, decimals);
            Step(whole);
            return Byte(_position) == '"';
        }

        int length = BitOperations.TrailingZeroCount(later);
        int fraction = length - whole - 1;
        if (Byte(_position + length) != '"' || fraction == 0)
        {
            return false;
        }

        if (fraction > decimals)
        {
            if ((_nonZeros & ((1UL << length) - 1)) >> (whole + 1 + decimals) != 0)
            {
                return false;
            }

            fraction = decimals;
        }

        increments = DigitText.ReadDecimal<TVectors>(in Byte(_position + whole + 1 + fraction), whole, fraction);
        if (fraction != decimals)
        {
            increments *= InstrumentScale.PowerOfTen(decimals - fraction);
        }

        Step(length);
        return true;
    }

    /// <summary>Reads true or false.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryReadBoolean(out bool value)
    {
        value = false;
        if (_length - _position < BytesOfFalse)
        {
            return false;
        }

        uint word = Unsafe.ReadUnaligned<uint>(in Byte(_position));
        value = word == True;
        if (!value && (word != False || Byte(_position + 4) != 'e'))
        {
            return false;
        }

        Step(value ? 4 : BytesOfFalse);
        return true;
    }

    /// <summary>Steps over a plain string, from behind its first quote to behind the last: capitals, digits, points.
    /// </summary>
    public bool TrySkipWord()
    {
        for (int end = _position; end < _length; end++)
        {
            byte next = Byte(end);
            if (next == '"')
            {
                return TryGoTo(end + 1);
            }

            if (next is < (byte)'-' or > (byte)'Z')
            {
                return false;
            }
        }

        return false;
    }

    /// <summary>
    /// Reads an array of arrays of two decimal strings, from behind its first bracket to behind its last, as levels.
    /// </summary>
    /// <param name="text">The text; a copy, so that the caller's own can stay in registers.</param>
    /// <param name="feed">How the numbers are counted.</param>
    /// <param name="template">What all levels have in common.</param>
    /// <param name="room">Where the levels go.</param>
    /// <param name="count">How many have been written before; how many then.</param>
    /// <returns>The position behind the last bracket; -1 where it is not as it should be or there is no more room.
    /// </returns>
    public static int ReadLevels(
        ScanText<TVectors> text, BookFeed feed, in MarketEvent template, Span<MarketEvent> room, ref int count)
    {
        if (text.TryTake("]"u8))
        {
            return text._position;
        }

        if (!text.TryTake("[\""u8))
        {
            return -1;
        }

        int priceDecimals = feed.Scale.PriceDecimals;
        int quantityDecimals = feed.Scale.QuantityDecimals;
        for (int written = count; (uint)written < (uint)room.Length; written++)
        {
            if (!text.TryReadDecimal(priceDecimals, out long price) || !text.TryTake(s_betweenNumbers)
                || !text.TryReadDecimal(quantityDecimals, out long quantity)
                || text._length - text._position <= BytesBehindLevel)
            {
                return -1;
            }

            ref MarketEvent level = ref room[written];
            level = template;
            level.Price = price;
            level.Quantity = quantity;
            uint next = Unsafe.ReadUnaligned<uint>(in text.Byte(text._position + 1));
            if (next != NextLevel)
            {
                count = written + 1;
                return (ushort)next == LastLevel ? text._position + 3 : -1;
            }

            text.Step(1 + BytesBehindLevel);
        }

        return -1;
    }

    // Rarer than a point: kept out of the way.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static long ReadWithoutPoint(ref readonly byte end, int digits, int decimals) =>
        DigitText.ReadWhole<TVectors>(in end, digits) * InstrumentScale.PowerOfTen(decimals);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Step(int bytes)
    {
        _position += bytes;
        _nonDigits >>= bytes;
        _nonZeros >>= bytes;
    }

    // At the end of the text there is nothing to be found.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Classify()
    {
        int block = Math.Min(_position, _length - LeastBytes);
        TVectors.Classify(in Byte(block), out _nonDigits, out _nonZeros);
        _nonDigits = _position == _length ? 0 : _nonDigits >> (_position - block);
        _nonZeros >>= _position - block;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly ref readonly byte Byte(int position) =>
        ref Unsafe.Add(ref Unsafe.AsRef(in _text), (nint)(uint)position);
}
