using System;
using System.Linq;
using LowLatency.Engine.Events;
using LowLatency.Feeds.Scan;

namespace LowLatency.Feeds.Kraken;

/// <summary>Kraken's level updates and trades of version 2, and the level updates of version 1.</summary>
internal readonly struct KrakenScanner : IFrameScanner
{
    // "}]} follows a time at the end of the message.
    private const int BytesBehindTime = 4;

    private readonly ShortNameTable _symbols;
    private readonly BookFeed[] _feeds;
    private readonly KrakenV1Scanner _arrays;

    /// <summary>Creates it for a session's symbols.</summary>
    public KrakenScanner(BookFeed[] feeds)
    {
        _symbols = new ShortNameTable(feeds.Select(feed => feed.Symbol).ToArray());
        _feeds = feeds;
        _arrays = new KrakenV1Scanner(_symbols, feeds);
    }

    private static ReadOnlySpan<byte> BookHead =>
        "{\"channel\":\"book\",\"type\":\"update\",\"data\":[{\"symbol\":\""u8;

    private static ReadOnlySpan<byte> TradeHead =>
        "{\"channel\":\"trade\",\"type\":\"update\",\"data\":[{\"symbol\":\""u8;

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

        return text[0] == '[' ? _arrays.TryRead<TVectors>(text, receiveTimeNs, batch, out message)
            : text.StartsWith(BookHead) ? TryReadBook<TVectors>(text, receiveTimeNs, batch, ref message)
            : text.StartsWith(TradeHead) && TryReadTrades<TVectors>(text, receiveTimeNs, batch, ref message);
    }

    private bool TryReadBook<TVectors>(
        ReadOnlySpan<byte> frame, long receiveTimeNs, EventBatch batch, ref ParsedMessage message)
        where TVectors : struct, IScanVectors
    {
        // The time is the last field, and is read before the levels are written.
        message.Symbol = _symbols.FindQuoted(frame, BookHead.Length, out int length);
        if (message.Symbol < 0
            || !Rfc3339Text.TryRead<TVectors>(in frame[^(Rfc3339Text.Bytes + BytesBehindTime)], out long timeNs))
        {
            return false;
        }

        BookFeed feed = _feeds[message.Symbol];
        var text = new ScanText<TVectors>(frame, BookHead.Length + length);
        EngineInput template = batch.Template(feed, EventKind.LevelUpdate, receiveTimeNs, timeNs);
        Span<EngineInput> free = batch.FreeSlots;
        int count = 0;
        if (!text.TryTake("\",\"bids\":["u8)
            || !text.TryGoTo(ReadLevels(text, feed, in template, free, ref count))
            || !text.TryTake(",\"asks\":["u8))
        {
            return false;
        }

        template.Side = Side.Sell;
        if (!text.TryGoTo(ReadLevels(text, feed, in template, free, ref count))
            || !text.TryTake(",\"checksum\":"u8) || !text.TryReadInteger(out long checksum) || checksum > uint.MaxValue
            || !text.TryTake(",\"timestamp\":\""u8) || text.Rest != Rfc3339Text.Bytes + BytesBehindTime
            || !frame.EndsWith("\"}]}"u8))
        {
            return false;
        }

        batch.Advance(count);
        message.Kind = MessageKind.Depth;
        message.ConcernsBook = true;
        message.ExchangeTimeNs = timeNs;
        message.UpdateId = checksum;
        message.Checksum = (uint)checksum;
        message.HasChecksum = true;
        return true;
    }

    // From after the first bracket to after the last.
    private static int ReadLevels<TVectors>(
        ScanText<TVectors> text, BookFeed feed, in EngineInput template, Span<EngineInput> free, ref int count)
        where TVectors : struct, IScanVectors
    {
        if (text.TryTake("]"u8))
        {
            return text.Rest;
        }

        if (!text.TryTake("{\"price\":"u8))
        {
            return -1;
        }

        int priceDecimals = feed.Scale.PriceDecimals;
        int quantityDecimals = feed.Scale.QuantityDecimals;
        for (int written = count; (uint)written < (uint)free.Length; written++)
        {
            if (!text.TryReadBareDecimal(priceDecimals, out long price) || !text.TryTake(",\"qty\":"u8)
                || !text.TryReadBareDecimal(quantityDecimals, out long quantity))
            {
                return -1;
            }

            ref EngineInput level = ref free[written];
            level = template;
            level.Price = price;
            level.Quantity = quantity;
            if (!text.TryTake("},{\"price\":"u8))
            {
                count = written + 1;
                return text.TryTake("}]"u8) ? text.Rest : -1;
            }
        }

        return -1;
    }

    private bool TryReadTrades<TVectors>(
        ReadOnlySpan<byte> frame, long receiveTimeNs, EventBatch batch, ref ParsedMessage message)
        where TVectors : struct, IScanVectors
    {
        Span<EngineInput> free = batch.FreeSlots;
        var text = new ScanText<TVectors>(frame, TradeHead.Length);
        int count = 0;
        do
        {
            // The message is attributed to the last trade's symbol; in practice all are the same.
            message.Symbol = _symbols.FindQuoted(frame, frame.Length - text.Rest, out int length);
            if (message.Symbol < 0 || count == free.Length || !text.TryGoTo(text.Rest - length))
            {
                return false;
            }

            BookFeed feed = _feeds[message.Symbol];
            int priceDecimals = feed.Scale.PriceDecimals;
            int quantityDecimals = feed.Scale.QuantityDecimals;
            if (!text.TryTake("\",\"side\":"u8) || !text.TryReadSide(out Side side)
                || !text.TryTake("price\":"u8) || !text.TryReadBareDecimal(priceDecimals, out long price)
                || !text.TryTake(",\"qty\":"u8) || !text.TryReadBareDecimal(quantityDecimals, out long quantity)
                || !text.TryTake(",\"ord_type\":\""u8) || !text.TrySkipText()
                || !text.TryTake(",\"trade_id\":"u8) || !text.TryReadInteger(out long tradeId)
                || !text.TryTake(",\"timestamp\":\""u8) || !text.TryReadTimeText(out long timeNs))
            {
                return false;
            }

            free[count++] = new EngineInput
            {
                Kind = EventKind.Trade,
                Side = side,
                InstrumentId = feed.Instrument.Id,
                WireStamp = batch.WireStamp,
                ReceiveTimeNs = receiveTimeNs,
                ExchangeTimeNs = timeNs,
                Price = price,
                Quantity = quantity,
                TradeId = tradeId,
            };
        }
        while (text.TryTake("\"},{\"symbol\":\""u8));

        if (!text.EndsWith("\"}]}"u8))
        {
            return false;
        }

        batch.Advance(count);
        message.Kind = MessageKind.Direct;
        message.Channel = KrakenChannels.Trades;
        return true;
    }
}
