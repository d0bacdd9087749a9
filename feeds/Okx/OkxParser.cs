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
        // The only message of any venue that is not JSON.
        if (_isPong)
        {
            return _in.Succeed(MessageKind.Ignored);
        }

        Span<int> at = stackalloc int[5];
        if (!_in.TryFindFields(s_fields, at) || !_in.TryEnd())
        {
            return _in.Message;
        }

        if (at[Event] != 0)
        {
            return ReadEvent(at);
        }

        if (at[Argument] == 0)
        {
            return _in.Fail(BadInputKind.UnknownMessage);
        }

        Span<int> argument = stackalloc int[2];
        _in.At(at[Argument]);
        if (!_in.TryFindFields(s_argument, argument)
            || !_in.GoTo(argument[Channel]) || !_in.TryReadText(out ReadOnlySpan<byte> channel)
            || !_in.GoTo(argument[InstrumentId]) || !_in.TryReadSymbol(symbols, out _in.Message.Symbol))
        {
            return _in.Message;
        }

        BookFeed feed = feeds[_in.Message.Symbol];
        if (channel.SequenceEqual("books"u8))
        {
            return ReadBook(item, feed, at);
        }

        if (channel.SequenceEqual("trades"u8))
        {
            return ReadTrades(feed, at[Data]);
        }

        if (channel.SequenceEqual("tickers"u8) || channel.SequenceEqual("bbo-tbt"u8))
        {
            return _in.Succeed(MessageKind.Ignored);
        }

        _in.RejectText(channel, BadInputKind.UnknownMessage);
        return _in.Message;
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

    private ParsedMessage ReadEvent(scoped ReadOnlySpan<int> at)
    {
        _in.At(at[Event]);
        if (!_in.TryReadText(out ReadOnlySpan<byte> name))
        {
            return _in.Message;
        }

        // The only known notice asks for a new connection within a minute (64008).
        return name.SequenceEqual("error"u8) ? _in.Fail(BadInputKind.VenueError)
            : name.SequenceEqual("notice"u8) && at[Code] != 0 ? _in.Succeed(MessageKind.Reconnect)
            : _in.Succeed(MessageKind.Ignored);
    }

    private ParsedMessage ReadBook(int item, BookFeed feed, scoped ReadOnlySpan<int> top)
    {
        _in.Message.ConcernsBook = true;
        if (!_in.GoTo(top[Action]) || !_in.TryReadText(out ReadOnlySpan<byte> action))
        {
            return _in.Message;
        }

        bool isSnapshot = action.SequenceEqual("snapshot"u8);
        if (!isSnapshot && !action.SequenceEqual("update"u8))
        {
            return _in.Fail(BadInputKind.UnknownMessage);
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
