using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;

namespace LowLatency.Simulation.EmbeddedVenue.Dialects;

/// <summary>Bybit, version 5: orderbook.50, publicTrade.</summary>
internal sealed class BybitDialect(
    IReadOnlyList<VenueInstrument> instruments, IReadOnlyList<VenueBook> books, MarketClock clock)
    : TranslatedDialect(instruments, books, clock)
{
    private const int Levels = 50;
    private const string BookTopic = "orderbook.50.";
    private const string TradeTopic = "publicTrade.";

    protected override int Depth => Levels;

    public override bool IsStream(string path) => path == "/v5/public/spot" || path == "/";

    public override DialectClient Connect(string path, IReadOnlyDictionary<string, string> query) => new Client(this);

    protected override string SymbolOf(VenueInstrument instrument) => instrument.BaseAsset + instrument.QuoteAsset;

    protected override RestAnswer? Answer(string path, IReadOnlyDictionary<string, string> query) =>
        path != "/v5/market/instruments-info"
            ? null
            : RestAnswer.Ok("{\"retCode\":0,\"result\":{\"list\":[" + string.Join(',', Symbols.Select(symbol =>
                $$$"""{"symbol":"{{{symbol.Name}}}","baseCoin":"{{{symbol.Instrument.BaseAsset}}}","quoteCoin":"{{{symbol.Instrument.QuoteAsset}}}","status":"Trading","priceFilter":{"tickSize":"{{{symbol.Instrument.TickSize}}}"},"lotSizeFilter":{"basePrecision":"{{{symbol.Instrument.StepSize}}}","minOrderQty":"{{{symbol.Instrument.MinQuantity}}}","minOrderAmt":"{{{symbol.Instrument.MinNotional}}}"}}""")) + "]}}");

    private sealed class Client(BybitDialect dialect) : TranslatedClient(dialect)
    {
        protected override void OnRequest(JsonElement request, List<byte[]> frames)
        {
            string operation = request.GetProperty("op").GetString()!;
            if (operation == "ping")
            {
                frames.Add(WireText.Bytes("""{"success":true,"ret_msg":"pong","conn_id":"e","op":"ping"}"""));
                return;
            }

            string[] topics = request.GetProperty("args").EnumerateArray().Select(item => item.GetString()!).ToArray();
            bool areKnown = topics.All(topic => dialect.Find(topic[(topic.LastIndexOf('.') + 1)..]) is not null);
            frames.Add(WireText.Bytes($$"""{"success":{{(areKnown ? "true" : "false")}},"ret_msg":"{{(areKnown ? operation : "Invalid symbol")}}","conn_id":"e","op":"{{operation}}"}"""));
            foreach (string topic in areKnown ? topics : [])
            {
                Change(dialect.Find(topic[(topic.LastIndexOf('.') + 1)..])!, topic, operation == "subscribe", frames);
            }
        }

        protected override string WriteSnapshot(VenueSymbol symbol) =>
            Write(symbol, "snapshot", symbol.Bids, symbol.Asks);

        protected override string WriteUpdate(VenueSymbol symbol, IReadOnlyList<LevelChange> changes) =>
            Write(symbol, "delta", changes.Side(true), changes.Side(false));

        protected override string WriteTrade(VenueSymbol symbol, MarketTrade trade) =>
            $$"""{"topic":"{{TradeTopic}}{{symbol.Name}}","type":"snapshot","ts":{{trade.TimeMs}},"data":[{"T":{{trade.TimeMs}},"s":"{{symbol.Name}}","S":"{{(trade.IsBuy ? "Buy" : "Sell")}}","v":"{{trade.Quantity}}","p":"{{trade.Price}}","L":"PlusTick","i":"{{trade.Id}}","BT":false}]}""";

        private static string Write(
            VenueSymbol symbol, string type, IEnumerable<BookLevel> bids, IEnumerable<BookLevel> asks) =>
            $$"""{"topic":"{{BookTopic}}{{symbol.Name}}","type":"{{type}}","ts":{{symbol.TimeNs / 1_000_000}},"data":{"s":"{{symbol.Name}}","b":[{{WireText.Pairs(bids)}}],"a":[{{WireText.Pairs(asks)}}],"u":{{symbol.Sequence}},"seq":{{symbol.Sequence * 3}}},"cts":{{symbol.TimeNs / 1_000_000}}}""";

        private void Change(VenueSymbol symbol, string topic, bool isSubscribe, List<byte[]> frames)
        {
            switch (topic.StartsWith(BookTopic, StringComparison.Ordinal), isSubscribe)
            {
                case (true, true):
                    SubscribeBook(symbol, frames);
                    break;
                case (true, false):
                    UnsubscribeBook(symbol);
                    break;
                case (false, true):
                    SubscribeTrades(symbol);
                    break;
                default:
                    UnsubscribeTrades(symbol);
                    break;
            }
        }
    }
}
