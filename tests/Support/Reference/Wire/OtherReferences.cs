using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using LowLatency.Engine.Events;
using LowLatency.Feeds;

namespace LowLatency.Tests.Reference.Wire;

/// <summary>A simple reader of Bitstamp.</summary>
internal sealed class BitstampReference(string[] symbols, Func<int, (int Price, int Quantity)> decimals)
    : ReferenceReader(symbols, decimals)
{
    private static readonly string[] s_channels =
        ["diff_order_book", "live_trades", "order_book", "detail_order_book"];

    protected override bool AllowsExponents => false;

    protected override ReferenceMessage Read(JsonElement root)
    {
        if (root.ValueKind == JsonValueKind.Array)
        {
            return ListsObjectsWith(root, "name", "base_decimals", "counter_decimals")
                ? new ReferenceMessage()
                : throw new RefusedException("unknown");
        }

        var top = new Fields(root, "event", "channel", "data", "microtimestamp", "bids", "asks", "reason");
        if (!top.Has("event"))
        {
            return top.Has("microtimestamp") && top.Has("bids") && top.Has("asks") ? new ReferenceMessage()
                : top.Has("reason") ? VenueError
                : throw new RefusedException("unknown");
        }

        string name = Text(top["event"]);
        if (name is not ("data" or "trade"))
        {
            return name == "bts:request_reconnect" ? new ReferenceMessage { Kind = MessageKind.Reconnect }
                : name == "bts:error" ? VenueError
                : new ReferenceMessage();
        }

        string channel = Text(top["channel"]);
        string? prefix = s_channels.FirstOrDefault(item => channel == item
            || channel.StartsWith(item + "_", StringComparison.Ordinal));
        if (prefix is null)
        {
            return new ReferenceMessage();
        }

        if ((prefix == "live_trades") != (name == "trade") || channel.Length <= prefix.Length + 1)
        {
            throw new RefusedException(channel);
        }

        int symbol = Symbol(channel[(prefix.Length + 1)..]);
        return name == "trade" ? Trade(Data(top["data"]), symbol)
            : prefix == "diff_order_book" ? Snapshot(top["data"], symbol)
            : Whole(Snapshot(top["data"], symbol));
    }

    // Orders of one price that follow each other are one level.
    private static ReferenceMessage Whole(ReferenceMessage book)
    {
        var levels = new List<ReferenceLevel>();
        foreach (ReferenceLevel level in book.Levels)
        {
            if (levels.Count != 0 && (levels[^1].Side, levels[^1].Price) == (level.Side, level.Price))
            {
                long sum = levels[^1].Quantity + level.Quantity;
                levels[^1] = sum < 1L << 62 ? level with { Quantity = sum } : throw new RefusedException("too much");
            }
            else
            {
                levels.Add(level);
            }
        }

        return book with { Kind = MessageKind.BookSnapshot, Levels = levels };
    }

    protected override ReferenceMessage Snapshot(JsonElement root, int symbol)
    {
        Fields fields = Data(root);
        long time = Us(fields["microtimestamp"]);
        return new ReferenceMessage
        {
            Kind = MessageKind.Depth,
            Symbol = symbol,
            TimeNs = time,
            UpdateId = time / 1000,
            Ids = new DepthIds(0, time / 1000, 0),
            Levels = Pairs(fields["bids"], Side.Buy).Concat(Pairs(fields["asks"], Side.Sell)).ToList(),
        };
    }

    private ReferenceMessage Trade(Fields fields, int symbol)
    {
        var trade = new ReferenceTrade(
            symbol, Integer(fields["id"]), Price(fields["price_str"]), Quantity(fields["amount_str"]),
            Integer(fields["type"]) switch
            {
                0 => Side.Buy,
                1 => Side.Sell,
                _ => throw new RefusedException("type"),
            },
            Us(fields["microtimestamp"]));
        return new ReferenceMessage { Kind = MessageKind.Direct, Symbol = symbol, Trades = [trade] };
    }

    private static Fields Data(JsonElement element) =>
        new(element, "microtimestamp", "bids", "asks", "id", "amount_str", "price_str", "type");
}

/// <summary>A simple reader of Poloniex.</summary>
internal sealed class PoloniexReference(string[] symbols, Func<int, (int Price, int Quantity)> decimals)
    : ReferenceReader(symbols, decimals)
{
    protected override bool AllowsExponents => false;

    protected override ReferenceMessage Read(JsonElement root)
    {
        if (root.ValueKind == JsonValueKind.Array)
        {
            return ListsObjectsWith(root, "symbol", "symbolTradeLimit")
                ? new ReferenceMessage()
                : throw new RefusedException("unknown");
        }

        var top = new Fields(root, "channel", "data", "action", "event", "bids", "asks", "scale", "message");
        if (top.Has("event"))
        {
            return Text(top["event"]) == "error" ? VenueError : new ReferenceMessage();
        }

        if (!top.Has("channel"))
        {
            return top.Has("bids") && top.Has("asks") && top.Has("scale") ? new ReferenceMessage()
                : top.Has("message") ? VenueError
                : throw new RefusedException("unknown");
        }

        switch (Text(top["channel"]))
        {
            case "book_lv2":
                return Book(top, isWhole: false);
            case "book":
                _ = top.Has("action") ? Text(top["action"]) : null;
                return Book(top, isWhole: true);
            case "trades":
                List<ReferenceTrade> trades = Items(top["data"]).Select(Trade).ToList();
                return new ReferenceMessage
                {
                    Kind = MessageKind.Direct,
                    Symbol = trades.Count == 0 ? -1 : trades[^1].Symbol,
                    Trades = trades,
                };
            case "exchange":
                Fields item = First(top["data"]);
                return Text(item["MM"]) is "ON" or "OFF" && Text(item["POM"]) is "ON" or "OFF"
                    ? new ReferenceMessage { Kind = MessageKind.Direct }
                    : throw new RefusedException("switch");
            default:
                return new ReferenceMessage();
        }
    }

    private ReferenceMessage Book(Fields top, bool isWhole)
    {
        string action = isWhole ? "snapshot" : Text(top["action"]);
        if (action is not ("snapshot" or "update"))
        {
            throw new RefusedException(action);
        }

        Fields item = First(top["data"]);
        int symbol = Symbol(Text(item["symbol"]));
        long id = IntegerOrText(item["id"]);
        return new ReferenceMessage
        {
            Kind = action == "snapshot" ? MessageKind.BookSnapshot : MessageKind.Depth,
            Symbol = symbol,
            Ids = new DepthIds(0, id, action == "update" ? IntegerOrText(item["lastId"]) : 0),
            UpdateId = id,
            TimeNs = Ms(item["ts"]),
            Levels = Pairs(item["bids"], Side.Buy).Concat(Pairs(item["asks"], Side.Sell)).ToList(),
        };
    }

    private ReferenceTrade Trade(JsonElement element)
    {
        Fields item = Item(element);
        return new ReferenceTrade(
            Symbol(Text(item["symbol"])), IntegerOrText(item["id"]), Price(item["price"]), Quantity(item["quantity"]),
            SideOf(item["takerSide"], "buy", "sell"), Ms(item["createTime"]));
    }

    private static Fields First(JsonElement data) =>
        Items(data).Select(Item).FirstOrDefault() ?? throw new RefusedException("no item");

    private static Fields Item(JsonElement element) => new(
        element, "symbol", "bids", "asks", "id", "lastId", "ts", "quantity", "takerSide", "price", "MM", "POM",
        "createTime");
}

/// <summary>A simple reader of OKX.</summary>
internal sealed class OkxReference(string[] symbols, Func<int, (int Price, int Quantity)> decimals)
    : ReferenceReader(symbols, decimals)
{
    private static readonly string[] s_channels =
    [
        "books", "books5", "books-l2-tbt", "books50-l2-tbt", "books-elp", "bbo-tbt", "trades", "trades-all",
    ];

    protected override bool AllowsExponents => false;

    protected override ReferenceMessage Read(JsonElement root)
    {
        Fields top = Top(root);
        if (top.Has("event"))
        {
            return Text(top["event"]) switch
            {
                "error" => VenueError,
                "notice" when top.Has("code") => new ReferenceMessage { Kind = MessageKind.Reconnect },
                _ => new ReferenceMessage(),
            };
        }

        if (!top.Has("arg"))
        {
            return top.Has("data") && top.Has("code") ? new ReferenceMessage() : throw new RefusedException("unknown");
        }

        var argument = new Fields(top["arg"], "channel", "instId");
        string channel = Text(argument["channel"]);
        if (!s_channels.Contains(channel))
        {
            _ = argument.Has("instId") ? Text(argument["instId"]) : null;
            return new ReferenceMessage();
        }

        _ = top.Has("action") ? Text(top["action"]) : null;
        int symbol = Symbol(Text(argument["instId"]));
        switch (channel)
        {
            case "books5":
                return Book(First(top["data"]), symbol) with { Kind = MessageKind.BookSnapshot };
            case "bbo-tbt":
                Fields best = First(top["data"]);
                (long bid, long bidSize) = Best(best["bids"]);
                (long ask, long askSize) = Best(best["asks"]);
                return new ReferenceMessage
                {
                    Kind = MessageKind.Direct,
                    Symbol = symbol,
                    TimeNs = Ms(best["ts"]),
                    Top = (bid, bidSize, ask, askSize, 0),
                };
            case "books" or "books-l2-tbt" or "books50-l2-tbt" or "books-elp":
                string action = Text(top["action"]);
                MessageKind kind = action == "snapshot" ? MessageKind.BookSnapshot
                    : action == "update" ? MessageKind.Depth
                    : throw new RefusedException(action);
                return Book(First(top["data"]), symbol) with { Kind = kind };
            default:
                return new ReferenceMessage
                {
                    Kind = MessageKind.Direct,
                    Symbol = symbol,
                    Trades = Items(top["data"]).Select(element => Trade(Item(element), symbol)).ToList(),
                };
        }
    }

    private (long Price, long Size) Best(JsonElement levels)
    {
        ReferenceLevel[] first = Pairs(levels, Side.Buy).Take(1).ToArray();
        return first.Length == 0 ? (0, 0) : (first[0].Price, first[0].Quantity);
    }

    protected override ReferenceMessage Snapshot(JsonElement root, int symbol) =>
        Book(First(Top(root)["data"]), symbol);

    private ReferenceMessage Book(Fields item, int symbol)
    {
        long checksum = item.Has("checksum") ? Signed(item["checksum"]) : 0;
        long previous = item.Has("prevSeqId") ? Signed(item["prevSeqId"]) : 0;
        long sequence = item.Has("seqId") ? Signed(item["seqId"]) : 0;
        return checksum is < int.MinValue or > int.MaxValue
            ? throw new RefusedException("checksum")
            : new ReferenceMessage
            {
                Kind = MessageKind.Depth,
                Symbol = symbol,
                Ids = new DepthIds(0, sequence, previous),
                UpdateId = checksum != 0 ? checksum : sequence,
                Checksum = checksum != 0 ? (uint)(int)checksum : null,
                TimeNs = Ms(item["ts"]),
                Levels = Pairs(item["bids"], Side.Buy).Concat(Pairs(item["asks"], Side.Sell)).ToList(),
            };
    }

    private ReferenceTrade Trade(Fields item, int symbol) => new(
        symbol, IntegerOrText(item["tradeId"]), Price(item["px"]), Quantity(item["sz"]),
        SideOf(item["side"], "buy", "sell"), Ms(item["ts"]));

    private static Fields Top(JsonElement root) => new(root, "arg", "action", "data", "event", "code");

    private static Fields First(JsonElement data) =>
        Items(data).Select(Item).FirstOrDefault() ?? throw new RefusedException("no item");

    private static Fields Item(JsonElement element) => new(
        element, "bids", "asks", "ts", "checksum", "prevSeqId", "seqId", "tradeId", "px", "sz", "side");
}

/// <summary>A simple reader of Bybit, version 5 and the 2021 API.</summary>
internal sealed class BybitReference(string[] symbols, Func<int, (int Price, int Quantity)> decimals)
    : ReferenceReader(symbols, decimals)
{
    protected override bool AllowsExponents => true;

    protected override ReferenceMessage Read(JsonElement root)
    {
        var top = new Fields(
            root, "topic", "type", "ts", "data", "success", "op", "cross_seq", "timestamp_e6", "retCode", "result");
        if (!top.Has("topic"))
        {
            return top.Has("retCode") ? Rest(top) : Answer(top);
        }

        string topic = Text(top["topic"]);
        int dot = topic.IndexOf('.', StringComparison.Ordinal);
        string name = dot < 0 ? topic : topic[..dot];
        string rest = dot < 0 ? string.Empty : topic[(dot + 1)..];
        bool isBook = false;
        if (name == "orderbook")
        {
            int second = rest.IndexOf('.', StringComparison.Ordinal);
            string depth = second < 0 ? throw new RefusedException(topic) : rest[..second];
            rest = rest[(second + 1)..];
            isBook = depth.Length != 0 && depth.All(char.IsAsciiDigit) && uint.TryParse(depth, out uint levels)
                && levels is > 0 and < 4096;
        }

        if (!isBook && name is not ("publicTrade" or "orderBookL2_25" or "trade" or "tickers"))
        {
            return new ReferenceMessage();
        }

        if (rest.Length == 0 || rest.Contains('.', StringComparison.Ordinal))
        {
            throw new RefusedException(topic);
        }

        return name switch
        {
            "publicTrade" => Trades(top["data"], rest, ["T", "S", "v", "p", "i", "BT", "s"]),
            "trade" => Trades(
                top["data"], rest, ["trade_time_ms", "side", "size", "price", "trade_id", "BT", "symbol"]),
            "tickers" => Ticker(top, rest),
            _ => Book(top, Symbol(rest), is2021: !isBook),
        };
    }

    private static ReferenceMessage Answer(Fields top)
    {
        if (top.Has("success"))
        {
            return top["success"].ValueKind switch
            {
                JsonValueKind.True => new ReferenceMessage(),
                JsonValueKind.False => VenueError,
                _ => throw new RefusedException("no boolean"),
            };
        }

        return top.Has("op") ? new ReferenceMessage() : throw new RefusedException("unknown");
    }

    private static ReferenceMessage Rest(Fields top)
    {
        if (Signed(top["retCode"]) != 0)
        {
            return VenueError;
        }

        if (top.Has("result") && top["result"].ValueKind == JsonValueKind.Object)
        {
            var result = new Fields(top["result"], "s", "b", "a", "list");
            _ = result.Has("s") && result.Has("b") && result.Has("a") ? Text(result["s"]) : null;
        }

        return new ReferenceMessage();
    }

    private ReferenceMessage Ticker(Fields top, string symbol)
    {
        int index = Symbol(symbol);
        var data = new Fields(top["data"], "symbol", "bid1Price", "bid1Size", "ask1Price", "ask1Size");
        if (!data.Has("bid1Price") || !data.Has("bid1Size") || !data.Has("ask1Price") || !data.Has("ask1Size"))
        {
            return new ReferenceMessage();
        }

        return Text(data["symbol"]) != symbol
            ? throw new RefusedException("another symbol")
            : new ReferenceMessage
            {
                Kind = MessageKind.Direct,
                Symbol = index,
                TimeNs = Ms(top["ts"]),
                Top = (Price(data["bid1Price"]), Quantity(data["bid1Size"]), Price(data["ask1Price"]),
                    Quantity(data["ask1Size"]), 0),
            };
    }

    private ReferenceMessage Book(Fields top, int symbol, bool is2021)
    {
        string type = Text(top["type"]);
        if (type is not ("snapshot" or "delta"))
        {
            throw new RefusedException(type);
        }

        ReferenceMessage book = is2021 ? Book2021(top, type == "snapshot") : BookV5(top, symbol);
        return book with
        {
            Kind = type == "snapshot" ? MessageKind.BookSnapshot : MessageKind.Depth,
            Symbol = symbol,
            UpdateId = book.Ids.Last,
        };
    }

    private ReferenceMessage BookV5(Fields top, int symbol)
    {
        Fields data = Data(top["data"]);
        if (data.Has("s") && Symbol(Text(data["s"])) != symbol)
        {
            throw new RefusedException("another symbol");
        }

        return new ReferenceMessage
        {
            TimeNs = Ms(top["ts"]),
            Ids = new DepthIds(0, IntegerOrText(data["u"]), 0),
            Levels = Pairs(data["b"], Side.Buy).Concat(Pairs(data["a"], Side.Sell)).ToList(),
        };
    }

    private ReferenceMessage Book2021(Fields top, bool isSnapshot)
    {
        long time = Us(top["timestamp_e6"]);
        var ids = new DepthIds(0, IntegerOrText(top["cross_seq"]), -1);
        if (top["data"].ValueKind == JsonValueKind.Array)
        {
            return new ReferenceMessage { TimeNs = time, Ids = ids, Levels = Levels(top["data"], false).ToList() };
        }

        Fields data = Data(top["data"]);
        IEnumerable<ReferenceLevel> levels = isSnapshot
            ? Levels(data["order_book"], false)
            : Levels(data["delete"], true).Concat(Levels(data["update"], false)).Concat(Levels(data["insert"], false));
        return new ReferenceMessage { TimeNs = time, Ids = ids, Levels = levels.ToList() };
    }

    private IEnumerable<ReferenceLevel> Levels(JsonElement array, bool isDelete) => Items(array).Select(element =>
    {
        var level = new Fields(element, "price", "side", "size");
        return new ReferenceLevel(
            SideOf(level["side"], "Buy", "Sell"), Price(level["price"]), isDelete ? 0 : Quantity(level["size"]));
    });

    private ReferenceMessage Trades(JsonElement data, string topic, string[] names)
    {
        var trades = new List<ReferenceTrade>();
        bool isAny = Knows(topic);
        foreach (JsonElement element in Items(data))
        {
            var item = new Fields(element, names);
            string name = item.Has(names[6]) ? Text(item[names[6]]) : topic;
            if (!Knows(name))
            {
                continue;
            }

            isAny = true;
            int symbol = Symbol(name);
            string id = Text(item[names[4]]);
            var trade = new ReferenceTrade(
                symbol, NumberOf(id), Price(item[names[3]]), Quantity(item[names[2]]),
                SideOf(item[names[1]], "Buy", "Sell"), Ms(item[names[0]]));
            bool isBlock = item.Has("BT") && item["BT"].ValueKind switch
            {
                JsonValueKind.True => true,
                JsonValueKind.False => false,
                _ => throw new RefusedException("no boolean"),
            };
            if (!isBlock)
            {
                trades.Add(trade);
            }
        }

        return isAny
            ? new ReferenceMessage { Kind = MessageKind.Direct, Trades = trades }
            : throw new RefusedException("unknown symbol");
    }

    // A number, or 63 bits of FNV-1a over the text.
    private static long NumberOf(string id)
    {
        try
        {
            return Increments(id, 0, false);
        }
        catch (RefusedException)
        {
            ulong hash = 14695981039346656037;
            foreach (byte b in System.Text.Encoding.UTF8.GetBytes(id))
            {
                hash = unchecked((hash ^ b) * 1099511628211);
            }

            return (long)(hash >> 1);
        }
    }

    private static Fields Data(JsonElement element) =>
        new(element, "b", "a", "u", "order_book", "delete", "update", "insert", "s");
}
