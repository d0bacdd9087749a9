using System;
using System.Runtime.CompilerServices;
using LowLatency.Engine.Events;

namespace LowLatency.Feeds.Scan;

/// <summary>Forms of levels that only some venues write.</summary>
internal ref partial struct ScanText<TVectors>
{
    // After a level's quantity come the string 0 and the opening quote of the number of orders.
    private const ulong BehindQuantity =
        '"' | (',' << 8) | ('"' << 16) | ((ulong)'0' << 24) | ((ulong)'"' << 32) | ((ulong)',' << 40)
        | ((ulong)'"' << 48);

    private const ulong MaskOf7 = 0x00FF_FFFF_FFFF_FFFF;

    // After the number of orders: a quote, and what follows any level. More than eight bytes are left there.
    private const int BytesOfOrdersEnd = 8;
    private const ulong MaskOf5 = 0xFF_FFFF_FFFF;
    private const ulong MaskOf3 = 0xFF_FFFF;
    private const ulong OrdersThenNext = '"' | ((ulong)NextLevel << 8);
    private const ulong OrdersThenLast = '"' | ((ulong)LastLevel << 8);

    /// <summary>
    /// Finds the start of the next array of levels, for venues that write asks first: the only colon is between the two
    /// arrays. The caller must verify that after reading the first array.
    /// </summary>
    /// <param name="frame">The whole text.</param>
    /// <param name="start">A position in the first array.</param>
    /// <returns>The position after the second array's first bracket; -1 if there is none.</returns>
    public static int FindNextArray(ReadOnlySpan<byte> frame, int start)
    {
        int colon = frame[start..].IndexOf((byte)':');
        int found = start + colon + 2;
        return colon < 0 || found > frame.Length ? -1 : found;
    }

    /// <summary>
    /// Like <see cref="ReadLevels"/>, with four strings per level: price, quantity, 0, number of orders.
    /// </summary>
    /// <param name="text">The text; a copy, so that the caller's own can stay in registers.</param>
    /// <param name="feed">The scale of the numbers.</param>
    /// <param name="template">Common fields of all levels.</param>
    /// <param name="free">Receives the levels.</param>
    /// <param name="count">Number of levels written; increased by this call.</param>
    /// <returns>Bytes left after the last bracket; -1 if the text is unexpected or the space is used up.</returns>
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
