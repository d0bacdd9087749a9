using System;

namespace LowLatency.Feeds.Poloniex;

/// <summary>The channels of Poloniex that are read.</summary>
internal static class PoloniexChannels
{
    // Levels per side of both books; whole ones may have 5 or 10, which their messages do not say.
    private const int Depth = 20;

    /// <summary><c>book_lv2</c>.</summary>
    public static StreamChannel Updates { get; } = StreamChannel.Of(1, Depth);

    /// <summary><c>book</c>.</summary>
    public static StreamChannel Whole { get; } = StreamChannel.Of(2, Depth, isWhole: true);

    /// <summary><c>trades</c>.</summary>
    public static StreamChannel Trades { get; } = StreamChannel.Of(3);

    /// <summary>The channel of that name; none if it is not read here.</summary>
    public static StreamChannel Of(ReadOnlySpan<byte> channel) =>
        channel.SequenceEqual("book_lv2"u8) ? Updates
        : channel.SequenceEqual("trades"u8) ? Trades
        : channel.SequenceEqual("book"u8) ? Whole
        : StreamChannel.None;
}
