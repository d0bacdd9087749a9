using System;
using LowLatency.Engine.Events;
using LowLatency.Feeds.Json;

namespace LowLatency.Feeds.Binance;

/// <summary>
/// Parses Binance's combined-stream messages, Spot and USD-M, from UTF-8 bytes to exact integers. Fields may come in
/// any order, unknown fields are skipped, and a fault is a return value.
/// </summary>
internal ref struct BinanceParser
{
    private WireReader _in;

    public BinanceParser(ReadOnlySpan<byte> text, long receiveTimeNs, EventBatch batch) =>
        _in = new WireReader(text, receiveTimeNs, batch);

    /// <summary>Parses one websocket message.</summary>
    /// <param name="streams">Symbols in lower case, as in stream names.</param>
    /// <param name="feeds">The session's symbols, in the same order.</param>
    public ParsedMessage ReadMessage(SymbolTable streams, BookFeed[] feeds)
    {
        const int Stream = 1;
        const int Data = 2;
        ReadOnlySpan<byte> stream = default;
        int seen = 0;
        int data = 0;
        bool isRead = false;
        bool isFirst = true;
        JsonStep step = _in.EnterObject();
        while (step == JsonStep.Item
            && (step = _in.NextProperty(ref isFirst, out ReadOnlySpan<byte> name)) == JsonStep.Item)
        {
            bool isGood;
            if (name.SequenceEqual("stream"u8))
            {
                isGood = _in.TryMark(ref seen, Stream) && _in.TryReadText(out stream);
            }
            else if (name.SequenceEqual("data"u8) && (seen & Stream) == 0)
            {
                // The stream name says how to parse the data; if the data come first, they are parsed afterwards.
                isGood = _in.TryPostpone(ref seen, Data, out data);
            }
            else if (name.SequenceEqual("data"u8))
            {
                isRead = isGood = _in.TryMark(ref seen, Data) && TryReadData(stream, streams, feeds);
            }
            else
            {
                isGood = _in.TrySkip();
            }

            if (!isGood)
            {
                return _in.Message;
            }
        }

        if (!_in.EndsWell(step) || !_in.Json.IsAtEnd())
        {
            return _in.Fail(BadInputKind.MalformedJson);
        }

        if (seen != (Stream | Data))
        {
            return ReadUnwrapped();
        }

        if (!isRead)
        {
            _in.At(data);
            TryReadData(stream, streams, feeds);
        }

        return _in.Message;
    }

    /// <summary>
    /// Parses a REST depth answer: <c>lastUpdateId</c>, <c>bids</c>, <c>asks</c>, and <c>E</c> on futures.
    /// </summary>
    public ParsedMessage ReadSnapshot(BookFeed feed, int symbol)
    {
        _in.Message.Symbol = symbol;
        const int Id = 1;
        const int Bids = 2;
        const int Asks = 4;
        const int Time = 8;
        int seen = 0;
        long id = 0;
        bool isFirst = true;
        JsonStep step = _in.EnterObject();
        while (step == JsonStep.Item
            && (step = _in.NextProperty(ref isFirst, out ReadOnlySpan<byte> name)) == JsonStep.Item)
        {
            bool isRead = name.SequenceEqual("lastUpdateId"u8) ? _in.TryMark(ref seen, Id) && _in.TryReadInteger(out id)
                : name.SequenceEqual("bids"u8) ? _in.TryMark(ref seen, Bids) && _in.TryReadLevels(feed, Side.Buy)
                : name.SequenceEqual("asks"u8) ? _in.TryMark(ref seen, Asks) && _in.TryReadLevels(feed, Side.Sell)
                : name.SequenceEqual("E"u8)
                    ? _in.TryMark(ref seen, Time) && _in.TryReadTimeMs(out _in.Message.ExchangeTimeNs)
                : _in.TrySkip();
            if (!isRead)
            {
                return _in.Message;
            }
        }

        if (!_in.EndsWell(step) || !_in.Json.IsAtEnd())
        {
            return _in.Fail(BadInputKind.MalformedJson);
        }

        const int Needed = Id | Bids | Asks;
        _in.Message.Ids = new DepthIds(0, id, 0);
        _in.Message.UpdateId = id;
        return (seen & Needed) == Needed ? _in.Succeed(MessageKind.Depth) : _in.Fail(BadInputKind.MissingField);
    }

    // Answers to requests, errors and notices of the venue.
    private ParsedMessage ReadUnwrapped()
    {
        _in.At(0);
        bool isFirst = true;
        _in.EnterObject();
        while (_in.NextProperty(ref isFirst, out ReadOnlySpan<byte> name) == JsonStep.Item)
        {
            if (name.SequenceEqual("e"u8))
            {
                if (_in.Json.PeekValue() != '"')
                {
                    return _in.Succeed(MessageKind.Ignored);
                }

                return !_in.TryReadText(out ReadOnlySpan<byte> kind) ? _in.Message
                    : kind.SequenceEqual("serverShutdown"u8) ? _in.Succeed(MessageKind.Reconnect)
                    : _in.Succeed(MessageKind.Ignored);
            }

            if (name.SequenceEqual("result"u8))
            {
                return _in.Succeed(MessageKind.Ignored);
            }

            if (name.SequenceEqual("code"u8) || name.SequenceEqual("error"u8))
            {
                return _in.Fail(BadInputKind.VenueError);
            }

            _in.TrySkip();
        }

        return _in.Fail(BadInputKind.UnknownMessage);
    }

    private bool TryReadData(ReadOnlySpan<byte> stream, SymbolTable streams, BookFeed[] feeds)
    {
        if (stream.SequenceEqual("!serverShutdown"u8))
        {
            bool isShutdown = _in.TrySkip();
            _in.Message.Kind = isShutdown ? MessageKind.Reconnect : MessageKind.Bad;
            return isShutdown;
        }

        int at = stream.IndexOf((byte)'@');
        ReadOnlySpan<byte> channel = at < 0 ? default : stream[(at + 1)..];
        _in.Message.Symbol = at < 0 ? -1 : streams.Find(stream[..at]);
        if (_in.Message.Symbol < 0)
        {
            return _in.TrySkip() && _in.RejectText(stream, BadInputKind.UnknownSymbol);
        }

        BookFeed feed = feeds[_in.Message.Symbol];
        if (channel.StartsWith("depth"u8))
        {
            return TryReadDepth(feed);
        }

        if (channel.SequenceEqual("bookTicker"u8))
        {
            return TryReadBookTicker(feed);
        }

        if (channel.SequenceEqual("trade"u8) || channel.SequenceEqual("aggTrade"u8))
        {
            return TryReadTrade(feed);
        }

        if (!_in.TrySkip())
        {
            return false;
        }

        // Streams that occur in recordings but are not subscribed here.
        if (channel.StartsWith("kline"u8) || channel.StartsWith("markPrice"u8) || channel.StartsWith("ticker"u8)
            || channel.StartsWith("miniTicker"u8) || channel.StartsWith("forceOrder"u8))
        {
            _in.Succeed(MessageKind.Ignored);
            return true;
        }

        return _in.RejectText(stream, BadInputKind.UnknownMessage);
    }

    private bool TryReadDepth(BookFeed feed)
    {
        const int Symbol = 1;
        const int First = 2;
        const int Last = 4;
        const int Previous = 8;
        const int Bids = 16;
        const int Asks = 32;
        const int Time = 64;

        // This is a depth message: any fault from here on concerns the book.
        _in.Message.ConcernsBook = true;
        int mark = _in.EventCount;
        int seen = 0;
        long first = 0;
        long last = 0;
        long previous = 0;
        bool isFirst = true;
        JsonStep step = _in.EnterObject();
        while (step == JsonStep.Item
            && (step = _in.NextProperty(ref isFirst, out ReadOnlySpan<byte> name)) == JsonStep.Item)
        {
            bool isRead = (name.Length == 1 ? (char)name[0] : name.SequenceEqual("pu"u8) ? 'p' : '?') switch
            {
                'b' => _in.TryMark(ref seen, Bids) && _in.TryReadLevels(feed, Side.Buy),
                'a' => _in.TryMark(ref seen, Asks) && _in.TryReadLevels(feed, Side.Sell),
                's' => _in.TryMark(ref seen, Symbol) && TryReadOwnSymbol(feed),
                'U' => _in.TryMark(ref seen, First) && _in.TryReadInteger(out first),
                'u' => _in.TryMark(ref seen, Last) && _in.TryReadInteger(out last),
                'p' when name.Length == 2 => _in.TryMark(ref seen, Previous) && _in.TryReadInteger(out previous),
                'E' => _in.TryMark(ref seen, Time) && _in.TryReadTimeMs(out _in.Message.ExchangeTimeNs),
                _ => _in.TrySkip(),
            };
            if (!isRead)
            {
                return false;
            }
        }

        const int Needed = Symbol | First | Last | Bids | Asks;
        if (!_in.EndsWell(step))
        {
            return false;
        }

        if ((seen & Needed) != Needed || last < first)
        {
            return _in.Reject((seen & Needed) != Needed ? BadInputKind.MissingField : BadInputKind.BadNumber);
        }

        _in.Message.Ids = new DepthIds(first, last, previous);
        _in.Message.UpdateId = last;
        _in.StampLevels(mark);
        _in.Succeed(MessageKind.Depth);
        return true;
    }

    private bool TryReadBookTicker(BookFeed feed)
    {
        ref EngineInput top = ref _in.AddEvent(feed, EventKind.TopOfBook);
        int seen = 0;
        bool isFirst = true;
        JsonStep step = _in.EnterObject();
        while (step == JsonStep.Item
            && (step = _in.NextProperty(ref isFirst, out ReadOnlySpan<byte> name)) == JsonStep.Item)
        {
            bool isRead = (name.Length == 1 ? (char)name[0] : '?') switch
            {
                'u' => _in.TryMark(ref seen, 1) && _in.TryReadInteger(out top.UpdateId),
                's' => _in.TryMark(ref seen, 2) && TryReadOwnSymbol(feed),
                'b' => _in.TryMark(ref seen, 4) && _in.TryReadPrice(feed, out top.BidPrice),
                'B' => _in.TryMark(ref seen, 8) && _in.TryReadQuantity(feed, out top.BidQuantity),
                'a' => _in.TryMark(ref seen, 16) && _in.TryReadPrice(feed, out top.AskPrice),
                'A' => _in.TryMark(ref seen, 32) && _in.TryReadQuantity(feed, out top.AskQuantity),
                'E' => _in.TryMark(ref seen, 64) && _in.TryReadTimeMs(out top.ExchangeTimeNs),
                _ => _in.TrySkip(),
            };
            if (!isRead)
            {
                return false;
            }
        }

        return TryEndDirect(step, (seen & 63) == 63);
    }

    private bool TryReadTrade(BookFeed feed)
    {
        ref EngineInput trade = ref _in.AddEvent(feed, EventKind.Trade);
        int seen = 0;
        bool isBuyerMaker = false;
        bool isMarketTrade = true;
        bool isFirst = true;
        JsonStep step = _in.EnterObject();
        while (step == JsonStep.Item
            && (step = _in.NextProperty(ref isFirst, out ReadOnlySpan<byte> name)) == JsonStep.Item)
        {
            // A trade has its id in t, an aggregate trade in a.
            bool isRead = (name.Length == 1 ? (char)name[0] : '?') switch
            {
                't' or 'a' => _in.TryMark(ref seen, 1) && _in.TryReadInteger(out trade.TradeId),
                's' => _in.TryMark(ref seen, 2) && TryReadOwnSymbol(feed),
                'p' => _in.TryMark(ref seen, 4) && _in.TryReadPrice(feed, out trade.Price),
                'q' => _in.TryMark(ref seen, 8) && _in.TryReadQuantity(feed, out trade.Quantity),
                'm' => _in.TryMark(ref seen, 16) && _in.TryReadBoolean(out isBuyerMaker),
                'T' => _in.TryMark(ref seen, 32) && _in.TryReadTimeMs(out trade.ExchangeTimeNs),
                'X' => _in.TryMark(ref seen, 64) && TryReadMarketTrade(out isMarketTrade),
                _ => _in.TrySkip(),
            };
            if (!isRead)
            {
                return false;
            }
        }

        trade.Side = isBuyerMaker ? Side.Sell : Side.Buy;
        if (!TryEndDirect(step, (seen & 31) == 31))
        {
            return false;
        }

        // Insurance fund and similar prints are not market trades.
        if (!isMarketTrade)
        {
            _in.Message.Kind = MessageKind.Ignored;
            _in.Truncate(_in.EventCount - 1);
        }

        return true;
    }

    private bool TryEndDirect(JsonStep step, bool isComplete)
    {
        if (!_in.EndsWell(step) || (!isComplete && !_in.Reject(BadInputKind.MissingField)))
        {
            return false;
        }

        _in.Succeed(MessageKind.Direct);
        return true;
    }

    private bool TryReadOwnSymbol(BookFeed feed) => _in.TryReadText(out ReadOnlySpan<byte> symbol)
        && (symbol.SequenceEqual(feed.Symbol) || _in.RejectText(symbol, BadInputKind.UnknownSymbol));

    private bool TryReadMarketTrade(out bool isMarketTrade)
    {
        bool isRead = _in.TryReadText(out ReadOnlySpan<byte> kind);
        isMarketTrade = kind.SequenceEqual("MARKET"u8);
        return isRead;
    }
}
