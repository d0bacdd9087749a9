using System;
using System.Buffers.Text;
using System.IO.Hashing;
using LowLatency.Engine.Books;
using LowLatency.Engine.Instruments;

namespace LowLatency.Feeds.Okx;

/// <summary>
/// OKX's checksum as it was until June 2026: the best 25 levels, bid and ask alternating, price and size as on the
/// wire, all joined by colons. The wire format has no trailing zeros.
/// </summary>
internal sealed class OkxChecksum : IBookChecksum
{
    private const int Levels = 25;

    // Digits, point and colon of a number of at most twelve decimals.
    private const int MaxText = 24;

    public bool DependsOnDecimals => false;

    public uint Compute(OrderBook book, in InstrumentScale scale, WireDecimals wire)
    {
        Span<byte> text = stackalloc byte[2 * Levels * 2 * MaxText];
        int length = 0;
        BookSide.Enumerator bids = book.Bids.GetEnumerator();
        BookSide.Enumerator asks = book.Asks.GetEnumerator();
        for (int depth = 0; depth < Levels; depth++)
        {
            AppendNext(ref bids, in scale, text, ref length);
            AppendNext(ref asks, in scale, text, ref length);
        }

        return Crc32.HashToUInt32(text[..Math.Max(0, length - 1)]);
    }

    private static void AppendNext(
        ref BookSide.Enumerator levels, in InstrumentScale scale, Span<byte> text, ref int length)
    {
        if (levels.MoveNext())
        {
            Append(levels.Price, scale.PriceDecimals, text, ref length);
            Append(levels.Quantity, scale.QuantityDecimals, text, ref length);
        }
    }

    private static void Append(long value, int decimals, Span<byte> text, ref int length)
    {
        while (decimals > 0 && value % 10 == 0)
        {
            value /= 10;
            decimals--;
        }

        long factor = InstrumentScale.PowerOfTen(decimals);
        Utf8Formatter.TryFormat(value / factor, text[length..], out int written);
        length += written;
        if (decimals > 0)
        {
            text[length++] = (byte)'.';
            long fraction = value % factor;
            for (int i = decimals - 1; i >= 0; i--)
            {
                text[length + i] = (byte)('0' + (fraction % 10));
                fraction /= 10;
            }

            length += decimals;
        }

        text[length++] = (byte)':';
    }
}
