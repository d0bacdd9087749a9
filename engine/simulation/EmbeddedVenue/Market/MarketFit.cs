using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json;

namespace LowLatency.Simulation.EmbeddedVenue.Market;

/// <summary>
/// Measures a market: receives its messages in order and returns the profile. It is used on captures for the shipped
/// profiles, and on the generator's messages to check the similarity.
/// </summary>
internal sealed class MarketFit(string symbol, double tickSize)
{
    private const long SampleNs = 100_000_000;
    private const double NsPerSecond = 1e9;

    // The gaps of levels far from the touch do not matter for trading.
    private const int GapLevels = 200;

    private readonly List<double> _tradeSizes = [];
    private readonly List<bool> _tradeSides = [];
    private readonly List<int> _tradesBySecond = [];
    private readonly List<double> _touchSizes = [];
    private readonly List<double> _levelSizes = [];
    private readonly List<double> _distances = [];
    private readonly List<double> _gaps = [];
    private readonly List<(double Bid, double Ask)> _samples = [];
    private (double Bid, double Ask)? _top;
    private long _firstNs;
    private long _lastNs;
    private long _nextSampleNs;
    private long _levelChanges;
    private long _removals;
    private long _tickers;
    private long _oneTickSpreads;

    /// <summary>Measures a market's first symbol up to a market time.</summary>
    public static MarketProfile Measure(IMarketSource source, VenueInstrument instrument, long endNs)
    {
        var fit = new MarketFit(
            instrument.Symbol, double.Parse(instrument.TickSize, CultureInfo.InvariantCulture));
        while (source.TryNext(out VenueMessage message) && message.TimeNs <= endNs)
        {
            if (message.Instrument == 0)
            {
                fit.Add(in message);
            }
        }

        return fit.Fit();
    }

    /// <summary>Adds the next message of the symbol.</summary>
    public void Add(in VenueMessage message)
    {
        using var document = JsonDocument.Parse(message.Data);
        JsonElement root = document.RootElement;
        if (message.Kind == VenueMessageKind.Snapshot)
        {
            AddGaps(root.GetProperty("bids"));
            AddGaps(root.GetProperty("asks"));
            return;
        }

        if (_firstNs == 0)
        {
            (_firstNs, _nextSampleNs) = (message.TimeNs, message.TimeNs);
        }

        _lastNs = message.TimeNs;
        Sample(message.TimeNs);
        switch (message.Kind)
        {
            case VenueMessageKind.BookTicker:
                AddTicker(root);
                break;
            case VenueMessageKind.Trade:
                AddTrade(root, message.TimeNs);
                break;
            case VenueMessageKind.Depth:
                AddLevels(root.GetProperty("b"));
                AddLevels(root.GetProperty("a"));
                break;
            default:
                break;
        }
    }

    /// <summary>The profile of all messages so far.</summary>
    public MarketProfile Fit()
    {
        double seconds = (_lastNs - _firstNs) / NsPerSecond;
        int[] bySecond = _tradesBySecond.ToArray();
        int[] sorted = bySecond.Order().ToArray();
        double threshold = sorted[sorted.Length * 4 / 5];
        bool[] isBurst = bySecond.Select(count => count > threshold).ToArray();
        (List<bool> moves, List<double> sizes) = Moves();
        return new MarketProfile
        {
            Symbol = symbol,
            TickSize = tickSize,
            Seconds = Round(seconds),
            MidPrice = Round(_samples.Average(quote => (quote.Bid + quote.Ask) / 2)),
            CalmTradeRate = Round(Mean(bySecond.Where((_, i) => !isBurst[i]))),
            BurstTradeRate = Round(Mean(bySecond.Where((_, i) => isBurst[i]))),
            BurstPersistence = Round(Persistence(isBurst.Select((burst, i) => (burst, i))
                .Where(pair => pair.i > 0 && isBurst[pair.i - 1]).Select(pair => pair.burst))),
            TradeSize = FitLog(_tradeSizes),
            TradeSidePersistence = Round(Sameness(_tradeSides)),
            MoveRate = Round(moves.Count / seconds),
            MovePersistence = Round(Sameness(moves)),
            MoveTicks = FitLog(sizes),
            LongMoveTicks = Round(sizes.Order().ElementAtOrDefault(sizes.Count * 98 / 100)),
            OneTickSpreadShare = Round((double)_oneTickSpreads / _tickers),
            TickerRate = Round(_tickers / seconds),
            TouchSize = FitLog(_touchSizes),
            LevelChangeRate = Round(_levelChanges / seconds),
            RemovalShare = Round((double)_removals / _levelChanges),
            ChangeDistanceTicks = FitLog(_distances),
            LevelSize = FitLog(_levelSizes),
            LevelGapTicks = FitLog(_gaps),
            VolatilityTicks1S = Round(Volatility(10)),
            VolatilityTicks10S = Round(Volatility(100)),
        };
    }

    // The quote at each tenth of a second, as a book with messages at that interval would show it.
    private void Sample(long timeNs)
    {
        for (; _nextSampleNs <= timeNs; _nextSampleNs += SampleNs)
        {
            if (_top is { } quote)
            {
                _samples.Add(quote);
            }
        }
    }

    private void AddTicker(JsonElement root)
    {
        double bid = Number(root, "b");
        double ask = Number(root, "a");
        _top = (bid, ask);
        _tickers++;
        _oneTickSpreads += ask - bid < 1.5 * tickSize ? 1 : 0;
        _touchSizes.Add(Number(root, "B"));
        _touchSizes.Add(Number(root, "A"));
    }

    private void AddTrade(JsonElement root, long timeNs)
    {
        _tradeSizes.Add(Number(root, "q"));
        _tradeSides.Add(root.GetProperty("m").GetBoolean());
        int second = (int)((timeNs - _firstNs) / NsPerSecond);
        while (_tradesBySecond.Count <= second)
        {
            _tradesBySecond.Add(0);
        }

        _tradesBySecond[second]++;
    }

    private void AddLevels(JsonElement levels)
    {
        foreach (JsonElement level in levels.EnumerateArray())
        {
            double size = Parse(level[1]);
            _levelChanges++;
            if (size == 0)
            {
                _removals++;
            }
            else
            {
                _levelSizes.Add(size);
            }

            if (_top is { } top)
            {
                _distances.Add(Math.Max(1, Math.Abs(Parse(level[0]) - ((top.Bid + top.Ask) / 2)) / tickSize));
            }
        }
    }

    private void AddGaps(JsonElement levels)
    {
        double[] prices = levels.EnumerateArray().Take(GapLevels).Select(level => Parse(level[0])).ToArray();
        for (int i = 1; i < prices.Length; i++)
        {
            _gaps.Add(Math.Max(1, Math.Abs(prices[i] - prices[i - 1]) / tickSize));
        }
    }

    private (List<bool> Directions, List<double> Sizes) Moves()
    {
        var directions = new List<bool>();
        var sizes = new List<double>();
        for (int i = 1; i < _samples.Count; i++)
        {
            double bid = _samples[i].Bid - _samples[i - 1].Bid;
            double ask = _samples[i].Ask - _samples[i - 1].Ask;
            if ((bid > 0 && ask > 0) || (bid < 0 && ask < 0))
            {
                directions.Add(bid > 0);
                sizes.Add(Math.Max(1, Math.Abs(bid) / tickSize));
            }
        }

        return (directions, sizes);
    }

    private double Volatility(int samples)
    {
        var changes = new List<double>();
        for (int i = samples; i < _samples.Count; i += samples)
        {
            changes.Add((_samples[i].Bid + _samples[i].Ask - _samples[i - samples].Bid - _samples[i - samples].Ask)
                / 2 / tickSize);
        }

        return Deviation(changes);
    }

    private static double Sameness(List<bool> values) => Persistence(
        Enumerable.Range(1, Math.Max(0, values.Count - 1)).Select(i => values[i] == values[i - 1]));

    private static double Persistence(IEnumerable<bool> outcomes) =>
        Mean(outcomes.Select(outcome => outcome ? 1 : 0));

    private static double Mean(IEnumerable<int> values) => values.DefaultIfEmpty(0).Average();

    private static LogNormal FitLog(List<double> values)
    {
        if (values.Count == 0)
        {
            return default;
        }

        double[] logs = values.Select(value => Math.Log(value)).ToArray();
        return new LogNormal(Round(logs.Average()), Round(Deviation(logs)));
    }

    private static double Deviation(IReadOnlyCollection<double> values)
    {
        if (values.Count == 0)
        {
            return 0;
        }

        double mean = values.Average();
        return Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));
    }

    private static double Round(double value) => Math.Round(value, 6);

    private static double Number(JsonElement root, string name) => Parse(root.GetProperty(name));

    private static double Parse(JsonElement number) => double.Parse(number.GetString()!, CultureInfo.InvariantCulture);
}
