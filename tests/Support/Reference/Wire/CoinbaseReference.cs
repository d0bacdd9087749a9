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
        var fields = new Fields(
            root, "type", "product_id", "changes", "bids", "asks", "time", "price", "size", "side", "trade_id",
            "best_bid", "best_ask", "best_bid_size", "best_ask_size", "last_trade_id");
        string type = Text(fields["type"]);
        if (type is "subscriptions" or "status")
        {
            return new ReferenceMessage();
        }

        if (type is not ("l2update" or "snapshot" or "match" or "ticker" or "heartbeat" or "last_match"))
        {
            throw new RefusedException(type);
        }

        int symbol = Symbol(Text(fields["product_id"]));
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
                return new ReferenceMessage
                {
                    Kind = MessageKind.Direct,
                    Symbol = symbol,
                    TimeNs = Iso(fields["time"]),
                    Top = (Price(fields["best_bid"]), Quantity(fields["best_bid_size"]), Price(fields["best_ask"]),
                        Quantity(fields["best_ask_size"]), 0),
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

    private ReferenceLevel Change(JsonElement change)
    {
        JsonElement[] parts = Items(change).ToArray();
        return parts.Length >= 3
            ? new ReferenceLevel(SideOf(parts[0], "buy", "sell"), Price(parts[1]), Quantity(parts[2]))
            : throw new RefusedException("no change");
    }
}
