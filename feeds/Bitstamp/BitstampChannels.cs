using System;

namespace LowLatency.Feeds.Bitstamp;

/// <summary>The channels of Bitstamp that are read. Their names end with an underscore and the symbol.</summary>
internal static class BitstampChannels
{
    private const int Depth = 100;

    /// <summary><c>diff_order_book</c>.</summary>
    public static StreamChannel Updates { get; } = StreamChannel.Of(1);

    /// <summary><c>live_trades</c>.</summary>
    public static StreamChannel Trades { get; } = StreamChannel.Of(4);

    private static StreamChannel Levels { get; } = StreamChannel.Of(2, Depth, isWhole: true);

    private static StreamChannel Orders { get; } = StreamChannel.Of(3, Depth, isWhole: true);

    /// <summary>The channel of that name, with or without a symbol; none if it is not read here.</summary>
    /// <param name="channel">The name.</param>
    /// <param name="length">Length of the name without underscore and symbol.</param>
    public static StreamChannel Of(ReadOnlySpan<byte> channel, out int length)
    {
        return Is(channel, "diff_order_book"u8, out length) ? Updates
            : Is(channel, "live_trades"u8, out length) ? Trades
            : Is(channel, "order_book"u8, out length) ? Levels
            : Is(channel, "detail_order_book"u8, out length) ? Orders
            : StreamChannel.None;
    }

    private static bool Is(ReadOnlySpan<byte> channel, ReadOnlySpan<byte> name, out int length)
    {
        length = name.Length;
        return channel.StartsWith(name) && (channel.Length == length || channel[length] == '_');
    }
}
