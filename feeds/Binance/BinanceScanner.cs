using System;
using System.Linq;
using System.Runtime.CompilerServices;
using LowLatency.Engine.Events;
using LowLatency.Feeds.Scan;

namespace LowLatency.Feeds.Binance;

/// <summary>Binance's combined streams.</summary>
internal readonly struct BinanceScanner : IFrameScanner
{
    // {"stream":" and the text up to the first number are longer than DigitText.BytesBefore.
    private const int StreamStart = 11;

    // Larger ones are left to the parser.
    private const int MaxIntervalMs = 4000;

    // The text between two values. It begins with a quote after a string, and ends with a quote before one.
    private static readonly ScanKey s_quote = new("\""u8);
    private static readonly ScanKey s_quotedPrice = new("\",\"p\":\""u8);
    private static readonly ScanKey s_quotedAggregate = new("\",\"a\":"u8);
    private static readonly ScanKey s_id = new("\"u\":"u8);
    private static readonly ScanKey s_symbol = new(",\"s\":\""u8);
    private static readonly ScanKey s_bid = new("\",\"b\":\""u8);
    private static readonly ScanKey s_bidQuantity = new("\",\"B\":\""u8);
    private static readonly ScanKey s_ask = new("\",\"a\":\""u8);
    private static readonly ScanKey s_askQuantity = new("\",\"A\":\""u8);
    private static readonly ScanKey s_tradeTime = new(",\"T\":"u8);
    private static readonly ScanKey s_eventTime = new(",\"E\":"u8);
    private static readonly ScanKey s_first = new("\",\"U\":"u8);
    private static readonly ScanKey s_last = new(",\"u\":"u8);
    private static readonly ScanKey s_previous = new(",\"pu\":"u8);
    private static readonly ScanKey s_bids = new(",\"b\":["u8);
    private static readonly ScanKey s_asks = new(",\"a\":["u8);
    private static readonly ScanKey s_tradeId = new("\",\"t\":"u8);
    private static readonly ScanKey s_price = new(",\"p\":\""u8);
    private static readonly ScanKey s_quantity = new("\",\"q\":\""u8);
    private static readonly ScanKey s_quotedTime = new("\",\"T\":"u8);
    private static readonly ScanKey s_isBuyerMaker = new(",\"m\":"u8);
    private static readonly ScanKey s_lastTrade = new(",\"l\":"u8);
    private static readonly ScanKey s_firstTrade = new("\",\"f\":"u8);
    private static readonly ScanKey s_isBestMatch = new(",\"M\":"u8);
    private static readonly ScanKey s_pair = new(",\"ps\":\""u8);
    private static readonly ScanKey s_normalQuantity = new(",\"nq\":\""u8);
    private static readonly ScanKey s_contract = new(",\"st\":"u8);
    private static readonly ScanKey s_aggregate = new(",\"a\":"u8);

    // The numbers of each message type and their destinations; numbers without a place are skipped.
    private static readonly ShapeField[] s_topFields =
    [
        new("u", ShapeForm.Whole, ShapePlace.UpdateId),
        new("b", ShapeForm.Price, ShapePlace.BidPrice),
        new("B", ShapeForm.Quantity, ShapePlace.BidQuantity),
        new("a", ShapeForm.Price, ShapePlace.AskPrice),
        new("A", ShapeForm.Quantity, ShapePlace.AskQuantity),
        new("T", ShapeForm.Whole),
        new("E", ShapeForm.Whole, ShapePlace.TimeMs),
    ];

    private static readonly ShapeField[] s_tradeFields =
    [
        new("E", ShapeForm.Whole),
        new("T", ShapeForm.Whole, ShapePlace.TimeMs),
        new("t", ShapeForm.Whole, ShapePlace.TradeId),
        new("p", ShapeForm.Price, ShapePlace.Price),
        new("q", ShapeForm.Quantity, ShapePlace.Quantity),
    ];

    private static readonly ShapeField[] s_aggregateFields =
    [
        new("E", ShapeForm.Whole),
        new("a", ShapeForm.Whole, ShapePlace.TradeId),
        new("p", ShapeForm.Price, ShapePlace.Price),
        new("q", ShapeForm.Quantity, ShapePlace.Quantity),
        new("nq", ShapeForm.Word),
        new("f", ShapeForm.Whole),
        new("l", ShapeForm.Whole, ShapePlace.LastTradeId),
        new("T", ShapeForm.Whole, ShapePlace.TimeMs),
    ];

    private readonly ShortNameTable _streams;
    private readonly ShortName[] _symbols;
    private readonly BookFeed[] _feeds;
    private readonly ShapeTable _shapes;

    /// <summary>Creates it for a session's symbols.</summary>
    /// <param name="streamNames">Symbols in lower case, as in stream names.</param>
    /// <param name="feeds">The session's symbols, in the same order.</param>
    public BinanceScanner(byte[][] streamNames, BookFeed[] feeds)
    {
        _streams = new ShortNameTable(streamNames);
        _symbols = feeds.Select(feed => new ShortName(feed.Symbol)).ToArray();
        _feeds = feeds;
        _shapes = new ShapeTable(StreamStart, feeds);
    }

    /// <summary>Number of known shapes.</summary>
    public int Shapes => _shapes.Count;

    /// <inheritdoc/>
    public bool TryRead<TVectors>(
        ReadOnlySpan<byte> text, long receiveTimeNs, EventBatch batch, out ParsedMessage message)
        where TVectors : struct, IScanVectors
    {
        message = default;
        return text.Length >= ScanText<TVectors>.MinBytes && BitConverter.IsLittleEndian
            && (_shapes.TryRead<TVectors>(text, receiveTimeNs, batch, ref message)
                || TryReadFields<TVectors>(text, receiveTimeNs, batch, ref message));
    }

    // Not inlined, to keep the path for known shapes short.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryReadFields<TVectors>(
        ReadOnlySpan<byte> text, long receiveTimeNs, EventBatch batch, ref ParsedMessage message)
        where TVectors : struct, IScanVectors
    {
        if (!text.StartsWith("{\"stream\":\""u8))
        {
            return false;
        }

        // The longest name and its @ are within the minimum message length.
        int length = text.Slice(StreamStart, ShortName.MaxBytes + 1).IndexOf((byte)'@');
        int symbol = length <= 0 ? -1 : _streams.Find(in text[StreamStart], length);
        if (symbol < 0)
        {
            return false;
        }

        message.Symbol = symbol;
        int at = StreamStart + length + 1;
        switch ((char)text[at])
        {
            case 'b' when TryReadTop<TVectors>(text, at, receiveTimeNs, batch, ref message):
                LearnShape<TVectors>(text, s_topFields, in message, batch);
                return true;
            case 't' when TryReadTrade<TVectors>(text, at, receiveTimeNs, batch, ref message):
                LearnShape<TVectors>(text, s_tradeFields, in message, batch);
                return true;
            case 'a' when TryReadAggregate<TVectors>(text, at, receiveTimeNs, batch, ref message):
                LearnShape<TVectors>(text, s_aggregateFields, in message, batch);
                return true;
            case 'd':
                return TryReadDepth<TVectors>(text, at, receiveTimeNs, batch, ref message);
            default:
                return false;
        }
    }

    private void LearnShape<TVectors>(
        ReadOnlySpan<byte> text, ShapeField[] fields, in ParsedMessage message, EventBatch batch)
        where TVectors : struct, IScanVectors
    {
        ReadOnlySpan<byte> data = "\"data\":{"u8;
        _shapes.Learn<TVectors>(text, text.IndexOf(data) + data.Length, fields, in message, in batch.Items[^1]);
    }

    private bool TryReadTop<TVectors>(
        ReadOnlySpan<byte> frame, int at, long receiveTimeNs, EventBatch batch, ref ParsedMessage message)
        where TVectors : struct, IScanVectors
    {
        BookFeed feed = _feeds[message.Symbol];
        ref readonly ShortName symbol = ref _symbols[message.Symbol];
        var text = new ScanText<TVectors>(frame, at);
        int priceDecimals = feed.Scale.PriceDecimals;
        int quantityDecimals = feed.Scale.QuantityDecimals;
        long timeNs = 0;
        if (!text.TryTake("bookTicker\",\"data\":{"u8))
        {
            return false;
        }

        // Futures include event type and time; Spot includes neither.
        bool isFutures = text.TryTake("\"e\":\"bookTicker\","u8);
        if (!text.TryTake(s_id) || !text.TryReadInteger(out long updateId)
            || !text.TryTake(s_symbol) || !text.TryTake(in symbol)
            || (!text.TryTake(s_bid) && !text.TryGoTo(BehindExtras(text, s_bid)))
            || !text.TryReadDecimal(priceDecimals, out long bid)
            || !text.TryTake(s_bidQuantity) || !text.TryReadDecimal(quantityDecimals, out long bidQuantity)
            || !text.TryTake(s_ask) || !text.TryReadDecimal(priceDecimals, out long ask)
            || !text.TryTake(s_askQuantity) || !text.TryReadDecimal(quantityDecimals, out long askQuantity)
            || !(isFutures
                ? text.TryTake(s_quotedTime) && text.TrySkipInteger()
                    && text.TryTake(s_eventTime) && text.TryReadTimeMs(out timeNs)
                    && (text.EndsWith("}}"u8) || EndsBehindExtras(text))
                : text.EndsWith("\"}}"u8)))
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
        top.UpdateId = updateId;
        return true;
    }

    private bool TryReadDepth<TVectors>(
        ReadOnlySpan<byte> frame, int at, long receiveTimeNs, EventBatch batch, ref ParsedMessage message)
        where TVectors : struct, IScanVectors
    {
        BookFeed feed = _feeds[message.Symbol];
        ref readonly ShortName symbol = ref _symbols[message.Symbol];
        var text = new ScanText<TVectors>(frame, at);
        // depth, depth@0ms, depth@100ms …
        long intervalMs = -1;
        if (!text.TryTake("depth"u8)
            || (text.TryTake("@"u8)
                && (!text.TryReadInteger(out intervalMs) || intervalMs > MaxIntervalMs || !text.TryTake("ms"u8)))
            || !text.TryTake("\",\"data\":{\"e\":\"depthUpdate\",\"E\":"u8) || !text.TryReadTimeMs(out long timeNs))
        {
            return false;
        }

        bool isFutures = text.TryTake(s_tradeTime);
        long previous = 0;
        if ((isFutures && !text.TrySkipInteger())
            || !text.TryTake(s_symbol) || !text.TryTake(in symbol)
            || (!text.TryTake(s_first) && !text.TryGoTo(BehindExtras(text, s_first)))
            || !text.TryReadInteger(out long first)
            || !text.TryTake(s_last) || !text.TryReadInteger(out long last) || last < first
            || (isFutures && (!text.TryTake(s_previous) || !text.TryReadInteger(out previous)))
            || !text.TryTake(s_bids))
        {
            return false;
        }

        EngineInput template = batch.Template(feed, EventKind.LevelUpdate, receiveTimeNs, timeNs);
        Span<EngineInput> free = batch.FreeSlots;
        int count = 0;
        if (!text.TryGoTo(ScanText<TVectors>.ReadLevels(text, feed, in template, free, ref count))
            || !text.TryTake(s_asks))
        {
            return false;
        }

        template.Side = Side.Sell;
        if (!text.TryGoTo(ScanText<TVectors>.ReadLevels(text, feed, in template, free, ref count))
            || !(text.EndsWith("}}"u8) || EndsBehindExtras(text)))
        {
            return false;
        }

        batch.Advance(count);
        message.Kind = MessageKind.Depth;
        message.Channel = BinanceChannels.Updates(intervalMs);
        message.ConcernsBook = true;
        message.Ids = new DepthIds(first, last, previous);
        message.UpdateId = last;
        message.ExchangeTimeNs = timeNs;
        return true;
    }

    private bool TryReadTrade<TVectors>(
        ReadOnlySpan<byte> frame, int at, long receiveTimeNs, EventBatch batch, ref ParsedMessage message)
        where TVectors : struct, IScanVectors
    {
        BookFeed feed = _feeds[message.Symbol];
        ref readonly ShortName symbol = ref _symbols[message.Symbol];
        var text = new ScanText<TVectors>(frame, at);
        if (!text.TryTake("trade\",\"data\":{\"e\":\"trade\",\"E\":"u8) || !text.TrySkipInteger())
        {
            return false;
        }

        // The time comes after the quantity on Spot, before the symbol on futures.
        long timeNs = 0;
        bool isFutures = text.TryTake(s_tradeTime);
        if ((isFutures && !text.TryReadTimeMs(out timeNs))
            || !text.TryTake(s_symbol) || !text.TryTake(in symbol)
            || (!text.TryTake(s_tradeId) && !text.TryGoTo(BehindExtras(text, s_tradeId)))
            || !text.TryReadInteger(out long tradeId)
            || !text.TryTake(s_price) || !text.TryReadDecimal(feed.Scale.PriceDecimals, out long price)
            || !text.TryTake(s_quantity) || !text.TryReadDecimal(feed.Scale.QuantityDecimals, out long quantity))
        {
            return false;
        }

        // Insurance fund and similar prints are rare and left to the parser.
        bool isRead = isFutures
            ? text.TryTake("\",\"X\":\"MARKET\""u8)
            : text.TryTake(s_quotedTime) && text.TryReadTimeMs(out timeNs);
        if (!isRead || !TryEndTrade(ref text, out bool isBuyerMaker))
        {
            return false;
        }

        message.Kind = MessageKind.Direct;
        message.Channel = BinanceChannels.Trades;
        AddTrade(batch, feed, receiveTimeNs, tradeId, price, quantity, timeNs, isBuyerMaker);
        return true;
    }

    private bool TryReadAggregate<TVectors>(
        ReadOnlySpan<byte> frame, int at, long receiveTimeNs, EventBatch batch, ref ParsedMessage message)
        where TVectors : struct, IScanVectors
    {
        BookFeed feed = _feeds[message.Symbol];
        ref readonly ShortName symbol = ref _symbols[message.Symbol];
        var text = new ScanText<TVectors>(frame, at);
        if (!text.TryTake("aggTrade\",\"data\":{\"e\":\"aggTrade\",\"E\":"u8) || !text.TrySkipInteger())
        {
            return false;
        }

        // The id comes before or after the symbol.
        long id = 0;
        bool isIdFirst = text.TryTake(s_aggregate);
        if ((isIdFirst && !text.TryReadInteger(out id))
            || !text.TryTake(s_symbol) || !text.TryTake(in symbol)
            || !(isIdFirst
                ? text.TryTake(s_quotedPrice) || text.TryGoTo(BehindExtras(text, s_quotedPrice))
                : (text.TryTake(s_quotedAggregate) || text.TryGoTo(BehindExtras(text, s_quotedAggregate)))
                    && text.TryReadInteger(out id) && text.TryTake(s_price))
            || !text.TryReadDecimal(feed.Scale.PriceDecimals, out long price)
            || !text.TryTake(s_quantity) || !text.TryReadDecimal(feed.Scale.QuantityDecimals, out long quantity)
            || (!text.TryTake(s_firstTrade) && !text.TryGoTo(BehindExtras(text, s_firstTrade)))
            || !text.TrySkipInteger()
            || !text.TryTake(s_lastTrade) || !text.TryReadInteger(out long lastId)
            || !text.TryTake(s_tradeTime) || !text.TryReadTimeMs(out long timeNs)
            || !TryEndTrade(ref text, out bool isBuyerMaker))
        {
            return false;
        }

        message.Kind = MessageKind.Direct;
        message.Channel = BinanceChannels.AggregateTrades;
        AddTrade(batch, feed, receiveTimeNs, id, price, quantity, timeNs, isBuyerMaker);
        batch.Items[^1].LastTradeId = lastId;
        return true;
    }

    // Whether the buyer was the maker, and on Spot one obsolete flag.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryEndTrade<TVectors>(ref ScanText<TVectors> text, out bool isBuyerMaker)
        where TVectors : struct, IScanVectors
    {
        isBuyerMaker = false;
        return text.TryTake(s_isBuyerMaker) && text.TryReadBoolean(out isBuyerMaker)
            && (!text.TryTake(s_isBestMatch) || text.TryReadBoolean(out _))
            && (text.EndsWith("}}"u8) || EndsBehindExtras(text));
    }

    private static void AddTrade(
        EventBatch batch, BookFeed feed, long receiveTimeNs, long id, long price, long quantity, long timeNs,
        bool isBuyerMaker)
    {
        ref EngineInput trade = ref batch.Add(feed, EventKind.Trade, receiveTimeNs);
        trade.Side = isBuyerMaker ? Side.Sell : Side.Buy;
        trade.ExchangeTimeNs = timeNs;
        trade.Price = price;
        trade.Quantity = quantity;
        trade.TradeId = id;
    }

    // Finds a literal, starting with a quote if a string precedes it, after fields of 2026 that are not needed here:
    // the pair, the contract type, the quantity without market makers. Takes a copy, so that the caller's own can stay
    // in registers; -1 if it is not found.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int BehindExtras<TVectors>(ScanText<TVectors> text, ScanKey key)
        where TVectors : struct, IScanVectors =>
        text.TryTake(s_quote) && text.TryGoTo(SkipExtras(text)) && text.TryTake(key.Tail) ? text.Rest : -1;

    // The same for the end of the message.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool EndsBehindExtras<TVectors>(ScanText<TVectors> text)
        where TVectors : struct, IScanVectors =>
        text.TryGoTo(SkipExtras(text)) && text.EndsWith("}}"u8);

    // What is left after the last complete one of these fields.
    private static int SkipExtras<TVectors>(ScanText<TVectors> text)
        where TVectors : struct, IScanVectors
    {
        int rest;
        bool isSkipped;
        do
        {
            rest = text.Rest;
            isSkipped = text.TryTake(s_pair) || text.TryTake(s_normalQuantity) ? text.TrySkipWord()
                : text.TryTake(s_contract) && text.TrySkipInteger();
        }
        while (isSkipped);
        return rest;
    }
}
