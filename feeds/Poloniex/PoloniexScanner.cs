using System;
using System.Linq;
using LowLatency.Engine.Events;
using LowLatency.Feeds.Scan;

namespace LowLatency.Feeds.Poloniex;

/// <summary>Poloniex's books and trades.</summary>
internal readonly struct PoloniexScanner : IFrameScanner
{
    // Start of the symbol; more than DigitText.BytesBefore bytes precede it.
    private const int BookSymbolStart = 41;
    private const int TradesSymbolStart = 39;

    private static readonly ScanKey s_id = new(",\"id\":"u8);
    private static readonly ScanKey s_quotedId = new("\",\"id\":\""u8);
    private static readonly ScanKey s_time = new(",\"ts\":"u8);
    private static readonly ScanKey s_quotedTime = new("\",\"ts\":"u8);

    private readonly NameTable _names;
    private readonly BookFeed[] _feeds;

    /// <summary>Creates it for a session's symbols.</summary>
    public PoloniexScanner(BookFeed[] feeds)
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

        bool isBook = text.StartsWith("{\"channel\":\"book_lv2\",\"data\":[{\"symbol\":\""u8);
        if (!isBook && !text.StartsWith("{\"channel\":\"trades\",\"data\":[{\"symbol\":\""u8))
        {
            return false;
        }

        int start = isBook ? BookSymbolStart : TradesSymbolStart;
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

    // Asks come before bids, but the parser outputs bids first, so the bids are located and read first. The action is
    // at the end of the message.
    private bool TryReadBook<TVectors>(
        ReadOnlySpan<byte> frame, ScanText<TVectors> text, long receiveTimeNs, EventBatch batch,
        ref ParsedMessage message)
        where TVectors : struct, IScanVectors
    {
        BookFeed feed = _feeds[message.Symbol];
        if (!text.TryTake("\",\"createTime\":"u8) || !text.TrySkipInteger() || !text.TryTake(",\"asks\":["u8))
        {
            return false;
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
        if (!tail.TryGoTo(ScanText<TVectors>.ReadLevels(tail, feed, in template, free, ref count))
            || !tail.TryTake(",\"lastId\":"u8) || !tail.TryReadInteger(out long previous)
            || !tail.TryTake(s_id) || !tail.TryReadInteger(out long id)
            || !tail.TryTake(s_time) || !tail.TryReadTimeMs(out long timeNs))
        {
            return false;
        }

        bool isUpdate = tail.EndsWith("}],\"action\":\"update\"}"u8);
        if (!isUpdate && !tail.EndsWith("}],\"action\":\"snapshot\"}"u8))
        {
            return false;
        }

        foreach (ref EngineInput level in free[..count])
        {
            level.ExchangeTimeNs = timeNs;
        }

        template.ExchangeTimeNs = timeNs;
        template.Side = Side.Sell;
        if (!text.TryGoTo(ScanText<TVectors>.ReadLevels(text, feed, in template, free, ref count))
            || !text.TryTake(",\"bids\":["u8) || text.Rest != frame.Length - bidsStart)
        {
            return false;
        }

        batch.Advance(count);
        message.Kind = isUpdate ? MessageKind.Depth : MessageKind.BookSnapshot;
        message.Channel = PoloniexChannels.Updates;
        message.ConcernsBook = true;
        message.Ids = new DepthIds(0, id, isUpdate ? previous : 0);
        message.UpdateId = id;
        message.ExchangeTimeNs = timeNs;
        return true;
    }

    // From after the first trade's symbol; all trades have the same symbol.
    private bool TryReadTrades<TVectors>(
        ScanText<TVectors> text, long receiveTimeNs, EventBatch batch, ref ParsedMessage message)
        where TVectors : struct, IScanVectors
    {
        BookFeed feed = _feeds[message.Symbol];
        int priceDecimals = feed.Scale.PriceDecimals;
        int quantityDecimals = feed.Scale.QuantityDecimals;
        Span<EngineInput> free = batch.FreeSlots;
        int count = 0;
        do
        {
            if (count == free.Length
                || (count != 0 && (!text.TryTake("{\"symbol\":\""u8) || !text.TryTakeName(feed.Symbol)))
                || !text.TryTake("\",\"amount\":\""u8) || !text.TryReadText(out _)
                || !text.TryTake(",\"quantity\":\""u8) || !text.TryReadDecimal(quantityDecimals, out long quantity)
                || !text.TryTake("\",\"takerSide\":\""u8))
            {
                return false;
            }

            bool isBuy = text.TryTake("buy\""u8);
            if ((!isBuy && !text.TryTake("sell\""u8))
                || !text.TryTake(",\"createTime\":"u8) || !text.TryReadTimeMs(out long timeNs)
                || !text.TryTake(",\"price\":\""u8) || !text.TryReadDecimal(priceDecimals, out long price)
                || !text.TryTake(s_quotedId) || !text.TryReadInteger(out long id)
                || !text.TryTake(s_quotedTime) || !text.TrySkipInteger()
                || !text.TryTake("}"u8))
            {
                return false;
            }

            ref EngineInput trade = ref free[count++];
            trade = batch.Template(feed, EventKind.Trade, receiveTimeNs);
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
        message.Channel = PoloniexChannels.Trades;
        return true;
    }
}
