using System;
using System.Numerics;
using System.Runtime.CompilerServices;
using LowLatency.Engine.Events;

namespace LowLatency.Feeds.Scan;

/// <summary>Times and words as text, and what numbers are like that are looked at before they are read.</summary>
internal ref partial struct ScanText<TVectors>
{
    // "buy"," and "sell"," to the quote behind the comma, the first byte lowest; they differ by one byte in length.
    private const int BytesOfBuy = 7;
    private const ulong Buy = '"' | ('b' << 8) | ('u' << 16) | ((ulong)'y' << 24) | ((ulong)'"' << 32)
        | ((ulong)',' << 40) | ((ulong)'"' << 48);
    private const ulong Sell = '"' | ('s' << 8) | ('e' << 16) | ((ulong)'l' << 24) | ((ulong)'l' << 32)
        | ((ulong)'"' << 40) | ((ulong)',' << 48) | ((ulong)'"' << 56);

    /// <summary>
    /// true when the digits that count of the decimal number at the cursor end so many bytes further on, or later: a
    /// text that begins with a number asks so whether <see cref="DigitText.BytesBefore"/> bytes are before their end.
    /// </summary>
    public bool CountsBeyond(int bytes, int decimals)
    {
        int written = PeekDecimals();
        int whole = BitOperations.TrailingZeroCount(_nonDigits);
        return whole + (written == 0 ? 0 : 1 + Math.Min(written, decimals)) >= bytes;
    }

    /// <summary>How many decimals the number at the cursor is written with, when it is one.</summary>
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

    /// <summary>Reads a time of <see cref="Rfc3339Text"/>.</summary>
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

    /// <summary>Reads <c>"buy"</c> or <c>"sell"</c> in quotes, and steps over the comma and the quote behind it.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryReadSide(out Side side)
    {
        side = Side.Buy;
        if (Rest < BytesOfBuy + 1)
        {
            return false;
        }

        // No branch: sides come as they like.
        ulong word = Unsafe.ReadUnaligned<ulong>(in _at);
        int isSell = Byte(1) == 's' ? 1 : 0;
        ulong difference = word ^ Buy ^ ((Buy ^ Sell) & (ulong)-isSell);
        side = (Side)isSell;
        Step(BytesOfBuy + isSell);
        return difference << (8 * (1 - isSell)) == 0;
    }

    /// <summary>Steps over plain text of at most 62 bytes, from behind its first quote to behind the last.</summary>
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

    /// <summary>Steps over a bare JSON number of 0 or more, with decimals and an exponent or without.</summary>
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
