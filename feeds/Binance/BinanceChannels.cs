using System;
using System.Buffers.Text;

namespace LowLatency.Feeds.Binance;

/// <summary>The channels of Binance that are read: books, partial books, trades.</summary>
internal static class BinanceChannels
{
    /// <summary>Level updates: <c>depth</c>, <c>depth@100ms</c>.</summary>
    public const int DepthFamily = 1;

    /// <summary>Partial books: <c>depth5</c>, <c>depth20@100ms</c>.</summary>
    public const int PartialFamily = 2;

    private const int TradeFamily = 3;
    private const int AggregateFamily = 4;
    private const int MaxDigits = 4;

    /// <summary><c>trade</c>.</summary>
    public static StreamChannel Trades { get; } = StreamChannel.Of(TradeFamily);

    /// <summary><c>aggTrade</c>.</summary>
    public static StreamChannel AggregateTrades { get; } = StreamChannel.Of(AggregateFamily);

    /// <summary>The level updates of an interval.</summary>
    /// <param name="intervalMs">Milliseconds; -1 if the stream's name has none.</param>
    public static StreamChannel Updates(long intervalMs) => StreamChannel.Of(DepthFamily, 0, (int)intervalMs);

    /// <summary>The channel of that name; none if it is not read here.</summary>
    public static StreamChannel Of(ReadOnlySpan<byte> channel)
    {
        if (channel.SequenceEqual("trade"u8))
        {
            return Trades;
        }

        if (channel.SequenceEqual("aggTrade"u8))
        {
            return AggregateTrades;
        }

        if (!channel.StartsWith("depth"u8))
        {
            return StreamChannel.None;
        }

        ReadOnlySpan<byte> rest = channel["depth"u8.Length..];
        int depth = TakeNumber(ref rest);
        int intervalMs = -1;
        if (rest.StartsWith("@"u8))
        {
            rest = rest[1..];
            intervalMs = TakeNumber(ref rest);
            rest = intervalMs >= 0 && rest.StartsWith("ms"u8) ? rest[2..] : "?"u8;
        }

        return !rest.IsEmpty || depth == 0 || !StreamChannel.Fits(Math.Max(0, depth), intervalMs) ? StreamChannel.None
            : depth < 0 ? Updates(intervalMs)
            : StreamChannel.Of(PartialFamily, depth, intervalMs, isWhole: true);
    }

    // -1 if there is none.
    private static int TakeNumber(ref ReadOnlySpan<byte> text)
    {
        int digits = text.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        digits = digits < 0 ? text.Length : digits;
        if (digits is 0 or > MaxDigits || !Utf8Parser.TryParse(text[..digits], out int number, out _))
        {
            return -1;
        }

        text = text[digits..];
        return number;
    }
}
