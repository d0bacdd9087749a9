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
    protected override bool AllowsExponents => false;

    protected override ReferenceMessage Read(JsonElement root)
    {
        var top = new Fields(root, "event", "channel", "data");
        string name = Text(top["event"]);
        if (name is not ("data" or "trade"))
        {
            return name == "bts:request_reconnect" ? new ReferenceMessage { Kind = MessageKind.Reconnect }
                : name.StartsWith("bts:", StringComparison.Ordinal) && name != "bts:error" ? new ReferenceMessage()
                : throw new RefusedException(name);
        }

        string channel = Text(top["channel"]);
        string prefix = name == "data" ? "diff_order_book_" : "live_trades_";
        int symbol = channel.StartsWith(prefix, StringComparison.Ordinal)
            ? Symbol(channel[prefix.Length..])
            : throw new RefusedException(channel);
        return name == "data" ? Snapshot(top["data"], symbol) : Trade(Data(top["data"]), symbol);
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
        var top = new Fields(root, "channel", "data", "action", "event");
        if (top.Has("event"))
        {
            return Text(top["event"]) == "error" ? throw new RefusedException("error") : new ReferenceMessage();
        }

        switch (Text(top["channel"]))
        {
            case "book_lv2":
                return Book(top);
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
            case "ticker" or "symbols" or "book":
                return new ReferenceMessage();
            default:
                throw new RefusedException("unknown");
        }
    }

    private ReferenceMessage Book(Fields top)
    {
        string action = Text(top["action"]);
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
    protected override bool AllowsExponents => false;

    protected override ReferenceMessage Read(JsonElement root)
    {
        Fields top = Top(root);
        if (top.Has("event"))
        {
            return Text(top["event"]) switch
            {
                "error" => throw new RefusedException("error"),
                "notice" when top.Has("code") => new ReferenceMessage { Kind = MessageKind.Reconnect },
                _ => new ReferenceMessage(),
            };
        }

        var argument = new Fields(top["arg"], "channel", "instId");
        string channel = Text(argument["channel"]);
        int symbol = Symbol(Text(argument["instId"]));
        switch (channel)
        {
            case "books":
                string action = Text(top["action"]);
                MessageKind kind = action == "snapshot" ? MessageKind.BookSnapshot
                    : action == "update" ? MessageKind.Depth
                    : throw new RefusedException(action);
                return Book(First(top["data"]), symbol) with { Kind = kind };
            case "trades":
                return new ReferenceMessage
                {
                    Kind = MessageKind.Direct,
                    Symbol = symbol,
                    Trades = Items(top["data"]).Select(element => Trade(Item(element), symbol)).ToList(),
                };
            case "tickers" or "bbo-tbt":
                return new ReferenceMessage { Symbol = symbol };
            default:
                throw new RefusedException(channel);
        }
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
        var top = new Fields(root, "topic", "type", "ts", "data", "success", "op", "cross_seq", "timestamp_e6");
        if (!top.Has("topic"))
        {
            if (top.Has("success"))
            {
                return top["success"].ValueKind == JsonValueKind.True
                    ? new ReferenceMessage()
                    : throw new RefusedException("no success");
            }

            return top.Has("op") ? new ReferenceMessage() : throw new RefusedException("unknown");
        }

        string topic = Text(top["topic"]);
        int dot = topic.LastIndexOf('.');
        string channel = dot < 0 ? topic : topic[..dot];
        bool isBook = channel.StartsWith("orderbook.", StringComparison.Ordinal);
        if (!isBook && channel is not ("publicTrade" or "orderBookL2_25" or "trade"))
        {
            throw new RefusedException(channel);
        }

        int symbol = Symbol(topic[(dot + 1)..]);
        return channel switch
        {
            "publicTrade" => Trades(top["data"], symbol, ["T", "S", "v", "p", "i", "BT"]),
            "trade" => Trades(top["data"], symbol, ["trade_time_ms", "side", "size", "price", "trade_id", "BT"]),
            _ => Book(top, symbol, is2021: !isBook),
        };
    }

    private ReferenceMessage Book(Fields top, int symbol, bool is2021)
    {
        string type = Text(top["type"]);
        if (type is not ("snapshot" or "delta"))
        {
            throw new RefusedException(type);
        }

        ReferenceMessage book = is2021 ? Book2021(top, type == "snapshot") : BookV5(top);
        return book with
        {
            Kind = type == "snapshot" ? MessageKind.BookSnapshot : MessageKind.Depth,
            Symbol = symbol,
            UpdateId = book.Ids.Last,
        };
    }

    private ReferenceMessage BookV5(Fields top)
    {
        Fields data = Data(top["data"]);
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

    private ReferenceMessage Trades(JsonElement data, int symbol, string[] names)
    {
        var trades = new List<ReferenceTrade>();
        foreach (JsonElement element in Items(data))
        {
            var item = new Fields(element, names);
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

        return new ReferenceMessage { Kind = MessageKind.Direct, Symbol = symbol, Trades = trades };
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
        new(element, "b", "a", "u", "order_book", "delete", "update", "insert");
}
