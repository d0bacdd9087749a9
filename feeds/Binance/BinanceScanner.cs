using System;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using LowLatency.Engine.Events;
using LowLatency.Feeds.Scan;

namespace LowLatency.Feeds.Binance;

/// <summary>
/// The fast way to read Binance's combined streams: their messages exactly as the venue writes them, field by field in
/// its order, without blanks and escapes. It takes a message whole or leaves it to <see cref="BinanceParser"/>, and
/// takes none that the parser would refuse or read otherwise. One thread.
/// </summary>
internal sealed class BinanceScanner
{
    // {"stream":" with what follows until the first number is more than the bytes that digits are looked at from.
    private const int StreamStart = 11;

    private readonly ShortNameTable _streams;
    private readonly ShortName[] _symbols;
    private readonly BookFeed[] _feeds;

    /// <summary>Creates it for a session's symbols.</summary>
    /// <param name="streamNames">Lower-case symbols, as stream names write them.</param>
    /// <param name="feeds">The session's symbols, in the same order.</param>
    public BinanceScanner(byte[][] streamNames, BookFeed[] feeds)
    {
        _streams = new ShortNameTable(streamNames);
        _symbols = feeds.Select(feed => new ShortName(feed.Symbol)).ToArray();
        _feeds = feeds;
    }

    /// <summary>Reads one websocket message with the widest vectors of the machine.</summary>
    /// <param name="text">The message; nothing need be known of it.</param>
    /// <param name="receiveTimeNs">When it was received.</param>
    /// <param name="batch">Where its events go.</param>
    /// <param name="message">What it was, when it was taken.</param>
    /// <returns>false when nothing was taken and the message is the parser's.</returns>
    public bool TryRead(ReadOnlySpan<byte> text, long receiveTimeNs, EventBatch batch, out ParsedMessage message) =>
        Vector512.IsHardwareAccelerated ? TryRead<Vectors512>(text, receiveTimeNs, batch, out message)
        : Vector256.IsHardwareAccelerated ? TryRead<Vectors256>(text, receiveTimeNs, batch, out message)
        : Vector128.IsHardwareAccelerated ? TryRead<Vectors128>(text, receiveTimeNs, batch, out message)
        : TryRead<NoVectors>(text, receiveTimeNs, batch, out message);

    /// <summary>The same with the vectors that the caller names.</summary>
    public bool TryRead<TVectors>(
        ReadOnlySpan<byte> text, long receiveTimeNs, EventBatch batch, out ParsedMessage message)
        where TVectors : struct, IScanVectors
    {
        message = default;
        if (text.Length < ScanText<TVectors>.LeastBytes || !BitConverter.IsLittleEndian
            || !text.StartsWith("{\"stream\":\""u8))
        {
            return false;
        }

        // The longest name and its @ lie within the least bytes.
        int length = text.Slice(StreamStart, ShortName.MostBytes + 1).IndexOf((byte)'@');
        int symbol = length <= 0 ? -1 : _streams.Find(in text[StreamStart], length);
        if (symbol < 0)
        {
            return false;
        }

        message.Symbol = symbol;
        var target = new ScanTarget(_feeds[symbol], in _symbols[symbol], receiveTimeNs, batch, ref message);
        ReadOnlySpan<byte> channel = text[(StreamStart + length + 1)..];
        var scan = new ScanText<TVectors>(text, StreamStart + length + 1);
        return (char)channel[0] switch
        {
            'b' => TryReadTop(scan, target),
            'd' => TryReadDepth(scan, target),
            't' => TryReadTrade(scan, target),
            'a' => TryReadAggregate(scan, target),
            _ => false,
        };
    }

    private static bool TryReadTop<TVectors>(ScanText<TVectors> text, ScanTarget target)
        where TVectors : struct, IScanVectors
    {
        int priceDecimals = target.PriceDecimals;
        int quantityDecimals = target.QuantityDecimals;
        long timeNs = 0;
        if (!text.TryTake("bookTicker\",\"data\":{"u8))
        {
            return false;
        }

        // Futures name the event and tell its time; Spot does neither.
        bool isFutures = text.TryTake("\"e\":\"bookTicker\","u8);
        if (!text.TryTake("\"u\":"u8) || !text.TryReadInteger(out long updateId)
            || !text.TryTake(",\"s\":\""u8) || !text.TryTake(in target.Symbol)
            || !TryTakeBehindExtras(ref text, "\",\"b\":\""u8) || !text.TryReadDecimal(priceDecimals, out long bid)
            || !text.TryTake("\",\"B\":\""u8) || !text.TryReadDecimal(quantityDecimals, out long bidQuantity)
            || !text.TryTake("\",\"a\":\""u8) || !text.TryReadDecimal(priceDecimals, out long ask)
            || !text.TryTake("\",\"A\":\""u8) || !text.TryReadDecimal(quantityDecimals, out long askQuantity)
            || !text.TryTake("\""u8)
            || (isFutures && (!text.TryTake(",\"T\":"u8) || !text.TrySkipInteger()
                || !text.TryTake(",\"E\":"u8) || !text.TryReadTimeMs(out timeNs)))
            || !EndsBehindExtras(ref text) || !target.HasRoom)
        {
            return false;
        }

        ref MarketEvent top = ref target.Add(EventKind.TopOfBook);
        top.ExchangeTimeNs = timeNs;
        top.BidPrice = bid;
        top.BidQuantity = bidQuantity;
        top.AskPrice = ask;
        top.AskQuantity = askQuantity;
        top.UpdateId = updateId;
        return true;
    }

    private static bool TryReadDepth<TVectors>(ScanText<TVectors> text, ScanTarget target)
        where TVectors : struct, IScanVectors
    {
        // depth, depth@0ms, depth@100ms …
        if (!text.TryTake("depth"u8)
            || (text.TryTake("@"u8) && (!text.TrySkipInteger() || !text.TryTake("ms"u8)))
            || !text.TryTake("\",\"data\":{\"e\":\"depthUpdate\",\"E\":"u8) || !text.TryReadTimeMs(out long timeNs))
        {
            return false;
        }

        bool isFutures = text.TryTake(",\"T\":"u8);
        long previous = 0;
        if ((isFutures && !text.TrySkipInteger())
            || !text.TryTake(",\"s\":\""u8) || !text.TryTake(in target.Symbol)
            || !TryTakeBehindExtras(ref text, "\",\"U\":"u8) || !text.TryReadInteger(out long first)
            || !text.TryTake(",\"u\":"u8) || !text.TryReadInteger(out long last) || last < first
            || (isFutures && (!text.TryTake(",\"pu\":"u8) || !text.TryReadInteger(out previous)))
            || !text.TryTake(",\"b\":["u8))
        {
            return false;
        }

        MarketEvent template = target.Template(EventKind.LevelUpdate);
        template.ExchangeTimeNs = timeNs;
        template.Side = Side.Buy;
        int count = 0;
        int end = ScanText<TVectors>.ReadLevels(text, in target, in template, ref count);
        text.GoTo(Math.Max(0, end));
        if (end < 0 || !text.TryTake(",\"a\":["u8))
        {
            return false;
        }

        template.Side = Side.Sell;
        end = ScanText<TVectors>.ReadLevels(text, in target, in template, ref count);
        text.GoTo(Math.Max(0, end));
        if (end < 0 || !EndsBehindExtras(ref text))
        {
            return false;
        }

        target.Batch.Advance(count);
        ref ParsedMessage message = ref target.Message;
        message.Kind = MessageKind.Depth;
        message.ConcernsBook = true;
        message.Ids = new DepthIds(first, last, previous);
        message.UpdateId = last;
        message.ExchangeTimeNs = timeNs;
        return true;
    }

    private static bool TryReadTrade<TVectors>(ScanText<TVectors> text, ScanTarget target)
        where TVectors : struct, IScanVectors
    {
        if (!text.TryTake("trade\",\"data\":{\"e\":\"trade\",\"E\":"u8) || !text.TrySkipInteger())
        {
            return false;
        }

        // Spot tells the time behind the quantity, futures before the symbol.
        long timeNs = 0;
        bool isFutures = text.TryTake(",\"T\":"u8);
        if ((isFutures && !text.TryReadTimeMs(out timeNs))
            || !text.TryTake(",\"s\":\""u8) || !text.TryTake(in target.Symbol)
            || !TryTakeBehindExtras(ref text, "\",\"t\":"u8) || !text.TryReadInteger(out long tradeId)
            || !text.TryTake(",\"p\":\""u8) || !text.TryReadDecimal(target.PriceDecimals, out long price)
            || !text.TryTake("\",\"q\":\""u8) || !text.TryReadDecimal(target.QuantityDecimals, out long quantity))
        {
            return false;
        }

        // Insurance-fund and similar prints are rare, and the parser knows what to do with them.
        bool isRead = isFutures
            ? text.TryTake("\",\"X\":\"MARKET\""u8)
            : text.TryTake("\",\"T\":"u8) && text.TryReadTimeMs(out timeNs);
        return isRead && text.TryTake(",\"m\":"u8) && text.TryReadBoolean(out bool isBuyerMaker)
            && TryEndTrade(ref text, in target, tradeId, price, quantity, timeNs, isBuyerMaker);
    }

    private static bool TryReadAggregate<TVectors>(ScanText<TVectors> text, ScanTarget target)
        where TVectors : struct, IScanVectors
    {
        if (!text.TryTake("aggTrade\",\"data\":{\"e\":\"aggTrade\",\"E\":"u8) || !text.TrySkipInteger())
        {
            return false;
        }

        // The id stands before the symbol or behind it.
        long id = 0;
        bool isIdFirst = text.TryTake(",\"a\":"u8);
        return (!isIdFirst || text.TryReadInteger(out id))
            && text.TryTake(",\"s\":\""u8) && text.TryTake(in target.Symbol)
            && TryTakeBehindExtras(ref text, "\","u8)
            && (isIdFirst || (text.TryTake("\"a\":"u8) && text.TryReadInteger(out id) && text.TryTake(","u8)))
            && text.TryTake("\"p\":\""u8) && text.TryReadDecimal(target.PriceDecimals, out long price)
            && text.TryTake("\",\"q\":\""u8) && text.TryReadDecimal(target.QuantityDecimals, out long quantity)
            && TryTakeBehindExtras(ref text, "\",\"f\":"u8) && text.TrySkipInteger()
            && text.TryTake(",\"l\":"u8) && text.TrySkipInteger()
            && text.TryTake(",\"T\":"u8) && text.TryReadTimeMs(out long timeNs)
            && text.TryTake(",\"m\":"u8) && text.TryReadBoolean(out bool isBuyerMaker)
            && TryEndTrade(ref text, in target, id, price, quantity, timeNs, isBuyerMaker);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryEndTrade<TVectors>(
        ref ScanText<TVectors> text, in ScanTarget target, long id, long price, long quantity, long timeNs,
        bool isBuyerMaker)
        where TVectors : struct, IScanVectors
    {
        // Spot has one more flag, which means nothing any more.
        if ((text.TryTake(",\"M\":"u8) && !text.TryReadBoolean(out _)) || !EndsBehindExtras(ref text)
            || !target.HasRoom)
        {
            return false;
        }

        ref MarketEvent trade = ref target.Add(EventKind.Trade);
        trade.Side = isBuyerMaker ? Side.Sell : Side.Buy;
        trade.ExchangeTimeNs = timeNs;
        trade.Price = price;
        trade.Quantity = quantity;
        trade.TradeId = id;
        return true;
    }

    // A literal that begins with the quote of a string before it, or that literal behind fields of 2026 which nothing
    // here needs: the pair, the kind of contract, the quantity without market makers' own.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryTakeBehindExtras<TVectors>(ref ScanText<TVectors> text, ReadOnlySpan<byte> literal)
        where TVectors : struct, IScanVectors
    {
        if (text.TryTake(literal))
        {
            return true;
        }

        if (!text.TryTake("\""u8))
        {
            return false;
        }

        text.GoTo(SkipExtras(text));
        return text.TryTake(literal[1..]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool EndsBehindExtras<TVectors>(ref ScanText<TVectors> text)
        where TVectors : struct, IScanVectors
    {
        if (text.EndsWith("}}"u8))
        {
            return true;
        }

        text.GoTo(SkipExtras(text));
        return text.EndsWith("}}"u8);
    }

    // Takes a copy, so that the caller's own can stay in registers, and gives back where the last whole field ends.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int SkipExtras<TVectors>(ScanText<TVectors> text)
        where TVectors : struct, IScanVectors
    {
        int end;
        bool isSkipped;
        do
        {
            end = text.Position;
            isSkipped = text.TryTake(",\"ps\":\""u8) || text.TryTake(",\"nq\":\""u8) ? text.TrySkipWord()
                : text.TryTake(",\"st\":"u8) && text.TrySkipInteger();
        }
        while (isSkipped);
        return end;
    }
}
