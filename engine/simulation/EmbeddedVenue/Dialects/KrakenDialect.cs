using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Text.Json;

namespace LowLatency.Simulation.EmbeddedVenue.Dialects;

/// <summary>Kraken, version 2: book with checksums, trade, status, heartbeats. Numbers are not quoted.</summary>
internal sealed class KrakenDialect(
    IReadOnlyList<VenueInstrument> instruments, IReadOnlyList<VenueBook> books, MarketClock clock)
    : TranslatedDialect(instruments, books, clock)
{
    private const int Levels = 1000;
    private const int SummedLevels = 10;

    protected override int Depth => Levels;

    protected override bool NamesLevelsThatFallOut => false;

    public override bool IsStream(string path) => path is "/v2" or "/";

    public override DialectClient Connect(string path, IReadOnlyDictionary<string, string> query) => new Client(this);

    protected override string SymbolOf(VenueInstrument instrument) =>
        $"{instrument.BaseAsset}/{instrument.QuoteAsset}";

    protected override RestAnswer? Answer(string path, IReadOnlyDictionary<string, string> query) =>
        path != "/0/public/AssetPairs"
            ? null
            : RestAnswer.Ok("{\"error\":[],\"result\":{" + string.Join(',', Symbols.Select(symbol =>
                $$""" "{{symbol.Instrument.Symbol}}":{"wsname":"{{symbol.Name}}","pair_decimals":{{PriceDecimals(symbol)}},"lot_decimals":{{LotDecimals(symbol)}},"tick_size":"{{symbol.Instrument.TickSize}}","ordermin":"{{symbol.Instrument.MinQuantity}}","costmin":"{{symbol.Instrument.MinNotional}}","status":"online"}""")) + "}}");

    private static int PriceDecimals(VenueSymbol symbol) => WireText.Decimals(symbol.Instrument.TickSize);

    private static int LotDecimals(VenueSymbol symbol) => WireText.Decimals(symbol.Instrument.StepSize);

    // Texts with the pair's decimals, without point and leading zeros; asks first.
    private static uint ChecksumOf(VenueSymbol symbol)
    {
        var text = new StringBuilder();
        foreach (BookLevel level in symbol.Asks.Take(SummedLevels).Concat(symbol.Bids.Take(SummedLevels)))
        {
            text.Append(Digits(level.Price, PriceDecimals(symbol))).Append(Digits(level.Quantity, LotDecimals(symbol)));
        }

        return WireSum.Crc32(text.ToString());
    }

    private static string Digits(decimal value, int decimals) =>
        value.ToString("F" + decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture)
            .Replace(".", string.Empty, StringComparison.Ordinal).TrimStart('0');

    private sealed class Client(KrakenDialect dialect) : TranslatedClient(dialect)
    {
        public override void OnSecond(List<byte[]> frames)
        {
            if (Books.Any())
            {
                frames.Add(WireText.Bytes("""{"channel":"heartbeat"}"""));
            }
        }

        protected override void OnRequest(JsonElement request, List<byte[]> frames)
        {
            string method = request.GetProperty("method").GetString()!;
            if (method == "ping")
            {
                frames.Add(WireText.Bytes("""{"method":"pong"}"""));
                return;
            }

            JsonElement parameters = request.GetProperty("params");
            string channel = parameters.GetProperty("channel").GetString()!;
            foreach (JsonElement name in parameters.GetProperty("symbol").EnumerateArray())
            {
                if (dialect.Find(name.GetString()!) is not { } symbol)
                {
                    frames.Add(WireText.Bytes($$"""{"method":"{{method}}","error":"Currency pair not supported {{name}}","success":false,"symbol":"{{name}}"}"""));
                    continue;
                }

                frames.Add(WireText.Bytes($$$"""{"method":"{{{method}}}","result":{"channel":"{{{channel}}}","symbol":"{{{symbol.Name}}}"},"success":true}"""));
                Change(symbol, channel, method == "subscribe", frames);
            }
        }

        protected override string WriteSnapshot(VenueSymbol symbol) =>
            Write(symbol, "snapshot", symbol.Bids, symbol.Asks);

        protected override string WriteUpdate(VenueSymbol symbol, IReadOnlyList<LevelChange> changes) =>
            Write(symbol, "update", changes.Side(true), changes.Side(false));

        protected override string WriteTrade(VenueSymbol symbol, MarketTrade trade) =>
            $$"""{"channel":"trade","type":"update","data":[{"symbol":"{{symbol.Name}}","side":"{{(trade.IsBuy ? "buy" : "sell")}}","price":{{trade.Price}},"qty":{{trade.Quantity}},"ord_type":"limit","trade_id":{{trade.Id}},"timestamp":"{{WireText.Iso(trade.TimeMs * 1_000_000)}}"}]}""";

        private static string Write(
            VenueSymbol symbol, string type, IEnumerable<BookLevel> bids, IEnumerable<BookLevel> asks) =>
            $$"""{"channel":"book","type":"{{type}}","data":[{"symbol":"{{symbol.Name}}","bids":[{{Objects(bids)}}],"asks":[{{Objects(asks)}}],"checksum":{{ChecksumOf(symbol)}},"timestamp":"{{WireText.Iso(symbol.TimeNs)}}"}]}""";

        private static string Objects(IEnumerable<BookLevel> levels) => string.Join(
            ',', levels.Select(level => $$"""{"price":{{level.PriceText}},"qty":{{level.QuantityText}}}"""));

        private void Change(VenueSymbol symbol, string channel, bool isSubscribe, List<byte[]> frames)
        {
            switch (channel, isSubscribe)
            {
                case ("book", true):
                    SubscribeBook(symbol, frames);
                    break;
                case ("book", false):
                    UnsubscribeBook(symbol);
                    break;
                case ("trade", true):
                    SubscribeTrades(symbol);
                    break;
                case ("trade", false):
                    UnsubscribeTrades(symbol);
                    break;
                default:
                    break;
            }
        }
    }
}

/// <summary>The venues' checksum in a simple implementation, separate from the feeds' one, which it verifies.</summary>
internal static class WireSum
{
    public static uint Crc32(string text)
    {
        uint crc = uint.MaxValue;
        foreach (char c in text)
        {
            crc ^= c;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xedb88320 : crc >> 1;
            }
        }

        return ~crc;
    }
}
