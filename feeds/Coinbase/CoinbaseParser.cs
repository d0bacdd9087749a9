using System;
using System.Linq;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;
using LowLatency.Feeds.Json;

namespace LowLatency.Feeds.Coinbase;

/// <summary>Parses Coinbase Exchange's messages.</summary>
internal ref struct CoinbaseParser
{
    private const int Type = 0;
    private const int Product = 1;
    private const int Changes = 2;
    private const int Bids = 3;
    private const int Asks = 4;
    private const int Time = 5;
    private const int Price = 6;
    private const int Size = 7;
    private const int MakerSide = 8;
    private const int TradeId = 9;
    private const int BestBid = 10;
    private const int BestAsk = 11;
    private const int BestBidSize = 12;
    private const int BestAskSize = 13;
    private const int LastTradeId = 14;
    private const int Sequence = 15;
    private const int AdvancedChannel = 16;
    private const int AdvancedEvents = 17;
    private const int ErrorText = 18;

    /// <summary>Number of fields of a message.</summary>
    public const int Fields = 19;

    private static readonly FieldTable s_fields = new(
        "type", "product_id", "changes", "bids", "asks", "time", "price", "size", "side", "trade_id", "best_bid",
        "best_ask", "best_bid_size", "best_ask_size", "last_trade_id", "sequence", "channel", "events", "message");

    private static readonly FieldTable s_listed = new("id", "base_currency", "quote_currency");

    // Heartbeats come once a second.
    private const long HeartbeatTimeoutNs = 5_000_000_000;

    private readonly long _receiveTimeNs;
    private WireReader _in;

    public CoinbaseParser(ReadOnlySpan<byte> text, long receiveTimeNs, EventBatch batch)
    {
        _receiveTimeNs = receiveTimeNs;
        _in = new WireReader(text, receiveTimeNs, batch);
    }

    public ParsedMessage ReadMessage(SymbolTable symbols, BookFeed[] feeds)
    {
        Span<int> at = stackalloc int[Fields];
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
        return (char)identity.Type[0] switch
        {
            'l' when identity.Subject == MessageSubject.Book => ReadUpdate(feed, at),
            's' => ReadSnapshot(feed, at),
            'm' => ReadMatch(feed, at),
            't' => ReadTicker(feed, at),
            'l' => ReadLastMatch(feed, at),
            _ => ReadHeartbeat(feed, feeds, at),
        };
    }

    /// <summary>Identifies a message without reading its content.</summary>
    /// <param name="at">Receives the positions of the message's fields.</param>
    /// <param name="identity">The identity.</param>
    public bool TryIdentify(scoped Span<int> at, out WireIdentity identity)
    {
        identity = default;
        if (_in.Json.PeekValue() == '[')
        {
            return TryIdentifyList(out identity);
        }

        if (!_in.TryFindFields(s_fields, at) || !_in.TryEnd())
        {
            return false;
        }

        if (at[Type] == 0)
        {
            return TryIdentifyUntyped(at, out identity);
        }

        _in.At(at[Type]);
        if (!_in.TryReadText(out ReadOnlySpan<byte> type))
        {
            return false;
        }

        identity = type.SequenceEqual("l2update"u8) || type.SequenceEqual("snapshot"u8)
                ? WireIdentity.Of(MessageSubject.Book, type, MessageKind.Bad)
            : type.SequenceEqual("match"u8) ? WireIdentity.Of(MessageSubject.Trade, type, MessageKind.Bad)
            : type.SequenceEqual("ticker"u8) ? WireIdentity.Of(MessageSubject.Top, type, MessageKind.Bad)
            : type.SequenceEqual("heartbeat"u8) || type.SequenceEqual("last_match"u8)
                ? WireIdentity.Of(MessageSubject.Control, type, MessageKind.Bad)
            : type.SequenceEqual("error"u8)
                ? WireIdentity.Of(MessageSubject.Control, "control"u8, MessageKind.VenueError)
            : type.SequenceEqual("subscriptions"u8)
                ? WireIdentity.Of(MessageSubject.Control, "control"u8, MessageKind.Ignored)
            : type.SequenceEqual("status"u8)
                ? WireIdentity.Of(MessageSubject.InstrumentList, type, MessageKind.Ignored)
            : WireIdentity.Of(MessageSubject.Other, type, MessageKind.Ignored);

        // level2 and level2_batch send the same messages, which do not name their channel.
        identity.Channel = identity.Subject == MessageSubject.Book ? "level2"u8 : default;
        return identity.Kind == MessageKind.Bad
            ? _in.GoTo(at[Product]) && _in.TryReadText(out identity.Symbol)
            : identity.Subject != MessageSubject.Other || at[Product] == 0
                || (_in.GoTo(at[Product]) && _in.TryReadText(out identity.Symbol));
    }

    // Messages of Coinbase Advanced Trade name a channel; answers of REST name nothing.
    private bool TryIdentifyUntyped(scoped ReadOnlySpan<int> at, out WireIdentity identity)
    {
        identity = WireIdentity.Of(MessageSubject.RestBook, "snapshot"u8, MessageKind.Ignored);
        if (at[Bids] != 0 && at[Asks] != 0 && at[Sequence] != 0)
        {
            return true;
        }

        if (at[AdvancedChannel] != 0 && at[AdvancedEvents] != 0)
        {
            identity = WireIdentity.Of(MessageSubject.Other, "advanced"u8, MessageKind.Ignored);
            return _in.GoTo(at[AdvancedChannel]) && _in.TryReadText(out identity.Type);
        }

        identity = WireIdentity.Of(MessageSubject.Control, "control"u8, MessageKind.VenueError);
        return at[ErrorText] != 0 || _in.Reject(BadInputKind.UnknownMessage);
    }

    private bool TryIdentifyList(out WireIdentity identity)
    {
        identity = WireIdentity.Of(MessageSubject.InstrumentList, "instruments"u8, MessageKind.Ignored);
        if (!_in.TrySkip() || !_in.TryEnd())
        {
            return false;
        }

        return _in.StartsWithObjectOf(0, s_listed) || _in.Reject(BadInputKind.UnknownMessage);
    }

    private ParsedMessage ReadUpdate(BookFeed feed, scoped ReadOnlySpan<int> at)
    {
        _in.Message.ConcernsBook = true;
        if (!_in.GoTo(at[Time]) || !_in.TryReadTimeText(out _in.Message.ExchangeTimeNs) || !_in.GoTo(at[Changes]))
        {
            return _in.Message;
        }

        int mark = _in.EventCount;
        InstrumentScale scale = feed.Scale;
        bool isFirst = true;
        JsonStep step = _in.EnterArray();
        while (step == JsonStep.Item && (step = _in.NextElement(ref isFirst)) == JsonStep.Item)
        {
            if (!TryReadChange(feed, in scale))
            {
                return _in.Message;
            }
        }

        if (!_in.EndsWell(step))
        {
            return _in.Message;
        }

        _in.StampLevels(mark);
        return _in.Succeed(MessageKind.Depth);
    }

    // ["buy", price, size]; the size is the new quantity of the level.
    private bool TryReadChange(BookFeed feed, in InstrumentScale scale)
    {
        bool isFirst = true;
        if (!_in.Json.TryEnterArray() || _in.NextElement(ref isFirst) != JsonStep.Item)
        {
            return _in.Reject(BadInputKind.MalformedJson);
        }

        if (!_in.TryReadSide("buy"u8, "sell"u8, out Side side))
        {
            return false;
        }

        if (_in.NextElement(ref isFirst) != JsonStep.Item || !_in.TryReadText(out ReadOnlySpan<byte> price)
            || _in.NextElement(ref isFirst) != JsonStep.Item || !_in.TryReadText(out ReadOnlySpan<byte> size))
        {
            return _in.Reject(BadInputKind.MalformedJson);
        }

        JsonStep step;
        while ((step = _in.NextElement(ref isFirst)) == JsonStep.Item && _in.TrySkip())
        {
        }

        return _in.EndsWell(step) && _in.TryAddLevel(feed, in scale, side, price, size);
    }

    private ParsedMessage ReadSnapshot(BookFeed feed, scoped ReadOnlySpan<int> at)
    {
        _in.Message.ConcernsBook = true;
        return _in.GoTo(at[Bids]) && _in.TryReadLevels(feed, Side.Buy)
            && _in.GoTo(at[Asks]) && _in.TryReadLevels(feed, Side.Sell)
            ? _in.Succeed(MessageKind.BookSnapshot)
            : _in.Message;
    }

    private ParsedMessage ReadMatch(BookFeed feed, scoped ReadOnlySpan<int> at)
    {
        ref EngineInput trade = ref _in.AddEvent(feed, EventKind.Trade);
        if (!_in.GoTo(at[TradeId]) || !_in.TryReadInteger(out trade.TradeId)
            || !_in.GoTo(at[Price]) || !_in.TryReadPrice(feed, out trade.Price)
            || !_in.GoTo(at[Size]) || !_in.TryReadQuantity(feed, out trade.Quantity)
            || !_in.GoTo(at[Time]) || !_in.TryReadTimeText(out trade.ExchangeTimeNs)
            || !_in.GoTo(at[MakerSide]) || !_in.TryReadSide("buy"u8, "sell"u8, out Side maker))
        {
            return _in.Message;
        }

        // The venue sends the maker's side.
        trade.Side = maker == Side.Buy ? Side.Sell : Side.Buy;
        return _in.Succeed(MessageKind.Direct);
    }

    // The last trade before the subscription. It is not published, but later heartbeats refer to it.
    private ParsedMessage ReadLastMatch(BookFeed feed, scoped ReadOnlySpan<int> at)
    {
        if (!_in.GoTo(at[TradeId]) || !_in.TryReadInteger(out long tradeId))
        {
            return _in.Message;
        }

        feed.NoteTrade(tradeId);
        return _in.Succeed(MessageKind.Ignored);
    }

    private ParsedMessage ReadTicker(BookFeed feed, scoped ReadOnlySpan<int> at)
    {
        // Without sizes the quote is incomplete; such messages are from 2021.
        if (at[BestBidSize] == 0 || at[BestAskSize] == 0)
        {
            return _in.Succeed(MessageKind.Ignored);
        }

        ref EngineInput top = ref _in.AddEvent(feed, EventKind.TopOfBook);
        return TryReadQuote(feed, at[BestBid], at[BestBidSize], out top.BidPrice, out top.BidQuantity)
            && TryReadQuote(feed, at[BestAsk], at[BestAskSize], out top.AskPrice, out top.AskQuantity)
            && _in.GoTo(at[Time]) && _in.TryReadTimeText(out top.ExchangeTimeNs)
            ? _in.Succeed(MessageKind.Direct)
            : _in.Message;
    }

    // Both texts are empty if the side is.
    private bool TryReadQuote(BookFeed feed, int priceAt, int sizeAt, out long price, out long quantity)
    {
        (price, quantity) = (0, 0);
        if (!_in.GoTo(priceAt) || !_in.TryReadText(out ReadOnlySpan<byte> priceText)
            || !_in.GoTo(sizeAt) || !_in.TryReadText(out ReadOnlySpan<byte> sizeText))
        {
            return false;
        }

        return (priceText.IsEmpty && sizeText.IsEmpty)
            || (_in.TryParsePrice(feed, priceText, out price) && _in.TryParseQuantity(feed, sizeText, out quantity));
    }

    // A heartbeat may overtake the trade that it names, but not by a second, so only the previous heartbeat counts.
    private ParsedMessage ReadHeartbeat(BookFeed feed, BookFeed[] feeds, scoped ReadOnlySpan<int> at)
    {
        if (!_in.GoTo(at[LastTradeId]) || !_in.TryReadInteger(out long tradeId))
        {
            return _in.Message;
        }

        bool isMissing = feed.LastTradeId != 0 && feed.AnnouncedTradeId > feed.LastTradeId;
        if (isMissing)
        {
            feed.NoteTrade(tradeId);
        }

        feed.AnnouncedTradeId = tradeId;
        feed.LastHeartbeatNs = _receiveTimeNs;
        return _in.Succeed(isMissing || FindsStalled(feeds) ? MessageKind.Missing : MessageKind.Ignored);
    }

    // If a product's heartbeats have stopped while others continue, the venue has dropped its subscription.
    private bool FindsStalled(BookFeed[] feeds)
    {
        for (int i = 0; i < feeds.Length; i++)
        {
            if (feeds[i].LastHeartbeatNs != 0 && _receiveTimeNs - feeds[i].LastHeartbeatNs > HeartbeatTimeoutNs)
            {
                feeds[i].LastHeartbeatNs = _receiveTimeNs;
                _in.Message.Symbol = i;
                return true;
            }
        }

        return false;
    }
}
