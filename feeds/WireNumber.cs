using System;
using LowLatency.Engine.Instruments;

namespace LowLatency.Feeds;

/// <summary>Result of parsing a number.</summary>
internal enum NumberStatus
{
    /// <summary>Parsed exactly.</summary>
    Ok,

    /// <summary>Not a plain decimal number.</summary>
    Malformed,

    /// <summary>A number with an exponent, which this venue never writes.</summary>
    Exponent,

    /// <summary>Below zero.</summary>
    Negative,

    /// <summary>Non-zero digits beyond the increment.</summary>
    TooFine,

    /// <summary>Out of range.</summary>
    Overflow,
}

/// <summary>Converts decimal text to whole increments, exactly: no floating point, no rounding.</summary>
internal static class WireNumber
{
    /// <summary>Maximum number of increments: 2^62 - 1, so that the sum of any two numbers fits a long.</summary>
    public const long MaxValue = (1L << 62) - 1;

    /// <summary>Parses digits, a point, digits; the point and the digits after it are optional.</summary>
    /// <param name="text">The text, without quotes.</param>
    /// <param name="decimals">An increment is 10^-decimals; 0 to 18.</param>
    /// <param name="value">The number of increments; 0 unless the status is Ok.</param>
    public static NumberStatus Parse(ReadOnlySpan<byte> text, int decimals, out long value)
    {
        value = 0;
        long sum = 0;
        int i = 0;
        for (; i < text.Length && (uint)(text[i] - '0') <= 9; i++)
        {
            if (sum > MaxValue / 10)
            {
                return Refuse(text, NumberStatus.Overflow);
            }

            sum = (sum * 10) + (text[i] - '0');
        }

        if (i == 0)
        {
            return Refuse(text, NumberStatus.Malformed);
        }

        int fraction = 0;
        if (i < text.Length && text[i] == '.')
        {
            int start = ++i;
            for (; i < text.Length && (uint)(text[i] - '0') <= 9; i++)
            {
                if (fraction < decimals)
                {
                    if (sum > MaxValue / 10)
                    {
                        return Refuse(text, NumberStatus.Overflow);
                    }

                    sum = (sum * 10) + (text[i] - '0');
                    fraction++;
                }
                else if (text[i] != '0')
                {
                    return Refuse(text, NumberStatus.TooFine);
                }
            }

            if (i == start)
            {
                return NumberStatus.Malformed;
            }
        }

        if (i != text.Length)
        {
            return Refuse(text, NumberStatus.Malformed);
        }

        long factor = InstrumentScale.PowerOfTen(decimals - fraction);
        if (sum > MaxValue / factor)
        {
            return NumberStatus.Overflow;
        }

        value = sum * factor;
        return NumberStatus.Ok;
    }

    /// <summary>
    /// Parses a number that may have an exponent, as JSON numbers may. <c>5.1e-05</c> equals 0.000051.
    /// </summary>
    /// <param name="text">The text, without quotes.</param>
    /// <param name="decimals">An increment is 10^-decimals; 0 to 18.</param>
    /// <param name="value">The number of increments; 0 unless the status is Ok.</param>
    public static NumberStatus ParseWithExponent(ReadOnlySpan<byte> text, int decimals, out long value)
    {
        int mark = text.IndexOfAny((byte)'e', (byte)'E');
        if (mark < 0)
        {
            return Parse(text, decimals, out value);
        }

        value = 0;
        NumberStatus shape = Refuse(text, NumberStatus.Ok);
        if (shape != NumberStatus.Exponent)
        {
            return shape;
        }

        ReadOnlySpan<byte> mantissa = text[..mark];
        int point = mantissa.IndexOf((byte)'.');
        ReadOnlySpan<byte> whole = point < 0 ? mantissa : mantissa[..point];
        ReadOnlySpan<byte> fraction = point < 0 ? default : mantissa[(point + 1)..].TrimEnd((byte)'0');
        int trailingZeros = fraction.IsEmpty ? whole.Length - whole.TrimEnd((byte)'0').Length : 0;
        long digits = 0;
        if (!TryAppendDigits(whole[..^trailingZeros], ref digits) || !TryAppendDigits(fraction, ref digits))
        {
            return NumberStatus.Overflow;
        }

        if (digits == 0)
        {
            return NumberStatus.Ok;
        }

        // The value is digits * 10^shift increments, and digits does not end with 0.
        if (!TryReadPower(text[(mark + 1)..], out int power))
        {
            return text[mark + 1] == '-' ? NumberStatus.TooFine : NumberStatus.Overflow;
        }

        int shift = power + trailingZeros - fraction.Length + decimals;
        if (shift < 0)
        {
            return NumberStatus.TooFine;
        }

        if (shift > 18 || digits > MaxValue / InstrumentScale.PowerOfTen(shift))
        {
            return NumberStatus.Overflow;
        }

        value = digits * InstrumentScale.PowerOfTen(shift);
        return NumberStatus.Ok;
    }

    /// <summary>Number of significant decimals: trailing zeros do not count, an exponent does.</summary>
    public static int SignificantDecimals(ReadOnlySpan<byte> text)
    {
        int mark = text.IndexOfAny((byte)'e', (byte)'E');
        ReadOnlySpan<byte> mantissa = mark < 0 ? text : text[..mark];
        int point = mantissa.IndexOf((byte)'.');
        ReadOnlySpan<byte> whole = point < 0 ? mantissa : mantissa[..point];
        ReadOnlySpan<byte> fraction = point < 0 ? default : mantissa[(point + 1)..].TrimEnd((byte)'0');
        if (mark < 0)
        {
            return fraction.Length;
        }

        int trailingZeros = fraction.IsEmpty ? whole.Length - whole.TrimEnd((byte)'0').Length : 0;
        return TryReadPower(text[(mark + 1)..], out int power)
            ? Math.Max(0, fraction.Length - trailingZeros - power)
            : int.MaxValue;
    }

    private static bool TryAppendDigits(ReadOnlySpan<byte> text, ref long digits)
    {
        foreach (byte digit in text)
        {
            if (digits > MaxValue / 10)
            {
                return false;
            }

            digits = (digits * 10) + (digit - '0');
        }

        return true;
    }

    // For powers beyond a million, only the sign matters.
    private static bool TryReadPower(ReadOnlySpan<byte> text, out int power)
    {
        bool isNegative = text[0] == '-';
        bool isRead = Parse(isNegative || text[0] == '+' ? text[1..] : text, 0, out long value) == NumberStatus.Ok
            && value <= 1_000_000;
        power = isRead ? (int)(isNegative ? -value : value) : 0;
        return isRead;
    }

    // Finds the name of the fault. Text that is not a number is malformed, whatever fault was found first.
    private static NumberStatus Refuse(ReadOnlySpan<byte> text, NumberStatus otherwise)
    {
        bool isNegative = text.Length > 1 && text[0] == '-';
        ReadOnlySpan<byte> rest = isNegative ? text[1..] : text;
        int exponent = rest.IndexOfAny((byte)'e', (byte)'E');
        ReadOnlySpan<byte> mantissa = exponent < 0 ? rest : rest[..exponent];
        ReadOnlySpan<byte> power = exponent < 0 ? default : rest[(exponent + 1)..];
        bool isSigned = power.Length > 1 && power[0] is (byte)'+' or (byte)'-';
        if (!IsPlain(mantissa) || (exponent >= 0 && !IsDigits(isSigned ? power[1..] : power)))
        {
            return NumberStatus.Malformed;
        }

        if (isNegative)
        {
            return NumberStatus.Negative;
        }

        return exponent >= 0 ? NumberStatus.Exponent : otherwise;
    }

    private static bool IsPlain(ReadOnlySpan<byte> text)
    {
        int point = text.IndexOf((byte)'.');
        return point < 0 ? IsDigits(text) : IsDigits(text[..point]) && IsDigits(text[(point + 1)..]);
    }

    private static bool IsDigits(ReadOnlySpan<byte> text) =>
        text.Length != 0 && !text.ContainsAnyExceptInRange((byte)'0', (byte)'9');
}
