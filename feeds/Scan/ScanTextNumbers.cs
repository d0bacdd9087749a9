using System;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace LowLatency.Feeds.Scan;

/// <summary>Forms of numbers and words that only some venues write.</summary>
internal ref partial struct ScanText<TVectors>
{
    private const long NsPerUs = 1_000;

    // Maximum number of microseconds that fits into 64-bit nanoseconds.
    private const long MaxUs = long.MaxValue / NsPerUs;

    // Trade ids of nineteen digits: sixteen, and the ones before them.
    private const int MaxIdDigits = 19;
    private const ulong TenTo16 = 10_000_000_000_000_000;

    /// <summary>
    /// Reads an unquoted decimal number as increments of 10^-decimals and stops at the byte after it, which the caller
    /// must check: an exponent, for example, must not follow. It has digits before the point, no leading zero, and
    /// digits after the point if there is one; beyond the increment only zeros. The increments have at most sixteen
    /// digits.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryReadBareDecimal(int decimals, out long increments)
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

        int whole = BitOperations.TrailingZeroCount(_nonDigits);
        if ((uint)(whole - 1) >= (uint)(DigitText.MaxDigits - decimals) || (_at == '0' && whole != 1))
        {
            return false;
        }

        if (Byte(whole) != '.')
        {
            increments = ReadWithoutPoint(in Byte(whole), whole, decimals);
            Step(whole);
            return true;
        }

        return TryReadFraction(decimals, whole, BitOperations.TrailingZeroCount(later), out increments);
    }

    /// <summary>Reads a JSON integer that may be negative, at most sixteen digits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryReadSigned(out long value)
    {
        bool isNegative = TryTake("-"u8);
        bool isThere = TryReadInteger(out value);
        value = isNegative ? -value : value;
        return isThere;
    }

    /// <summary>Reads a time in microseconds.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryReadTimeUs(out long timeNs)
    {
        bool isThere = TryReadInteger(out long us) && us <= MaxUs;
        timeNs = us * NsPerUs;
        return isThere;
    }

    /// <summary>Reads an integer of at most nineteen digits, up to <see cref="WireNumber.MaxValue"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryReadLongInteger(out long value)
    {
        value = 0;
        if (_nonDigits == 0)
        {
            Classify();
        }

        int digits = BitOperations.TrailingZeroCount(_nonDigits);
        if (digits <= DigitText.MaxDigits)
        {
            return TryReadInteger(out value);
        }

        if (digits > MaxIdDigits || _at == '0')
        {
            return false;
        }

        int before = digits - DigitText.MaxDigits;
        ulong whole = ((ulong)DigitText.ReadWhole<TVectors>(in Byte(before), before) * TenTo16)
            + (ulong)DigitText.ReadWhole<TVectors>(in Byte(digits), DigitText.MaxDigits);
        value = (long)whole;
        Step(digits);
        return whole <= WireNumber.MaxValue;
    }

    /// <summary>Takes a text that is fixed for the session: a symbol, or a phrase around one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryTakeName(byte[] name)
    {
        if (name.Length > Rest || !MemoryMarshal.CreateReadOnlySpan(in _at, name.Length).SequenceEqual(name))
        {
            return false;
        }

        Step(name.Length);
        return true;
    }

    /// <summary>Reads an integer with or without quotes, as one venue writes it in different places.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryReadQuotedOrBare(out long value) => TryTake("\""u8)
        ? TryReadInteger(out value) && TryTake("\""u8)
        : TryReadInteger(out value);

    /// <summary>
    /// Reads a plain string of printable ASCII, from after its opening quote to after the closing one.
    /// </summary>
    public bool TryReadText(out ReadOnlySpan<byte> text)
    {
        ReadOnlySpan<byte> rest = MemoryMarshal.CreateReadOnlySpan(in _at, Rest);
        int length = rest.IndexOf((byte)'"');
        if (length < 0)
        {
            text = default;
            return false;
        }

        text = rest[..length];
        _at = ref Byte(length + 1);
        _nonDigits = 0;
        return !text.ContainsAnyExceptInRange((byte)' ', (byte)'~') && !text.Contains((byte)'\\');
    }
}
