using System;
using System.Numerics;
using System.Runtime.CompilerServices;
using LowLatency.Engine.Events;

namespace LowLatency.Feeds.Scan;

/// <summary>Times and words as text, and properties of numbers that are needed before reading them.</summary>
internal ref partial struct ScanText<TVectors>
{
    // "buy"," and "sell"," up to the quote after the comma, first byte lowest; their lengths differ by one byte.
    private const int BytesOfBuy = 7;
    private const ulong Buy = '"' | ('b' << 8) | ('u' << 16) | ((ulong)'y' << 24) | ((ulong)'"' << 32)
        | ((ulong)',' << 40) | ((ulong)'"' << 48);
    private const ulong Sell = '"' | ('s' << 8) | ('e' << 16) | ((ulong)'l' << 24) | ((ulong)'l' << 32)
        | ((ulong)'"' << 40) | ((ulong)',' << 48) | ((ulong)'"' << 56);

    /// <summary>
    /// true if the significant digits of the decimal number at the cursor end this many bytes further on, or later. A
    /// text that begins with a number uses it to check that <see cref="DigitText.BytesBefore"/> bytes precede their
    /// end.
    /// </summary>
    public bool CountsBeyond(int bytes, int decimals)
    {
        int written = PeekDecimals();
        int whole = BitOperations.TrailingZeroCount(_nonDigits);
        return whole + (written == 0 ? 0 : 1 + Math.Min(written, decimals)) >= bytes;
    }

    /// <summary>Number of decimals of the number at the cursor, if it is one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int PeekDecimals()
    {
        if ((_nonDigits & (_nonDigits - 1)) == 0)
        {
            Classify();
        }

        int whole = BitOperations.TrailingZeroCount(_nonDigits);
        int length = BitOperations.TrailingZeroCount(_nonDigits & (_nonDigits - 1));
        return whole < Rest && Byte(whole) == '.' ? length - whole - 1 : 0;
    }

    /// <summary>Reads a time in the format of <see cref="Rfc3339Text"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryReadTimeText(out long timeNs)
    {
        timeNs = 0;
        if (Rest < Rfc3339Text.Bytes || !Rfc3339Text.TryRead<TVectors>(in _at, out timeNs))
        {
            return false;
        }

        Step(Rfc3339Text.Bytes);
        return true;
    }

    /// <summary>Reads <c>"buy"</c> or <c>"sell"</c> in quotes, and skips the comma and the quote after it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryReadSide(out Side side)
    {
        side = Side.Buy;
        if (Rest < BytesOfBuy + 1)
        {
            return false;
        }

        // No branch: sides are unpredictable.
        ulong word = Unsafe.ReadUnaligned<ulong>(in _at);
        int isSell = Byte(1) == 's' ? 1 : 0;
        ulong difference = word ^ Buy ^ ((Buy ^ Sell) & (ulong)-isSell);
        side = (Side)isSell;
        Step(BytesOfBuy + isSell);
        return difference << (8 * (1 - isSell)) == 0;
    }

    /// <summary>Skips plain text of at most 62 bytes, from after its opening quote to after the closing one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TrySkipText()
    {
        int before = MinBytes - Rest;
        ulong stops = before <= 0 ? PlainText.Stops<TVectors>(in _at)
            : before == MinBytes ? 0
            : PlainText.Stops<TVectors>(in Unsafe.Subtract(ref Unsafe.AsRef(in _end), MinBytes)) >> before;
        int length = BitOperations.TrailingZeroCount(stops);
        if (length >= MinBytes - 1 || Byte(length) != '"')
        {
            return false;
        }

        Step(length + 1);
        return true;
    }

    /// <summary>Skips an unquoted JSON number of 0 or more, optionally with decimals and an exponent.</summary>
    public bool TrySkipNumber()
    {
        if (!TrySkipInteger() || (Starts('.') && !TrySkipDigits()))
        {
            return false;
        }

        if (!Starts('e') && !Starts('E'))
        {
            return true;
        }

        _ = Starts('-') || Starts('+');
        return TrySkipDigits();
    }

    private bool Starts(char wanted)
    {
        if (Rest == 0 || _at != wanted)
        {
            return false;
        }

        Step(1);
        return true;
    }

    private bool TrySkipDigits()
    {
        if (_nonDigits == 0)
        {
            Classify();
        }

        int digits = BitOperations.TrailingZeroCount(_nonDigits);
        if (digits is 0 or MinBytes)
        {
            return false;
        }

        Step(digits);
        return true;
    }
}
