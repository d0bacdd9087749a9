using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Text.Json;

namespace LowLatency.Simulation.EmbeddedVenue.Dialects;

/// <summary>OKX: books of 400 levels with sequences and checksums, trades.</summary>
/// <param name="instruments">The instruments.</param>
/// <param name="books">The venue's books.</param>
/// <param name="clock">The market's time.</param>
/// <param name="streamsSnapshots">false for the venue as announced for 2026: snapshots only by REST.</param>
internal sealed class OkxDialect(
    IReadOnlyList<VenueInstrument> instruments, IReadOnlyList<VenueBook> books, MarketClock clock,
    bool streamsSnapshots = true)
    : TranslatedDialect(instruments, books, clock)
{
    private const int Levels = 400;
    private const int SummedLevels = 25;

    protected override int Depth => Levels;

    public override bool IsStream(string path) => path == "/ws/v5/public" || path == "/";

    public override DialectClient Connect(string path, IReadOnlyDictionary<string, string> query) =>
        new Client(this, streamsSnapshots);

    protected override string SymbolOf(VenueInstrument instrument) =>
        $"{instrument.BaseAsset}-{instrument.QuoteAsset}";

    protected override RestAnswer? Answer(string path, IReadOnlyDictionary<string, string> query)
    {
        if (path == "/api/v5/public/instruments")
        {
            IEnumerable<VenueSymbol> listed = query.GetValueOrDefault("instType") == "SPOT" ? Symbols : [];
            return RestAnswer.Ok("{\"code\":\"0\",\"data\":[" + string.Join(',', listed.Select(symbol =>
                $$"""{"instId":"{{symbol.Name}}","instType":"SPOT","tickSz":"{{symbol.Instrument.TickSize}}","lotSz":"{{symbol.Instrument.StepSize}}","minSz":"{{symbol.Instrument.MinQuantity}}","state":"live"}""")) + "]}");
        }

        if (path != "/api/v5/market/books" || Find(query.GetValueOrDefault("instId", string.Empty)) is not { } found)
        {
            return null;
        }

        NoteServed(found);
        VenueBookState book = found.State;
        return RestAnswer.Ok(
            $$"""{"code":"0","msg":"","data":[{"asks":[{{Rows(book.Asks)}}],"bids":[{{Rows(book.Bids)}}],"ts":"{{book.TimeNs / 1_000_000}}","seqId":{{book.Sequence}}}]}""");
    }

    private static string Rows(IEnumerable<BookLevel> levels) => WireText.Pairs(levels, ",\"0\",\"1\"");

    private static int ChecksumOf(VenueSymbol symbol)
    {
        var text = new StringBuilder();
        for (int i = 0; i < SummedLevels; i++)
        {
            foreach (IReadOnlyList<BookLevel> side in new[] { symbol.Bids, symbol.Asks })
            {
                if (i < side.Count)
                {
                    text.Append(side[i].PriceText).Append(':').Append(side[i].QuantityText).Append(':');
                }
            }
        }

        return (int)WireSum.Crc32(text.ToString().TrimEnd(':'));
    }

    private sealed class Client(OkxDialect dialect, bool streamsSnapshots) : TranslatedClient(dialect)
    {
        protected override void OnOtherText(string text, List<byte[]> frames)
        {
            if (text == "ping")
            {
                frames.Add(WireText.Bytes("pong"));
            }
        }

        protected override void OnRequest(JsonElement request, List<byte[]> frames)
        {
            string operation = request.GetProperty("op").GetString()!;
            foreach (JsonElement argument in request.GetProperty("args").EnumerateArray())
            {
                string name = argument.GetProperty("instId").GetString()!;
                if (dialect.Find(name) is not { } symbol)
                {
                    frames.Add(WireText.Bytes($$"""{"event":"error","code":"60018","msg":"{{name}} doesn't exist","connId":"e"}"""));
                    continue;
                }

                frames.Add(WireText.Bytes($$"""{"event":"{{operation}}","arg":{{argument.GetRawText()}},"connId":"e"}"""));
                Change(symbol, argument.GetProperty("channel").GetString()!, operation == "subscribe", frames);
            }
        }

        protected override string? WriteSnapshot(VenueSymbol symbol) =>
            streamsSnapshots ? Write(symbol, "snapshot", symbol.Bids, symbol.Asks, -1) : null;

        protected override string WriteUpdate(VenueSymbol symbol, IReadOnlyList<LevelChange> changes) =>
            Write(symbol, "update", changes.Side(true), changes.Side(false), symbol.PreviousSequence);

        protected override string WriteTrade(VenueSymbol symbol, MarketTrade trade) =>
            $$"""{"arg":{"channel":"trades","instId":"{{symbol.Name}}"},"data":[{"instId":"{{symbol.Name}}","tradeId":"{{trade.Id}}","px":"{{trade.Price}}","sz":"{{trade.Quantity}}","side":"{{(trade.IsBuy ? "buy" : "sell")}}","ts":"{{trade.TimeMs}}","count":"1"}]}""";

        private static string Write(
            VenueSymbol symbol,
            string action,
            IEnumerable<BookLevel> bids,
            IEnumerable<BookLevel> asks,
            long previous) =>
            $$"""{"arg":{"channel":"books","instId":"{{symbol.Name}}"},"action":"{{action}}","data":[{"asks":[{{Rows(asks)}}],"bids":[{{Rows(bids)}}],"ts":"{{symbol.TimeNs / 1_000_000}}","checksum":{{ChecksumOf(symbol)}},"prevSeqId":{{previous}},"seqId":{{symbol.Sequence}}}]}""";

        private void Change(VenueSymbol symbol, string channel, bool isSubscribe, List<byte[]> frames)
        {
            switch (channel, isSubscribe)
            {
                case ("books", true):
                    SubscribeBook(symbol, frames);
                    break;
                case ("books", false):
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
