using System;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;
using LowLatency.Feeds.Json;

namespace LowLatency.Feeds.Kraken;

/// <summary>Parses Kraken's messages of version 2, whose prices and quantities are plain JSON numbers.</summary>
internal ref struct KrakenParser
{
    private const int Channel = 0;
    private const int Type = 1;
    private const int Data = 2;
    private const int Method = 3;
    private const int Success = 4;
    private const int Event = 5;
    private const int ErrorText = 6;
    private const int Result = 7;

    private const int Symbol = 0;
    private const int Bids = 1;
    private const int Asks = 2;
    private const int Checksum = 3;
    private const int Timestamp = 4;
    private const int TakerSide = 5;
    private const int Price = 6;
    private const int Quantity = 7;
    private const int TradeId = 8;
    private const int System = 9;

    private static readonly FieldTable s_fields = new(
        "channel", "type", "data", "method", "success", "event", "error", "result");

    private static readonly FieldTable s_subscription = new("channel", "symbol", "depth");
    private static readonly FieldTable s_restBook = new("asks", "bids");

    private static readonly FieldTable s_items = new(
        "symbol", "bids", "asks", "checksum", "timestamp", "side", "price", "qty", "trade_id", "system");

    private static readonly FieldTable s_level = new("price", "qty");

    private WireReader _in;

    public KrakenParser(ReadOnlySpan<byte> text, long receiveTimeNs, EventBatch batch) =>
        _in = new WireReader(text, receiveTimeNs, batch, allowsExponents: true);

    public ParsedMessage ReadMessage(int item, SymbolTable symbols, BookFeed[] feeds)
    {
        Span<int> at = stackalloc int[8];
        if (!TryIdentify(at, out WireIdentity identity))
        {
            return _in.Message;
        }

        if (identity.Kind != MessageKind.Bad)
        {
            return at[Method] != 0 && identity.Kind == MessageKind.Ignored
                ? ReadAnswer(at[Result], symbols, feeds)
                : _in.Succeed(identity.Kind);
        }

        _in.Message.Channel = identity.Stream;
        return identity.Subject switch
        {
            MessageSubject.Control => ReadStatus(at[Data], feeds),
            MessageSubject.Book =>
                ReadBook(item, at[Data], identity.Action.SequenceEqual("snapshot"u8), symbols, feeds),
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
        if (!_in.TryFindFields(s_fields, at) || !_in.TryEnd())
        {
            return false;
        }

        if (at[Channel] == 0)
        {
            return TryIdentifyAnswer(at, out identity);
        }

        _in.At(at[Channel]);
        if (!_in.TryReadText(out identity.Type))
        {
            return false;
        }

        bool isBook = identity.Type.SequenceEqual("book"u8);
        if (isBook || identity.Type.SequenceEqual("trade"u8))
        {
            identity.Subject = isBook ? MessageSubject.Book : MessageSubject.Trade;
            identity.Stream = isBook ? StreamChannel.None : KrakenChannels.Trades;
            if (!_in.GoTo(at[Type]) || !_in.TryReadText(out ReadOnlySpan<byte> type))
            {
                return false;
            }

            bool isSnapshot = type.SequenceEqual("snapshot"u8);
            if (!isSnapshot && !type.SequenceEqual("update"u8))
            {
                return _in.Reject(BadInputKind.UnknownMessage);
            }

            // A trade snapshot contains trades from before the subscription.
            identity.Action = isSnapshot ? type : default;
            identity.Kind = isSnapshot && !isBook ? MessageKind.Ignored : MessageKind.Bad;
            return true;
        }

        bool isStatus = identity.Type.SequenceEqual("status"u8);
        identity.Subject = isStatus || identity.Type.SequenceEqual("heartbeat"u8) ? MessageSubject.Control
            : identity.Type.SequenceEqual("instrument"u8) ? MessageSubject.InstrumentList
            : MessageSubject.Other;
        identity.Kind = isStatus ? MessageKind.Bad : MessageKind.Ignored;
        return true;
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
        Span<int> fields = stackalloc int[10];
        return _in.TryFindElement(at[Data], item, s_items, fields, out hasMore)
            && _in.GoTo(fields[Symbol]) && _in.TryReadText(out symbol);
    }

    // Answers to requests; version 1 names its own "event", REST has an "error" list beside its result.
    private bool TryIdentifyAnswer(scoped ReadOnlySpan<int> at, out WireIdentity identity)
    {
        identity = WireIdentity.Of(MessageSubject.Control, "control"u8, MessageKind.Ignored);
        if (at[ErrorText] != 0)
        {
            _in.At(at[ErrorText]);
            if (at[Result] == 0 || _in.Json.PeekValue() != '[')
            {
                identity.Kind = MessageKind.VenueError;
                return true;
            }

            return TryIdentifyRest(at[Result], out identity);
        }

        if (at[Success] != 0)
        {
            _in.At(at[Success]);
            if (!_in.TryReadBoolean(out bool isSuccess))
            {
                return false;
            }

            identity.Kind = isSuccess ? MessageKind.Ignored : MessageKind.VenueError;
            return true;
        }

        return at[Method] != 0 || at[Event] != 0 || _in.Reject(BadInputKind.UnknownMessage);
    }

    // A REST book stands under REST's own name of its pair. It cannot be joined to the stream, which brings its own
    // snapshots.
    private bool TryIdentifyRest(int result, out WireIdentity identity)
    {
        identity = WireIdentity.Of(MessageSubject.Control, "control"u8, MessageKind.Ignored);
        Span<int> at = stackalloc int[2];
        bool isFirst = true;
        ParsedMessage before = _in.Message;
        _in.At(result);
        if (_in.Json.PeekValue() == '{' && _in.EnterObject() == JsonStep.Item
            && _in.NextProperty(ref isFirst, out _) == JsonStep.Item
            && _in.Json.PeekValue() == '{' && _in.TryFindFields(s_restBook, at) && at[0] != 0 && at[1] != 0)
        {
            identity = WireIdentity.Of(MessageSubject.RestBook, "snapshot"u8, MessageKind.Ignored);
        }

        _in.Message = before;
        return true;
    }

    // The answer to a subscription says how deep the book is.
    private ParsedMessage ReadAnswer(int result, SymbolTable symbols, BookFeed[] feeds)
    {
        Span<int> at = stackalloc int[3];
        ParsedMessage before = _in.Message;
        if (result != 0)
        {
            _in.At(result);
            if (_in.Json.PeekValue() == '{' && _in.TryFindFields(s_subscription, at)
                && _in.GoTo(at[0]) && _in.TryReadText(out ReadOnlySpan<byte> channel)
                && channel.SequenceEqual("book"u8)
                && _in.GoTo(at[1]) && _in.TryReadSymbol(symbols, out int symbol)
                && _in.GoTo(at[2]) && _in.TryReadInteger(out long depth) && depth is > 0 and <= int.MaxValue)
            {
                feeds[symbol].SubscribedDepth = (int)depth;
            }
        }

        _in.Message = before;
        return _in.Succeed(MessageKind.Ignored);
    }

    private ParsedMessage ReadBook(int item, int data, bool isSnapshot, SymbolTable symbols, BookFeed[] feeds)
    {
        Span<int> at = stackalloc int[10];
        if (!_in.TryFindElement(data, item, s_items, at, out bool hasMore))
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
        _in.Message.ConcernsBook = true;

        // Snapshots had no time before 2025.
        if (at[Timestamp] != 0)
        {
            _in.At(at[Timestamp]);
            if (!_in.TryReadTimeText(out _in.Message.ExchangeTimeNs))
            {
                return _in.Message;
            }
        }

        if (!_in.GoTo(at[Checksum]) || !_in.TryReadInteger(out _in.Message.UpdateId)
            || !TryReadLevels(feed, at[Bids], Side.Buy) || !TryReadLevels(feed, at[Asks], Side.Sell))
        {
            return _in.Message;
        }

        if (_in.Message.UpdateId > uint.MaxValue)
        {
            return _in.Fail(BadInputKind.NumberOutOfRange);
        }

        _in.Message.Checksum = (uint)_in.Message.UpdateId;
        _in.Message.HasChecksum = true;
        _in.StampLevels(mark);
        return _in.Succeed(isSnapshot ? MessageKind.BookSnapshot : MessageKind.Depth);
    }

    private bool TryReadLevels(BookFeed feed, int position, Side side)
    {
        InstrumentScale scale = feed.Scale;
        Span<int> at = stackalloc int[2];
        bool isFirst = true;
        if (!_in.GoTo(position))
        {
            return false;
        }

        JsonStep step = _in.EnterArray();
        while (step == JsonStep.Item && (step = _in.NextElement(ref isFirst)) == JsonStep.Item)
        {
            if (!_in.TryFindFields(s_level, at))
            {
                return false;
            }

            int end = _in.Json.Position;
            if (!_in.GoTo(at[0]) || !_in.TryReadNumberText(out ReadOnlySpan<byte> price)
                || !_in.GoTo(at[1]) || !_in.TryReadNumberText(out ReadOnlySpan<byte> quantity)
                || !_in.TryAddLevel(feed, in scale, side, price, quantity))
            {
                return false;
            }

            _in.At(end);
        }

        return _in.EndsWell(step);
    }

    private ParsedMessage ReadTrades(int data, SymbolTable symbols, BookFeed[] feeds)
    {
        Span<int> at = stackalloc int[10];
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
            if (!_in.GoTo(at[TradeId]) || !_in.TryReadInteger(out trade.TradeId)
                || !_in.GoTo(at[Price]) || !_in.TryReadPrice(feed, out trade.Price)
                || !_in.GoTo(at[Quantity]) || !_in.TryReadQuantity(feed, out trade.Quantity)
                || !_in.GoTo(at[Timestamp]) || !_in.TryReadTimeText(out trade.ExchangeTimeNs)
                || !_in.GoTo(at[TakerSide]) || !_in.TryReadSide("buy"u8, "sell"u8, out trade.Side))
            {
                return _in.Message;
            }

            _in.At(end);
        }

        return _in.EndsWell(step) ? _in.Succeed(MessageKind.Direct) : _in.Message;
    }

    // The state of the whole venue: it applies to every symbol.
    private ParsedMessage ReadStatus(int data, BookFeed[] feeds)
    {
        Span<int> at = stackalloc int[10];
        if (!_in.TryFindElement(data, 0, s_items, at, out _) || !_in.GoTo(at[System])
            || !_in.TryReadText(out ReadOnlySpan<byte> state))
        {
            return _in.Message;
        }

        TradingStatus status = state.SequenceEqual("online"u8) ? TradingStatus.Trading
            : state.SequenceEqual("post_only"u8) ? TradingStatus.PostOnly
            : state.SequenceEqual("cancel_only"u8) ? TradingStatus.CancelOnly
            : TradingStatus.Halted;
        foreach (BookFeed feed in feeds)
        {
            // A symbol restricted by the instrument list stays restricted while the exchange is open.
            _in.AddEvent(feed, EventKind.Status).TradingStatus =
                (TradingStatus)Math.Max((byte)status, (byte)feed.Instrument.Status);
        }

        return _in.Succeed(MessageKind.Direct);
    }
}
