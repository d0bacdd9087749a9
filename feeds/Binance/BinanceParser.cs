using System;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;
using LowLatency.Feeds.Json;

namespace LowLatency.Feeds.Binance;

/// <summary>
/// Reads Binance's combined-stream messages, Spot and USD-M, from UTF-8 bytes to exact integers. The order of fields
/// is not trusted, unknown fields are stepped over, and a fault is a return value.
/// </summary>
internal ref struct BinanceParser
{
    private const long NsPerMs = 1_000_000;

    // 2^63 ns in ms: a time beyond it cannot be told in nanoseconds.
    private const long MaxTimeMs = long.MaxValue / NsPerMs;

    private readonly ReadOnlySpan<byte> _text;
    private readonly EventBatch _batch;
    private readonly long _receiveTimeNs;
    private JsonCursor _json;
    private ParsedMessage _message;

    public BinanceParser(ReadOnlySpan<byte> text, long receiveTimeNs, EventBatch batch)
    {
        _text = text;
        _batch = batch;
        _receiveTimeNs = receiveTimeNs;
        _json = new JsonCursor(text);
        _message = new ParsedMessage { Kind = MessageKind.Bad, Symbol = -1, Fault = BadInputKind.MalformedJson };
    }

    /// <summary>Reads one websocket message.</summary>
    /// <param name="streams">Lower-case symbols, as stream names write them.</param>
    /// <param name="feeds">The session's symbols, in the same order.</param>
    public ParsedMessage ReadMessage(SymbolTable streams, BookFeed[] feeds)
    {
        ReadOnlySpan<byte> stream = default;
        int data = -1;
        bool hasStream = false;
        bool isFirst = true;
        if (!_json.TryEnterObject())
        {
            return Malformed();
        }

        JsonStep step;
        while ((step = _json.NextProperty(ref isFirst, out ReadOnlySpan<byte> name)) == JsonStep.Item)
        {
            if (name.SequenceEqual("stream"u8))
            {
                if (hasStream)
                {
                    return Fail(BadInputKind.DuplicateField);
                }

                hasStream = true;
                if (!_json.TryReadString(out stream))
                {
                    return Malformed();
                }
            }
            else if (name.SequenceEqual("data"u8))
            {
                if (data >= 0)
                {
                    return Fail(BadInputKind.DuplicateField);
                }

                // The stream's name says how to read the data; where the data come first they are read afterwards.
                data = _json.Position;
                if (!(hasStream ? TryReadData(stream, streams, feeds) : _json.TrySkipValue()))
                {
                    return _message;
                }

                data = hasStream ? int.MaxValue : data;
            }
            else if (!_json.TrySkipValue())
            {
                return Malformed();
            }
        }

        if (step != JsonStep.End || !_json.IsAtEnd())
        {
            return Malformed();
        }

        return data == int.MaxValue ? _message : Finish(stream, data, hasStream, streams, feeds);
    }

    /// <summary>Reads a REST depth answer: <c>lastUpdateId</c>, <c>bids</c>, <c>asks</c>, and <c>E</c> on futures.
    /// </summary>
    public ParsedMessage ReadSnapshot(BookFeed feed, int symbol)
    {
        _message.Symbol = symbol;
        const int Id = 1;
        const int Bids = 2;
        const int Asks = 4;
        int seen = 0;
        bool isFirst = true;
        JsonStep step = _json.TryEnterObject() ? JsonStep.Item : JsonStep.Malformed;
        while (step == JsonStep.Item
            && (step = _json.NextProperty(ref isFirst, out ReadOnlySpan<byte> name)) == JsonStep.Item)
        {
            bool isRead;
            if (name.SequenceEqual("lastUpdateId"u8))
            {
                isRead = TryMark(ref seen, Id) && TryReadInteger(out _message.Ids);
            }
            else if (name.SequenceEqual("bids"u8))
            {
                isRead = TryMark(ref seen, Bids) && TryReadLevels(feed, Side.Buy);
            }
            else if (name.SequenceEqual("asks"u8))
            {
                isRead = TryMark(ref seen, Asks) && TryReadLevels(feed, Side.Sell);
            }
            else if (name.SequenceEqual("E"u8))
            {
                isRead = TryReadTime(out _message.ExchangeTimeNs);
            }
            else
            {
                isRead = _json.TrySkipValue();
            }

            if (!isRead)
            {
                return _message;
            }
        }

        if (step != JsonStep.End || !_json.IsAtEnd())
        {
            return Malformed();
        }

        return seen == (Id | Bids | Asks) ? Succeed(MessageKind.Depth) : Fail(BadInputKind.MissingField);
    }

    // No data were read on the way: they came before the stream's name, or it is another kind of message.
    private ParsedMessage Finish(
        ReadOnlySpan<byte> stream, int data, bool hasStream, SymbolTable streams, BookFeed[] feeds)
    {
        if (hasStream && data >= 0)
        {
            _json = _json.At(data);
            TryReadData(stream, streams, feeds);
            return _message;
        }

        return ReadUnwrapped();
    }

    // Answers to requests, errors and notices of the venue.
    private ParsedMessage ReadUnwrapped()
    {
        _json = _json.At(0);
        bool isFirst = true;
        _json.TryEnterObject();
        while (_json.NextProperty(ref isFirst, out ReadOnlySpan<byte> name) == JsonStep.Item)
        {
            if (name.SequenceEqual("result"u8) || name.SequenceEqual("e"u8))
            {
                return Succeed(MessageKind.Ignored);
            }

            if (name.SequenceEqual("code"u8) || name.SequenceEqual("error"u8))
            {
                return Fail(BadInputKind.VenueError);
            }

            _json.TrySkipValue();
        }

        return Fail(BadInputKind.UnknownMessage);
    }

    private bool TryReadData(ReadOnlySpan<byte> stream, SymbolTable streams, BookFeed[] feeds)
    {
        int at = stream.IndexOf((byte)'@');
        ReadOnlySpan<byte> channel = at < 0 ? default : stream[(at + 1)..];
        _message.Symbol = at < 0 ? -1 : streams.Find(stream[..at]);
        if (_message.Symbol < 0)
        {
            return FailSkipping(BadInputKind.UnknownSymbol, stream);
        }

        BookFeed feed = feeds[_message.Symbol];
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

        return FailSkipping(BadInputKind.UnknownMessage, stream);
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
        int seen = 0;
        long first = 0;
        long last = 0;
        long previous = 0;
        bool isFirst = true;
        JsonStep step = _json.TryEnterObject() ? JsonStep.Item : JsonStep.Malformed;
        while (step == JsonStep.Item
            && (step = _json.NextProperty(ref isFirst, out ReadOnlySpan<byte> name)) == JsonStep.Item)
        {
            bool isRead = (name.Length == 1 ? (char)name[0] : name.SequenceEqual("pu"u8) ? 'p' : '?') switch
            {
                'b' => TryMark(ref seen, Bids) && TryReadLevels(feed, Side.Buy),
                'a' => TryMark(ref seen, Asks) && TryReadLevels(feed, Side.Sell),
                's' => TryMark(ref seen, Symbol) && TryReadSymbol(feed),
                'U' => TryMark(ref seen, First) && TryReadInteger(out first),
                'u' => TryMark(ref seen, Last) && TryReadInteger(out last),
                'p' when name.Length == 2 => TryMark(ref seen, Previous) && TryReadInteger(out previous),
                'E' => TryMark(ref seen, Time) && TryReadTime(out _message.ExchangeTimeNs),
                _ => TrySkip(),
            };
            if (!isRead)
            {
                _message.Ids = new DepthIds(first, System.Math.Max(last, 1), previous);
                return false;
            }
        }

        // Known to be a depth message: whatever is wrong from here on concerns the book.
        _message.Ids = new DepthIds(first, last, previous);
        if (step != JsonStep.End)
        {
            _message.Ids = new DepthIds(first, System.Math.Max(last, 1), previous);
            return Reject(BadInputKind.MalformedJson);
        }

        const int Needed = Symbol | First | Last | Bids | Asks;
        if ((seen & Needed) != Needed || last < first)
        {
            _message.Ids = new DepthIds(first, System.Math.Max(last, 1), previous);
            return Reject((seen & Needed) != Needed ? BadInputKind.MissingField : BadInputKind.BadNumber);
        }

        StampLevels();
        Succeed(MessageKind.Depth);
        return true;
    }

    private bool TryReadBookTicker(BookFeed feed)
    {
        ref MarketEvent top = ref AddEvent(feed, EventKind.TopOfBook);
        int seen = 0;
        long exchangeTimeNs = 0;
        bool isFirst = true;
        JsonStep step = _json.TryEnterObject() ? JsonStep.Item : JsonStep.Malformed;
        while (step == JsonStep.Item
            && (step = _json.NextProperty(ref isFirst, out ReadOnlySpan<byte> name)) == JsonStep.Item)
        {
            bool isRead = (name.Length == 1 ? (char)name[0] : '?') switch
            {
                'u' => TryMark(ref seen, 1) && TryReadInteger(out top.UpdateId),
                's' => TryMark(ref seen, 2) && TryReadSymbol(feed),
                'b' => TryMark(ref seen, 4) && TryReadPrice(feed, out top.BidPrice),
                'B' => TryMark(ref seen, 8) && TryReadQuantity(feed, out top.BidQuantity),
                'a' => TryMark(ref seen, 16) && TryReadPrice(feed, out top.AskPrice),
                'A' => TryMark(ref seen, 32) && TryReadQuantity(feed, out top.AskQuantity),
                'E' => TryMark(ref seen, 64) && TryReadTime(out exchangeTimeNs),
                _ => TrySkip(),
            };
            if (!isRead)
            {
                return false;
            }
        }

        top.ExchangeTimeNs = exchangeTimeNs;
        return TryEndDirect(step, (seen & 63) == 63);
    }

    private bool TryReadTrade(BookFeed feed)
    {
        ref MarketEvent trade = ref AddEvent(feed, EventKind.Trade);
        int seen = 0;
        bool isBuyerMaker = false;
        bool isMarketTrade = true;
        bool isFirst = true;
        JsonStep step = _json.TryEnterObject() ? JsonStep.Item : JsonStep.Malformed;
        while (step == JsonStep.Item
            && (step = _json.NextProperty(ref isFirst, out ReadOnlySpan<byte> name)) == JsonStep.Item)
        {
            // A trade numbers itself in t, an aggregate of trades in a.
            bool isRead = (name.Length == 1 ? (char)name[0] : '?') switch
            {
                't' or 'a' => TryMark(ref seen, 1) && TryReadInteger(out trade.TradeId),
                's' => TryMark(ref seen, 2) && TryReadSymbol(feed),
                'p' => TryMark(ref seen, 4) && TryReadPrice(feed, out trade.Price),
                'q' => TryMark(ref seen, 8) && TryReadQuantity(feed, out trade.Quantity),
                'm' => TryMark(ref seen, 16) && TryReadBoolean(out isBuyerMaker),
                'T' => TryMark(ref seen, 32) && TryReadTime(out trade.ExchangeTimeNs),
                'X' => TryReadMarketTrade(out isMarketTrade),
                _ => TrySkip(),
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

        // Insurance-fund and similar prints are no trades of the market.
        if (!isMarketTrade)
        {
            _message.Kind = MessageKind.Ignored;
            _batch.Truncate(_batch.Count - 1);
        }

        return true;
    }

    private bool TryEndDirect(JsonStep step, bool isComplete)
    {
        if (step != JsonStep.End)
        {
            return Reject(BadInputKind.MalformedJson);
        }

        if (!isComplete)
        {
            return Reject(BadInputKind.MissingField);
        }

        Succeed(MessageKind.Direct);
        return true;
    }

    private bool TryReadLevels(BookFeed feed, Side side)
    {
        InstrumentScale scale = feed.Scale;
        bool isFirst = true;
        JsonStep step = _json.TryEnterArray() ? JsonStep.Item : JsonStep.Malformed;
        while (step == JsonStep.Item && (step = _json.NextElement(ref isFirst)) == JsonStep.Item)
        {
            if (!TryEnterLevel(out ReadOnlySpan<byte> price, out ReadOnlySpan<byte> quantity))
            {
                return Reject(BadInputKind.MalformedJson);
            }

            NumberStatus priceStatus = WireNumber.Parse(price, scale.PriceDecimals, out long priceIncrements);
            NumberStatus status = WireNumber.Parse(quantity, scale.QuantityDecimals, out long quantityIncrements);
            if (priceStatus != NumberStatus.Ok || status != NumberStatus.Ok)
            {
                return RejectLevel(price, priceStatus, quantity, status);
            }

            ref MarketEvent level = ref AddEvent(feed, EventKind.LevelUpdate);
            level.Side = side;
            level.Price = priceIncrements;
            level.Quantity = quantityIncrements;
        }

        return step == JsonStep.End || Reject(BadInputKind.MalformedJson);
    }

    // A level is [price, quantity]; what stands behind them is stepped over.
    private bool TryEnterLevel(out ReadOnlySpan<byte> price, out ReadOnlySpan<byte> quantity)
    {
        quantity = default;
        price = default;
        bool isFirst = true;
        if (!_json.TryEnterArray()
            || _json.NextElement(ref isFirst) != JsonStep.Item || !_json.TryReadString(out price)
            || _json.NextElement(ref isFirst) != JsonStep.Item || !_json.TryReadString(out quantity))
        {
            return false;
        }

        JsonStep step;
        while ((step = _json.NextElement(ref isFirst)) == JsonStep.Item && _json.TrySkipValue())
        {
        }

        return step == JsonStep.End;
    }

    private bool RejectLevel(
        ReadOnlySpan<byte> price, NumberStatus priceStatus, ReadOnlySpan<byte> quantity, NumberStatus quantityStatus)
    {
        bool isPrice = priceStatus != NumberStatus.Ok && priceStatus != NumberStatus.TooFine;
        bool isQuantity = quantityStatus != NumberStatus.Ok && quantityStatus != NumberStatus.TooFine;
        if (!isPrice && !isQuantity)
        {
            // Both at once, so that one pass makes both increments fine enough.
            _message.PriceDecimals = WireNumber.SignificantDecimals(price);
            _message.QuantityDecimals = WireNumber.SignificantDecimals(quantity);
            return RejectNumber(priceStatus == NumberStatus.TooFine ? price : quantity, NumberStatus.TooFine);
        }

        return isPrice ? RejectNumber(price, priceStatus) : RejectNumber(quantity, quantityStatus);
    }

    private bool TryReadPrice(BookFeed feed, out long increments)
    {
        if (!TryReadText(out ReadOnlySpan<byte> text))
        {
            increments = 0;
            return false;
        }

        NumberStatus status = WireNumber.Parse(text, feed.Scale.PriceDecimals, out increments);
        _message.PriceDecimals = status == NumberStatus.TooFine ? WireNumber.SignificantDecimals(text) : 0;
        return status == NumberStatus.Ok || RejectNumber(text, status);
    }

    private bool TryReadQuantity(BookFeed feed, out long increments)
    {
        if (!TryReadText(out ReadOnlySpan<byte> text))
        {
            increments = 0;
            return false;
        }

        NumberStatus status = WireNumber.Parse(text, feed.Scale.QuantityDecimals, out increments);
        _message.QuantityDecimals = status == NumberStatus.TooFine ? WireNumber.SignificantDecimals(text) : 0;
        return status == NumberStatus.Ok || RejectNumber(text, status);
    }

    private bool TryReadText(out ReadOnlySpan<byte> text) =>
        _json.TryReadString(out text) || Reject(BadInputKind.MalformedJson);

    private bool TryReadSymbol(BookFeed feed)
    {
        if (!TryReadText(out ReadOnlySpan<byte> symbol))
        {
            return false;
        }

        return symbol.SequenceEqual(feed.Symbol) || RejectText(symbol, BadInputKind.UnknownSymbol);
    }

    private bool TryReadMarketTrade(out bool isMarketTrade)
    {
        bool isRead = TryReadText(out ReadOnlySpan<byte> kind);
        isMarketTrade = kind.SequenceEqual("MARKET"u8);
        return isRead;
    }

    private bool TryReadBoolean(out bool value) =>
        _json.TryReadBoolean(out value) || Reject(BadInputKind.MalformedJson);

    private bool TryReadInteger(out DepthIds ids)
    {
        bool isRead = TryReadInteger(out long last);
        ids = new DepthIds(0, last, 0);
        return isRead;
    }

    private bool TryReadInteger(out long value)
    {
        value = 0;
        if (!_json.TryReadNumber(out ReadOnlySpan<byte> text))
        {
            return Reject(BadInputKind.MalformedJson);
        }

        NumberStatus status = WireNumber.Parse(text, 0, out value);
        return status == NumberStatus.Ok
            || RejectNumber(text, status == NumberStatus.TooFine ? NumberStatus.Malformed : status);
    }

    private bool TryReadTime(out long timeNs)
    {
        bool isRead = TryReadInteger(out long timeMs);
        timeNs = isRead && timeMs <= MaxTimeMs ? timeMs * NsPerMs : 0;
        return isRead && (timeMs <= MaxTimeMs || Reject(BadInputKind.NumberOutOfRange));
    }

    private bool TrySkip() => _json.TrySkipValue() || Reject(BadInputKind.MalformedJson);

    private bool TryMark(ref int seen, int field)
    {
        if ((seen & field) != 0)
        {
            return Reject(BadInputKind.DuplicateField);
        }

        seen |= field;
        return true;
    }

    private ref MarketEvent AddEvent(BookFeed feed, EventKind kind)
    {
        ref MarketEvent item = ref _batch.Add();
        item.Kind = kind;
        item.InstrumentId = feed.Instrument.Id;
        item.ReceiveTimeNs = _receiveTimeNs;
        return ref item;
    }

    // The message's time may stand behind its levels, so it is written into them at the end.
    private readonly void StampLevels()
    {
        Span<MarketEvent> items = _batch.Items;
        for (int i = items.Length - 1; i >= 0 && items[i].Kind == EventKind.LevelUpdate
            && items[i].ExchangeTimeNs == 0; i--)
        {
            items[i].ExchangeTimeNs = _message.ExchangeTimeNs;
        }
    }

    private ParsedMessage Succeed(MessageKind kind)
    {
        _message.Kind = kind;
        return _message;
    }

    private ParsedMessage Malformed() => Fail(BadInputKind.MalformedJson);

    private ParsedMessage Fail(BadInputKind fault)
    {
        Reject(fault);
        return _message;
    }

    private bool FailSkipping(BadInputKind fault, ReadOnlySpan<byte> text) =>
        _json.TrySkipValue() ? RejectText(text, fault) : Reject(BadInputKind.MalformedJson);

    private bool Reject(BadInputKind fault)
    {
        // The innermost fault is the one to tell.
        if (_message.FaultLength == 0)
        {
            _message.Fault = fault;
            _message.FaultStart = System.Math.Max(0, _json.Position - 40);
            _message.FaultLength = System.Math.Min(120, _text.Length - _message.FaultStart);
        }

        _message.Kind = MessageKind.Bad;
        return false;
    }

    private bool RejectNumber(ReadOnlySpan<byte> text, NumberStatus status) => RejectText(text, status switch
    {
        NumberStatus.Negative => BadInputKind.NegativeNumber,
        NumberStatus.Exponent => BadInputKind.ExponentNumber,
        NumberStatus.Overflow => BadInputKind.NumberOutOfRange,
        NumberStatus.TooFine => BadInputKind.FinerThanIncrement,
        _ => BadInputKind.BadNumber,
    });

    private bool RejectText(ReadOnlySpan<byte> text, BadInputKind fault)
    {
        if (_message.FaultLength == 0)
        {
            _message.Fault = fault;
            _text.Overlaps(text, out _message.FaultStart);
            _message.FaultLength = System.Math.Max(1, text.Length);
        }

        _message.Kind = MessageKind.Bad;
        return false;
    }
}
