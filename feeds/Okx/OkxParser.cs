using System;
using System.Linq;
using LowLatency.Engine.Events;
using LowLatency.Feeds.Json;

namespace LowLatency.Feeds.Okx;

/// <summary>Parses OKX's messages.</summary>
internal ref struct OkxParser
{
    private const int Argument = 0;
    private const int Action = 1;
    private const int Data = 2;
    private const int Event = 3;
    private const int Code = 4;

    private const int Channel = 0;
    private const int InstrumentId = 1;

    private const int Bids = 0;
    private const int Asks = 1;
    private const int Time = 2;
    private const int Checksum = 3;
    private const int Previous = 4;
    private const int Sequence = 5;
    private const int TradeId = 6;
    private const int Price = 7;
    private const int Size = 8;
    private const int TakerSide = 9;

    private static readonly FieldTable s_fields = new("arg", "action", "data", "event", "code");
    private static readonly FieldTable s_argument = new("channel", "instId");
    private static readonly FieldTable s_restBook = new("bids", "asks", "ts");
    private static readonly FieldTable s_listed = new("instId", "tickSz", "lotSz");

    private static readonly FieldTable s_items = new(
        "bids", "asks", "ts", "checksum", "prevSeqId", "seqId", "tradeId", "px", "sz", "side");

    private readonly bool _isPong;
    private WireReader _in;

    public OkxParser(ReadOnlySpan<byte> text, long receiveTimeNs, EventBatch batch)
    {
        _in = new WireReader(text, receiveTimeNs, batch);
        _isPong = text.SequenceEqual("pong"u8);
    }

    public ParsedMessage ReadMessage(int item, SymbolTable symbols, BookFeed[] feeds)
    {
        Span<int> at = stackalloc int[5];
        if (!TryIdentify(at, out WireIdentity identity))
        {
            return _in.Message;
        }

        if (identity.Kind != MessageKind.Bad)
        {
            return _in.Succeed(identity.Kind);
        }

        _in.Message.Channel = identity.Stream;
        _in.Message.Symbol = symbols.Find(identity.Symbol);
        if (_in.Message.Symbol < 0)
        {
            _in.RejectText(identity.Symbol, BadInputKind.UnknownSymbol);
            return _in.Message;
        }

        BookFeed feed = feeds[_in.Message.Symbol];
        return identity.Subject switch
        {
            MessageSubject.Book => ReadBook(item, feed, at, identity.Stream.IsWhole),
            MessageSubject.Top => ReadTop(feed, at[Data]),
            _ => ReadTrades(feed, at[Data]),
        };
    }

    /// <summary>Identifies a message without reading its content.</summary>
    /// <param name="at">Receives the positions of the message's fields.</param>
    /// <param name="identity">The identity.</param>
    public bool TryIdentify(scoped Span<int> at, out WireIdentity identity)
    {
        identity = default;

        // The only message of any venue that is not JSON.
        if (_isPong)
        {
            identity = WireIdentity.Of(MessageSubject.Control, "control"u8, MessageKind.Ignored);
            return true;
        }

        if (!_in.TryFindFields(s_fields, at) || !_in.TryEnd())
        {
            return false;
        }

        if (at[Event] != 0)
        {
            return TryIdentifyEvent(at, out identity);
        }

        return at[Argument] != 0 ? TryIdentifyChannel(at, out identity) : TryIdentifyAnswer(at, out identity);
    }

    private bool TryIdentifyChannel(scoped ReadOnlySpan<int> at, out WireIdentity identity)
    {
        identity = default;
        Span<int> argument = stackalloc int[2];
        if (!_in.GoTo(at[Argument]) || !_in.TryFindFields(s_argument, argument)
            || !_in.GoTo(argument[Channel]) || !_in.TryReadText(out identity.Type))
        {
            return false;
        }

        identity.Stream = OkxChannels.Of(identity.Type);
        identity.Subject = identity.Type.SequenceEqual("bbo-tbt"u8) ? MessageSubject.Top
            : identity.Stream == StreamChannel.None ? MessageSubject.Other
            : identity.Stream.Family >= OkxChannels.TradesFamily ? MessageSubject.Trade
            : MessageSubject.Book;
        if (identity.Subject == MessageSubject.Other)
        {
            identity.Kind = MessageKind.Ignored;
            identity.Subject = identity.Type.SequenceEqual("instruments"u8)
                ? MessageSubject.InstrumentList
                : MessageSubject.Other;

            // Channels such as status have no symbol.
            return argument[InstrumentId] == 0
                || (_in.GoTo(argument[InstrumentId]) && _in.TryReadText(out identity.Symbol));
        }

        if (at[Action] != 0 && (!_in.GoTo(at[Action]) || !_in.TryReadText(out identity.Action)))
        {
            return false;
        }

        return _in.GoTo(argument[InstrumentId]) && _in.TryReadText(out identity.Symbol);
    }

    private bool TryIdentifyEvent(scoped ReadOnlySpan<int> at, out WireIdentity identity)
    {
        identity = default;
        if (!_in.GoTo(at[Event]) || !_in.TryReadText(out ReadOnlySpan<byte> name))
        {
            return false;
        }

        // The only known notice asks for a new connection within a minute (64008).
        identity = WireIdentity.Of(
            MessageSubject.Control,
            "control"u8,
            name.SequenceEqual("error"u8) ? MessageKind.VenueError
                : name.SequenceEqual("notice"u8) && at[Code] != 0 ? MessageKind.Reconnect
                : MessageKind.Ignored);
        return true;
    }

    // Answers of REST name neither channel nor symbol.
    private bool TryIdentifyAnswer(scoped ReadOnlySpan<int> at, out WireIdentity identity)
    {
        identity = default;
        if (at[Data] == 0 || at[Code] == 0)
        {
            return _in.Reject(BadInputKind.UnknownMessage);
        }

        identity = _in.StartsWithObjectOf(at[Data], s_restBook)
            ? WireIdentity.Of(MessageSubject.RestBook, "snapshot"u8, MessageKind.Ignored)
            : _in.StartsWithObjectOf(at[Data], s_listed)
                ? WireIdentity.Of(MessageSubject.InstrumentList, "instruments"u8, MessageKind.Ignored)
                : WireIdentity.Of(MessageSubject.Control, "control"u8, MessageKind.Ignored);
        return true;
    }

    /// <summary>Parses a REST book.</summary>
    public ParsedMessage ReadSnapshot(BookFeed feed, int symbol)
    {
        _in.Message.Symbol = symbol;
        Span<int> at = stackalloc int[5];
        if (!_in.TryFindFields(s_fields, at) || !_in.TryEnd())
        {
            return _in.Message;
        }

        Span<int> fields = stackalloc int[10];
        return _in.TryFindElement(at[Data], 0, s_items, fields, out _) && TryReadLevels(feed, fields)
            ? _in.Succeed(MessageKind.Depth)
            : _in.Message;
    }

    // A partial book has no action: each message is the whole book to its depth.
    private ParsedMessage ReadBook(int item, BookFeed feed, scoped ReadOnlySpan<int> top, bool isWhole)
    {
        _in.Message.ConcernsBook = true;
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

        Span<int> at = stackalloc int[10];
        if (!_in.TryFindElement(top[Data], item, s_items, at, out bool hasMore))
        {
            return _in.Message;
        }

        _in.Message.HasMore = hasMore;
        return TryReadLevels(feed, at)
            ? _in.Succeed(isSnapshot ? MessageKind.BookSnapshot : MessageKind.Depth)
            : _in.Message;
    }

    private bool TryReadLevels(BookFeed feed, scoped ReadOnlySpan<int> at)
    {
        int mark = _in.EventCount;
        if (!TryReadOptional(at[Checksum], out long checksum) || !TryReadOptional(at[Previous], out long previous)
            || !TryReadOptional(at[Sequence], out long sequence)
            || !_in.GoTo(at[Time]) || !_in.TryReadTimeMs(out _in.Message.ExchangeTimeNs)
            || !_in.GoTo(at[Bids]) || !_in.TryReadLevels(feed, Side.Buy)
            || !_in.GoTo(at[Asks]) || !_in.TryReadLevels(feed, Side.Sell))
        {
            return false;
        }

        if (checksum is < int.MinValue or > int.MaxValue)
        {
            return _in.Reject(BadInputKind.NumberOutOfRange);
        }

        // Since June 2026, 0 means no checksum.
        _in.Message.HasChecksum = checksum != 0;
        _in.Message.Checksum = (uint)(int)checksum;
        _in.Message.Ids = new DepthIds(0, sequence, previous);
        _in.Message.UpdateId = checksum != 0 ? checksum : sequence;
        _in.StampLevels(mark);
        return true;
    }

    private bool TryReadOptional(int position, out long value)
    {
        value = 0;
        return position == 0 || (_in.GoTo(position) && _in.TryReadSigned(out value));
    }

    // The numbers of this channel are not known to be those of the books, so that its tops cannot be compared.
    private ParsedMessage ReadTop(BookFeed feed, int data)
    {
        Span<int> at = stackalloc int[10];
        if (!_in.TryFindElement(data, 0, s_items, at, out _))
        {
            return _in.Message;
        }

        ref EngineInput top = ref _in.AddEvent(feed, EventKind.TopOfBook);
        return _in.GoTo(at[Time]) && _in.TryReadTimeMs(out top.ExchangeTimeNs)
            && _in.GoTo(at[Bids]) && _in.TryReadBest(feed, out top.BidPrice, out top.BidQuantity)
            && _in.GoTo(at[Asks]) && _in.TryReadBest(feed, out top.AskPrice, out top.AskQuantity)
            ? _in.Succeed(MessageKind.Direct)
            : _in.Message;
    }

    private ParsedMessage ReadTrades(BookFeed feed, int data)
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
            ref EngineInput trade = ref _in.AddEvent(feed, EventKind.Trade);
            if (!_in.GoTo(at[TradeId]) || !_in.TryReadIntegerOrText(out trade.TradeId)
                || !_in.GoTo(at[Price]) || !_in.TryReadPrice(feed, out trade.Price)
                || !_in.GoTo(at[Size]) || !_in.TryReadQuantity(feed, out trade.Quantity)
                || !_in.GoTo(at[Time]) || !_in.TryReadTimeMs(out trade.ExchangeTimeNs)
                || !_in.GoTo(at[TakerSide]) || !_in.TryReadSide("buy"u8, "sell"u8, out trade.Side))
            {
                return _in.Message;
            }

            _in.At(end);
        }

        return _in.EndsWell(step) ? _in.Succeed(MessageKind.Direct) : _in.Message;
    }
}
