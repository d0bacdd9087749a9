using System;
using System.Buffers.Text;

namespace LowLatency.Feeds.Bybit;

/// <summary>The channels of Bybit that are read; see <see cref="Of"/>. Each depth has its own numbering.</summary>
internal static class BybitChannels
{
    /// <summary>Books of version 5.</summary>
    public const int BookFamily = 1;

    /// <summary>Books of the 2021 API.</summary>
    public const int Book2021Family = 2;

    private const int Depth2021 = 25;

    /// <summary><c>orderBookL2_25</c> of the 2021 API.</summary>
    public static StreamChannel Book2021 { get; } = StreamChannel.Of(Book2021Family, Depth2021);

    /// <summary><c>publicTrade</c>.</summary>
    public static StreamChannel Trades { get; } = StreamChannel.Of(3);

    /// <summary><c>trade</c> of the 2021 API.</summary>
    public static StreamChannel Trades2021 { get; } = StreamChannel.Of(4);

    /// <summary>The book of version 5 with a depth.</summary>
    public static StreamChannel Book(long depth) => StreamChannel.Of(BookFamily, (int)depth);

    /// <summary>
    /// The channel of a topic without its symbol; none if it is not read here, such as <c>orderbook.full</c> and
    /// <c>orderbook.rpi</c>.
    /// </summary>
    public static StreamChannel Of(ReadOnlySpan<byte> channel)
    {
        if (channel.SequenceEqual("publicTrade"u8))
        {
            return Trades;
        }

        if (channel.SequenceEqual("trade"u8))
        {
            return Trades2021;
        }

        if (channel.SequenceEqual("orderBookL2_25"u8))
        {
            return Book2021;
        }

        ReadOnlySpan<byte> prefix = "orderbook."u8;
        return channel.StartsWith(prefix)
            && Utf8Parser.TryParse(channel[prefix.Length..], out uint depth, out int length)
            && length == channel.Length - prefix.Length && depth > 0 && StreamChannel.Fits(depth, -1)
            ? Book(depth)
            : StreamChannel.None;
    }
}
