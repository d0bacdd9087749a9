using System;
using System.Linq;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;
using LowLatency.Feeds.Json;

namespace LowLatency.Feeds.Poloniex;

/// <summary>Parses Poloniex's messages.</summary>
internal ref struct PoloniexParser
{
    private const int Channel = 0;
    private const int Data = 1;
    private const int Action = 2;
    private const int Event = 3;
    private const int RestBids = 4;
    private const int RestAsks = 5;
    private const int RestScale = 6;
    private const int ErrorText = 7;

    private const int Symbol = 0;
    private const int Bids = 1;
    private const int Asks = 2;
    private const int Id = 3;
    private const int LastId = 4;
    private const int Time = 5;
    private const int Quantity = 6;
    private const int TakerSide = 7;
    private const int Price = 8;
    private const int Maintenance = 9;
    private const int PostOnly = 10;
    private const int CreateTime = 11;

    private static readonly FieldTable s_fields = new(
        "channel", "data", "action", "event", "bids", "asks", "scale", "message");

    private static readonly FieldTable s_listed = new("symbol", "symbolTradeLimit");

    private static readonly FieldTable s_items = new(
        "symbol", "bids", "asks", "id", "lastId", "ts", "quantity", "takerSide", "price", "MM", "POM", "createTime");

    private WireReader _in;

    public PoloniexParser(ReadOnlySpan<byte> text, long receiveTimeNs, EventBatch batch) =>
        _in = new WireReader(text, receiveTimeNs, batch);

    public ParsedMessage ReadMessage(int item, SymbolTable symbols, BookFeed[] feeds)
    {
        Span<int> at = stackalloc int[8];
        if (!TryIdentify(at, out WireIdentity identity))
        {
            return _in.Message;
        }

        if (identity.Kind != MessageKind.Bad)
        {
            return _in.Succeed(identity.Kind);
        }

        _in.Message.Channel = identity.Stream;
        return identity.Subject switch
        {
            MessageSubject.Control => ReadExchange(at[Data], feeds),
            MessageSubject.Book => ReadBook(item, at, identity.Stream.IsWhole, symbols, feeds),
            _ => ReadTrades(at[Data], symbols, feeds),
        };
    }

    /// <summary>Identifies a message without reading its content. Books and trades name their symbols in their items:
    /// see <see cref="TryReadItemSymbol"/>.</summary>
    /// <param name="at">Receives the positions of the message's fields.</param>
    /// <param name="identity">The identity.</param>
    public bool TryIdentify(scoped Span<int> at, out WireIdentity identity)
    {
        identity = default;
        if (_in.Json.PeekValue() == '[')
        {
            identity = WireIdentity.Of(MessageSubject.InstrumentList, "instruments"u8, MessageKind.Ignored);
            return _in.TrySkip() && _in.TryEnd()
                && (_in.StartsWithObjectOf(0, s_listed) || _in.Reject(BadInputKind.UnknownMessage));
        }

        if (!_in.TryFindFields(s_fields, at) || !_in.TryEnd())
        {
            return false;
        }

        if (at[Event] != 0)
        {
            _in.At(at[Event]);
            bool isRead = _in.TryReadText(out ReadOnlySpan<byte> name);
            identity = WireIdentity.Of(
                MessageSubject.Control,
                "control"u8,
                name.SequenceEqual("error"u8) ? MessageKind.VenueError : MessageKind.Ignored);
            return isRead;
        }

        if (at[Channel] == 0)
        {
            return TryIdentifyRest(at, out identity);
        }

        _in.At(at[Channel]);
        if (!_in.TryReadText(out identity.Type))
        {
            return false;
        }

        identity.Stream = PoloniexChannels.Of(identity.Type);
        bool isExchange = identity.Type.SequenceEqual("exchange"u8);
        identity.Subject = identity.Stream == PoloniexChannels.Trades ? MessageSubject.Trade
            : identity.Stream != StreamChannel.None ? MessageSubject.Book
            : isExchange || identity.Type.SequenceEqual("auth"u8) ? MessageSubject.Control
            : identity.Type.SequenceEqual("symbols"u8) ? MessageSubject.InstrumentList
            : MessageSubject.Other;
        identity.Kind = identity.Stream == StreamChannel.None && !isExchange ? MessageKind.Ignored : MessageKind.Bad;
        return identity.Subject != MessageSubject.Book || at[Action] == 0
            || (_in.GoTo(at[Action]) && _in.TryReadText(out identity.Action));
    }

    /// <summary>Reads the symbol of one item of a message.</summary>
    /// <param name="at">The positions of the message's fields.</param>
    /// <param name="item">Index of the item.</param>
    /// <param name="symbol">Its symbol.</param>
    /// <param name="hasMore">true if another item follows.</param>
    public bool TryReadItemSymbol(
        scoped ReadOnlySpan<int> at, int item, out ReadOnlySpan<byte> symbol, out bool hasMore)
    {
        symbol = default;
        Span<int> fields = stackalloc int[12];
        return _in.TryFindElement(at[Data], item, s_items, fields, out hasMore)
            && _in.GoTo(fields[Symbol]) && _in.TryReadText(out symbol);
    }

    // A REST book has no number that would join it to the stream, which brings its own snapshots.
    private bool TryIdentifyRest(scoped ReadOnlySpan<int> at, out WireIdentity identity)
    {
        bool isBook = at[RestBids] != 0 && at[RestAsks] != 0 && at[RestScale] != 0;
        identity = isBook
            ? WireIdentity.Of(MessageSubject.RestBook, "snapshot"u8, MessageKind.Ignored)
            : WireIdentity.Of(MessageSubject.Control, "control"u8, MessageKind.VenueError);
        return isBook || at[ErrorText] != 0 || _in.Reject(BadInputKind.UnknownMessage);
    }

    // Each message of "book" is the whole book, without action and lastId.
    private ParsedMessage ReadBook(
        int item, scoped ReadOnlySpan<int> top, bool isWhole, SymbolTable symbols, BookFeed[] feeds)
    {
        bool isSnapshot = isWhole;
        if (!isWhole)
        {
            if (!_in.GoTo(top[Action]) || !_in.TryReadText(out ReadOnlySpan<byte> action))
            {
                return _in.Message;
            }

            isSnapshot = action.SequenceEqual("snapshot"u8);
            if (!isSnapshot && !action.SequenceEqual("update"u8))
            {
                return _in.Fail(BadInputKind.UnknownMessage);
            }
        }

        Span<int> at = stackalloc int[12];
        if (!_in.TryFindElement(top[Data], item, s_items, at, out bool hasMore))
        {
            return _in.Message;
        }

        _in.Message.HasMore = hasMore;
        if (!_in.GoTo(at[Symbol]) || !_in.TryReadSymbol(symbols, out _in.Message.Symbol))
        {
            return _in.Message;
        }

        BookFeed feed = feeds[_in.Message.Symbol];
        int mark = _in.EventCount;
        long previous = 0;
        _in.Message.ConcernsBook = true;
        if (!_in.GoTo(at[Id]) || !_in.TryReadIntegerOrText(out long id)
            || (!isSnapshot && (!_in.GoTo(at[LastId]) || !_in.TryReadIntegerOrText(out previous)))
            || !_in.GoTo(at[Time]) || !_in.TryReadTimeMs(out _in.Message.ExchangeTimeNs)
            || !_in.GoTo(at[Bids]) || !_in.TryReadLevels(feed, Side.Buy)
            || !_in.GoTo(at[Asks]) || !_in.TryReadLevels(feed, Side.Sell))
        {
            return _in.Message;
        }

        _in.Message.Ids = new DepthIds(0, id, previous);
        _in.Message.UpdateId = id;
        _in.StampLevels(mark);
        return _in.Succeed(isSnapshot ? MessageKind.BookSnapshot : MessageKind.Depth);
    }

    private ParsedMessage ReadTrades(int data, SymbolTable symbols, BookFeed[] feeds)
    {
        Span<int> at = stackalloc int[12];
        if (!_in.GoTo(data))
        {
            return _in.Message;
        }

        bool isFirst = true;
        JsonStep step = _in.EnterArray();
        while (step == JsonStep.Item && (step = _in.NextElement(ref isFirst)) == JsonStep.Item)
        {
            if (!_in.TryFindFields(s_items, at))
            {
                return _in.Message;
            }

            int end = _in.Json.Position;
            if (!_in.GoTo(at[Symbol]) || !_in.TryReadSymbol(symbols, out _in.Message.Symbol))
            {
                return _in.Message;
            }

            BookFeed feed = feeds[_in.Message.Symbol];
            ref EngineInput trade = ref _in.AddEvent(feed, EventKind.Trade);
            if (!_in.GoTo(at[Id]) || !_in.TryReadIntegerOrText(out trade.TradeId)
                || !_in.GoTo(at[Price]) || !_in.TryReadPrice(feed, out trade.Price)
                || !_in.GoTo(at[Quantity]) || !_in.TryReadQuantity(feed, out trade.Quantity)
                || !_in.GoTo(at[CreateTime]) || !_in.TryReadTimeMs(out trade.ExchangeTimeNs)
                || !_in.GoTo(at[TakerSide]) || !_in.TryReadSide("buy"u8, "sell"u8, out trade.Side))
            {
                return _in.Message;
            }

            _in.At(end);
        }

        return _in.EndsWell(step) ? _in.Succeed(MessageKind.Direct) : _in.Message;
    }

    // Maintenance and post-only mode of the whole exchange.
    private ParsedMessage ReadExchange(int data, BookFeed[] feeds)
    {
        Span<int> at = stackalloc int[12];
        if (!_in.TryFindElement(data, 0, s_items, at, out _)
            || !TryReadSwitch(at[Maintenance], out bool isMaintenance)
            || !TryReadSwitch(at[PostOnly], out bool isPostOnly))
        {
            return _in.Message;
        }

        TradingStatus status = isMaintenance ? TradingStatus.Halted
            : isPostOnly ? TradingStatus.PostOnly
            : TradingStatus.Trading;
        foreach (BookFeed feed in feeds)
        {
            // A symbol restricted by the instrument list stays restricted while the exchange is open.
            _in.AddEvent(feed, EventKind.Status).TradingStatus =
                (TradingStatus)Math.Max((byte)status, (byte)feed.Instrument.Status);
        }

        return _in.Succeed(MessageKind.Direct);
    }

    private bool TryReadSwitch(int position, out bool isOn)
    {
        isOn = false;
        if (!_in.GoTo(position) || !_in.TryReadText(out ReadOnlySpan<byte> text))
        {
            return false;
        }

        isOn = text.SequenceEqual("ON"u8);
        return isOn || text.SequenceEqual("OFF"u8) || _in.RejectText(text, BadInputKind.BadNumber);
    }
}
