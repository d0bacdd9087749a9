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

    private const int Bids = 0;
    private const int Asks = 1;
    private const int UpdateId = 2;
    private const int OrderBook = 3;
    private const int Delete = 4;
    private const int Update = 5;
    private const int Insert = 6;

    private const int TradeTime = 0;
    private const int TakerSide = 1;
    private const int Quantity = 2;
    private const int Price = 3;
    private const int TradeId = 4;
    private const int IsBlock = 5;

    private static readonly FieldTable s_fields = new(
        "topic", "type", "ts", "data", "success", "op", "cross_seq", "timestamp_e6");

    private static readonly FieldTable s_book = new("b", "a", "u", "order_book", "delete", "update", "insert");
    private static readonly FieldTable s_trade = new("T", "S", "v", "p", "i", "BT");
    private static readonly FieldTable s_trade2021 = new(
        "trade_time_ms", "side", "size", "price", "trade_id", "BT");

    private static readonly FieldTable s_level2021 = new("price", "side", "size");

    private WireReader _in;

    public BybitParser(ReadOnlySpan<byte> text, long receiveTimeNs, EventBatch batch) =>
        _in = new WireReader(text, receiveTimeNs, batch, allowsExponents: true);

    public ParsedMessage ReadMessage(SymbolTable symbols, BookFeed[] feeds)
    {
        Span<int> at = stackalloc int[8];
        if (!_in.TryFindFields(s_fields, at) || !_in.TryEnd())
        {
            return _in.Message;
        }

        if (at[Topic] == 0)
        {
            return ReadAnswer(at);
        }

        _in.At(at[Topic]);
        if (!_in.TryReadText(out ReadOnlySpan<byte> topic))
        {
            return _in.Message;
        }

        int dot = topic.LastIndexOf((byte)'.');
        ReadOnlySpan<byte> channel = dot < 0 ? topic : topic[..dot];
        int kind = channel.StartsWith("orderbook."u8) ? 'b' : channel.SequenceEqual("publicTrade"u8) ? 't'
            : channel.SequenceEqual("orderBookL2_25"u8) ? 'B' : channel.SequenceEqual("trade"u8) ? 'T' : 0;
        _in.Message.Symbol = kind == 0 ? -1 : symbols.Find(topic[(dot + 1)..]);
        if (_in.Message.Symbol < 0)
        {
            _in.RejectText(topic, kind == 0 ? BadInputKind.UnknownMessage : BadInputKind.UnknownSymbol);
            return _in.Message;
        }

        BookFeed feed = feeds[_in.Message.Symbol];
        return kind switch
        {
            't' => ReadTrades(feed, at[Data], s_trade),
            'T' => ReadTrades(feed, at[Data], s_trade2021),
            _ => ReadBook(feed, at, is2021: kind == 'B'),
        };
    }

    private ParsedMessage ReadAnswer(scoped ReadOnlySpan<int> at)
    {
        if (at[Success] != 0)
        {
            _in.At(at[Success]);
            if (!_in.TryReadBoolean(out bool isSuccess))
            {
                return _in.Message;
            }

            return isSuccess ? _in.Succeed(MessageKind.Ignored) : _in.Fail(BadInputKind.VenueError);
        }

        return at[Operation] != 0 ? _in.Succeed(MessageKind.Ignored) : _in.Fail(BadInputKind.UnknownMessage);
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
        Span<int> at = stackalloc int[7];
        if (!_in.GoTo(top[Time]) || !_in.TryReadTimeMs(out _in.Message.ExchangeTimeNs)
            || !_in.GoTo(top[Data]) || !_in.TryFindFields(s_book, at)
            || !_in.GoTo(at[UpdateId]) || !_in.TryReadIntegerOrText(out long id)
            || !_in.GoTo(at[Bids]) || !_in.TryReadLevels(feed, Side.Buy)
            || !_in.GoTo(at[Asks]) || !_in.TryReadLevels(feed, Side.Sell))
        {
            return false;
        }

        _in.Message.Ids = new DepthIds(0, id, 0);
        return true;
    }

    // A snapshot is a list of levels: under "order_book" for linear contracts, directly for inverse ones. A delta has
    // three lists, which are applied in this order, whatever their order in the message.
    private bool TryRead2021(BookFeed feed, scoped ReadOnlySpan<int> top, bool isSnapshot)
    {
        Span<int> at = stackalloc int[7];
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

    private ParsedMessage ReadTrades(BookFeed feed, int data, FieldTable fields)
    {
        Span<int> at = stackalloc int[6];
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
            if (!TryReadTrade(feed, at))
            {
                return _in.Message;
            }

            _in.At(end);
        }

        return _in.EndsWell(step) ? _in.Succeed(MessageKind.Direct) : _in.Message;
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
