using System.Collections.Generic;
using System.Linq;
using System.Text.Json;

namespace LowLatency.Simulation.EmbeddedVenue.Dialects;

/// <summary>Coinbase Exchange: level2_batch, matches, heartbeat.</summary>
internal sealed class CoinbaseDialect(
    IReadOnlyList<VenueInstrument> instruments, IReadOnlyList<VenueBook> books, MarketClock clock)
    : TranslatedDialect(instruments, books, clock)
{
    public override bool IsStream(string path) => path == "/";

    public override DialectClient Connect(string path, IReadOnlyDictionary<string, string> query) => new Client(this);

    protected override string SymbolOf(VenueInstrument instrument) =>
        $"{instrument.BaseAsset}-{instrument.QuoteAsset}";

    protected override RestAnswer? Answer(string path, IReadOnlyDictionary<string, string> query) =>
        path != "/products" ? null : RestAnswer.Ok("[" + string.Join(',', Symbols.Select(symbol =>
            $$"""{"id":"{{symbol.Name}}","base_currency":"{{symbol.Instrument.BaseAsset}}","quote_currency":"{{symbol.Instrument.QuoteAsset}}","quote_increment":"{{symbol.Instrument.TickSize}}","base_increment":"{{symbol.Instrument.StepSize}}","min_market_funds":"{{symbol.Instrument.MinNotional}}","status":"online"}""")) + "]");

    private sealed class Client(CoinbaseDialect dialect) : TranslatedClient(dialect)
    {
        private readonly HashSet<int> _heartbeats = [];

        public override void OnSecond(List<byte[]> frames) => frames.AddRange(_heartbeats.Select(index =>
        {
            VenueSymbol symbol = dialect.Symbols[index];
            return WireText.Bytes($$"""{"type":"heartbeat","sequence":{{symbol.Sequence}},"last_trade_id":{{symbol.LastTradeId}},"product_id":"{{symbol.Name}}","time":"{{WireText.Iso(dialect.Clock.NowNs)}}"}""");
        }));

        protected override void OnRequest(JsonElement request, List<byte[]> frames)
        {
            bool isSubscribe = request.GetProperty("type").GetString() == "subscribe";
            string[] products = request.GetProperty("product_ids").EnumerateArray()
                .Select(item => item.GetString()!).ToArray();
            foreach (string product in products)
            {
                if (dialect.Find(product) is not { } symbol)
                {
                    frames.Add(WireText.Bytes($$"""{"type":"error","message":"Failed to subscribe","reason":"{{product}} is not a valid product"}"""));
                    return;
                }

                foreach (JsonElement channel in request.GetProperty("channels").EnumerateArray())
                {
                    Change(symbol, channel.GetString()!, isSubscribe, frames);
                }
            }

            frames.Add(WireText.Bytes($$"""{"type":"subscriptions","channels":{{request.GetProperty("channels").GetRawText()}}}"""));
        }

        protected override string WriteSnapshot(VenueSymbol symbol) =>
            $$"""{"type":"snapshot","product_id":"{{symbol.Name}}","asks":[{{WireText.Pairs(symbol.Asks)}}],"bids":[{{WireText.Pairs(symbol.Bids)}}]}""";

        protected override string WriteUpdate(VenueSymbol symbol, IReadOnlyList<LevelChange> changes)
        {
            string list = string.Join(',', changes.Select(change => string.Concat(
                change.IsBid ? "[\"buy\"," : "[\"sell\",", WireText.Pairs([change.Level]).TrimStart('['))));
            return $$"""{"type":"l2update","product_id":"{{symbol.Name}}","changes":[{{list}}],"time":"{{WireText.Iso(symbol.TimeNs)}}"}""";
        }

        // The side is the maker's.
        protected override string WriteTrade(VenueSymbol symbol, MarketTrade trade) =>
            $$"""{"type":"match","trade_id":{{trade.Id}},"maker_order_id":"m","taker_order_id":"t","side":"{{(trade.IsBuy ? "sell" : "buy")}}","size":"{{trade.Quantity}}","price":"{{trade.Price}}","product_id":"{{symbol.Name}}","sequence":{{symbol.Sequence}},"time":"{{WireText.Iso(trade.TimeMs * 1_000_000)}}"}""";

        private void Change(VenueSymbol symbol, string channel, bool isSubscribe, List<byte[]> frames)
        {
            switch (channel, isSubscribe)
            {
                case ("level2_batch" or "level2", true):
                    SubscribeBook(symbol, frames);
                    break;
                case ("level2_batch" or "level2", false):
                    UnsubscribeBook(symbol);
                    break;
                case ("matches", true):
                    SubscribeTrades(symbol);
                    break;
                case ("matches", false):
                    UnsubscribeTrades(symbol);
                    break;
                case ("heartbeat", true):
                    _heartbeats.Add(symbol.Index);
                    break;
                case ("heartbeat", false):
                    _heartbeats.Remove(symbol.Index);
                    break;
                default:
                    break;
            }
        }
    }
}
