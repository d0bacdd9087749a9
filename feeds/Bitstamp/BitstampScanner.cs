using System;
using System.Linq;
using LowLatency.Engine.Events;
using LowLatency.Feeds.Scan;

namespace LowLatency.Feeds.Bitstamp;

/// <summary>Bitstamp's level updates and trades. Their type and symbol are at the end.</summary>
internal readonly struct BitstampScanner : IFrameScanner
{
    // {"data":{" precedes the first field.
    private const int FieldStart = 10;

    private readonly ShortNameTable _pairs;
    private readonly BookFeed[] _feeds;

    /// <summary>Creates it for a session's symbols.</summary>
    public BitstampScanner(BookFeed[] feeds)
    {
        _pairs = new ShortNameTable(feeds.Select(feed => feed.Symbol).ToArray());
        _feeds = feeds;
    }

    private static ReadOnlySpan<byte> BookHead => "{\"data\":{\"timestamp\":\""u8;

    private static ReadOnlySpan<byte> BookTail => "\",\"event\":\"data\"}"u8;

    private static ReadOnlySpan<byte> TradeHead => "{\"data\":{\"id\":"u8;

    private static ReadOnlySpan<byte> TradeTail => "\",\"event\":\"trade\"}"u8;

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

        return (char)text[FieldStart] switch
        {
            't' => TryReadBook<TVectors>(text, receiveTimeNs, batch, ref message),
            'i' => TryReadTrade<TVectors>(text, receiveTimeNs, batch, ref message),
            _ => false,
        };
    }

    private bool TryReadBook<TVectors>(
        ReadOnlySpan<byte> frame, long receiveTimeNs, EventBatch batch, ref ParsedMessage message)
        where TVectors : struct, IScanVectors
    {
        if (!frame.StartsWith(BookHead) || !frame.EndsWith(BookTail)
            || (message.Symbol = FindPair(frame, BookTail.Length, out int length)) < 0)
        {
            return false;
        }

        var text = new ScanText<TVectors>(frame, BookHead.Length);
        if (!text.TrySkipInteger() || !text.TryTake("\",\"microtimestamp\":\""u8)
            || !text.TryReadTimeUs(out long timeNs) || !text.TryTake("\",\"bids\":["u8))
        {
            return false;
        }

        BookFeed feed = _feeds[message.Symbol];
        EngineInput template = batch.Template(feed, EventKind.LevelUpdate, receiveTimeNs, timeNs);
        Span<EngineInput> free = batch.FreeSlots;
        int count = 0;
        if (!text.TryGoTo(ScanText<TVectors>.ReadLevels(text, feed, in template, free, ref count))
            || !text.TryTake(",\"asks\":["u8))
        {
            return false;
        }

        template.Side = Side.Sell;
        if (!text.TryGoTo(ScanText<TVectors>.ReadLevels(text, feed, in template, free, ref count))
            || !text.TryTake("},\"channel\":\"diff_order_book_"u8) || text.Rest != length + BookTail.Length)
        {
            return false;
        }

        batch.Advance(count);
        message.Kind = MessageKind.Depth;
        message.Channel = BitstampChannels.Updates;
        message.ConcernsBook = true;
        message.ExchangeTimeNs = timeNs;
        message.UpdateId = timeNs / 1000;
        message.Ids = new DepthIds(0, message.UpdateId, 0);
        return true;
    }

    private bool TryReadTrade<TVectors>(
        ReadOnlySpan<byte> frame, long receiveTimeNs, EventBatch batch, ref ParsedMessage message)
        where TVectors : struct, IScanVectors
    {
        // The id is so close to the start that a one-digit id could not be read as a vector.
        if (!frame.StartsWith(TradeHead) || !char.IsAsciiDigit((char)frame[DigitText.MaxDigits - 1])
            || !frame.EndsWith(TradeTail)
            || (message.Symbol = FindPair(frame, TradeTail.Length, out int length)) < 0)
        {
            return false;
        }

        // The plain numbers repeat the string values that follow, in floating-point format.
        BookFeed feed = _feeds[message.Symbol];
        var text = new ScanText<TVectors>(frame, TradeHead.Length);
        if (!text.TryReadInteger(out long tradeId)
            || !text.TryTake(",\"timestamp\":\""u8) || !text.TrySkipInteger()
            || !text.TryTake("\",\"amount\":"u8) || !text.TrySkipNumber()
            || !text.TryTake(",\"amount_str\":\""u8)
            || !text.TryReadDecimal(feed.Scale.QuantityDecimals, out long quantity)
            || !text.TryTake("\",\"price\":"u8) || !text.TrySkipNumber()
            || !text.TryTake(",\"price_str\":\""u8)
            || !text.TryReadDecimal(feed.Scale.PriceDecimals, out long price)
            || !text.TryTake("\",\"type\":"u8) || !text.TryReadInteger(out long type) || type > 1
            || !text.TryTake(",\"microtimestamp\":\""u8) || !text.TryReadTimeUs(out long timeNs)
            || !text.TryTake("\",\"buy_order_id\":"u8) || !text.TrySkipInteger()
            || !text.TryTake(",\"sell_order_id\":"u8) || !text.TrySkipInteger()
            || !text.TryTake("},\"channel\":\"live_trades_"u8) || text.Rest != length + TradeTail.Length)
        {
            return false;
        }

        message.Kind = MessageKind.Direct;
        message.Channel = BitstampChannels.Trades;
        ref EngineInput trade = ref batch.Add(feed, EventKind.Trade, receiveTimeNs);
        trade.Side = type == 0 ? Side.Buy : Side.Sell;
        trade.ExchangeTimeNs = timeNs;
        trade.Price = price;
        trade.Quantity = quantity;
        trade.TradeId = tradeId;
        return true;
    }

    // The pair is the last word of the channel, and the tail after it is longer than what a name comparison reads.
    private int FindPair(ReadOnlySpan<byte> frame, int tail, out int length)
    {
        int end = frame.Length - tail;
        int start = end - ShortName.MaxBytes - 1;
        int before = frame[start..end].LastIndexOf((byte)'_');
        length = ShortName.MaxBytes - before;
        return before < 0 || length == 0 ? -1 : _pairs.Find(in frame[end - length], length);
    }
}
