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
    private const int Stream = 0;
    private const int Data = 1;
    private const int Event = 2;
    private const int Symbol = 3;
    private const int Result = 4;
    private const int Code = 5;
    private const int Error = 6;
    private const int LastUpdateId = 7;
    private const int RestBids = 8;
    private const int RestAsks = 9;
    private const int RestSymbol = 10;
    private const int Symbols = 11;
    private const int BestBidQuantity = 12;
    private const int BestAskQuantity = 13;

    private const int MaxSymbolBytes = 64;

    private static readonly FieldTable s_fields = new(
        "stream", "data", "e", "s", "result", "code", "error", "lastUpdateId", "bids", "asks", "symbol", "symbols", "B",
        "A");

    private WireReader _in;

    public BinanceParser(ReadOnlySpan<byte> text, long receiveTimeNs, EventBatch batch) =>
        _in = new WireReader(text, receiveTimeNs, batch);

    /// <summary>Parses one websocket message, of a combined stream or bare.</summary>
    /// <param name="streams">Symbols in lower case, as in stream names.</param>
    /// <param name="feeds">The session's symbols, in the same order.</param>
    public ParsedMessage ReadMessage(SymbolTable streams, BookFeed[] feeds)
    {
        if (!TryIdentify(out WireIdentity identity, out int content))
        {
            Blame(streams);
            return _in.Message;
        }

        if (identity.Kind != MessageKind.Bad)
        {
            return _in.Succeed(identity.Kind);
        }

        Span<byte> lower = stackalloc byte[MaxSymbolBytes];
        _in.Message.Channel = identity.Stream;
        _in.Message.Symbol = Lower(identity.Symbol, lower, out int length) ? streams.Find(lower[..length]) : -1;
        if (_in.Message.Symbol < 0)
        {
            _in.RejectText(identity.Symbol, BadInputKind.UnknownSymbol);
            return _in.Message;
        }

        BookFeed feed = feeds[_in.Message.Symbol];
        _in.At(content);
        _ = identity.Subject switch
        {
            MessageSubject.Book when identity.Stream.IsWhole => TryReadWholeBook(feed),
            MessageSubject.Book => TryReadDepth(feed),
            MessageSubject.Top => TryReadBookTicker(feed),
            _ => TryReadTrade(feed, identity.Stream == BinanceChannels.AggregateTrades),
        };
        return _in.Message;
    }

    // A message that is cut or garbled still says at its beginning whose book it concerns.
    private void Blame(SymbolTable streams)
    {
        ParsedMessage fault = _in.Message;
        bool isFirst = true;
        _in.At(0);
        if (_in.EnterObject() == JsonStep.Item
            && _in.NextProperty(ref isFirst, out ReadOnlySpan<byte> name) == JsonStep.Item
            && name.SequenceEqual("stream"u8) && _in.TryReadText(out ReadOnlySpan<byte> stream)
            && TryIdentifyStream(stream, out WireIdentity identity) && identity.Subject == MessageSubject.Book)
        {
            fault.Symbol = streams.Find(identity.Symbol);
            fault.Channel = identity.Stream;
            fault.ConcernsBook = fault.Symbol >= 0;
        }

        _in.Message = fault;
    }

    /// <summary>Identifies a message without reading its content.</summary>
    public bool TryIdentify(out WireIdentity identity, out int content)
    {
        identity = default;
        content = 0;
        Span<int> at = stackalloc int[s_fields.Count];
        if (!_in.TryFindFields(s_fields, at) || !_in.TryEnd())
        {
            return false;
        }

        if (at[Stream] == 0 || at[Data] == 0)
        {
            return TryIdentifyBare(at, out identity);
        }

        content = at[Data];
        _in.At(at[Stream]);
        return _in.TryReadText(out ReadOnlySpan<byte> stream) && TryIdentifyStream(stream, out identity);
    }

    /// <summary>
    /// Parses a REST depth answer: <c>lastUpdateId</c>, <c>bids</c>, <c>asks</c>, and <c>E</c> on futures.
    /// </summary>
    public ParsedMessage ReadSnapshot(BookFeed feed, int symbol)
    {
        _in.Message.Symbol = symbol;
        if (TryReadRestLevels(feed))
        {
            _in.TryEnd();
        }

        return _in.Message;
    }

    private bool TryReadRestLevels(BookFeed feed)
    {
        const int Id = 1;
        const int Bids = 2;
        const int Asks = 4;
        const int Time = 8;
        int mark = _in.EventCount;
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
                return false;
            }
        }

        const int Needed = Id | Bids | Asks;
        if (!_in.EndsWell(step) || ((seen & Needed) != Needed && !_in.Reject(BadInputKind.MissingField)))
        {
            return false;
        }

        _in.Message.Ids = new DepthIds(0, id, 0);
        _in.Message.UpdateId = id;
        _in.Succeed(MessageKind.Depth);
        return true;
    }

    // A stream's name is its symbol in lower case and its channel. Those that begin with an exclamation mark are of the
    // whole venue.
    private bool TryIdentifyStream(ReadOnlySpan<byte> stream, out WireIdentity identity)
    {
        identity = default;
        int at = stream.IndexOf((byte)'@');
        if (stream.StartsWith("!"u8))
        {
            ReadOnlySpan<byte> name = at < 0 ? stream : stream[..at];
            identity = name.SequenceEqual("!serverShutdown"u8)
                ? WireIdentity.Of(MessageSubject.Control, name, MessageKind.Reconnect)
                : WireIdentity.Of(MessageSubject.Other, name, MessageKind.Ignored);
            return true;
        }

        if (at <= 0)
        {
            return _in.RejectText(stream, BadInputKind.UnknownMessage);
        }

        identity.Symbol = stream[..at];
        identity.Channel = stream[(at + 1)..];
        int end = identity.Channel.IndexOf((byte)'@');
        identity.Type = end < 0 ? identity.Channel : identity.Channel[..end];
        identity.Stream = BinanceChannels.Of(identity.Channel);
        if (identity.Channel.SequenceEqual("bookTicker"u8))
        {
            identity.Subject = MessageSubject.Top;
        }
        else if (identity.Stream == StreamChannel.None)
        {
            identity.Subject = MessageSubject.Other;
            identity.Kind = MessageKind.Ignored;
        }
        else
        {
            identity.Subject = identity.Stream.Family is BinanceChannels.DepthFamily or BinanceChannels.PartialFamily
                ? MessageSubject.Book
                : MessageSubject.Trade;
        }

        return true;
    }

    // Messages of /ws/<stream> name their type in e and their symbol in s. The best bid and ask of Spot have no e, and
    // the partial books of Spot, like answers of REST, have neither.
    private bool TryIdentifyBare(scoped ReadOnlySpan<int> at, out WireIdentity identity)
    {
        identity = default;
        if (at[Event] != 0)
        {
            return TryIdentifyEvent(at, out identity);
        }

        if (at[LastUpdateId] != 0 && at[RestBids] != 0 && at[RestAsks] != 0)
        {
            identity = WireIdentity.Of(MessageSubject.RestBook, "snapshot"u8, MessageKind.Ignored);
            return at[RestSymbol] == 0 || (_in.GoTo(at[RestSymbol]) && _in.TryReadText(out identity.Symbol));
        }

        if (at[Symbol] != 0 && at[BestBidQuantity] != 0 && at[BestAskQuantity] != 0)
        {
            identity.Subject = MessageSubject.Top;
            identity.Type = "bookTicker"u8;
            return _in.GoTo(at[Symbol]) && _in.TryReadText(out identity.Symbol);
        }

        if (at[Result] != 0)
        {
            identity = WireIdentity.Of(MessageSubject.Control, "control"u8, MessageKind.Ignored);
        }
        else if (at[Code] != 0 || at[Error] != 0)
        {
            identity = WireIdentity.Of(MessageSubject.Control, "control"u8, MessageKind.VenueError);
        }
        else if (at[Symbols] != 0)
        {
            identity = WireIdentity.Of(MessageSubject.InstrumentList, "instruments"u8, MessageKind.Ignored);
        }
        else
        {
            return _in.Reject(BadInputKind.UnknownMessage);
        }

        return true;
    }

    private bool TryIdentifyEvent(scoped ReadOnlySpan<int> at, out WireIdentity identity)
    {
        identity = default;
        if (!_in.GoTo(at[Event]) || !_in.TryReadText(out ReadOnlySpan<byte> name))
        {
            return false;
        }

        identity.Type = name;
        if (name.SequenceEqual("depthUpdate"u8))
        {
            identity.Subject = MessageSubject.Book;
            identity.Type = "depth"u8;
        }
        else if (name.SequenceEqual("trade"u8) || name.SequenceEqual("aggTrade"u8))
        {
            identity.Subject = MessageSubject.Trade;
        }
        else if (name.SequenceEqual("bookTicker"u8))
        {
            identity.Subject = MessageSubject.Top;
        }
        else
        {
            bool isShutdown = name.SequenceEqual("serverShutdown"u8);
            identity = isShutdown
                ? WireIdentity.Of(MessageSubject.Control, name, MessageKind.Reconnect)
                : WireIdentity.Of(MessageSubject.Other, name, MessageKind.Ignored);
            return true;
        }

        identity.Stream = BinanceChannels.Of(identity.Type);
        return _in.GoTo(at[Symbol]) && _in.TryReadText(out identity.Symbol);
    }

    // The table of symbols has them in lower case, whose ASCII letters alone differ.
    private static bool Lower(ReadOnlySpan<byte> symbol, scoped Span<byte> lower, out int length)
    {
        length = Math.Min(symbol.Length, lower.Length);
        for (int i = 0; i < length; i++)
        {
            lower[i] = symbol[i] is >= (byte)'A' and <= (byte)'Z' ? (byte)(symbol[i] | 0x20) : symbol[i];
        }

        return length == symbol.Length;
    }

    // A partial book is a whole book to its depth: on Spot without symbol and in the form of a REST book, on futures in
    // the form of an update.
    private bool TryReadWholeBook(BookFeed feed)
    {
        _in.Message.ConcernsBook = true;
        int start = _in.Json.Position;
        Span<int> at = stackalloc int[s_fields.Count];
        if (!_in.TryFindFields(s_fields, at))
        {
            return false;
        }

        _in.At(start);
        if (at[LastUpdateId] == 0 ? !TryReadDepth(feed) : !TryReadRestLevels(feed))
        {
            return false;
        }

        _in.Succeed(MessageKind.BookSnapshot);
        return true;
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

    // A trade has its id in t, an aggregate in a; until 2024 trades had the ids of the orders in a and b.
    private bool TryReadTrade(BookFeed feed, bool isAggregate)
    {
        byte idName = isAggregate ? (byte)'a' : (byte)'t';
        ref EngineInput trade = ref _in.AddEvent(feed, EventKind.Trade);
        int seen = 0;
        bool isBuyerMaker = false;
        bool isMarketTrade = true;
        bool isFirst = true;
        JsonStep step = _in.EnterObject();
        while (step == JsonStep.Item
            && (step = _in.NextProperty(ref isFirst, out ReadOnlySpan<byte> name)) == JsonStep.Item)
        {
            bool isRead = (name.Length == 1 ? (char)name[0] : '?') switch
            {
                _ when name.Length == 1 && name[0] == idName =>
                    _in.TryMark(ref seen, 1) && _in.TryReadInteger(out trade.TradeId),
                'l' when isAggregate => _in.TryMark(ref seen, 128) && _in.TryReadInteger(out trade.LastTradeId),
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
            feed.NoteTrade(trade.TradeId);
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
