using System;
using System.Linq;
using System.Text.Json;
using LowLatency.Engine.Events;
using LowLatency.Feeds;

namespace LowLatency.Tests.Reference.Wire;

/// <summary>A simple reader of Coinbase Exchange.</summary>
internal sealed class CoinbaseReference(string[] symbols, Func<int, (int Price, int Quantity)> decimals)
    : ReferenceReader(symbols, decimals)
{
    protected override bool AllowsExponents => false;

    protected override ReferenceMessage Read(JsonElement root)
    {
        if (root.ValueKind == JsonValueKind.Array)
        {
            return ListsObjectsWith(root, "id", "base_currency", "quote_currency")
                ? new ReferenceMessage()
                : throw new RefusedException("unknown");
        }

        var fields = new Fields(
            root, "type", "product_id", "changes", "bids", "asks", "time", "price", "size", "side", "trade_id",
            "best_bid", "best_ask", "best_bid_size", "best_ask_size", "last_trade_id", "sequence", "channel",
            "events", "message");
        if (!fields.Has("type"))
        {
            return Untyped(fields);
        }

        string type = Text(fields["type"]);
        if (type is "subscriptions" or "status" or "error")
        {
            return type == "error" ? VenueError : new ReferenceMessage();
        }

        if (type is not ("l2update" or "snapshot" or "match" or "ticker" or "heartbeat" or "last_match"))
        {
            _ = fields.Has("product_id") ? Text(fields["product_id"]) : null;
            return new ReferenceMessage();
        }

        return OfProduct(type, Symbol(Text(fields["product_id"])), fields);
    }

    private ReferenceMessage OfProduct(string type, int symbol, Fields fields)
    {
        switch (type)
        {
            case "l2update":
                return new ReferenceMessage
                {
                    Kind = MessageKind.Depth,
                    Symbol = symbol,
                    TimeNs = Iso(fields["time"]),
                    Levels = Items(fields["changes"]).Select(Change).ToList(),
                };
            case "snapshot":
                return new ReferenceMessage
                {
                    Kind = MessageKind.BookSnapshot,
                    Symbol = symbol,
                    Levels = Pairs(fields["bids"], Side.Buy).Concat(Pairs(fields["asks"], Side.Sell)).ToList(),
                };
            case "match":
                Side maker = SideOf(fields["side"], "buy", "sell");
                return new ReferenceMessage
                {
                    Kind = MessageKind.Direct,
                    Symbol = symbol,
                    Trades =
                    [
                        new ReferenceTrade(
                            symbol, Integer(fields["trade_id"]), Price(fields["price"]), Quantity(fields["size"]),
                            maker == Side.Buy ? Side.Sell : Side.Buy, Iso(fields["time"])),
                    ],
                };
            case "ticker" when fields.Has("best_bid_size") && fields.Has("best_ask_size"):
                (long bid, long bidSize) = Quote(fields["best_bid"], fields["best_bid_size"]);
                (long ask, long askSize) = Quote(fields["best_ask"], fields["best_ask_size"]);
                return new ReferenceMessage
                {
                    Kind = MessageKind.Direct,
                    Symbol = symbol,
                    TimeNs = Iso(fields["time"]),
                    Top = (bid, bidSize, ask, askSize, 0),
                };
            case "last_match":
                Integer(fields["trade_id"]);
                break;
            case "heartbeat":
                Integer(fields["last_trade_id"]);
                break;
            default:
                break;
        }

        return new ReferenceMessage { Symbol = symbol };
    }

    private static ReferenceMessage Untyped(Fields fields)
    {
        if (fields.Has("bids") && fields.Has("asks") && fields.Has("sequence"))
        {
            return new ReferenceMessage();
        }

        if (fields.Has("channel") && fields.Has("events"))
        {
            Text(fields["channel"]);
            return new ReferenceMessage();
        }

        return fields.Has("message") ? VenueError : throw new RefusedException("unknown");
    }

    // An empty side has two empty texts.
    private (long Price, long Size) Quote(JsonElement price, JsonElement size) =>
        Text(price).Length == 0 && Text(size).Length == 0 ? (0, 0) : (Price(price), Quantity(size));

    private ReferenceLevel Change(JsonElement change)
    {
        JsonElement[] parts = Items(change).ToArray();
        return parts.Length >= 3
            ? new ReferenceLevel(SideOf(parts[0], "buy", "sell"), Price(parts[1]), Quantity(parts[2]))
            : throw new RefusedException("no change");
    }
}
