using System;
using System.Globalization;
using System.Linq;
using System.Text.Json;
using System.Text.RegularExpressions;
using LowLatency.Engine.Events;
using LowLatency.Feeds;

namespace LowLatency.Tests.Reference.Wire;

/// <summary>A simple reader of Binance's combined streams.</summary>
internal sealed partial class BinanceReference(string[] symbols, Func<int, (int Price, int Quantity)> decimals)
    : ReferenceReader(symbols, decimals)
{
    private static readonly string[] s_known =
    [
        "stream", "data", "e", "s", "result", "code", "error", "lastUpdateId", "bids", "asks", "symbol", "symbols", "B",
        "A",
    ];

    private readonly string[] _symbols = symbols;

#pragma warning disable CA1308 // The venue's stream names are lower case: this is no normalisation.
    private readonly string[] _streams = symbols.Select(symbol => symbol.ToLowerInvariant()).ToArray();
#pragma warning restore CA1308

    protected override bool AllowsExponents => false;

    protected override ReferenceMessage Read(JsonElement root)
    {
        var top = new Fields(root, s_known);
        if (!top.Has("stream") || !top.Has("data"))
        {
            return Bare(root, top);
        }

        string stream = Text(top["stream"]);
        int at = stream.IndexOf('@', StringComparison.Ordinal);
        if (stream.StartsWith('!'))
        {
            bool isShutdown = (at < 0 ? stream : stream[..at]) == "!serverShutdown";
            return new ReferenceMessage { Kind = isShutdown ? MessageKind.Reconnect : MessageKind.Ignored };
        }

        if (at <= 0)
        {
            throw new RefusedException("no channel");
        }

        string channel = stream[(at + 1)..];
        Match depth = DepthForm().Match(channel);
        if (!depth.Success && channel is not ("bookTicker" or "trade" or "aggTrade"))
        {
            return new ReferenceMessage();
        }

        bool isWhole = depth.Groups[1].Success;
        if (depth.Success && ((isWhole && !Fits(depth.Groups[1].Value, 1, 4095))
            || (depth.Groups[2].Success && !Fits(depth.Groups[2].Value, 0, 4094))))
        {
            return new ReferenceMessage();
        }

        int symbol = Find(stream[..at]);
        JsonElement data = top["data"];
        return isWhole ? Whole(data, symbol)
            : depth.Success ? Depth(data, symbol)
            : channel == "bookTicker" ? Ticker(data, symbol)
            : Trade(data, symbol, channel == "aggTrade");
    }

    private ReferenceMessage Bare(JsonElement root, Fields top)
    {
        if (top.Has("e"))
        {
            string name = Text(top["e"]);
            return name switch
            {
                "depthUpdate" => Depth(root, Find(Text(top["s"]))),
                "bookTicker" => Ticker(root, Find(Text(top["s"]))),
                "trade" or "aggTrade" => Trade(root, Find(Text(top["s"])), name == "aggTrade"),
                "serverShutdown" => new ReferenceMessage { Kind = MessageKind.Reconnect },
                _ => new ReferenceMessage(),
            };
        }

        if (top.Has("lastUpdateId") && top.Has("bids") && top.Has("asks"))
        {
            _ = top.Has("symbol") ? Text(top["symbol"]) : null;
            return new ReferenceMessage();
        }

        return top.Has("s") && top.Has("B") && top.Has("A") ? Ticker(root, Find(Text(top["s"])))
            : top.Has("result") ? new ReferenceMessage()
            : top.Has("code") || top.Has("error") ? VenueError
            : top.Has("symbols") ? new ReferenceMessage()
            : throw new RefusedException("unknown");
    }

    private static bool Fits(string digits, int min, int max) => digits.Length <= 4
        && int.Parse(digits, CultureInfo.InvariantCulture) is int number && number >= min && number <= max;

    // Only ASCII letters differ between a symbol and its stream names.
    private int Find(string name)
    {
        string lower = string.Concat(
            name.Select(letter => letter is >= 'A' and <= 'Z' ? (char)(letter | 0x20) : letter));
        int symbol = Array.IndexOf(_streams, lower);
        return symbol >= 0 ? Use(symbol) : throw new RefusedException("unknown symbol");
    }

    private ReferenceMessage Whole(JsonElement data, int symbol) =>
        (new Fields(data, s_known).Has("lastUpdateId") ? Snapshot(data, symbol) : Depth(data, symbol)) with
        {
            Kind = MessageKind.BookSnapshot,
        };

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

    private ReferenceMessage Trade(JsonElement data, int symbol, bool isAggregate)
    {
        string id = isAggregate ? "a" : "t";
        string[] last = isAggregate ? ["l"] : [];
        var fields = new Fields(data, [id, "s", "p", "q", "m", "T", "X", .. last]);
        _ = isAggregate && fields.Has("l") ? Integer(fields["l"]) : 0;
        Own(fields, symbol);
        bool isMaker = fields["m"].ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => throw new RefusedException("no boolean"),
        };
        var trade = new ReferenceTrade(
            symbol,
            Integer(fields[id]),
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

    [GeneratedRegex(@"^depth([0-9]+)?(?:@([0-9]+)ms)?\z")]
    private static partial Regex DepthForm();
}
