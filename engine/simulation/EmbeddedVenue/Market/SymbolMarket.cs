using System;
using System.Collections.Generic;
using LowLatency.Engine.Books;
using LowLatency.Engine.Events;

namespace LowLatency.Simulation.EmbeddedVenue.Market;

/// <summary>A venue's update ids: one counter per symbol on Spot, one for all on futures.</summary>
internal sealed class UpdateCounter(long start)
{
    public long Last { get; private set; } = start;

    public long Next() => ++Last;
}

/// <summary>
/// The order flow of one symbol on a real book: limit orders, cancels and trades arrive at random in calm and burst
/// periods; the touch moves when trades and cancels clear it and quotes follow. Prices are in ticks, quantities in
/// lots.
/// </summary>
internal sealed class SymbolMarket
{
    private const int LevelsASide = 1200;
    private const int MinLevels = 400;
    private const double NsPerSecond = 1e9;
    private const long RegimeNs = 1_000_000_000;

    private readonly MarketRandom _random;
    private readonly MarketProfile _profile;
    private readonly double _pace;
    private readonly OrderBook _book = new(4 * LevelsASide);
    private readonly IMarketSink _sink;
    private readonly UpdateCounter _updates;
    private readonly HashSet<(Side Side, long Price)> _changed = [];
    private readonly double _lotsPerUnit;
    private readonly double _ticksScale;
    private long _nextEventNs;
    private long _nextRegimeNs;
    private long _nextDepthNs;
    private bool _isBurst = true;
    private bool _isRising;
    private Side _aggressor;

    public SymbolMarket(
        SymbolSpec spec, MarketProfile profile, MarketRandom random, UpdateCounter updates, long startNs,
        IMarketSink sink, double pace = 1)
    {
        _pace = pace;
        _random = random;
        _profile = profile;
        _updates = updates;
        _sink = sink;

        // All symbols have the same amounts of money: sizes scale with the price, ticks with price per tick.
        double tick = Math.Pow(10, -spec.PriceDecimals);
        _lotsPerUnit = Math.Pow(10, spec.QuantityDecimals) * profile.MidPrice / spec.Price;
        _ticksScale = spec.Price / tick / (profile.MidPrice / profile.TickSize);
        Build((long)Math.Round(spec.Price / tick));
        _nextDepthNs = startNs + random.Next(100) * 1_000_000L;
        _nextRegimeNs = startNs + (20 * RegimeNs);
        _nextEventNs = startNs;
        _isRising = random.NextIs(0.5);
        _sink.OnSnapshot(_book, _updates.Last);
    }

    /// <summary>Time of the next event, nanoseconds since the Unix epoch.</summary>
    public long NextNs => Math.Min(_nextEventNs, _nextDepthNs);

    public OrderBook Book => _book;

    /// <summary>Executes the next event.</summary>
    public void Step()
    {
        if (_nextDepthNs <= _nextEventNs)
        {
            _sink.OnDepth(_nextDepthNs, _book, _changed, _updates.Last);
            _changed.Clear();
            _nextDepthNs += _sink.DepthIntervalNs;
            return;
        }

        long now = _nextEventNs;
        while (now >= _nextRegimeNs)
        {
            // A fifth of all seconds are bursts; their length follows from their persistence.
            double enter = (1 - _profile.BurstPersistence) / 4;
            _isBurst = _random.NextIs(_isBurst ? _profile.BurstPersistence : enter);
            _nextRegimeNs += RegimeNs;
        }

        long before = _book.Bids.BestPrice;
        long beforeQuantity = _book.Bids.BestQuantity;
        long ask = _book.Asks.BestPrice;
        long askQuantity = _book.Asks.BestQuantity;
        double rate = Happen(now);
        if (before != _book.Bids.BestPrice || beforeQuantity != _book.Bids.BestQuantity
            || ask != _book.Asks.BestPrice || askQuantity != _book.Asks.BestQuantity)
        {
            _sink.OnTop(now, _book, _updates.Last);
        }

        _nextEventNs = now + Math.Max(1, (long)(_random.NextExponential(rate * _pace) * NsPerSecond));
    }

    private double Activity => _isBurst
        ? _profile.BurstTradeRate / MeanTradeRate
        : _profile.CalmTradeRate / MeanTradeRate;

    private double MeanTradeRate => (0.8 * _profile.CalmTradeRate) + (0.2 * _profile.BurstTradeRate);

    private double Happen(long now)
    {
        double activity = Activity;
        double trades = MeanTradeRate * activity;
        double moves = _profile.MoveRate * activity;
        double touches = Math.Max(1, _profile.TickerRate - MeanTradeRate) * activity;
        double deep = Math.Max(1, (_profile.LevelChangeRate - (2 * _profile.MoveRate)) * 1.1);
        double total = trades + moves + touches + deep;
        double which = _random.Next() * total;
        if (which < moves)
        {
            Move(now);
        }
        else if (which < moves + trades)
        {
            TradeAtTouch(now);
        }
        else if (which < moves + trades + touches)
        {
            ChangeTouch();
        }
        else
        {
            ChangeDeep();
        }

        return total;
    }

    // Trades take the touch, cancels remove everything before the new price, and both sides quote one tick apart there.
    private void Move(long now)
    {
        long distance = MoveDistance();
        if (distance == 0)
        {
            return;
        }

        _isRising ^= !_random.NextIs(_profile.MovePersistence);
        Side taken = _isRising ? Side.Sell : Side.Buy;
        Side following = _isRising ? Side.Buy : Side.Sell;
        int step = _isRising ? 1 : -1;
        long target = _book[taken].BestPrice + (step * distance);
        _aggressor = following;
        _sink.OnTrade(now, _book[taken].BestPrice, _book[taken].BestQuantity, _aggressor);
        Set(taken, _book[taken].BestPrice, 0);
        while (_book[taken].Count > 0 && (_book[taken].BestPrice - target) * step < 0)
        {
            Set(taken, _book[taken].BestPrice, 0);
        }

        Set(taken, target, Lots(_profile.TouchSize));
        long behind = target - (step * Spread());
        Set(following, behind, Lots(_profile.TouchSize));
        Refill(taken);
    }

    // The log-normal tail is cut where that of the captures ends. If a tick is large, a move below one tick happens in
    // that proportion of cases, so that the volatility stays that of the profile.
    private long MoveDistance()
    {
        double ticks = Math.Min(_profile.LongMoveTicks, _random.NextLogNormal(_profile.MoveTicks)) * _ticksScale;
        return ticks >= 1 ? (long)ticks : _random.NextIs(ticks) ? 1 : 0;
    }

    private void TradeAtTouch(long now)
    {
        _aggressor = _random.NextIs(_profile.TradeSidePersistence) ? _aggressor : Opposite(_aggressor);
        Side resting = Opposite(_aggressor);
        BookSide side = _book[resting];

        // The last lots of a level are left to moves, which determine how often prices change.
        long lots = Math.Min(Lots(_profile.TradeSize), side.BestQuantity - 1);
        if (lots > 0)
        {
            _sink.OnTrade(now, side.BestPrice, lots, _aggressor);
            Set(resting, side.BestPrice, side.BestQuantity - lots);
        }
    }

    private void ChangeTouch()
    {
        Side side = _random.NextIs(0.5) ? Side.Buy : Side.Sell;
        BookSide levels = _book[side];
        long target = Lots(_profile.TouchSize);

        // New orders and cancels at the touch pull its size towards the usual one.
        long changed = Math.Max(1, (levels.BestQuantity + target) / 2);
        Set(side, levels.BestPrice, changed);
    }

    private void ChangeDeep()
    {
        Side side = _random.NextIs(0.5) ? Side.Buy : Side.Sell;
        BookSide levels = _book[side];
        double surplus = (double)levels.Count / LevelsASide;
        if (levels.Count > MinLevels && _random.NextIs(_profile.RemovalShare * Math.Min(1.5, surplus)))
        {
            // Orders near the touch come and go; those far away stay.
            double where = _random.Next();
            int depth = 1 + (int)(where * where * (levels.Count - 2));
            Set(side, levels.PriceAt(depth), 0);
            return;
        }

        long distance = Math.Max(1, (long)(_random.NextLogNormal(_profile.ChangeDistanceTicks) * _ticksScale));
        long best = levels.BestPrice;
        long price = side == Side.Buy ? best - distance : best + distance;
        if (price > 0)
        {
            Set(side, price, Lots(_profile.LevelSize));
        }
    }

    private void Build(long mid)
    {
        foreach (Side side in new[] { Side.Buy, Side.Sell })
        {
            long price = side == Side.Buy ? mid : mid + 1;
            for (int i = 0; i < LevelsASide && price > 0; i++)
            {
                _book.Set(side, price, Lots(i == 0 ? _profile.TouchSize : _profile.LevelSize));
                price += (side == Side.Buy ? -1 : 1) * Gap();
            }
        }
    }

    private void Refill(Side side)
    {
        BookSide levels = _book[side];
        long price = levels.WorstPrice;
        while (levels.Count < MinLevels && price > 0)
        {
            price += (side == Side.Buy ? -1 : 1) * Gap();
            if (price > 0)
            {
                Set(side, price, Lots(_profile.LevelSize));
            }
        }
    }

    private long Gap() => Math.Max(1, (long)(_random.NextLogNormal(_profile.LevelGapTicks) * _ticksScale));

    private long Spread() => _random.NextIs(_profile.OneTickSpreadShare) ? 1 : 2 + _random.Next(4);

    private long Lots(LogNormal law) => Math.Max(1, (long)(_random.NextLogNormal(law) * _lotsPerUnit));

    private void Set(Side side, long price, long lots)
    {
        _book.Set(side, price, lots);
        _changed.Add((side, price));
        _updates.Next();
    }

    private static Side Opposite(Side side) => side == Side.Buy ? Side.Sell : Side.Buy;
}

/// <summary>Receives the events of a generated market.</summary>
internal interface IMarketSink
{
    long DepthIntervalNs { get; }

    void OnSnapshot(OrderBook book, long updateId);

    void OnDepth(long timeNs, OrderBook book, IReadOnlyCollection<(Side Side, long Price)> changed, long updateId);

    void OnTop(long timeNs, OrderBook book, long updateId);

    void OnTrade(long timeNs, long price, long lots, Side aggressor);
}
