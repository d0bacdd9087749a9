using System;
using System.Linq;
using System.Runtime.CompilerServices;
using LowLatency.Engine.Events;
using LowLatency.Feeds.Scan;

namespace LowLatency.Feeds.Okx;

/// <summary>OKX's books and trades. Tickers, which are not subscribed here, are left to the parser.</summary>
internal readonly struct OkxScanner : IFrameScanner
{
    // The text between two values. It begins with a quote after a string, and ends with a quote before one.
    private static readonly ScanKey s_quotedTime = new("\"ts\":\""u8);
    private static readonly ScanKey s_sequence = new("\"seqId\":"u8);
    private static readonly ScanKey s_price = new("\",\"px\":\""u8);
    private static readonly ScanKey s_size = new("\",\"sz\":\""u8);
    private static readonly ScanKey s_buy = new("buy\""u8);
    private static readonly ScanKey s_sell = new("sell\""u8);

    private static readonly StreamChannel s_books = OkxChannels.Of("books"u8);
    private static readonly StreamChannel s_trades = OkxChannels.Of("trades"u8);

    private readonly NameTable _names;
    private readonly BookFeed[] _feeds;

    /// <summary>Creates it for a session's symbols.</summary>
    public OkxScanner(BookFeed[] feeds)
    {
        _names = new NameTable(feeds.Select(feed => feed.Symbol).ToArray());
        _feeds = feeds;
    }

    /// <inheritdoc/>
    public bool TryRead<TVectors>(
        ReadOnlySpan<byte> text, long receiveTimeNs, EventBatch batch, out ParsedMessage message)
        where TVectors : struct, IScanVectors
    {
        message = default;
        if (text.Length < ScanText<TVectors>.MinBytes || !BitConverter.IsLittleEndian)
        {
            return false;
        }

        bool isBook = text.StartsWith("{\"arg\":{\"channel\":\"books\",\"instId\":\""u8);
        if (!isBook && !text.StartsWith("{\"arg\":{\"channel\":\"trades\",\"instId\":\""u8))
        {
            return false;
        }

        int start = isBook ? 36 : 37;
        int length = text[start..].IndexOf((byte)'"');
        message.Symbol = length is <= 0 or > NameTable.MaxBytes ? -1 : _names.Find(in text[start], length);
        if (message.Symbol < 0)
        {
            return false;
        }

        var rest = new ScanText<TVectors>(text, start + length);
        return isBook
            ? TryReadBook(text, rest, receiveTimeNs, batch, ref message)
            : TryReadTrades(rest, receiveTimeNs, batch, ref message);
    }

    // Asks come before bids, but the parser outputs bids first, so the bids are located and read first.
    private bool TryReadBook<TVectors>(
        ReadOnlySpan<byte> frame, ScanText<TVectors> text, long receiveTimeNs, EventBatch batch,
        ref ParsedMessage message)
        where TVectors : struct, IScanVectors
    {
        BookFeed feed = _feeds[message.Symbol];
        bool isSnapshot = false;
        if (!text.TryTake("\"},\"action\":\"update\",\"data\":[{\"asks\":["u8))
        {
            isSnapshot = text.TryTake("\"},\"action\":\"snapshot\",\"data\":[{\"asks\":["u8);
            if (!isSnapshot)
            {
                return false;
            }
        }

        int bidsStart = ScanText<TVectors>.FindNextArray(frame, frame.Length - text.Rest);
        if (bidsStart < 0)
        {
            return false;
        }

        EngineInput template = batch.Template(feed, EventKind.LevelUpdate, receiveTimeNs);
        Span<EngineInput> free = batch.FreeSlots;
        int count = 0;
        var tail = new ScanText<TVectors>(frame, bidsStart);
        if (!tail.TryGoTo(ScanText<TVectors>.ReadCountedLevels(tail, feed, in template, free, ref count))
            || !TryReadTail(ref tail, ref message))
        {
            return false;
        }

        foreach (ref EngineInput level in free[..count])
        {
            level.ExchangeTimeNs = message.ExchangeTimeNs;
        }

        template.ExchangeTimeNs = message.ExchangeTimeNs;
        template.Side = Side.Sell;
        if (!text.TryGoTo(ScanText<TVectors>.ReadCountedLevels(text, feed, in template, free, ref count))
            || !text.TryTake(",\"bids\":["u8) || text.Rest != frame.Length - bidsStart)
        {
            return false;
        }

        batch.Advance(count);
        message.Kind = isSnapshot ? MessageKind.BookSnapshot : MessageKind.Depth;
        message.Channel = s_books;
        message.ConcernsBook = true;
        return true;
    }

    // Time, checksum and, since 2023, the two sequences; their order differs between the venue and its documentation.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryReadTail<TVectors>(ref ScanText<TVectors> text, ref ParsedMessage message)
        where TVectors : struct, IScanVectors
    {
        long sequence = 0;
        long previous = 0;
        if (!text.TryTake(","u8) || !text.TryTake(s_quotedTime) || !text.TryReadTimeMs(out message.ExchangeTimeNs)
            || !text.TryTake("\",\"checksum\":"u8) || !text.TryReadSigned(out long checksum)
            || checksum is < int.MinValue or > int.MaxValue)
        {
            return false;
        }

        if (text.TryTake(","u8))
        {
            bool isSequenceFirst = text.TryTake(s_sequence);
            if (!(isSequenceFirst
                ? text.TryReadSigned(out sequence)
                    && text.TryTake(",\"prevSeqId\":"u8) && text.TryReadSigned(out previous)
                : text.TryTake("\"prevSeqId\":"u8) && text.TryReadSigned(out previous)
                    && text.TryTake(","u8) && text.TryTake(s_sequence) && text.TryReadSigned(out sequence)))
            {
                return false;
            }
        }

        // Since June 2026, 0 means no checksum.
        message.HasChecksum = checksum != 0;
        message.Checksum = (uint)(int)checksum;
        message.Ids = new DepthIds(0, sequence, previous);
        message.UpdateId = checksum != 0 ? checksum : sequence;
        return text.EndsWith("}]}"u8);
    }

    private bool TryReadTrades<TVectors>(
        ScanText<TVectors> text, long receiveTimeNs, EventBatch batch, ref ParsedMessage message)
        where TVectors : struct, IScanVectors
    {
        BookFeed feed = _feeds[message.Symbol];
        int priceDecimals = feed.Scale.PriceDecimals;
        int quantityDecimals = feed.Scale.QuantityDecimals;
        if (!text.TryTake("\"},\"data\":["u8))
        {
            return false;
        }

        EngineInput template = batch.Template(feed, EventKind.Trade, receiveTimeNs);
        Span<EngineInput> free = batch.FreeSlots;
        int count = 0;
        do
        {
            if (count == free.Length
                || !text.TryTake("{\"instId\":\""u8) || !text.TryTakeName(feed.Symbol)
                || !text.TryTake("\",\"tradeId\":\""u8) || !text.TryReadInteger(out long id)
                || !text.TryTake(s_price) || !text.TryReadDecimal(priceDecimals, out long price)
                || !text.TryTake(s_size) || !text.TryReadDecimal(quantityDecimals, out long quantity)
                || !text.TryTake("\",\"side\":\""u8))
            {
                return false;
            }

            bool isBuy = text.TryTake(s_buy);
            if ((!isBuy && !text.TryTake(s_sell))
                || !text.TryTake(","u8) || !text.TryTake(s_quotedTime) || !text.TryReadTimeMs(out long timeNs)
                || !TryEndTrade(ref text))
            {
                return false;
            }

            ref EngineInput trade = ref free[count++];
            trade = template;
            trade.Side = isBuy ? Side.Buy : Side.Sell;
            trade.ExchangeTimeNs = timeNs;
            trade.Price = price;
            trade.Quantity = quantity;
            trade.TradeId = id;
        }
        while (text.TryTake(","u8));
        if (!text.EndsWith("]}"u8))
        {
            return false;
        }

        batch.Advance(count);
        message.Kind = MessageKind.Direct;
        message.Channel = s_trades;
        return true;
    }

    // According to the documentation, the time is followed by the number of aggregated fills, the order source and a
    // sequence number; none of them is needed.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryEndTrade<TVectors>(ref ScanText<TVectors> text)
        where TVectors : struct, IScanVectors
    {
        if (text.TryTake("\"}"u8))
        {
            return true;
        }

        if (!text.TryTake("\",\"count\":\""u8) || !text.TrySkipInteger())
        {
            return false;
        }

        return text.TryTake("\"}"u8)
            || (text.TryTake("\",\"source\":\""u8) && text.TrySkipInteger()
                && text.TryTake("\","u8) && text.TryTake(s_sequence) && text.TrySkipInteger()
                && text.TryTake("}"u8));
    }
}
