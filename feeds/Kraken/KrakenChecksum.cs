using System;
using System.Buffers.Text;
using System.IO.Hashing;
using LowLatency.Engine.Books;
using LowLatency.Engine.Instruments;

namespace LowLatency.Feeds.Kraken;

/// <summary>
/// Kraken's checksum ("Book checksum" in the venue's guides): the ten best asks in ascending order, then the ten best
/// bids in descending order, each with price and quantity in exactly the pair's decimals, without point and leading
/// zeros. A number with fixed decimals and without its point is its number of increments.
/// </summary>
internal sealed class KrakenChecksum : IBookChecksum
{
    private const int Levels = 10;
    private const int MaxDigits = 20;

    public bool DependsOnDecimals => true;

    public uint Compute(OrderBook book, in InstrumentScale scale, WireDecimals wire)
    {
        Span<byte> text = stackalloc byte[2 * Levels * 2 * MaxDigits];
        int priceShift = wire.Price - scale.PriceDecimals;
        int quantityShift = wire.Quantity - scale.QuantityDecimals;
        int length = 0;
        Append(book.Asks, priceShift, quantityShift, text, ref length);
        Append(book.Bids, priceShift, quantityShift, text, ref length);
        return Crc32.HashToUInt32(text[..length]);
    }

    private static void Append(BookSide side, int priceShift, int quantityShift, Span<byte> text, ref int length)
    {
        Span<BookLevel> levels = stackalloc BookLevel[Levels];
        foreach (BookLevel level in levels[..side.CopyTop(levels)])
        {
            Append(Shifted(level.Price, priceShift), text, ref length);
            Append(Shifted(level.Quantity, quantityShift), text, ref length);
        }
    }

    private static long Shifted(long value, int digits) => digits >= 0
        ? value * InstrumentScale.PowerOfTen(digits)
        : value / InstrumentScale.PowerOfTen(-digits);

    private static void Append(long value, Span<byte> text, ref int length)
    {
        Utf8Formatter.TryFormat(value, text[length..], out int written);
        length += written;
    }
}
