using System;
using System.Linq;
using LowLatency.Engine.Events;
using LowLatency.Feeds.Scan;

namespace LowLatency.Feeds.Coinbase;

/// <summary>Coinbase's level updates, trades and tickers with sizes.</summary>
internal readonly struct CoinbaseScanner : IFrameScanner
{
    // {"type":" precedes the type.
    private const int TypeStart = 9;

    // "} follows a time at the end of the message.
    private const int BytesBehindTime = 2;

    private readonly ShortNameTable _products;
    private readonly BookFeed[] _feeds;

    /// <summary>Creates it for a session's symbols.</summary>
    public CoinbaseScanner(BookFeed[] feeds)
    {
        _products = new ShortNameTable(feeds.Select(feed => feed.Symbol).ToArray());
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

        return (char)text[TypeStart] switch
        {
            'l' => TryReadUpdate<TVectors>(text, receiveTimeNs, batch, ref message),
            't' => TryReadTicker<TVectors>(text, receiveTimeNs, batch, ref message),
            'm' => TryReadMatch<TVectors>(text, receiveTimeNs, batch, ref message),
            _ => false,
        };
    }

    private bool TryReadUpdate<TVectors>(
        ReadOnlySpan<byte> frame, long receiveTimeNs, EventBatch batch, ref ParsedMessage message)
        where TVectors : struct, IScanVectors
    {
        ReadOnlySpan<byte> head = "{\"type\":\"l2update\",\"product_id\":\""u8;
        if (!frame.StartsWith(head)
            || (message.Symbol = _products.FindQuoted(frame, head.Length, out int length)) < 0)
        {
            return false;
        }

        BookFeed feed = _feeds[message.Symbol];
        var text = new ScanText<TVectors>(frame, head.Length + length);

        // On the wire the time is the last field, in the documentation it comes before the changes. Either way it is
        // known before the levels are written.
        bool isTimeLast = text.TryTake("\",\"changes\":["u8);
        long timeNs = 0;
        if (!(isTimeLast
            ? Rfc3339Text.TryRead<TVectors>(in frame[^(Rfc3339Text.Bytes + BytesBehindTime)], out timeNs)
            : text.TryTake("\",\"time\":\""u8) && text.TryReadTimeText(out timeNs)
                && text.TryTake("\",\"changes\":["u8)))
        {
            return false;
        }

        EngineInput template = batch.Template(feed, EventKind.LevelUpdate, receiveTimeNs, timeNs);
        int count = 0;
        if (!text.TryGoTo(ReadChanges(text, feed, in template, batch.FreeSlots, ref count))
            || !(isTimeLast
                ? text.TryTake(",\"time\":\""u8) && text.Rest == Rfc3339Text.Bytes + BytesBehindTime
                    && frame.EndsWith("\"}"u8)
                : text.EndsWith("}"u8)))
        {
            return false;
        }

        batch.Advance(count);
        message.Kind = MessageKind.Depth;
        message.ConcernsBook = true;
        message.ExchangeTimeNs = timeNs;
        return true;
    }

    // From after the first bracket to after the last: ["buy",price,size], one or more.
    private static int ReadChanges<TVectors>(
        ScanText<TVectors> text, BookFeed feed, in EngineInput template, Span<EngineInput> free, ref int count)
        where TVectors : struct, IScanVectors
    {
        int priceDecimals = feed.Scale.PriceDecimals;
        int quantityDecimals = feed.Scale.QuantityDecimals;
        if (!text.TryTake("["u8))
        {
            return -1;
        }

        for (int written = 0; (uint)written < (uint)free.Length; written++)
        {
            if (!text.TryReadSide(out Side side) || !text.TryReadDecimal(priceDecimals, out long price)
                || !text.TryTake("\",\""u8) || !text.TryReadDecimal(quantityDecimals, out long quantity))
            {
                return -1;
            }

            ref EngineInput level = ref free[written];
            level = template;
            level.Side = side;
            level.Price = price;
            level.Quantity = quantity;
            if (!text.TryTake("\"],["u8))
            {
                count = written + 1;
                return text.TryTake("\"]]"u8) ? text.Rest : -1;
            }
        }

        return -1;
    }

    private bool TryReadMatch<TVectors>(
        ReadOnlySpan<byte> frame, long receiveTimeNs, EventBatch batch, ref ParsedMessage message)
        where TVectors : struct, IScanVectors
    {
        ReadOnlySpan<byte> head = "{\"type\":\"match\",\"trade_id\":"u8;
        if (!frame.StartsWith(head))
        {
            return false;
        }

        // The numbers come before the product, which determines their scale.
        var text = new ScanText<TVectors>(frame, head.Length);
        if (!text.TryReadInteger(out long tradeId)
            || !text.TryTake(",\"maker_order_id\":\""u8) || !text.TrySkipText()
            || !text.TryTake(",\"taker_order_id\":\""u8) || !text.TrySkipText()
            || !text.TryTake(",\"side\":"u8) || !text.TryReadSide(out Side maker) || !text.TryTake("size\":\""u8))
        {
            return false;
        }

        ScanText<TVectors> numbers = text;
        int length = 0;
        if (!text.TrySkipText() || !text.TryTake(",\"price\":\""u8) || !text.TrySkipText()
            || !text.TryTake(",\"product_id\":\""u8)
            || (message.Symbol = _products.FindQuoted(frame, frame.Length - text.Rest, out length)) < 0)
        {
            return false;
        }

        BookFeed feed = _feeds[message.Symbol];
        if (!text.TryGoTo(text.Rest - length) || !text.TryTake("\",\"sequence\":"u8) || !text.TrySkipInteger()
            || !text.TryTake(",\"time\":\""u8) || !text.TryReadTimeText(out long timeNs) || !text.EndsWith("\"}"u8)
            || !numbers.TryReadDecimal(feed.Scale.QuantityDecimals, out long quantity)
            || !numbers.TryTake("\",\"price\":\""u8)
            || !numbers.TryReadDecimal(feed.Scale.PriceDecimals, out long price))
        {
            return false;
        }

        message.Kind = MessageKind.Direct;
        ref EngineInput trade = ref batch.Add(feed, EventKind.Trade, receiveTimeNs);
        trade.Side = maker == Side.Buy ? Side.Sell : Side.Buy;
        trade.ExchangeTimeNs = timeNs;
        trade.Price = price;
        trade.Quantity = quantity;
        trade.TradeId = tradeId;
        return true;
    }

    private bool TryReadTicker<TVectors>(
        ReadOnlySpan<byte> frame, long receiveTimeNs, EventBatch batch, ref ParsedMessage message)
        where TVectors : struct, IScanVectors
    {
        ReadOnlySpan<byte> head = "{\"type\":\"ticker\",\"sequence\":"u8;
        if (!frame.StartsWith(head))
        {
            return false;
        }

        var text = new ScanText<TVectors>(frame, head.Length);
        int length = 0;
        if (!text.TrySkipInteger() || !text.TryTake(",\"product_id\":\""u8)
            || (message.Symbol = _products.FindQuoted(frame, frame.Length - text.Rest, out length)) < 0)
        {
            return false;
        }

        BookFeed feed = _feeds[message.Symbol];
        int priceDecimals = feed.Scale.PriceDecimals;
        int quantityDecimals = feed.Scale.QuantityDecimals;
        if (!text.TryGoTo(text.Rest - length) || !text.TryTake("\",\"price\":\""u8) || !text.TrySkipText()
            || !text.TryTake(",\"open_24h\":\""u8) || !text.TrySkipText()
            || !text.TryTake(",\"volume_24h\":\""u8) || !text.TrySkipText()
            || !text.TryTake(",\"low_24h\":\""u8) || !text.TrySkipText()
            || !text.TryTake(",\"high_24h\":\""u8) || !text.TrySkipText()
            || !text.TryTake(",\"volume_30d\":\""u8) || !text.TrySkipText()
            || !text.TryTake(",\"best_bid\":\""u8) || !text.TryReadDecimal(priceDecimals, out long bid)
            || !text.TryTake("\",\"best_bid_size\":\""u8)
            || !text.TryReadDecimal(quantityDecimals, out long bidQuantity)
            || !text.TryTake("\",\"best_ask\":\""u8) || !text.TryReadDecimal(priceDecimals, out long ask)
            || !text.TryTake("\",\"best_ask_size\":\""u8)
            || !text.TryReadDecimal(quantityDecimals, out long askQuantity)
            || !text.TryTake("\",\"side\":"u8) || !text.TryReadSide(out _)
            || !text.TryTake("time\":\""u8) || !text.TryReadTimeText(out long timeNs)
            || !text.TryTake("\",\"trade_id\":"u8) || !text.TrySkipInteger()
            || !text.TryTake(",\"last_size\":\""u8) || !text.TrySkipText() || !text.EndsWith("}"u8))
        {
            return false;
        }

        message.Kind = MessageKind.Direct;
        ref EngineInput top = ref batch.Add(feed, EventKind.TopOfBook, receiveTimeNs);
        top.ExchangeTimeNs = timeNs;
        top.BidPrice = bid;
        top.BidQuantity = bidQuantity;
        top.AskPrice = ask;
        top.AskQuantity = askQuantity;
        return true;
    }
}
