using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json;

namespace LowLatency.Simulation.EmbeddedVenue.Dialects;

/// <summary>Bitstamp: diff_order_book, live_trades, and books by REST.</summary>
internal sealed class BitstampDialect(
    IReadOnlyList<VenueInstrument> instruments, IReadOnlyList<VenueBook> books, MarketClock clock)
    : TranslatedDialect(instruments, books, clock)
{
    private const string BookPath = "/api/v2/order_book/";

    public override bool IsStream(string path) => path == "/";

    public override DialectClient Connect(string path, IReadOnlyDictionary<string, string> query) => new Client(this);

#pragma warning disable CA1308 // The venue's names are lower case: this is no normalisation.
    protected override string SymbolOf(VenueInstrument instrument) =>
        (instrument.BaseAsset + instrument.QuoteAsset).ToLowerInvariant();
#pragma warning restore CA1308

    protected override RestAnswer? Answer(string path, IReadOnlyDictionary<string, string> query)
    {
        if (path == "/api/v2/markets/")
        {
            return RestAnswer.Ok("[" + string.Join(',', Symbols.Select(symbol =>
                $$"""{"name":"{{symbol.Instrument.BaseAsset}}/{{symbol.Instrument.QuoteAsset}}","market_symbol":"{{symbol.Name}}","base_decimals":{{WireText.Decimals(symbol.Instrument.StepSize)}},"counter_decimals":{{WireText.Decimals(symbol.Instrument.TickSize)}},"minimum_order_value":"{{symbol.Instrument.MinNotional}}","trading":"Enabled"}""")) + "]");
        }

        if (!path.StartsWith(BookPath, StringComparison.Ordinal)
            || Find(path[BookPath.Length..].TrimEnd('/')) is not { } found)
        {
            return null;
        }

        NoteServed(found);
        VenueBookState book = found.State;
        return RestAnswer.Ok(Book(book.TimeUs, book.Bids, book.Asks));
    }

    private static string Book(long timeUs, IEnumerable<BookLevel> bids, IEnumerable<BookLevel> asks)
    {
        string microseconds = timeUs.ToString(CultureInfo.InvariantCulture);
        return $$"""{"timestamp":"{{microseconds[..^6]}}","microtimestamp":"{{microseconds}}","bids":[{{WireText.Pairs(bids)}}],"asks":[{{WireText.Pairs(asks)}}]}""";
    }

    private sealed class Client(BitstampDialect dialect) : TranslatedClient(dialect)
    {
        protected override void OnRequest(JsonElement request, List<byte[]> frames)
        {
            string name = request.GetProperty("event").GetString()!;
            if (name == "bts:heartbeat")
            {
                frames.Add(WireText.Bytes("""{"event":"bts:heartbeat","channel":"","data":{"status":"success"}}"""));
                return;
            }

            string channel = request.GetProperty("data").GetProperty("channel").GetString()!;
            int cut = channel.LastIndexOf('_');
            if (dialect.Find(channel[(cut + 1)..]) is not { } symbol)
            {
                frames.Add(WireText.Bytes("""{"event":"bts:error","channel":"","data":{"code":null,"message":"Incorrect JSON format."}}"""));
                return;
            }

            frames.Add(WireText.Bytes($$$"""{"event":"bts:subscription_succeeded","channel":"{{{channel}}}","data":{}}"""));
            if (channel.StartsWith("diff_order_book_", StringComparison.Ordinal))
            {
                SubscribeBook(symbol, frames);
            }
            else
            {
                SubscribeTrades(symbol);
            }
        }

        protected override string WriteUpdate(VenueSymbol symbol, IReadOnlyList<LevelChange> changes) =>
            $$"""{"data":{{Book(symbol.State.TimeUs, changes.Side(true), changes.Side(false))}},"channel":"diff_order_book_{{symbol.Name}}","event":"data"}""";

        protected override string WriteTrade(VenueSymbol symbol, MarketTrade trade) =>
            $$$"""{"data":{"id":{{{trade.Id}}},"timestamp":"{{{trade.TimeMs / 1000}}}","amount":{{{trade.Quantity}}},"amount_str":"{{{trade.Quantity}}}","price":{{{trade.Price}}},"price_str":"{{{trade.Price}}}","type":{{{(trade.IsBuy ? 0 : 1)}}},"microtimestamp":"{{{trade.TimeMs * 1000}}}","buy_order_id":1,"sell_order_id":2},"channel":"live_trades_{{{symbol.Name}}}","event":"trade"}""";
    }
}
