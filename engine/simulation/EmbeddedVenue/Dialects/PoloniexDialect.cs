using System.Collections.Generic;
using System.Linq;
using System.Text.Json;

namespace LowLatency.Simulation.EmbeddedVenue.Dialects;

/// <summary>Poloniex: book_lv2 of twenty levels, trades, exchange.</summary>
internal sealed class PoloniexDialect(
    IReadOnlyList<VenueInstrument> instruments, IReadOnlyList<VenueBook> books, MarketClock clock)
    : TranslatedDialect(instruments, books, clock)
{
    private const int Levels = 20;

    protected override int Depth => Levels;

    public override bool IsStream(string path) => path == "/ws/public" || path == "/";

    public override DialectClient Connect(string path, IReadOnlyDictionary<string, string> query) => new Client(this);

    protected override string SymbolOf(VenueInstrument instrument) =>
        $"{instrument.BaseAsset}_{instrument.QuoteAsset}";

    protected override RestAnswer? Answer(string path, IReadOnlyDictionary<string, string> query) =>
        path != "/markets" ? null : RestAnswer.Ok("[" + string.Join(',', Symbols.Select(symbol =>
            $$$"""{"symbol":"{{{symbol.Name}}}","baseCurrencyName":"{{{symbol.Instrument.BaseAsset}}}","quoteCurrencyName":"{{{symbol.Instrument.QuoteAsset}}}","state":"NORMAL","symbolTradeLimit":{"priceScale":{{{WireText.Decimals(symbol.Instrument.TickSize)}}},"quantityScale":{{{WireText.Decimals(symbol.Instrument.StepSize)}}},"minQuantity":"{{{symbol.Instrument.MinQuantity}}}","minAmount":"{{{symbol.Instrument.MinNotional}}}"}}""")) + "]");

    private sealed class Client(PoloniexDialect dialect) : TranslatedClient(dialect)
    {
        protected override void OnRequest(JsonElement request, List<byte[]> frames)
        {
            string name = request.GetProperty("event").GetString()!;
            if (name == "ping")
            {
                frames.Add(WireText.Bytes("""{"event":"pong"}"""));
                return;
            }

            string channel = request.GetProperty("channel")[0].GetString()!;
            frames.Add(WireText.Bytes($$"""{"event":"{{name}}","channel":"{{channel}}"}"""));
            if (channel == "exchange")
            {
                frames.Add(WireText.Bytes("""{"channel":"exchange","action":"snapshot","data":[{"MM":"OFF","POM":"OFF"}]}"""));
                return;
            }

            foreach (JsonElement wanted in request.GetProperty("symbols").EnumerateArray())
            {
                if (dialect.Find(wanted.GetString()!) is not { } symbol)
                {
                    frames.Add(WireText.Bytes("""{"event":"error","message":"Symbol not found"}"""));
                    continue;
                }

                Change(symbol, channel, name == "subscribe", frames);
            }
        }

        protected override string WriteSnapshot(VenueSymbol symbol) =>
            Write(symbol, symbol.Bids, symbol.Asks, "snapshot", symbol.PreviousSequence);

        protected override string WriteUpdate(VenueSymbol symbol, IReadOnlyList<LevelChange> changes) =>
            Write(symbol, changes.Side(true), changes.Side(false), "update", symbol.PreviousSequence);

        protected override string WriteTrade(VenueSymbol symbol, MarketTrade trade) =>
            $$"""{"channel":"trades","data":[{"symbol":"{{symbol.Name}}","amount":"1","quantity":"{{trade.Quantity}}","takerSide":"{{(trade.IsBuy ? "buy" : "sell")}}","createTime":{{trade.TimeMs}},"price":"{{trade.Price}}","id":"{{trade.Id}}","ts":{{trade.TimeMs}}}]}""";

        private static string Write(
            VenueSymbol symbol, IEnumerable<BookLevel> bids, IEnumerable<BookLevel> asks, string action, long last) =>
            $$"""{"channel":"book_lv2","data":[{"symbol":"{{symbol.Name}}","createTime":{{symbol.TimeNs / 1_000_000}},"asks":[{{WireText.Pairs(asks)}}],"bids":[{{WireText.Pairs(bids)}}],"lastId":{{last}},"id":{{symbol.Sequence}},"ts":{{symbol.TimeNs / 1_000_000}}}],"action":"{{action}}"}""";

        private void Change(VenueSymbol symbol, string channel, bool isSubscribe, List<byte[]> frames)
        {
            switch (channel, isSubscribe)
            {
                case ("book_lv2", true):
                    SubscribeBook(symbol, frames);
                    break;
                case ("book_lv2", false):
                    UnsubscribeBook(symbol);
                    break;
                case ("trades", true):
                    SubscribeTrades(symbol);
                    break;
                case ("trades", false):
                    UnsubscribeTrades(symbol);
                    break;
                default:
                    break;
            }
        }
    }
}
