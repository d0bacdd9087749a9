using System;
using System.Linq;
using System.Text.Json;
using LowLatency.Engine.Events;
using LowLatency.Feeds;

namespace LowLatency.Tests.Reference.Wire;

/// <summary>A simple reader of Binance's combined streams.</summary>
internal sealed class BinanceReference(string[] symbols, Func<int, (int Price, int Quantity)> decimals)
    : ReferenceReader(symbols, decimals)
{
    private static readonly string[] s_unused = ["kline", "markPrice", "ticker", "miniTicker", "forceOrder"];
    private readonly string[] _symbols = symbols;

#pragma warning disable CA1308 // The venue's stream names are lower case: this is no normalisation.
    private readonly string[] _streams = symbols.Select(symbol => symbol.ToLowerInvariant()).ToArray();
#pragma warning restore CA1308

    protected override bool AllowsExponents => false;

    protected override ReferenceMessage Read(JsonElement root)
    {
        var top = new Fields(root, "stream", "data");
        if (!top.Has("stream") || !top.Has("data"))
        {
            if (top.Has("stream"))
            {
                Text(top["stream"]);
            }

            foreach (JsonProperty property in root.EnumerateObject())
            {
                if (property.Name is "result" or "e")
                {
                    bool isShutdown = property.Name == "e" && property.Value.ValueKind == JsonValueKind.String
                        && property.Value.GetString() == "serverShutdown";
                    return new ReferenceMessage
                    {
                        Kind = isShutdown ? MessageKind.Reconnect : MessageKind.Ignored,
                    };
                }

                if (property.Name is "code" or "error")
                {
                    throw new RefusedException("the venue's error");
                }
            }

            throw new RefusedException("unknown");
        }

        string stream = Text(top["stream"]);
        if (stream == "!serverShutdown")
        {
            return new ReferenceMessage { Kind = MessageKind.Reconnect };
        }

        int at = stream.IndexOf('@', StringComparison.Ordinal);
        int symbol = at < 0 ? -1 : Array.IndexOf(_streams, stream[..at]);
        if (symbol < 0)
        {
            throw new RefusedException("unknown symbol");
        }

        Use(symbol);
        string channel = stream[(at + 1)..];
        JsonElement data = top["data"];
        return channel.StartsWith("depth", StringComparison.Ordinal) ? Depth(data, symbol)
            : channel == "bookTicker" ? Ticker(data, symbol)
            : channel is "trade" or "aggTrade" ? Trade(data, symbol)
            : s_unused.Any(name => channel.StartsWith(name, StringComparison.Ordinal)) ? new ReferenceMessage()
            : throw new RefusedException("unknown channel");
    }

    protected override ReferenceMessage Snapshot(JsonElement root, int symbol)
    {
        var fields = new Fields(root, "lastUpdateId", "bids", "asks", "E");
        long id = Integer(fields["lastUpdateId"]);
        return new ReferenceMessage
        {
            Kind = MessageKind.Depth,
            Symbol = symbol,
            Ids = new DepthIds(0, id, 0),
            UpdateId = id,
            TimeNs = fields.Has("E") ? Ms(fields["E"]) : 0,
            Levels = Pairs(fields["bids"], Side.Buy).Concat(Pairs(fields["asks"], Side.Sell)).ToList(),
        };
    }

    private ReferenceMessage Depth(JsonElement data, int symbol)
    {
        var fields = new Fields(data, "b", "a", "s", "U", "u", "pu", "E");
        Own(fields, symbol);
        var ids = new DepthIds(
            Integer(fields["U"]), Integer(fields["u"]), fields.Has("pu") ? Integer(fields["pu"]) : 0);
        return ids.Last < ids.First
            ? throw new RefusedException("ids run backwards")
            : new ReferenceMessage
            {
                Kind = MessageKind.Depth,
                Symbol = symbol,
                Ids = ids,
                UpdateId = ids.Last,
                TimeNs = fields.Has("E") ? Ms(fields["E"]) : 0,
                Levels = Pairs(fields["b"], Side.Buy).Concat(Pairs(fields["a"], Side.Sell)).ToList(),
            };
    }

    private ReferenceMessage Ticker(JsonElement data, int symbol)
    {
        var fields = new Fields(data, "u", "s", "b", "B", "a", "A", "E");
        Own(fields, symbol);
        return new ReferenceMessage
        {
            Kind = MessageKind.Direct,
            Symbol = symbol,
            TimeNs = fields.Has("E") ? Ms(fields["E"]) : 0,
            Top = (Price(fields["b"]), Quantity(fields["B"]), Price(fields["a"]), Quantity(fields["A"]),
                Integer(fields["u"])),
        };
    }

    private ReferenceMessage Trade(JsonElement data, int symbol)
    {
        var fields = new Fields(data, "t", "a", "s", "p", "q", "m", "T", "X");
        if (fields.Has("t") && fields.Has("a"))
        {
            throw new RefusedException("two ids");
        }

        Own(fields, symbol);
        bool isMaker = fields["m"].ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => throw new RefusedException("no boolean"),
        };
        var trade = new ReferenceTrade(
            symbol,
            Integer(fields[fields.Has("t") ? "t" : "a"]),
            Price(fields["p"]),
            Quantity(fields["q"]),
            isMaker ? Side.Sell : Side.Buy,
            fields.Has("T") ? Ms(fields["T"]) : 0);
        bool isMarket = !fields.Has("X") || Text(fields["X"]) == "MARKET";
        return isMarket
            ? new ReferenceMessage { Kind = MessageKind.Direct, Symbol = symbol, Trades = [trade] }
            : new ReferenceMessage { Symbol = symbol };
    }

    private void Own(Fields fields, int symbol)
    {
        if (Text(fields["s"]) != _symbols[symbol])
        {
            throw new RefusedException("another symbol");
        }
    }
}
