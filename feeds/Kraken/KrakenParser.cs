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
        "channel", "type", "data", "method", "success", "event", "error");

    private static readonly FieldTable s_items = new(
        "symbol", "bids", "asks", "checksum", "timestamp", "side", "price", "qty", "trade_id", "system");

    private static readonly FieldTable s_level = new("price", "qty");

    private WireReader _in;

    public KrakenParser(ReadOnlySpan<byte> text, long receiveTimeNs, EventBatch batch) =>
        _in = new WireReader(text, receiveTimeNs, batch, allowsExponents: true);

    public ParsedMessage ReadMessage(int item, SymbolTable symbols, BookFeed[] feeds)
    {
        Span<int> at = stackalloc int[7];
        if (!_in.TryFindFields(s_fields, at) || !_in.TryEnd())
        {
            return _in.Message;
        }

        if (at[Channel] == 0)
        {
            return ReadAnswer(at);
        }

        _in.At(at[Channel]);
        if (!_in.TryReadText(out ReadOnlySpan<byte> channel))
        {
            return _in.Message;
        }

        if (channel.SequenceEqual("book"u8) || channel.SequenceEqual("trade"u8))
        {
            if (!_in.GoTo(at[Type]) || !_in.TryReadText(out ReadOnlySpan<byte> type))
            {
                return _in.Message;
            }

            bool isSnapshot = type.SequenceEqual("snapshot"u8);
            if (!isSnapshot && !type.SequenceEqual("update"u8))
            {
                return _in.Fail(BadInputKind.UnknownMessage);
            }

            // A trade snapshot contains old trades.
            return channel.SequenceEqual("book"u8) ? ReadBook(item, at[Data], isSnapshot, symbols, feeds)
                : isSnapshot ? _in.Succeed(MessageKind.Ignored)
                : ReadTrades(at[Data], symbols, feeds);
        }

        if (channel.SequenceEqual("status"u8))
        {
            return ReadStatus(at[Data], feeds);
        }

        if (channel.SequenceEqual("heartbeat"u8) || channel.SequenceEqual("ticker"u8)
            || channel.SequenceEqual("instrument"u8) || channel.SequenceEqual("ohlc"u8))
        {
            return _in.Succeed(MessageKind.Ignored);
        }

        _in.RejectText(channel, BadInputKind.UnknownMessage);
        return _in.Message;
    }

    // Answers to requests; version 1 names its own "event".
    private ParsedMessage ReadAnswer(scoped ReadOnlySpan<int> at)
    {
        if (at[ErrorText] != 0)
        {
            return _in.Fail(BadInputKind.VenueError);
        }

        if (at[Success] != 0)
        {
            _in.At(at[Success]);
            if (!_in.TryReadBoolean(out bool isSuccess))
            {
                return _in.Message;
            }

            return isSuccess ? _in.Succeed(MessageKind.Ignored) : _in.Fail(BadInputKind.VenueError);
        }

        return at[Method] != 0 || at[Event] != 0
            ? _in.Succeed(MessageKind.Ignored)
            : _in.Fail(BadInputKind.UnknownMessage);
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
