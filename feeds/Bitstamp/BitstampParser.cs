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

    private static readonly FieldTable s_fields = new("event", "channel", "data");

    private static readonly FieldTable s_data = new(
        "microtimestamp", "bids", "asks", "id", "amount_str", "price_str", "type");

    private WireReader _in;

    public BitstampParser(ReadOnlySpan<byte> text, long receiveTimeNs, EventBatch batch) =>
        _in = new WireReader(text, receiveTimeNs, batch);

    public ParsedMessage ReadMessage(SymbolTable symbols, BookFeed[] feeds)
    {
        Span<int> at = stackalloc int[3];
        if (!_in.TryFindFields(s_fields, at) || !_in.TryEnd())
        {
            return _in.Message;
        }

        if (at[Event] == 0)
        {
            return _in.Fail(BadInputKind.UnknownMessage);
        }

        _in.At(at[Event]);
        if (!_in.TryReadText(out ReadOnlySpan<byte> name))
        {
            return _in.Message;
        }

        bool isDiff = name.SequenceEqual("data"u8);
        if (!isDiff && !name.SequenceEqual("trade"u8))
        {
            return ReadControl(name);
        }

        if (!_in.GoTo(at[Channel]) || !_in.TryReadText(out ReadOnlySpan<byte> channel))
        {
            return _in.Message;
        }

        ReadOnlySpan<byte> prefix = isDiff ? "diff_order_book_"u8 : "live_trades_"u8;
        if (!channel.StartsWith(prefix))
        {
            _in.RejectText(channel, BadInputKind.UnknownMessage);
            return _in.Message;
        }

        _in.Message.Symbol = symbols.Find(channel[prefix.Length..]);
        if (_in.Message.Symbol < 0)
        {
            _in.RejectText(channel, BadInputKind.UnknownSymbol);
            return _in.Message;
        }

        BookFeed feed = feeds[_in.Message.Symbol];
        return isDiff ? ReadBook(feed, at[Data]) : ReadTrade(feed, at[Data]);
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

    private ParsedMessage ReadControl(ReadOnlySpan<byte> name)
    {
        if (name.SequenceEqual("bts:request_reconnect"u8))
        {
            return _in.Succeed(MessageKind.Reconnect);
        }

        if (name.SequenceEqual("bts:error"u8))
        {
            return _in.Fail(BadInputKind.VenueError);
        }

        if (name.StartsWith("bts:"u8))
        {
            return _in.Succeed(MessageKind.Ignored);
        }

        _in.RejectText(name, BadInputKind.UnknownMessage);
        return _in.Message;
    }
}
