using System;
using System.Linq;
using System.Text;
using LowLatency.Engine.Events;
using LowLatency.Feeds.Scan;

namespace LowLatency.Feeds.Bybit;

/// <summary>
/// Deltas and trades of Bybit's 2021 API, from the end of the topic's symbol on. Linear contracts write ids and times
/// as strings, inverse ones as numbers. Snapshots, one per book, are left to the parser.
/// </summary>
internal readonly struct Bybit2021Scanner
{
    private static readonly ScanKey s_size = new(",\"size\":"u8);

    private readonly BookFeed[] _feeds;

    // The text between a level's price and its id.
    private readonly byte[][] _behindPrice;

    /// <summary>Creates it for a session's symbols.</summary>
    public Bybit2021Scanner(BookFeed[] feeds)
    {
        _feeds = feeds;
        _behindPrice = feeds.Select(feed => Encoding.UTF8.GetBytes(
            $"\",\"symbol\":\"{feed.Instrument.Symbol}\",\"id\":")).ToArray();
    }

    /// <summary>Reads the three lists of a delta.</summary>
    public bool TryReadDelta<TVectors>(
        ScanText<TVectors> text, long receiveTimeNs, EventBatch batch, ref ParsedMessage message)
        where TVectors : struct, IScanVectors
    {
        BookFeed feed = _feeds[message.Symbol];
        byte[] behindPrice = _behindPrice[message.Symbol];
        EngineInput template = batch.Template(feed, EventKind.LevelUpdate, receiveTimeNs);
        Span<EngineInput> free = batch.FreeSlots;
        int count = 0;
        if (!text.TryTake("\",\"type\":\"delta\",\"data\":{\"delete\":["u8)
            || !text.TryGoTo(ReadLevels(text, feed, behindPrice, isDelete: true, in template, free, ref count))
            || !text.TryTake(",\"update\":["u8)
            || !text.TryGoTo(ReadLevels(text, feed, behindPrice, isDelete: false, in template, free, ref count))
            || !text.TryTake(",\"insert\":["u8)
            || !text.TryGoTo(ReadLevels(text, feed, behindPrice, isDelete: false, in template, free, ref count))
            || (text.TryTake(",\"transactTimeE6\":"u8) && !text.TrySkipInteger())
            || !text.TryTake("},\"cross_seq\":"u8) || !text.TryReadQuotedOrBare(out long sequence)
            || !text.TryTake(",\"timestamp_e6\":"u8))
        {
            return false;
        }

        bool isQuoted = text.TryTake("\""u8);
        if (!text.TryReadTimeUs(out long timeNs) || !(isQuoted ? text.EndsWith("\"}"u8) : text.EndsWith("}"u8)))
        {
            return false;
        }

        foreach (ref EngineInput level in free[..count])
        {
            level.ExchangeTimeNs = timeNs;
        }

        batch.Advance(count);
        message.Kind = MessageKind.Depth;
        message.Channel = BybitChannels.Book2021;
        message.ConcernsBook = true;
        message.Ids = new DepthIds(0, sequence, BybitSyncRule.Unchained);
        message.UpdateId = sequence;
        message.ExchangeTimeNs = timeNs;
        return true;
    }

    /// <summary>Reads trades.</summary>
    public bool TryReadTrades<TVectors>(
        ScanText<TVectors> text, long receiveTimeNs, EventBatch batch, ref ParsedMessage message)
        where TVectors : struct, IScanVectors
    {
        BookFeed feed = _feeds[message.Symbol];
        if (!text.TryTake("\",\"data\":["u8))
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

            ref EngineInput trade = ref free[count++];
            trade = batch.Template(feed, EventKind.Trade, receiveTimeNs);
            if (text.TryTake("{\"symbol\":\""u8)
                ? !TryReadLinearTrade(ref text, feed, ref trade)
                : !TryReadInverseTrade(ref text, feed, ref trade))
            {
                return false;
            }
        }
        while (text.TryTake(","u8));
        if (!text.EndsWith("]}"u8))
        {
            return false;
        }

        batch.Advance(count);
        message.Kind = MessageKind.Direct;
        message.Channel = BybitChannels.Trades2021;
        return true;
    }

    // A list of levels, from after its first bracket to after its last. Returns the number of bytes left, or -1.
    private static int ReadLevels<TVectors>(
        ScanText<TVectors> text, BookFeed feed, byte[] behindPrice, bool isDelete, in EngineInput template,
        Span<EngineInput> free, ref int count)
        where TVectors : struct, IScanVectors
    {
        if (text.TryTake("]"u8))
        {
            return text.Rest;
        }

        int priceDecimals = feed.Scale.PriceDecimals;
        int quantityDecimals = feed.Scale.QuantityDecimals;
        while ((uint)count < (uint)free.Length)
        {
            if (!text.TryTake("{\"price\":\""u8) || !text.TryReadDecimal(priceDecimals, out long price)
                || !text.TryTakeName(behindPrice))
            {
                return -1;
            }

            bool isQuoted = text.TryTake("\""u8);
            if (!text.TrySkipInteger() || (isQuoted && !text.TryTake("\""u8)))
            {
                return -1;
            }

            bool isBuy = text.TryTake(",\"side\":\"Buy\""u8);
            long quantity = 0;
            if ((!isBuy && !text.TryTake(",\"side\":\"Sell\""u8))
                || (!isDelete && (!text.TryTake(s_size) || !text.TryReadBareDecimal(quantityDecimals, out quantity))))
            {
                return -1;
            }

            ref EngineInput level = ref free[count++];
            level = template;
            level.Side = isBuy ? Side.Buy : Side.Sell;
            level.Price = price;
            level.Quantity = quantity;
            if (!text.TryTake("},"u8))
            {
                return text.TryTake("}]"u8) ? text.Rest : -1;
            }
        }

        return -1;
    }

    // Starts at the symbol.
    private static bool TryReadLinearTrade<TVectors>(
        ref ScanText<TVectors> text, BookFeed feed, ref EngineInput trade)
        where TVectors : struct, IScanVectors =>
        text.TryTakeName(feed.Symbol)
        && text.TryTake("\",\"tick_direction\":\""u8) && text.TryReadText(out _)
        && text.TryTake(",\"price\":\""u8) && text.TryReadDecimal(feed.Scale.PriceDecimals, out trade.Price)
        && text.TryTake("\""u8) && text.TryTake(s_size)
        && text.TryReadBareDecimal(feed.Scale.QuantityDecimals, out trade.Quantity)
        && text.TryTake(",\"timestamp\":\""u8) && text.TryReadText(out _)
        && text.TryTake(",\"trade_time_ms\":\""u8) && text.TryReadTimeMs(out trade.ExchangeTimeNs)
        && text.TryTake("\",\"side\":\""u8) && BybitScanner.TryReadSide(ref text, out trade.Side)
        && text.TryTake(",\"trade_id\":\""u8) && BybitScanner.TryReadUuid(ref text, out trade.TradeId)
        && text.TryTake("}"u8);

    // Starts at the brace.
    private static bool TryReadInverseTrade<TVectors>(
        ref ScanText<TVectors> text, BookFeed feed, ref EngineInput trade)
        where TVectors : struct, IScanVectors =>
        text.TryTake("{\"trade_time_ms\":"u8) && text.TryReadTimeMs(out trade.ExchangeTimeNs)
        && text.TryTake(",\"timestamp\":\""u8) && text.TryReadText(out _)
        && text.TryTake(",\"symbol\":\""u8) && text.TryTakeName(feed.Symbol)
        && text.TryTake("\",\"side\":\""u8) && BybitScanner.TryReadSide(ref text, out trade.Side)
        && text.TryTake(s_size) && text.TryReadBareDecimal(feed.Scale.QuantityDecimals, out trade.Quantity)
        && text.TryTake(",\"price\":"u8) && text.TryReadBareDecimal(feed.Scale.PriceDecimals, out trade.Price)
        && text.TryTake(",\"tick_direction\":\""u8) && text.TryReadText(out _)
        && text.TryTake(",\"trade_id\":\""u8) && BybitScanner.TryReadUuid(ref text, out trade.TradeId)
        && text.TryTake(",\"cross_seq\":"u8) && text.TrySkipInteger()
        && text.TryTake("}"u8);
}
