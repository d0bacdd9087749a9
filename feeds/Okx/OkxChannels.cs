using System;

namespace LowLatency.Feeds.Okx;

/// <summary>The channels of OKX that are read. Each book has its own sequence, so two are never mixed.</summary>
internal static class OkxChannels
{
    /// <summary>First family of trades; those of books are lower.</summary>
    public const int TradesFamily = 8;

    private const int Depth = 400;

    /// <summary>The channel of that name; none if it is not read here.</summary>
    public static StreamChannel Of(ReadOnlySpan<byte> channel) =>
        channel.SequenceEqual("books"u8) ? StreamChannel.Of(1, Depth, intervalMs: 100)
        : channel.SequenceEqual("trades"u8) ? StreamChannel.Of(TradesFamily)
        : channel.SequenceEqual("books-l2-tbt"u8) ? StreamChannel.Of(2, Depth, intervalMs: 10)
        : channel.SequenceEqual("books50-l2-tbt"u8) ? StreamChannel.Of(3, depth: 50, intervalMs: 10)
        : channel.SequenceEqual("books5"u8) ? StreamChannel.Of(4, depth: 5, intervalMs: 100, isWhole: true)
        : channel.SequenceEqual("books-elp"u8) ? StreamChannel.Of(5, Depth, intervalMs: 100, isSecondary: true)
        : channel.SequenceEqual("trades-all"u8) ? StreamChannel.Of(TradesFamily + 1)
        : StreamChannel.None;
}
