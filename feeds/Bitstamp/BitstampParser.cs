using System;
using System.Linq;
using LowLatency.Engine.Events;

namespace LowLatency.Feeds.Bitstamp;

/// <summary>Parses Bitstamp's messages.</summary>
internal ref struct BitstampParser
{
    private const int Event = 0;
    private const int Channel = 1;
    private const int Data = 2;

    private const int MicroTimestamp = 0;
    private const int Bids = 1;
    private const int Asks = 2;
    private const int Id = 3;
    private const int Amount = 4;
    private const int Price = 5;
    private const int Type = 6;

    private const int RestTime = 3;
    private const int RestBids = 4;
    private const int RestAsks = 5;
    private const int Reason = 6;

    private static readonly FieldTable s_fields = new(
        "event", "channel", "data", "microtimestamp", "bids", "asks", "reason");

    private static readonly FieldTable s_listed = new("name", "base_decimals", "counter_decimals");

    private static readonly FieldTable s_data = new(
        "microtimestamp", "bids", "asks", "id", "amount_str", "price_str", "type");

    private WireReader _in;

    public BitstampParser(ReadOnlySpan<byte> text, long receiveTimeNs, EventBatch batch) =>
        _in = new WireReader(text, receiveTimeNs, batch);

    public ParsedMessage ReadMessage(SymbolTable symbols, BookFeed[] feeds)
    {
        Span<int> at = stackalloc int[7];
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
        return identity.Subject == MessageSubject.Trade ? ReadTrade(feed, at[Data])
            : !identity.Stream.IsWhole ? ReadBook(feed, at[Data])
            : ReadWholeBook(feed, at[Data]);
    }

    /// <summary>Identifies a message without reading its content.</summary>
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

        if (at[Event] == 0)
        {
            return TryIdentifyRest(at, out identity);
        }

        _in.At(at[Event]);
        if (!_in.TryReadText(out ReadOnlySpan<byte> name))
        {
            return false;
        }

        if (name.StartsWith("bts:"u8))
        {
            identity = WireIdentity.Of(
                MessageSubject.Control,
                "control"u8,
                name.SequenceEqual("bts:request_reconnect"u8) ? MessageKind.Reconnect
                    : name.SequenceEqual("bts:error"u8) ? MessageKind.VenueError
                    : MessageKind.Ignored);
            return true;
        }

        bool isData = name.SequenceEqual("data"u8);
        if (!isData && !name.SequenceEqual("trade"u8))
        {
            // Events of single orders, and new ones.
            identity = WireIdentity.Of(MessageSubject.Other, name, MessageKind.Ignored);
            return true;
        }

        return _in.GoTo(at[Channel]) && _in.TryReadText(out ReadOnlySpan<byte> channel)
            && TryIdentifyChannel(channel, isData, out identity);
    }

    private bool TryIdentifyChannel(ReadOnlySpan<byte> channel, bool isData, out WireIdentity identity)
    {
        identity = default;
        identity.Stream = BitstampChannels.Of(channel, out int length);
        bool isTrade = identity.Stream == BitstampChannels.Trades;
        if (identity.Stream == StreamChannel.None)
        {
            identity = WireIdentity.Of(MessageSubject.Other, channel, MessageKind.Ignored);
            return true;
        }

        if (isTrade == isData || channel.Length == length)
        {
            return _in.RejectText(channel, BadInputKind.UnknownMessage);
        }

        identity.Subject = isTrade ? MessageSubject.Trade : MessageSubject.Book;
        identity.Type = channel[..length];
        identity.Channel = identity.Type;
        identity.Symbol = channel[(length + 1)..];
        return !identity.Symbol.IsEmpty || _in.RejectText(channel, BadInputKind.UnknownMessage);
    }

    // A book names no symbol.
    private bool TryIdentifyRest(scoped ReadOnlySpan<int> at, out WireIdentity identity)
    {
        bool isBook = at[RestTime] != 0 && at[RestBids] != 0 && at[RestAsks] != 0;
        identity = isBook
            ? WireIdentity.Of(MessageSubject.RestBook, "snapshot"u8, MessageKind.Ignored)
            : WireIdentity.Of(MessageSubject.Control, "control"u8, MessageKind.VenueError);
        return isBook || at[Reason] != 0 || _in.Reject(BadInputKind.UnknownMessage);
    }

    /// <summary>Parses a REST book.</summary>
    public ParsedMessage ReadSnapshot(BookFeed feed, int symbol)
    {
        _in.Message.Symbol = symbol;
        ParsedMessage book = ReadBook(feed, position: -1);
        return book.Kind == MessageKind.Depth && !_in.TryEnd() ? _in.Message : book;
    }

    // A diff and a REST book have the same form; -1 is the start of the text.
    private ParsedMessage ReadBook(BookFeed feed, int position)
    {
        _in.Message.ConcernsBook = true;
        Span<int> at = stackalloc int[7];
        int mark = _in.EventCount;
        if ((position >= 0 && !_in.GoTo(position)) || !_in.TryFindFields(s_data, at))
        {
            return _in.Message;
        }

        int end = _in.Json.Position;
        if (!_in.GoTo(at[MicroTimestamp]) || !_in.TryReadTimeUs(out _in.Message.ExchangeTimeNs)
            || !_in.GoTo(at[Bids]) || !_in.TryReadLevels(feed, Side.Buy)
            || !_in.GoTo(at[Asks]) || !_in.TryReadLevels(feed, Side.Sell))
        {
            return _in.Message;
        }

        _in.At(end);
        _in.Message.UpdateId = _in.Message.ExchangeTimeNs / 1000;
        _in.Message.Ids = new DepthIds(0, _in.Message.UpdateId, 0);
        _in.StampLevels(mark);
        return _in.Succeed(MessageKind.Depth);
    }

    private ParsedMessage ReadTrade(BookFeed feed, int position)
    {
        Span<int> at = stackalloc int[7];
        if (!_in.GoTo(position) || !_in.TryFindFields(s_data, at))
        {
            return _in.Message;
        }

        ref EngineInput trade = ref _in.AddEvent(feed, EventKind.Trade);
        if (!_in.GoTo(at[Id]) || !_in.TryReadInteger(out trade.TradeId)
            || !_in.GoTo(at[Price]) || !_in.TryReadPrice(feed, out trade.Price)
            || !_in.GoTo(at[Amount]) || !_in.TryReadQuantity(feed, out trade.Quantity)
            || !_in.GoTo(at[MicroTimestamp]) || !_in.TryReadTimeUs(out trade.ExchangeTimeNs)
            || !_in.GoTo(at[Type]) || !_in.TryReadInteger(out long type))
        {
            return _in.Message;
        }

        // 0 is a buy, 1 a sell, by the taker.
        trade.Side = type == 0 ? Side.Buy : Side.Sell;
        return type <= 1 ? _in.Succeed(MessageKind.Direct) : _in.Fail(BadInputKind.BadNumber);
    }

    // The best hundred levels, or the best hundred orders of each side: those of one price are added up.
    private ParsedMessage ReadWholeBook(BookFeed feed, int data)
    {
        int mark = _in.EventCount;
        if (ReadBook(feed, data).Kind != MessageKind.Depth)
        {
            return _in.Message;
        }

        Span<EngineInput> levels = _in.EventsFrom(mark);
        int kept = 0;
        for (int i = 1; i < levels.Length; i++)
        {
            if (levels[i].Side == levels[kept].Side && levels[i].Price == levels[kept].Price)
            {
                long sum = levels[kept].Quantity + levels[i].Quantity;
                if (sum > WireNumber.MaxValue)
                {
                    return _in.Fail(BadInputKind.NumberOutOfRange);
                }

                levels[kept].Quantity = sum;
            }
            else
            {
                levels[++kept] = levels[i];
            }
        }

        _in.Truncate(mark + Math.Min(levels.Length, kept + 1));
        return _in.Succeed(MessageKind.BookSnapshot);
    }
}
