using System;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;
using LowLatency.Feeds.Json;

namespace LowLatency.Feeds.Bybit;

/// <summary>Parses Bybit's messages of version 5 and of the 2021 API.</summary>
internal ref struct BybitParser
{
    private const int Topic = 0;
    private const int Type = 1;
    private const int Time = 2;
    private const int Data = 3;
    private const int Success = 4;
    private const int Operation = 5;
    private const int CrossSequence = 6;
    private const int TimeE6 = 7;
    private const int ReturnCode = 8;
    private const int Result = 9;

    private const int Bids = 0;
    private const int Asks = 1;
    private const int UpdateId = 2;
    private const int OrderBook = 3;
    private const int Delete = 4;
    private const int Update = 5;
    private const int Insert = 6;
    private const int BookSymbol = 7;

    private const int TradeTime = 0;
    private const int TakerSide = 1;
    private const int Quantity = 2;
    private const int Price = 3;
    private const int TradeId = 4;
    private const int IsBlock = 5;
    private const int TradeSymbol = 6;

    private static readonly FieldTable s_fields = new(
        "topic", "type", "ts", "data", "success", "op", "cross_seq", "timestamp_e6", "retCode", "result");

    private static readonly FieldTable s_book = new("b", "a", "u", "order_book", "delete", "update", "insert", "s");
    private static readonly FieldTable s_trade = new("T", "S", "v", "p", "i", "BT", "s");
    private static readonly FieldTable s_trade2021 = new(
        "trade_time_ms", "side", "size", "price", "trade_id", "BT", "symbol");

    private static readonly FieldTable s_ticker = new(
        "symbol", "bid1Price", "bid1Size", "ask1Price", "ask1Size");

    private static readonly FieldTable s_restBook = new("s", "b", "a", "list");

    private static readonly FieldTable s_level2021 = new("price", "side", "size");

    private WireReader _in;

    public BybitParser(ReadOnlySpan<byte> text, long receiveTimeNs, EventBatch batch) =>
        _in = new WireReader(text, receiveTimeNs, batch, allowsExponents: true);

    public ParsedMessage ReadMessage(SymbolTable symbols, BookFeed[] feeds)
    {
        Span<int> at = stackalloc int[10];
        if (!TryIdentify(at, out WireIdentity identity))
        {
            return _in.Message;
        }

        if (identity.Kind != MessageKind.Bad)
        {
            return _in.Succeed(identity.Kind);
        }

        _in.Message.Channel = identity.Stream;
        if (identity.Subject == MessageSubject.Trade)
        {
            return ReadTrades(
                identity.Symbol, symbols, feeds, at[Data],
                identity.Stream == BybitChannels.Trades2021 ? s_trade2021 : s_trade);
        }

        _in.Message.Symbol = symbols.Find(identity.Symbol);
        if (_in.Message.Symbol < 0)
        {
            _in.RejectText(identity.Symbol, BadInputKind.UnknownSymbol);
            return _in.Message;
        }

        BookFeed feed = feeds[_in.Message.Symbol];
        return identity.Subject == MessageSubject.Top
            ? ReadTicker(feed, at)
            : ReadBook(feed, at, is2021: identity.Stream == BybitChannels.Book2021);
    }

    /// <summary>Identifies a message without reading its content. Trades of options name their symbols themselves: see
    /// <see cref="TryReadTradeSymbol"/>.</summary>
    /// <param name="at">Receives the positions of the message's fields.</param>
    /// <param name="identity">The identity.</param>
    public bool TryIdentify(scoped Span<int> at, out WireIdentity identity)
    {
        identity = default;
        if (!_in.TryFindFields(s_fields, at) || !_in.TryEnd())
        {
            return false;
        }

        if (at[Topic] == 0)
        {
            return at[ReturnCode] != 0 ? TryIdentifyRest(at, out identity) : TryIdentifyAnswer(at, out identity);
        }

        if (!_in.GoTo(at[Topic]) || !_in.TryReadText(out ReadOnlySpan<byte> topic))
        {
            return false;
        }

        int dot = topic.IndexOf((byte)'.');
        int second = dot < 0 ? -1 : topic[(dot + 1)..].IndexOf((byte)'.');
        ReadOnlySpan<byte> name = dot < 0 ? topic : topic[..dot];
        bool isBook = name.SequenceEqual("orderbook"u8);
        if (isBook && second < 0)
        {
            return _in.RejectText(topic, BadInputKind.UnknownMessage);
        }

        int end = isBook ? dot + 1 + second : dot;
        identity.Type = end < 0 ? topic : topic[..end];
        identity.Symbol = end < 0 ? default : topic[(end + 1)..];
        identity.Stream = BybitChannels.Of(identity.Type);
        identity.Subject = identity.Stream == StreamChannel.None
            ? name.SequenceEqual("tickers"u8) ? MessageSubject.Top : MessageSubject.Other
            : identity.Stream.Family is BybitChannels.BookFamily or BybitChannels.Book2021Family ? MessageSubject.Book
            : MessageSubject.Trade;
        if (identity.Subject == MessageSubject.Other)
        {
            identity.Kind = MessageKind.Ignored;
            identity.Symbol = name.SequenceEqual("system"u8) ? default : identity.Symbol;
            return true;
        }

        if (identity.Symbol.IsEmpty || identity.Symbol.Contains((byte)'.'))
        {
            return _in.RejectText(topic, BadInputKind.UnknownMessage);
        }

        return identity.Subject != MessageSubject.Book
            || (_in.GoTo(at[Type]) && _in.TryReadText(out identity.Action));
    }

    /// <summary>Reads the symbol of one trade of a message.</summary>
    /// <param name="at">The positions of the message's fields.</param>
    /// <param name="item">Index of the trade.</param>
    /// <param name="symbol">Its symbol; unchanged if it names none.</param>
    /// <param name="hasMore">true if another trade follows.</param>
    public bool TryReadTradeSymbol(
        scoped ReadOnlySpan<int> at, int item, ref ReadOnlySpan<byte> symbol, out bool hasMore)
    {
        Span<int> fields = stackalloc int[7];
        return _in.TryFindElement(at[Data], item, s_trade, fields, out hasMore)
            && (fields[TradeSymbol] == 0 || (_in.GoTo(fields[TradeSymbol]) && _in.TryReadText(out symbol)));
    }

    private bool TryIdentifyAnswer(scoped ReadOnlySpan<int> at, out WireIdentity identity)
    {
        identity = default;
        bool isSuccess = true;
        if (at[Success] != 0)
        {
            _in.At(at[Success]);
            if (!_in.TryReadBoolean(out isSuccess))
            {
                return false;
            }
        }
        else if (at[Operation] == 0)
        {
            return _in.Reject(BadInputKind.UnknownMessage);
        }

        identity = WireIdentity.Of(
            MessageSubject.Control, "control"u8, isSuccess ? MessageKind.Ignored : MessageKind.VenueError);
        return true;
    }

    // A REST answer: a book with its symbol, a list, or something else. The stream brings its own snapshots.
    private bool TryIdentifyRest(scoped ReadOnlySpan<int> at, out WireIdentity identity)
    {
        identity = WireIdentity.Of(MessageSubject.Control, "control"u8, MessageKind.Ignored);
        Span<int> fields = stackalloc int[4];
        if (!_in.GoTo(at[ReturnCode]) || !_in.TryReadSigned(out long code))
        {
            return false;
        }

        if (code != 0)
        {
            identity.Kind = MessageKind.VenueError;
            return true;
        }

        if (at[Result] == 0)
        {
            return true;
        }

        _in.At(at[Result]);
        if (_in.Json.PeekValue() != '{')
        {
            return true;
        }

        if (!_in.TryFindFields(s_restBook, fields))
        {
            return false;
        }

        if (fields[0] != 0 && fields[1] != 0 && fields[2] != 0)
        {
            identity = WireIdentity.Of(MessageSubject.RestBook, "snapshot"u8, MessageKind.Ignored);
            return _in.GoTo(fields[0]) && _in.TryReadText(out identity.Symbol);
        }

        identity.Subject = fields[3] != 0 ? MessageSubject.InstrumentList : MessageSubject.Control;
        return true;
    }

    // A snapshot has both sides; a delta that leaves one out, because it is unchanged, is no whole top.
    private ParsedMessage ReadTicker(BookFeed feed, scoped ReadOnlySpan<int> top)
    {
        Span<int> at = stackalloc int[5];
        if (!_in.GoTo(top[Data]) || !_in.TryFindFields(s_ticker, at))
        {
            return _in.Message;
        }

        if (at[1] == 0 || at[2] == 0 || at[3] == 0 || at[4] == 0)
        {
            return _in.Succeed(MessageKind.Ignored);
        }

        ref EngineInput best = ref _in.AddEvent(feed, EventKind.TopOfBook);
        return _in.GoTo(at[0]) && _in.TryReadText(out ReadOnlySpan<byte> symbol)
            && (symbol.SequenceEqual(feed.Symbol) || _in.RejectText(symbol, BadInputKind.UnknownSymbol))
            && _in.GoTo(top[Time]) && _in.TryReadTimeMs(out best.ExchangeTimeNs)
            && _in.GoTo(at[1]) && _in.TryReadPrice(feed, out best.BidPrice)
            && _in.GoTo(at[2]) && _in.TryReadQuantity(feed, out best.BidQuantity)
            && _in.GoTo(at[3]) && _in.TryReadPrice(feed, out best.AskPrice)
            && _in.GoTo(at[4]) && _in.TryReadQuantity(feed, out best.AskQuantity)
            ? _in.Succeed(MessageKind.Direct)
            : _in.Message;
    }

    private ParsedMessage ReadBook(BookFeed feed, scoped ReadOnlySpan<int> top, bool is2021)
    {
        _in.Message.ConcernsBook = true;
        if (!_in.GoTo(top[Type]) || !_in.TryReadText(out ReadOnlySpan<byte> type))
        {
            return _in.Message;
        }

        bool isSnapshot = type.SequenceEqual("snapshot"u8);
        if (!isSnapshot && !type.SequenceEqual("delta"u8))
        {
            return _in.Fail(BadInputKind.UnknownMessage);
        }

        int mark = _in.EventCount;
        bool isRead = is2021 ? TryRead2021(feed, top, isSnapshot) : TryReadV5(feed, top);
        if (!isRead)
        {
            return _in.Message;
        }

        _in.Message.UpdateId = _in.Message.Ids.Last;
        _in.StampLevels(mark);
        return _in.Succeed(isSnapshot ? MessageKind.BookSnapshot : MessageKind.Depth);
    }

    private bool TryReadV5(BookFeed feed, scoped ReadOnlySpan<int> top)
    {
        Span<int> at = stackalloc int[8];
        if (!_in.GoTo(top[Time]) || !_in.TryReadTimeMs(out _in.Message.ExchangeTimeNs)
            || !_in.GoTo(top[Data]) || !_in.TryFindFields(s_book, at) || !IsOf(feed, at[BookSymbol])
            || !_in.GoTo(at[UpdateId]) || !_in.TryReadIntegerOrText(out long id)
            || !_in.GoTo(at[Bids]) || !_in.TryReadLevels(feed, Side.Buy)
            || !_in.GoTo(at[Asks]) || !_in.TryReadLevels(feed, Side.Sell))
        {
            return false;
        }

        _in.Message.Ids = new DepthIds(0, id, 0);
        return true;
    }

    // The topic names the symbol too.
    private bool IsOf(BookFeed feed, int position) => position == 0
        || (_in.GoTo(position) && _in.TryReadText(out ReadOnlySpan<byte> symbol)
            && (symbol.SequenceEqual(feed.Symbol) || _in.RejectText(symbol, BadInputKind.UnknownSymbol)));

    // A snapshot is a list of levels: under "order_book" for linear contracts, directly for inverse ones. A delta has
    // three lists, which are applied in this order, whatever their order in the message.
    private bool TryRead2021(BookFeed feed, scoped ReadOnlySpan<int> top, bool isSnapshot)
    {
        Span<int> at = stackalloc int[8];
        if (!_in.GoTo(top[TimeE6]) || !_in.TryReadTimeUs(out _in.Message.ExchangeTimeNs)
            || !_in.GoTo(top[CrossSequence]) || !_in.TryReadIntegerOrText(out long sequence)
            || !_in.GoTo(top[Data]))
        {
            return false;
        }

        _in.Message.Ids = new DepthIds(0, sequence, BybitSyncRule.Unchained);
        if (_in.Json.PeekValue() == '[')
        {
            return TryReadLevels2021(feed, top[Data], isDelete: false);
        }

        return _in.TryFindFields(s_book, at)
            && (isSnapshot
                ? TryReadLevels2021(feed, at[OrderBook], isDelete: false)
                : TryReadLevels2021(feed, at[Delete], isDelete: true)
                    && TryReadLevels2021(feed, at[Update], isDelete: false)
                    && TryReadLevels2021(feed, at[Insert], isDelete: false));
    }

    private bool TryReadLevels2021(BookFeed feed, int position, bool isDelete)
    {
        InstrumentScale scale = feed.Scale;
        Span<int> at = stackalloc int[3];
        if (!_in.GoTo(position))
        {
            return false;
        }

        bool isFirst = true;
        JsonStep step = _in.EnterArray();
        while (step == JsonStep.Item && (step = _in.NextElement(ref isFirst)) == JsonStep.Item)
        {
            if (!_in.TryFindFields(s_level2021, at))
            {
                return false;
            }

            int end = _in.Json.Position;
            ReadOnlySpan<byte> size = "0"u8;
            if (!_in.GoTo(at[0]) || !_in.TryReadNumberText(out ReadOnlySpan<byte> price)
                || !_in.GoTo(at[1]) || !_in.TryReadSide("Buy"u8, "Sell"u8, out Side side)
                || (!isDelete && (!_in.GoTo(at[2]) || !_in.TryReadNumberText(out size)))
                || !_in.TryAddLevel(feed, in scale, side, price, size))
            {
                return false;
            }

            _in.At(end);
        }

        return _in.EndsWell(step);
    }

    // The topic of options names only the base asset; each trade names its symbol.
    private ParsedMessage ReadTrades(
        ReadOnlySpan<byte> topic, SymbolTable symbols, BookFeed[] feeds, int data, FieldTable fields)
    {
        Span<int> at = stackalloc int[7];
        ReadOnlySpan<byte> stranger = topic;
        _in.Message.Symbol = symbols.Find(topic);
        if (!_in.GoTo(data))
        {
            return _in.Message;
        }

        bool isFirst = true;
        JsonStep step = _in.EnterArray();
        while (step == JsonStep.Item && (step = _in.NextElement(ref isFirst)) == JsonStep.Item)
        {
            if (!_in.TryFindFields(fields, at))
            {
                return _in.Message;
            }

            int end = _in.Json.Position;
            ReadOnlySpan<byte> symbol = topic;
            if (at[TradeSymbol] != 0 && (!_in.GoTo(at[TradeSymbol]) || !_in.TryReadText(out symbol)))
            {
                return _in.Message;
            }

            // Trades of other symbols under one topic are no fault, unless there is no other trade.
            int known = symbols.Find(symbol);
            stranger = known < 0 ? symbol : stranger;
            _in.Message.Symbol = known < 0 ? _in.Message.Symbol : known;
            if (known >= 0 && !TryReadTrade(feeds[known], at))
            {
                return _in.Message;
            }

            _in.At(end);
        }

        if (_in.EndsWell(step) && (_in.Message.Symbol >= 0 || _in.RejectText(stranger, BadInputKind.UnknownSymbol)))
        {
            _in.Succeed(MessageKind.Direct);
        }

        return _in.Message;
    }

    private bool TryReadTrade(BookFeed feed, scoped ReadOnlySpan<int> at)
    {
        int mark = _in.EventCount;
        bool isBlock = false;
        ref EngineInput trade = ref _in.AddEvent(feed, EventKind.Trade);
        if (!_in.GoTo(at[Price]) || !_in.TryReadPrice(feed, out trade.Price)
            || !_in.GoTo(at[Quantity]) || !_in.TryReadQuantity(feed, out trade.Quantity)
            || !_in.GoTo(at[TradeTime]) || !_in.TryReadTimeMs(out trade.ExchangeTimeNs)
            || !_in.GoTo(at[TakerSide]) || !_in.TryReadSide("Buy"u8, "Sell"u8, out trade.Side)
            || !_in.GoTo(at[TradeId]) || !_in.TryReadText(out ReadOnlySpan<byte> id)
            || (at[IsBlock] != 0 && (!_in.GoTo(at[IsBlock]) || !_in.TryReadBoolean(out isBlock))))
        {
            return false;
        }

        trade.TradeId = NumberOf(id);

        // A block trade did not happen in this book.
        if (isBlock)
        {
            _in.Truncate(mark);
        }

        return true;
    }

    // Spot trades have numeric ids, contract trades UUIDs.
    private static long NumberOf(ReadOnlySpan<byte> id) =>
        WireNumber.Parse(id, 0, out long number) == NumberStatus.Ok ? number : HashOf(id);

    /// <summary>The number of a trade with a non-numeric id: 63 bits of FNV-1a.</summary>
    internal static long HashOf(ReadOnlySpan<byte> id)
    {
        ulong hash = 14695981039346656037;
        foreach (byte b in id)
        {
            hash = (hash ^ b) * 1099511628211;
        }

        return (long)(hash >> 1);
    }
}
