using System;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using LowLatency.Engine.Events;

namespace LowLatency.Feeds.Scan;

/// <summary>
/// The shape of a level of two decimal strings with points, up to the first digit of the next level. Most levels of a
/// message have the same shape as the one before. Such a level is read without looking for the ends of its numbers, and
/// the start of the next one is known before this one is read.
/// </summary>
internal ref struct LevelShape<TVectors>
    where TVectors : struct, IScanVectors
{
    private const int BlockBytes = 64;

    // From the quote after the quantity to the next level's first digit: the quote, "],[" and a quote.
    private const int BytesBehindQuantity = 5;

    // The level that the shape was taken from. Levels of this shape share its digit positions, its other bytes, and its
    // zeros beyond the increments.
    private readonly ref readonly byte _like;
    private ulong _all;
    private ulong _nonDigits;
    private ulong _compared;
    private Number _price;
    private Number _quantity;

    private LevelShape(ref readonly byte like) => _like = ref like;

    /// <summary>Bytes to the next level's first digit; 0 if there is no shape.</summary>
    public int Bytes { get; private set; }

    /// <summary>Reads levels as long as they have this shape.</summary>
    /// <param name="at">First digit of the first level.</param>
    /// <param name="rest">Readable bytes from there on.</param>
    /// <param name="template">Common fields of all levels.</param>
    /// <param name="free">Receives the levels.</param>
    /// <returns>Number of levels read.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly int ReadRun(
        ref readonly byte at, int rest, in EngineInput template, Span<EngineInput> free) =>
        Bytes == 0 || rest < BlockBytes ? 0 : ReadRun(in this, in at, rest, in template, free);

    /// <summary>The shape of a level that was read and that is followed by another.</summary>
    /// <param name="at">Its first digit; 64 bytes from there on must be readable.</param>
    /// <param name="priceDecimals">Decimals of price increments.</param>
    /// <param name="quantityDecimals">Decimals of quantity increments.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static LevelShape<TVectors> Of(ref readonly byte at, int priceDecimals, int quantityDecimals)
    {
        ulong nonDigits = TVectors.NonDigits(in at);
        ulong zeros = 0;
        ulong rest = nonDigits;
        if (!TryLearn(in at, 0, priceDecimals, ref rest, ref zeros, out Number price))
        {
            return default;
        }

        // Skips the comma and the quote before the quantity.
        rest &= rest - 1;
        int start = BitOperations.TrailingZeroCount(rest) + 1;
        rest &= rest - 1;
        bool isThere = TryLearn(in at, start, quantityDecimals, ref rest, ref zeros, out Number quantity);
        int bytes = quantity.Quote + BytesBehindQuantity;
        if (!isThere || bytes > BlockBytes)
        {
            return default;
        }

        ulong all = ulong.MaxValue >> (BlockBytes - bytes);
        return new LevelShape<TVectors>(in at)
        {
            Bytes = bytes,
            _all = all,
            _nonDigits = nonDigits,
            _compared = (nonDigits & all) | zeros,
            _price = price,
            _quantity = quantity,
        };
    }

    // A separate method, so that the whole shape stays in registers.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int ReadRun(
        in LevelShape<TVectors> shape, ref readonly byte at, int rest, in EngineInput template,
        Span<EngineInput> free)
    {
        ulong all = shape._all;
        ulong nonDigits = shape._nonDigits & all;
        ulong compared = shape._compared;
        ref readonly byte like = ref shape._like;
        Number price = shape._price;
        Number quantity = shape._quantity;
        int bytes = shape.Bytes;
        EngineInput common = template;
        int count = 0;
        for (; count < free.Length && rest >= BlockBytes; count++)
        {
            if ((((TVectors.NonDigits(in at) & all) ^ nonDigits) | (TVectors.Different(in at, in like) & compared))
                != 0)
            {
                break;
            }

            ref EngineInput level = ref free[count];
            level = common;
            level.Price = price.Read(in at);
            level.Quantity = quantity.Read(in at);
            at = ref Unsafe.Add(ref Unsafe.AsRef(in at), bytes);
            rest -= bytes;
        }

        return count;
    }

    // A number from its first digit on, with the point and the quote that ends it.
    private static bool TryLearn(
        ref readonly byte at, int start, int decimals, ref ulong rest, ref ulong zeros, out Number number)
    {
        int point = BitOperations.TrailingZeroCount(rest);
        rest &= rest - 1;
        int quote = BitOperations.TrailingZeroCount(rest);
        rest &= rest - 1;
        number = default;
        if (quote >= BlockBytes || Unsafe.Add(ref Unsafe.AsRef(in at), point) != '.')
        {
            return false;
        }

        int whole = point - start;
        int fraction = Math.Min(quote - point - 1, decimals);
        int width = DigitText.Width(whole, fraction);
        zeros |= (1UL << quote) - (1UL << (point + 1 + fraction));
        number.Order = width > DigitText.MaxDigits ? default : DigitText.Order(whole, fraction, decimals);
        number.Start = start + width - DigitText.MaxDigits;
        number.Quote = quote;
        return width <= DigitText.MaxDigits;
    }

    // See DigitText.ReadOrdered. Start is relative to the level's first digit; enough text precedes it.
    private struct Number
    {
        public Vector128<byte> Order;
        public int Start;
        public int Quote;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly long Read(ref readonly byte level) => DigitText.ReadOrdered<TVectors>(
            in Unsafe.Add(ref Unsafe.AsRef(in level), Start), Order);
    }
}
