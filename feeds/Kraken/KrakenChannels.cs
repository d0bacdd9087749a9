using System;
using System.Buffers.Text;

namespace LowLatency.Feeds.Kraken;

/// <summary>
/// The channels of Kraken that are read. Version 1 names the depth in the channel, <c>book-25</c>; version 2 only in
/// the answer to the subscription, and its messages do not say which book they belong to: a connection has one of a
/// symbol.
/// </summary>
internal static class KrakenChannels
{
    /// <summary>The depths that can be subscribed, in ascending order.</summary>
    public static ReadOnlySpan<int> Depths => [10, 25, 100, 500, 1000];

    /// <summary><c>trade</c>.</summary>
    public static StreamChannel Trades { get; } = StreamChannel.Of(2);

    /// <summary>A book of version 1 with a depth.</summary>
    public static StreamChannel Book(long depth) => StreamChannel.Of(1, (int)depth);

    /// <summary>The channel of that name; none if it is not read here, or names no depth.</summary>
    public static StreamChannel Of(ReadOnlySpan<byte> channel)
    {
        ReadOnlySpan<byte> prefix = "book-"u8;
        return channel.SequenceEqual("trade"u8) ? Trades
            : channel.StartsWith(prefix)
                && Utf8Parser.TryParse(channel[prefix.Length..], out uint depth, out int length)
                && length == channel.Length - prefix.Length && depth > 0 && StreamChannel.Fits(depth, -1)
                ? Book(depth)
            : StreamChannel.None;
    }
}
