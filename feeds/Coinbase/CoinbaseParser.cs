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

    private static readonly FieldTable s_fields = new(
        "type", "product_id", "changes", "bids", "asks", "time", "price", "size", "side", "trade_id", "best_bid",
        "best_ask", "best_bid_size", "best_ask_size", "last_trade_id");

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
        Span<int> at = stackalloc int[15];
        if (!_in.TryFindFields(s_fields, at) || !_in.TryEnd())
        {
            return _in.Message;
        }

        if (at[Type] == 0)
        {
            return _in.Fail(BadInputKind.UnknownMessage);
        }

        _in.At(at[Type]);
        if (!_in.TryReadText(out ReadOnlySpan<byte> type))
        {
            return _in.Message;
        }

        if (type.SequenceEqual("subscriptions"u8) || type.SequenceEqual("status"u8))
        {
            return _in.Succeed(MessageKind.Ignored);
        }

        if (type.SequenceEqual("error"u8))
        {
            return _in.Fail(BadInputKind.VenueError);
        }

        int kind = type.SequenceEqual("l2update"u8) ? 'u' : type.SequenceEqual("snapshot"u8) ? 's'
            : type.SequenceEqual("match"u8) ? 'm' : type.SequenceEqual("ticker"u8) ? 't'
            : type.SequenceEqual("heartbeat"u8) ? 'h' : type.SequenceEqual("last_match"u8) ? 'l' : 0;
        if (kind == 0)
        {
            _in.RejectText(type, BadInputKind.UnknownMessage);
            return _in.Message;
        }

        if (!_in.GoTo(at[Product]) || !_in.TryReadSymbol(symbols, out _in.Message.Symbol))
        {
            return _in.Message;
        }

        BookFeed feed = feeds[_in.Message.Symbol];
        return kind switch
        {
            'u' => ReadUpdate(feed, at),
            's' => ReadSnapshot(feed, at),
            'm' => ReadMatch(feed, at),
            't' => ReadTicker(feed, at),
            'l' => ReadLastMatch(feed, at),
            _ => ReadHeartbeat(feed, feeds, at),
        };
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
        return _in.GoTo(at[BestBid]) && _in.TryReadPrice(feed, out top.BidPrice)
            && _in.GoTo(at[BestBidSize]) && _in.TryReadQuantity(feed, out top.BidQuantity)
            && _in.GoTo(at[BestAsk]) && _in.TryReadPrice(feed, out top.AskPrice)
            && _in.GoTo(at[BestAskSize]) && _in.TryReadQuantity(feed, out top.AskQuantity)
            && _in.GoTo(at[Time]) && _in.TryReadTimeText(out top.ExchangeTimeNs)
            ? _in.Succeed(MessageKind.Direct)
            : _in.Message;
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
