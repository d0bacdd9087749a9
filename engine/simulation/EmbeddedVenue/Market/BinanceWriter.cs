using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using LowLatency.Engine.Books;
using LowLatency.Engine.Events;

namespace LowLatency.Simulation.EmbeddedVenue.Market;

/// <summary>
/// Writes one symbol's market as Binance messages: eight padded decimals on Spot, tick and lot on futures.
/// </summary>
internal sealed class BinanceWriter : IMarketSink
{
    private const int SpotDecimals = 8;
    private const long NsPerMs = 1_000_000;

    private readonly SymbolSpec _spec;
    private readonly int _instrument;
    private readonly bool _isFutures;
    private readonly Queue<VenueMessage> _target;
    private readonly long _startNs;
    private readonly StringBuilder _text = new();
    private long _lastDepthId;
    private long _nextFirstId;
    private long _tradeId;

    public BinanceWriter(SymbolSpec spec, int instrument, bool isFutures, long startNs, Queue<VenueMessage> target)
    {
        _spec = spec;
        _instrument = instrument;
        _isFutures = isFutures;
        _startNs = startNs;
        _target = target;
    }

    public long DepthIntervalNs => 100 * NsPerMs;

    public void OnSnapshot(OrderBook book, long updateId)
    {
        _lastDepthId = updateId;

        // On futures, the first message to apply starts at the snapshot's own update.
        _nextFirstId = _isFutures ? updateId : updateId + 1;
        Begin().Append(CultureInfo.InvariantCulture, $"{{\"lastUpdateId\":{updateId},\"bids\":");
        AppendSide(book.Bids);
        _text.Append(",\"asks\":");
        AppendSide(book.Asks);
        End(_startNs, VenueMessageKind.Snapshot);
    }

    public void OnDepth(
        long timeNs, OrderBook book, IReadOnlyCollection<(Side Side, long Price)> changed, long updateId)
    {
        if (changed.Count == 0)
        {
            return;
        }

        long timeMs = timeNs / NsPerMs;
        Begin().Append(CultureInfo.InvariantCulture, $"{{\"e\":\"depthUpdate\",\"E\":{timeMs},");
        AppendTransactionTime(timeMs);
        _text.Append(
            CultureInfo.InvariantCulture,
            $"\"s\":\"{_spec.Symbol}\",\"U\":{_nextFirstId},\"u\":{updateId},");
        if (_isFutures)
        {
            _text.Append(CultureInfo.InvariantCulture, $"\"pu\":{_lastDepthId},");
        }

        _text.Append("\"b\":");
        AppendLevels(book.Bids, changed.Where(level => level.Side == Side.Buy).OrderBy(level => level.Price));
        _text.Append(",\"a\":");
        AppendLevels(book.Asks, changed.Where(level => level.Side == Side.Sell).OrderBy(level => level.Price));
        _lastDepthId = updateId;
        _nextFirstId = updateId + 1;
        End(timeNs, VenueMessageKind.Depth);
    }

    public void OnTop(long timeNs, OrderBook book, long updateId)
    {
        long timeMs = timeNs / NsPerMs;
        Begin().Append(_isFutures ? "{\"e\":\"bookTicker\"," : "{")
            .Append(CultureInfo.InvariantCulture, $"\"u\":{updateId},\"s\":\"{_spec.Symbol}\",\"b\":");
        AppendPrice(book.Bids.BestPrice);
        _text.Append(",\"B\":");
        AppendQuantity(book.Bids.BestQuantity);
        _text.Append(",\"a\":");
        AppendPrice(book.Asks.BestPrice);
        _text.Append(",\"A\":");
        AppendQuantity(book.Asks.BestQuantity);
        if (_isFutures)
        {
            _text.Append(CultureInfo.InvariantCulture, $",\"T\":{timeMs},\"E\":{timeMs}");
        }

        End(timeNs, VenueMessageKind.BookTicker);
    }

    public void OnTrade(long timeNs, long price, long lots, Side aggressor)
    {
        long timeMs = timeNs / NsPerMs;
        Begin().Append(CultureInfo.InvariantCulture, $"{{\"e\":\"trade\",\"E\":{timeMs},");
        AppendTransactionTime(timeMs);
        _text.Append(CultureInfo.InvariantCulture, $"\"s\":\"{_spec.Symbol}\",\"t\":{++_tradeId},\"p\":");
        AppendPrice(price);
        _text.Append(",\"q\":");
        AppendQuantity(lots);
        string isBuyerMaker = aggressor == Side.Sell ? "true" : "false";
        _text.Append(_isFutures
            ? $",\"X\":\"MARKET\",\"m\":{isBuyerMaker}"
            : string.Create(CultureInfo.InvariantCulture, $",\"T\":{timeMs},\"m\":{isBuyerMaker},\"M\":true"));
        End(timeNs, VenueMessageKind.Trade);
    }

    private StringBuilder Begin() => _text.Clear();

    private void End(long timeNs, VenueMessageKind kind)
    {
        _text.Append('}');
        _target.Enqueue(new VenueMessage(timeNs, kind, _instrument, Encoding.ASCII.GetBytes(_text.ToString())));
    }

    private void AppendTransactionTime(long timeMs)
    {
        if (_isFutures)
        {
            _text.Append(CultureInfo.InvariantCulture, $"\"T\":{timeMs},");
        }
    }

    private void AppendSide(BookSide side)
    {
        _text.Append('[');
        int index = 0;
        foreach ((long price, long lots) in side)
        {
            AppendLevel(index++, price, lots);
        }

        _text.Append(']');
    }

    private void AppendLevels(BookSide side, IEnumerable<(Side Side, long Price)> changed)
    {
        _text.Append('[');
        int index = 0;
        foreach ((Side _, long price) in changed)
        {
            AppendLevel(index++, price, side.QuantityAtPrice(price));
        }

        _text.Append(']');
    }

    private void AppendLevel(int index, long price, long lots)
    {
        _text.Append(index == 0 ? "[" : ",[");
        AppendPrice(price);
        _text.Append(',');
        AppendQuantity(lots);
        _text.Append(']');
    }

    private void AppendPrice(long ticks) => AppendNumber(ticks, _spec.PriceDecimals);

    private void AppendQuantity(long lots) => AppendNumber(lots, _spec.QuantityDecimals);

    private void AppendNumber(long increments, int decimals)
    {
        int written = _isFutures ? decimals : SpotDecimals;
        Span<char> digits = stackalloc char[32];
        increments.TryFormat(digits, out int length, "D" + (decimals + 1), CultureInfo.InvariantCulture);
        int point = length - decimals;
        _text.Append('"').Append(digits[..point]);
        if (written != 0)
        {
            _text.Append('.').Append(digits[point..length]).Append('0', written - decimals);
        }

        _text.Append('"');
    }
}
