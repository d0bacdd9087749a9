using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using LowLatency.Engine.Events;
using LowLatency.Feeds;

namespace LowLatency.Tests.Reference.Wire;

/// <summary>A simple reader of Kraken, versions 1 and 2.</summary>
internal sealed class KrakenReference(string[] symbols, Func<int, (int Price, int Quantity)> decimals)
    : ReferenceReader(symbols, decimals)
{
    private bool _isV1;

    protected override bool AllowsExponents => !_isV1;

    protected override ReferenceMessage Read(JsonElement root)
    {
        _isV1 = root.ValueKind == JsonValueKind.Array;
        return _isV1 ? ReadV1(root) : ReadV2(root);
    }

    private ReferenceMessage ReadV2(JsonElement root)
    {
        var top = new Fields(root, "channel", "type", "data", "method", "success", "event", "error", "result");
        if (!top.Has("channel"))
        {
            if (top.Has("error"))
            {
                return top.Has("result") && top["error"].ValueKind == JsonValueKind.Array
                    ? new ReferenceMessage()
                    : VenueError;
            }

            if (top.Has("success"))
            {
                return top["success"].ValueKind switch
                {
                    JsonValueKind.True => new ReferenceMessage(),
                    JsonValueKind.False => VenueError,
                    _ => throw new RefusedException("no boolean"),
                };
            }

            return top.Has("method") || top.Has("event")
                ? new ReferenceMessage()
                : throw new RefusedException("unknown");
        }

        string channel = Text(top["channel"]);
        if (channel == "status")
        {
            Text(First(top["data"])["system"]);
            return new ReferenceMessage { Kind = MessageKind.Direct };
        }

        if (channel is not ("book" or "trade"))
        {
            return new ReferenceMessage();
        }

        string type = Text(top["type"]);
        if (type is not ("snapshot" or "update"))
        {
            throw new RefusedException(type);
        }

        return channel == "book" ? Book(First(top["data"]), type)
            : type == "snapshot" ? new ReferenceMessage()
            : Trades(top["data"]);
    }

    private ReferenceMessage Book(Fields item, string type)
    {
        int symbol = Symbol(Text(item["symbol"]));
        long checksum = Integer(item["checksum"]);
        return checksum > uint.MaxValue
            ? throw new RefusedException("checksum")
            : new ReferenceMessage
            {
                Kind = type == "snapshot" ? MessageKind.BookSnapshot : MessageKind.Depth,
                Symbol = symbol,
                TimeNs = item.Has("timestamp") ? Iso(item["timestamp"]) : 0,
                UpdateId = checksum,
                Checksum = (uint)checksum,
                Levels = Objects(item["bids"], Side.Buy).Concat(Objects(item["asks"], Side.Sell)).ToList(),
            };
    }

    private IEnumerable<ReferenceLevel> Objects(JsonElement array, Side side) => Items(array).Select(element =>
    {
        var level = new Fields(element, "price", "qty");
        return new ReferenceLevel(side, Price(level["price"]), Quantity(level["qty"]));
    });

    private ReferenceMessage Trades(JsonElement data)
    {
        List<ReferenceTrade> trades = Items(data).Select(element =>
        {
            Fields item = Item(element);
            return new ReferenceTrade(
                Symbol(Text(item["symbol"])), Integer(item["trade_id"]), Price(item["price"]), Quantity(item["qty"]),
                SideOf(item["side"], "buy", "sell"), Iso(item["timestamp"]));
        }).ToList();
        return new ReferenceMessage
        {
            Kind = MessageKind.Direct,
            Symbol = trades.Count == 0 ? -1 : trades[^1].Symbol,
            Trades = trades,
        };
    }

    private static Fields First(JsonElement data) =>
        Items(data).Select(Item).FirstOrDefault() ?? throw new RefusedException("no item");

    private static Fields Item(JsonElement element) => new(
        element, "symbol", "bids", "asks", "checksum", "timestamp", "side", "price", "qty", "trade_id", "system");

    private ReferenceMessage ReadV1(JsonElement root)
    {
        JsonElement[] items = root.EnumerateArray().ToArray();
        var payloads = new List<JsonElement>();
        var texts = new List<JsonElement>();
        for (int i = 0; i < items.Length; i++)
        {
            bool isPayload = items[i].ValueKind is JsonValueKind.Object or JsonValueKind.Array;
            if (i > 0 && isPayload)
            {
                if (payloads.Count == 4 || texts.Count > 1)
                {
                    throw new RefusedException("parts");
                }

                payloads.Add(items[i]);
            }
            else if (items[i].ValueKind == JsonValueKind.String)
            {
                texts.Add(items[i]);
            }
        }

        if (payloads.Count == 0 || texts.Count < 2)
        {
            throw new RefusedException("parts");
        }

        string channel = Text(texts[^2]);
        string pair = Text(texts[^1]);
        if (channel.StartsWith("book-", StringComparison.Ordinal)
            && channel[5..].All(char.IsAsciiDigit) && uint.TryParse(channel[5..], out uint depth)
            && depth is > 0 and < 4096)
        {
            _ = new Fields(payloads[0], "as", "bs", "a", "b", "c");
            return BookV1(payloads, Symbol(pair));
        }

        if (channel == "trade")
        {
            int symbol = payloads.Count == 1 ? Symbol(pair) : throw new RefusedException("parts");
            return new ReferenceMessage
            {
                Kind = MessageKind.Direct,
                Symbol = symbol,
                Trades = Items(payloads[0]).Select(trade => TradeV1(trade, symbol)).ToList(),
            };
        }

        return new ReferenceMessage();
    }

    private ReferenceMessage BookV1(List<JsonElement> payloads, int symbol)
    {
        var levels = new List<ReferenceLevel>();
        long time = 0;
        long? checksum = null;
        bool isSnapshot = false;
        foreach (JsonElement payload in payloads)
        {
            var fields = new Fields(payload, "as", "bs", "a", "b", "c");
            isSnapshot |= fields.Has("as") || fields.Has("bs");
            foreach ((string name, Side side) in new[]
            {
                ("as", Side.Sell), ("bs", Side.Buy), ("a", Side.Sell), ("b", Side.Buy),
            })
            {
                foreach (JsonElement level in fields.Has(name) ? Items(fields[name]) : [])
                {
                    JsonElement[] parts = Items(level).ToArray();
                    if (parts.Length < 3)
                    {
                        throw new RefusedException("no level");
                    }

                    levels.Add(new ReferenceLevel(side, Price(parts[0]), Quantity(parts[1])));
                    time = Math.Max(time, Increments(Text(parts[2]), 9, false));
                }
            }

            checksum = fields.Has("c") ? IntegerOrText(fields["c"]) : checksum;
            if (checksum > uint.MaxValue)
            {
                throw new RefusedException("checksum");
            }
        }

        return new ReferenceMessage
        {
            Kind = isSnapshot ? MessageKind.BookSnapshot : MessageKind.Depth,
            Symbol = symbol,
            TimeNs = time,
            UpdateId = checksum ?? 0,
            Checksum = (uint?)checksum,
            Levels = levels,
        };
    }

    private ReferenceTrade TradeV1(JsonElement trade, int symbol)
    {
        JsonElement[] parts = Items(trade).ToArray();
        return parts.Length < 4
            ? throw new RefusedException("no trade")
            : new ReferenceTrade(
                symbol, 0, Price(parts[0]), Quantity(parts[1]), SideOf(parts[3], "b", "s"),
                Increments(Text(parts[2]), 9, false));
    }
}
