using System;
using System.Runtime.CompilerServices;
using LowLatency.Engine.Events;

namespace LowLatency.Feeds.Scan;

/// <summary>The forms of levels that not all venues write.</summary>
internal ref partial struct ScanText<TVectors>
{
    // Behind a level's quantity stands the string 0 and the first quote of the number of orders.
    private const ulong BehindQuantity =
        '"' | (',' << 8) | ('"' << 16) | ((ulong)'0' << 24) | ((ulong)'"' << 32) | ((ulong)',' << 40)
        | ((ulong)'"' << 48);

    private const ulong MaskOf7 = 0x00FF_FFFF_FFFF_FFFF;

    // Behind the number of orders: a quote, and what stands behind any level. More than eight bytes are left there.
    private const int BytesOfOrdersEnd = 8;
    private const ulong MaskOf5 = 0xFF_FFFF_FFFF;
    private const ulong MaskOf3 = 0xFF_FFFF;
    private const ulong OrdersThenNext = '"' | ((ulong)NextLevel << 8);
    private const ulong OrdersThenLast = '"' | ((ulong)LastLevel << 8);

    /// <summary>
    /// Finds where the levels of the array behind the one at hand begin, for the venues that write asks first: between
    /// the two stands the only colon. Whether that is so is for the caller to see when the first array has been read.
    /// </summary>
    /// <param name="frame">The whole text.</param>
    /// <param name="start">A place in the first array.</param>
    /// <returns>The place behind the second array's first bracket; -1 where there is none.</returns>
    public static int FindNextArray(ReadOnlySpan<byte> frame, int start)
    {
        int colon = frame[start..].IndexOf((byte)':');
        int found = start + colon + 2;
        return colon < 0 || found > frame.Length ? -1 : found;
    }

    /// <summary>
    /// Like <see cref="ReadLevels"/>, with four strings to a level: price, quantity, 0, number of orders.
    /// </summary>
    /// <param name="text">The text; a copy, so that the caller's own can stay in registers.</param>
    /// <param name="feed">How the numbers are counted.</param>
    /// <param name="template">What all levels have in common.</param>
    /// <param name="free">Where the levels go.</param>
    /// <param name="count">How many have been written before; how many then.</param>
    /// <returns>How many bytes are left behind the last bracket; -1 where it is not as it should be or there is no more
    /// room.</returns>
    public static int ReadCountedLevels(
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
        for (int written = count; (uint)written < (uint)free.Length; written++)
        {
            if (!text.TryReadDecimal(priceDecimals, out long price) || text.Rest < BytesBetweenNumbers
                || (Unsafe.ReadUnaligned<uint>(in text._at) & 0xFF_FFFF) != BetweenNumbers)
            {
                return -1;
            }

            text.Step(3);
            if (!text.TryReadDecimal(quantityDecimals, out long quantity) || text.Rest < sizeof(ulong)
                || (Unsafe.ReadUnaligned<ulong>(in text._at) & MaskOf7) != BehindQuantity)
            {
                return -1;
            }

            text.Step(7);
            int orders = text.CountDigits();
            text.Step(orders);
            if (orders == 0 || text.Rest <= BytesOfOrdersEnd)
            {
                return -1;
            }

            ref EngineInput level = ref free[written];
            level = template;
            level.Price = price;
            level.Quantity = quantity;
            ulong next = Unsafe.ReadUnaligned<ulong>(in text._at);
            if ((next & MaskOf5) != OrdersThenNext)
            {
                count = written + 1;
                return (next & MaskOf3) == OrdersThenLast ? text.Rest - 3 : -1;
            }

            text.Step(5);
        }

        return -1;
    }
}
