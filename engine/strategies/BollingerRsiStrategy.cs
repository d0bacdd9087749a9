using System;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Orders;
using LowLatency.Engine.Signals;

namespace LowLatency.Engine.Strategies;

/// <summary>Reasons of <see cref="BollingerRsiStrategy"/>.</summary>
public enum BollingerRsiReason : byte
{
    /// <summary>A close below the lower band while the relative strength is low: buy.</summary>
    [Text("closed below the lower band with low relative strength")]
    BandBuy = 12,

    /// <summary>A close above the upper band while the relative strength is high: sell.</summary>
    [Text("closed above the upper band with high relative strength")]
    BandSell = 13,

    /// <summary>The profit target or the maximum loss is reached.</summary>
    [Text("closes the position at a profit or a loss")]
    Exit = 14,
}

/// <summary>Settings of <see cref="BollingerRsiStrategy"/>.</summary>
public sealed record BollingerRsiSettings
{
    /// <summary>Length of a candle.</summary>
    [Setting("Length of a candle.", Unit = "s", Min = 0.1, Max = 86_400)]
    public double CandleSeconds { get; set; } = 60;

    /// <summary>Candles of the bands.</summary>
    [Setting("Candles of the Bollinger bands.", Unit = "candles", Min = 2, Max = 500)]
    public int BandCandles { get; set; } = 20;

    /// <summary>Width of the bands.</summary>
    [Setting("Standard deviations from the middle to a band.", Min = 0.1, Max = 10)]
    public double BandDeviations { get; set; } = 2;

    /// <summary>Candles of the relative strength index.</summary>
    [Setting("Candles of the relative strength index.", Unit = "candles", Min = 2, Max = 500)]
    public int StrengthCandles { get; set; } = 14;

    /// <summary>Below it, a close under the lower band buys.</summary>
    [Setting("A close under the lower band buys when the index is below this.", Min = 0, Max = 100)]
    public double BuyBelow { get; set; } = 30;

    /// <summary>Above it, a close over the upper band sells.</summary>
    [Setting("A close over the upper band sells when the index is above this.", Min = 0, Max = 100)]
    public double SellAbove { get; set; } = 70;

    /// <summary>Profit at which a position is closed.</summary>
    [Setting("Profit at which a position is closed.", Unit = "%", Min = 0.001, Max = 100)]
    public double TakeProfitPercent { get; set; } = 0.5;

    /// <summary>Loss at which a position is closed.</summary>
    [Setting("Loss at which a position is closed.", Unit = "%", Min = 0.001, Max = 99)]
    public double StopLossPercent { get; set; } = 0.5;

    /// <summary>Minimum time between signals.</summary>
    [Setting("Minimum time between two signals.", Unit = "s", Min = 0, Max = 1e6)]
    public double SignalDistanceSeconds { get; set; } = 300;

    /// <summary>Notional of a position.</summary>
    [Setting("Notional of a position.", Unit = "quote currency", Min = 1e-12, Max = 1e9)]
    public decimal OrderNotional { get; set; } = 1000;

    /// <summary>Whether it opens short positions.</summary>
    [Setting("Whether signals to sell open short positions.")]
    public bool AllowShort { get; set; } = true;
}

/// <summary>
/// Trades against extremes: a candle that closes outside the Bollinger bands while the relative strength index agrees
/// opens a position at the market, and a one-cancels-other order then takes the profit or stops the loss. Engine thread
/// only.
/// </summary>
[Strategy(
    "BollingerRsi",
    "Buys a close below the lower Bollinger band when the relative strength is low, sells the mirror image, and "
    + "closes at a profit or a loss.",
    Reasons = typeof(BollingerRsiReason))]
public sealed class BollingerRsiStrategy : IStrategy
{
    private const ushort EntryTag = 1;
    private const ushort ExitTag = 2;
    private const double NsPerSecond = 1e9;
    private const double Percent = 100;
    private const long EntryLifetimeNs = 5_000_000_000;
    private const long RetryNs = 1_000_000_000;

    private readonly BollingerRsiSettings _settings;
    private readonly CandleSeries _candles;
    private readonly BollingerBands _bands;
    private readonly RelativeStrength _strength;
    private readonly long _orderTickLots;
    private readonly long _distanceNs;
    private long _lastSignalNs;
    private long _exitRetryNs;

    /// <summary>Creates the strategy for one instrument.</summary>
    public BollingerRsiStrategy(BollingerRsiSettings settings, Instrument instrument)
    {
        _settings = settings;
        _candles = new CandleSeries((long)(settings.CandleSeconds * NsPerSecond));
        _bands = new BollingerBands(settings.BandCandles, settings.BandDeviations);
        _strength = new RelativeStrength(settings.StrengthCandles);
        _orderTickLots = InstrumentUnits.ToTickLots(settings.OrderNotional, instrument);
        _distanceNs = (long)(settings.SignalDistanceSeconds * NsPerSecond);
    }

    /// <inheritdoc/>
    public void OnTrade(StrategyContext context, TradedInstrument instrument, in TradeView trade)
    {
        _candles.OnTrade(context.NowNs, trade.PriceTicks, trade.Lots);
        TakeCandles(instrument);
    }

    /// <inheritdoc/>
    public void OnTimer(StrategyContext context)
    {
        _candles.OnTime(context.NowNs);
        TakeCandles(context.Instrument);
    }

    /// <inheritdoc/>
    public void OnBook(StrategyContext context, TradedInstrument instrument) => Guard(instrument);

    private void TakeCandles(TradedInstrument instrument)
    {
        while (_candles.TryTakeClosed(out Candle candle))
        {
            _bands.Add(candle.Close);
            _strength.Add(candle.Close);
            if (_bands.IsReady && _strength.IsReady)
            {
                OnSignal(instrument, candle.Close);
            }
        }
    }

    private void OnSignal(TradedInstrument instrument, long close)
    {
        bool isBuy = close < _bands.Lower && _strength.Value < _settings.BuyBelow;
        bool isSell = close > _bands.Upper && _strength.Value > _settings.SellAbove && _settings.AllowShort;
        bool isTooSoon = _lastSignalNs != 0 && instrument.NowNs - _lastSignalNs < _distanceNs;
        bool isBusy = instrument.PositionLots != 0 || instrument.OpenOrders != 0
            || instrument.FindComposite(ExitTag) != 0;
        if ((isBuy || isSell) && !isTooSoon && !isBusy && instrument.Book.IsTwoSided)
        {
            _lastSignalNs = instrument.NowNs;
            Enter(instrument, isBuy ? Side.Buy : Side.Sell);
        }
    }

    private void Enter(TradedInstrument instrument, Side side)
    {
        Side taken = side == Side.Buy ? Side.Sell : Side.Buy;
        long lots = _orderTickLots / Math.Max(1, instrument.Book.BestTicks(taken));
        BookWalk walk = instrument.Book.Walk(taken, lots);
        var request = new PlaceRequest
        {
            Side = side,
            Reason = StrategyReason.Of(side == Side.Buy ? BollingerRsiReason.BandBuy : BollingerRsiReason.BandSell),
            Flags = OrderFlags.ImmediateOrCancel,
            Tag = EntryTag,
            QuantityLots = lots,
            LifetimeNs = EntryLifetimeNs,
            PriceTicks = walk.PriceTicks,
            Walk = walk,
        };
        instrument.Place(in request);
    }

    // Gives a position without an exit one; also after a restart.
    private void Guard(TradedInstrument instrument)
    {
        if (instrument.PositionLots == 0 || instrument.NowNs < _exitRetryNs || instrument.FindComposite(ExitTag) != 0
            || instrument.TryFindOrder(Side.Buy, EntryTag, out _)
            || instrument.TryFindOrder(Side.Sell, EntryTag, out _))
        {
            return;
        }

        _exitRetryNs = instrument.NowNs + RetryNs;
        bool isLong = instrument.PositionLots > 0;
        double entry = instrument.AverageEntryTicks;
        double profit = entry * (1 + (_settings.TakeProfitPercent / Percent * (isLong ? 1 : -1)));
        double loss = entry * (1 - (_settings.StopLossPercent / Percent * (isLong ? 1 : -1)));
        var exit = new CompositeRequest
        {
            Kind = CompositeKind.OneCancelsOther,
            Side = isLong ? Side.Sell : Side.Buy,
            Reason = StrategyReason.Of(BollingerRsiReason.Exit),
            Tag = ExitTag,
            QuantityLots = Math.Abs(instrument.PositionLots),
            PriceTicks = (long)(isLong ? Math.Ceiling(profit) : Math.Floor(profit)),
            TriggerTicks = (long)(isLong ? Math.Floor(loss) : Math.Ceiling(loss)),
        };
        instrument.Place(in exit);
    }
}
