using System;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;

namespace LowLatency.Feeds.Scan;

/// <summary>A cursor over a message of a known form. Literals are compared; numbers are found with masks of the 64
/// bytes ahead. Anything unexpected returns <c>false</c>, and the message then goes to the parser. So this reader may
/// refuse valid text, but never takes text that the parser rejects or reads differently.
/// <para>Nothing outside the text is read. The 64 bytes that are classified begin at the cursor or 64 bytes before the
/// end, whichever comes first, and the text is at least that long. Digits are read from up to 17 bytes before their
/// end, which the literal at the start covers; and they end inside the text, because the byte that ends them
/// does.</para>
/// <para>Keep it in a local variable and pass copies to methods that are not inlined, so that its fields stay in
/// registers.</para>
/// </summary>
internal ref partial struct ScanText<TVectors>
    where TVectors : struct, IScanVectors
{
    /// <summary>Minimum length of a text.</summary>
    public const int MinBytes = 64;

    /// <summary>Nanoseconds in a millisecond.</summary>
    public const long NsPerMs = 1_000_000;

    /// <summary>Maximum number of milliseconds that fits into 64-bit nanoseconds.</summary>
    public const long MaxMs = long.MaxValue / NsPerMs;

    // Digits beyond the increment: venues write at most eight decimals.
    private const int MaxBeyond = 8;
    private const ulong EightZeros = 0x3030_3030_3030_3030;

    // The text between the two numbers of a level; at least one more byte follows.
    private const int BytesBetweenNumbers = 4;
    private const uint BetweenNumbers = '"' | (',' << 8) | ('"' << 16);

    // Levels are separated by "],[" and a quote; the last one is followed by two brackets and more than one byte.
    private const int BytesBehindLevel = 4;
    private const uint NextLevel = ']' | (',' << 8) | ('[' << 16) | ((uint)'"' << 24);
    private const int MissesToLearn = 2;
    private const ushort LastLevel = ']' | (']' << 8);

    // At the end of a message, more than one byte follows a word.
    private const int BytesOfFalse = 5;
    private const uint True = 't' | ('r' << 8) | ('u' << 16) | ((uint)'e' << 24);
    private const uint False = 'f' | ('a' << 8) | ('l' << 16) | ((uint)'s' << 24);

    // One past the last byte.
    private readonly ref readonly byte _end;

    // At most the end.
    private ref readonly byte _at;

    // Bit n is set if the byte n after the cursor is known not to be a digit. Everything below the highest set bit is
    // known; above it nothing needs to be.
    private ulong _nonDigits;

    /// <summary>Starts inside a text.</summary>
    /// <param name="text">The text, at least <see cref="MinBytes"/> long.</param>
    /// <param name="position">Start position. The first <see cref="DigitText.BytesBefore"/> bytes of the text contain
    /// no number.</param>
    public ScanText(ReadOnlySpan<byte> text, int position)
    {
        ref byte start = ref MemoryMarshal.GetReference(text);
        _end = ref Unsafe.Add(ref start, text.Length);
        _at = ref Unsafe.Add(ref start, position);
    }

    /// <summary>Number of bytes left.</summary>
    public readonly int Rest => (int)Unsafe.ByteOffset(in _at, in _end);

    /// <summary>Continues where a copy has stopped.</summary>
    /// <param name="rest">Bytes that the copy has left.</param>
    /// <returns>false for -1: the copy has failed.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryGoTo(int rest)
    {
        _at = ref Unsafe.Subtract(ref Unsafe.AsRef(in _end), Math.Max(0, rest));
        _nonDigits = 0;
        return rest >= 0;
    }

    /// <summary>
    /// Takes a literal of up to eight bytes with one compare. Eight bytes from its start must be readable.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryTake(ScanKey key)
    {
        if (Rest < ScanKey.MaxBytes || ((Unsafe.ReadUnaligned<ulong>(in _at) ^ key.Text) & key.Mask) != 0)
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
        if (literal.Length > Rest || !Literal.IsAt(in _at, literal))
        {
            return false;
        }

        Step(literal.Length);
        return true;
    }

    /// <summary>true if exactly this literal is left.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly bool EndsWith(ReadOnlySpan<byte> literal) =>
        literal.Length == Rest && Literal.IsAt(in _at, literal);

    /// <summary>Takes a name. Sixteen bytes from its start must be readable.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryTake(in ShortName name)
    {
        if (Rest < ShortName.MaxBytes || !name.IsAt(in _at))
        {
            return false;
        }

        Step(name.Length);
        return true;
    }

    /// <summary>Reads a JSON integer of 0 or more, at most sixteen digits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryReadInteger(out long value)
    {
        int digits = CountDigits();
        if (digits == 0)
        {
            value = 0;
            return false;
        }

        value = DigitText.ReadWhole<TVectors>(in Byte(digits), digits);
        Step(digits);
        return true;
    }

    /// <summary>Reads a time in milliseconds.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryReadTimeMs(out long timeNs)
    {
        bool isThere = TryReadInteger(out long ms) && ms <= MaxMs;
        timeNs = ms * NsPerMs;
        return isThere;
    }

    /// <summary>Skips an integer of the same form.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TrySkipInteger()
    {
        int digits = CountDigits();
        Step(digits);
        return digits != 0;
    }

    /// <summary>
    /// Reads a decimal number as increments of 10^-decimals and stops at the quote after it. It has digits before the
    /// point and, if there is one, after it; beyond the increment only zeros. The increments have at most sixteen
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

        // A branch instead of a selection between two lengths: what follows can start before the byte is known.
        int whole = BitOperations.TrailingZeroCount(_nonDigits);
        if ((uint)(whole - 1) >= (uint)(DigitText.MaxDigits - decimals))
        {
            return false;
        }

        if (Byte(whole) != '.')
        {
            increments = ReadWithoutPoint(in Byte(whole), whole, decimals);
            Step(whole);
            return _at == '"';
        }

        int length = BitOperations.TrailingZeroCount(later);
        return Byte(length) == '"' && TryReadFraction(decimals, whole, length, out increments);
    }

    /// <summary>Reads true or false.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryReadBoolean(out bool value)
    {
        value = false;
        if (Rest < BytesOfFalse)
        {
            return false;
        }

        uint word = Unsafe.ReadUnaligned<uint>(in _at);
        value = word == True;
        if (!value && (word != False || Byte(4) != 'e'))
        {
            return false;
        }

        Step(value ? 4 : BytesOfFalse);
        return true;
    }

    /// <summary>
    /// Skips a plain string of capitals, digits and points, from after its opening quote to after the closing one.
    /// </summary>
    public bool TrySkipWord()
    {
        for (int rest = Rest; rest > 0; rest--)
        {
            byte next = _at;
            Step(1);
            if (next == '"')
            {
                return true;
            }

            if (next is < (byte)'-' or > (byte)'Z')
            {
                return false;
            }
        }

        return false;
    }

    /// <summary>
    /// Reads an array of arrays of two decimal strings as levels, from after its first bracket to after its last. Not
    /// inlined, so that everything it calls can be: the compiler has one inlining budget per method.
    /// </summary>
    /// <param name="text">The text; a copy, so that the caller's own can stay in registers.</param>
    /// <param name="feed">The scale of the numbers.</param>
    /// <param name="template">Common fields of all levels.</param>
    /// <param name="free">Receives the levels.</param>
    /// <param name="count">Number of levels written; increased by this call.</param>
    /// <returns>Bytes left after the last bracket; -1 if the text is unexpected or the space is used up.</returns>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static int ReadLevels(
        ScanText<TVectors> text, BookFeed feed, in EngineInput template, Span<EngineInput> free, ref int count)
    {
        if (text.TryTake("]"u8))
        {
            return text.Rest;
        }

        if (!text.TryTake("[\""u8))
        {
            return -1;
        }

        int priceDecimals = feed.Scale.PriceDecimals;
        int quantityDecimals = feed.Scale.QuantityDecimals;
        var shape = default(LevelShape<TVectors>);
        int misses = 0;
        for (int written = count; (uint)written < (uint)free.Length; written++)
        {
            int alike = shape.ReadRun(in text._at, text.Rest, in template, free[written..]);
            if (alike != 0)
            {
                text._at = ref text.Byte(alike * shape.Bytes);
                text._nonDigits = 0;
                misses = 0;
                written += alike;
                if (written == free.Length)
                {
                    return -1;
                }
            }

            ref readonly byte start = ref text._at;
            bool isWhole = text.Rest >= MinBytes;
            if (!text.TryReadDecimal(priceDecimals, out long price) || text.Rest < BytesBetweenNumbers
                || (Unsafe.ReadUnaligned<uint>(in text._at) & 0xFF_FFFF) != BetweenNumbers)
            {
                return -1;
            }

            text.Step(3);
            if (!text.TryReadDecimal(quantityDecimals, out long quantity) || text.Rest <= BytesBehindLevel)
            {
                return -1;
            }

            ref EngineInput level = ref free[written];
            level = template;
            level.Price = price;
            level.Quantity = quantity;
            uint next = Unsafe.ReadUnaligned<uint>(in text.Byte(1));
            if (next != NextLevel)
            {
                count = written + 1;
                return (ushort)next == LastLevel ? text.Rest - 3 : -1;
            }

            text.Step(1 + BytesBehindLevel);

            // One level that differs says nothing about the next, and short arrays are not worth learning.
            misses++;
            if (misses == MissesToLearn && isWhole)
            {
                shape = LevelShape<TVectors>.Of(in start, priceDecimals, quantityDecimals);
                misses = 0;
            }
        }

        return -1;
    }

    // Number of digits at the cursor. 0 also for too many digits, for no end in sight, and for a leading zero, which is
    // not valid JSON.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int CountDigits()
    {
        if (_nonDigits == 0)
        {
            Classify();
        }

        int digits = BitOperations.TrailingZeroCount(_nonDigits);
        return (uint)(digits - 1) >= DigitText.MaxDigits || (_at == '0' && digits != 1) ? 0 : digits;
    }

    // A number with a point: where the point is and where the number ends.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryReadFraction(int decimals, int whole, int length, out long increments)
    {
        increments = 0;
        int fraction = length - whole - 1;
        if (fraction == 0)
        {
            return false;
        }

        if (fraction > decimals)
        {
            // The last of the eight bytes before the end are digits beyond the increment: they must be zeros.
            int beyond = fraction - decimals;
            ulong last = Unsafe.ReadUnaligned<ulong>(in Byte(length - 8));
            if (beyond > MaxBeyond || (last ^ EightZeros) >> (64 - (8 * beyond)) != 0)
            {
                return false;
            }

            fraction = decimals;
        }

        increments = DigitText.ReadDecimal<TVectors>(in Byte(whole + 1 + fraction), whole, fraction);
        if (fraction != decimals)
        {
            increments *= InstrumentScale.PowerOfTen(decimals - fraction);
        }

        Step(length);
        return true;
    }

    // Rarer than a number with a point, so not inlined.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static long ReadWithoutPoint(ref readonly byte end, int digits, int decimals) =>
        DigitText.ReadWhole<TVectors>(in end, digits) * InstrumentScale.PowerOfTen(decimals);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Step(int bytes)
    {
        _at = ref Byte(bytes);
        _nonDigits >>= bytes;
    }

    // Near the end the block begins before the cursor; at the end there is nothing to find.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Classify()
    {
        int before = MinBytes - Rest;
        _nonDigits = before <= 0 ? TVectors.NonDigits(in _at)
            : before == MinBytes ? 0
            : TVectors.NonDigits(in Unsafe.Subtract(ref Unsafe.AsRef(in _end), MinBytes)) >> before;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly ref readonly byte Byte(int offset) => ref Unsafe.Add(ref Unsafe.AsRef(in _at), offset);
}
