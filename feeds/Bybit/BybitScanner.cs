using System;
using System.Linq;
using System.Runtime.CompilerServices;
using LowLatency.Engine.Events;
using LowLatency.Feeds.Scan;

namespace LowLatency.Feeds.Bybit;

/// <summary>Bybit's books and trades of version 5, spot and contracts; messages of the 2021 API go to
/// <see cref="Bybit2021Scanner"/>.</summary>
internal readonly struct BybitScanner : IFrameScanner
{
    // {"topic":" and the channel name are longer than DigitText.BytesBefore.
    private const int ChannelStart = 10;

    // Larger ones are left to the parser.
    private const int MaxDepth = 4000;

    private static readonly ScanKey s_time = new(",\"ts\":"u8);
    private static readonly ScanKey s_bids = new("\",\"b\":["u8);
    private static readonly ScanKey s_asks = new(",\"a\":["u8);
    private static readonly ScanKey s_updateId = new(",\"u\":"u8);
    private static readonly ScanKey s_sequence = new(",\"seq\":"u8);
    private static readonly ScanKey s_pushTime = new(",\"cts\":"u8);
    private static readonly ScanKey s_symbol = new(",\"s\":\""u8);
    private static readonly ScanKey s_quotedSide = new("\",\"S\":\""u8);
    private static readonly ScanKey s_quotedTime = new("\",\"T\":"u8);
    private static readonly ScanKey s_price = new(",\"p\":\""u8);
    private static readonly ScanKey s_quotedPrice = new("\",\"p\":\""u8);
    private static readonly ScanKey s_quotedQuantity = new("\",\"v\":\""u8);
    private static readonly ScanKey s_quantity = new(",\"v\":\""u8);
    private static readonly ScanKey s_direction = new("\",\"L\":\""u8);
    private static readonly ScanKey s_id = new(",\"i\":\""u8);
    private static readonly ScanKey s_isBlock = new(",\"BT\":"u8);
    private static readonly ScanKey s_isRetail = new(",\"RPI\":"u8);

    private readonly NameTable _names;
    private readonly BookFeed[] _feeds;
    private readonly Bybit2021Scanner _scanner2021;

    /// <summary>Creates it for a session's symbols.</summary>
    public BybitScanner(BookFeed[] feeds)
    {
        // A topic ends with its symbol, after the last point.
        _names = new NameTable(
            feeds.Select(feed => feed.Symbol.AsSpan().Contains((byte)'.') ? [] : feed.Symbol).ToArray());
        _feeds = feeds;
        _scanner2021 = new Bybit2021Scanner(feeds);
    }

    /// <inheritdoc/>
    public bool TryRead<TVectors>(
        ReadOnlySpan<byte> text, long receiveTimeNs, EventBatch batch, out ParsedMessage message)
        where TVectors : struct, IScanVectors
    {
        message = default;
        if (text.Length < ScanText<TVectors>.MinBytes || !BitConverter.IsLittleEndian
            || !text.StartsWith("{\"topic\":\""u8))
        {
            return false;
        }

        var rest = new ScanText<TVectors>(text, ChannelStart);
        switch ((char)text[ChannelStart])
        {
            case 'o' when rest.TryTake("orderbook."u8):
                return rest.TryReadInteger(out long depth) && depth is > 0 and <= MaxDepth && rest.TryTake("."u8)
                    && TryReadName(text, ref rest, ref message)
                    && TryReadBook(rest, BybitChannels.Book(depth), receiveTimeNs, batch, ref message);
            case 'p' when rest.TryTake("publicTrade."u8):
                return TryReadName(text, ref rest, ref message)
                    && TryReadTrades(rest, receiveTimeNs, batch, ref message);
            case 'o' when rest.TryTake("orderBookL2_25."u8):
                return TryReadName(text, ref rest, ref message)
                    && _scanner2021.TryReadDelta(rest, receiveTimeNs, batch, ref message);
            case 't' when rest.TryTake("trade."u8):
                return TryReadName(text, ref rest, ref message)
                    && _scanner2021.TryReadTrades(rest, receiveTimeNs, batch, ref message);
            default:
                return false;
        }
    }

    // The symbol at the end of the topic.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryReadName<TVectors>(ReadOnlySpan<byte> frame, ref ScanText<TVectors> text, ref ParsedMessage message)
        where TVectors : struct, IScanVectors
    {
        int start = frame.Length - text.Rest;
        int length = frame[start..].IndexOf((byte)'"');
        message.Symbol = length is <= 0 or > NameTable.MaxBytes ? -1 : _names.Find(in frame[start], length);
        return message.Symbol >= 0 && text.TryGoTo(text.Rest - length);
    }

    private bool TryReadBook<TVectors>(
        ScanText<TVectors> text, StreamChannel channel, long receiveTimeNs, EventBatch batch,
        ref ParsedMessage message)
        where TVectors : struct, IScanVectors
    {
        // The time comes before the type on spot, after it on contracts.
        BookFeed feed = _feeds[message.Symbol];
        if (!text.TryTake("\""u8))
        {
            return false;
        }

        long timeNs = 0;
        bool isTimeFirst = text.TryTake(s_time);
        if (isTimeFirst && !text.TryReadTimeMs(out timeNs))
        {
            return false;
        }

        bool isDelta = text.TryTake(",\"type\":\"delta\""u8);
        if ((!isDelta && !text.TryTake(",\"type\":\"snapshot\""u8))
            || (!isTimeFirst && (!text.TryTake(s_time) || !text.TryReadTimeMs(out timeNs)))
            || !text.TryTake(",\"data\":{\"s\":\""u8) || !text.TryTakeName(feed.Symbol)
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
            || !text.TryTake(s_updateId) || !text.TryReadInteger(out long id)
            || !text.TryTake(s_sequence) || !text.TrySkipInteger()
            || !text.TryTake("}"u8)
            || (text.TryTake(s_pushTime) && !text.TrySkipInteger())
            || !text.EndsWith("}"u8))
        {
            return false;
        }

        batch.Advance(count);
        message.Kind = isDelta ? MessageKind.Depth : MessageKind.BookSnapshot;
        message.Channel = channel;
        message.ConcernsBook = true;
        message.Ids = new DepthIds(0, id, 0);
        message.UpdateId = id;
        message.ExchangeTimeNs = timeNs;
        return true;
    }

    private bool TryReadTrades<TVectors>(
        ScanText<TVectors> text, long receiveTimeNs, EventBatch batch, ref ParsedMessage message)
        where TVectors : struct, IScanVectors
    {
        BookFeed feed = _feeds[message.Symbol];
        if (!text.TryTake("\""u8))
        {
            return false;
        }

        bool isTimeFirst = text.TryTake(s_time);
        if ((isTimeFirst && !text.TrySkipInteger())
            || !text.TryTake(",\"type\":\"snapshot\""u8)
            || (!isTimeFirst && (!text.TryTake(s_time) || !text.TrySkipInteger()))
            || !text.TryTake(",\"data\":["u8))
        {
            return false;
        }

        Span<EngineInput> free = batch.FreeSlots;
        int count = 0;
        do
        {
            if (count == free.Length)
            {
                return false;
            }

            ref EngineInput trade = ref free[count];
            trade = batch.Template(feed, EventKind.Trade, receiveTimeNs);
            bool isBlock;
            if (text.TryTake("{\"i\":\""u8)
                ? !TryReadSpotTrade(ref text, feed, ref trade, out isBlock)
                : !TryReadContractTrade(ref text, feed, ref trade, out isBlock))
            {
                return false;
            }

            // A block trade did not happen in this book.
            count += isBlock ? 0 : 1;
        }
        while (text.TryTake(","u8));
        if (!text.EndsWith("]}"u8))
        {
            return false;
        }

        batch.Advance(count);
        message.Kind = MessageKind.Direct;
        message.Channel = BybitChannels.Trades;
        return true;
    }

    // Starts at the id, which is a number.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryReadSpotTrade<TVectors>(
        ref ScanText<TVectors> text, BookFeed feed, ref EngineInput trade, out bool isBlock)
        where TVectors : struct, IScanVectors
    {
        isBlock = false;
        return text.TryReadLongInteger(out trade.TradeId)
            && text.TryTake(s_quotedTime) && text.TryReadTimeMs(out trade.ExchangeTimeNs)
            && text.TryTake(s_price) && text.TryReadDecimal(feed.Scale.PriceDecimals, out trade.Price)
            && text.TryTake(s_quotedQuantity) && text.TryReadDecimal(feed.Scale.QuantityDecimals, out trade.Quantity)
            && text.TryTake(s_quotedSide) && TryReadSide(ref text, out trade.Side)
            && (!text.TryTake(s_sequence) || text.TrySkipInteger())
            && text.TryTake(s_symbol) && text.TryTakeName(feed.Symbol) && text.TryTake("\""u8)
            && text.TryTake(s_isBlock) && text.TryReadBoolean(out isBlock)
            && (!text.TryTake(s_isRetail) || text.TryReadBoolean(out _))
            && text.TryTake("}"u8);
    }

    // Starts at the brace; the id is a UUID.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryReadContractTrade<TVectors>(
        ref ScanText<TVectors> text, BookFeed feed, ref EngineInput trade, out bool isBlock)
        where TVectors : struct, IScanVectors
    {
        isBlock = false;
        return text.TryTake("{\"T\":"u8) && text.TryReadTimeMs(out trade.ExchangeTimeNs)
            && text.TryTake(s_symbol) && text.TryTakeName(feed.Symbol)
            && text.TryTake(s_quotedSide) && TryReadSide(ref text, out trade.Side)
            && text.TryTake(s_quantity) && text.TryReadDecimal(feed.Scale.QuantityDecimals, out trade.Quantity)
            && text.TryTake(s_quotedPrice) && text.TryReadDecimal(feed.Scale.PriceDecimals, out trade.Price)
            && text.TryTake(s_direction) && text.TryReadText(out _)
            && text.TryTake(s_id) && TryReadUuid(ref text, out trade.TradeId)
            && text.TryTake(s_isBlock) && text.TryReadBoolean(out isBlock)
            && (!text.TryTake(s_isRetail) || text.TryReadBoolean(out _))
            && (!text.TryTake(s_sequence) || text.TrySkipInteger())
            && text.TryTake("}"u8);
    }

    /// <summary>Reads the taker's side, from after its opening quote to after the closing one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool TryReadSide<TVectors>(ref ScanText<TVectors> text, out Side side)
        where TVectors : struct, IScanVectors
    {
        side = Side.Buy;
        if (text.TryTake("Buy\""u8))
        {
            return true;
        }

        side = Side.Sell;
        return text.TryTake("Sell\""u8);
    }

    /// <summary>Reads a non-numeric trade id, from after its opening quote to after the closing one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool TryReadUuid<TVectors>(ref ScanText<TVectors> text, out long number)
        where TVectors : struct, IScanVectors
    {
        const int UuidBytes = 36;
        const int FirstDash = 8;
        number = 0;
        if (!text.TryReadText(out ReadOnlySpan<byte> id) || id.Length != UuidBytes || id[FirstDash] != '-')
        {
            return false;
        }

        number = BybitParser.HashOf(id);
        return true;
    }
}
