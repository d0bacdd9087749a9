using System;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Orders;
using LowLatency.Engine.Signals;
using LowLatency.Engine.Strategies;

namespace LowLatency.ExampleStrategy;

/// <summary>Why the strategy acts: recorded as numbers, shown as these words.</summary>
public enum PullbackReason : byte
{
    /// <summary>The market has fallen below its average.</summary>
    [Text("the market has fallen below its average")]
    Pullback = StrategyReason.First,
}

/// <summary>What the strategy publishes of each instrument: as gauges in <c>/metrics</c> and in the status.</summary>
public enum PullbackGauge : byte
{
    /// <summary>How far the mid is below its average.</summary>
    [Text("How far the mid is below its average, in basis points.")]
    PullbackBp,
}

/// <summary>What can be set. The attributes are the list that <c>lowlatency strategies</c> prints, and the
/// check.</summary>
public sealed record PullbackSettings
{
    /// <summary>Values in the average.</summary>
    [Setting("Seconds in the average of the mid.", Unit = "s", Min = 2, Max = 500)]
    public int AverageSeconds { get; set; } = 60;

    /// <summary>How far the market must have fallen below its average.</summary>
    [Setting("How far the market must have fallen below its average.", Unit = "bp", Min = 0.1, Max = 1000)]
    public double PullbackBp { get; set; } = 3;

    /// <summary>How far above the purchase the sale rests.</summary>
    [Setting("How far above the purchase the sale rests.", Unit = "bp", Min = 0.1, Max = 1000)]
    public double ProfitBp { get; set; } = 5;

    /// <summary>Notional of a purchase.</summary>
    [Setting("Notional of a purchase.", Unit = "quote currency", Min = 1e-12, Max = 1e9)]
    public decimal OrderNotional { get; set; } = 500;
}

/// <summary>
/// An example: buys a pullback below the average of the last minute with a paired order, which then sells what was
/// bought. One class, live and in replay alike; it must not allocate, block, throw or read a clock.
/// </summary>
[Strategy(
    "Pullback",
    "An example: buys below the average of the mid and rests a sale above, as one paired order.",
    Reasons = typeof(PullbackReason),
    Gauges = typeof(PullbackGauge))]
public sealed class PullbackStrategy : IStrategy
{
    private const ushort Tag = 1;
    private const long NsPerSecond = 1_000_000_000;
    private const double BasisPoints = 10_000;

    private readonly PullbackSettings _settings;
    private readonly SimpleAverage _average;
    private readonly long _orderTickLots;
    private long _nextSampleNs;

    /// <summary>Creates the strategy for one instrument.</summary>
    public PullbackStrategy(PullbackSettings settings, Instrument instrument)
    {
        _settings = settings;
        _average = new SimpleAverage(settings.AverageSeconds);
        _orderTickLots = InstrumentUnits.ToTickLots(settings.OrderNotional, instrument);
    }

    /// <inheritdoc/>
    public void OnBook(StrategyContext context, TradedInstrument instrument)
    {
        // Twice the mid, in whole ticks.
        long twoMid = instrument.Book.BestBidTicks + instrument.Book.BestAskTicks;
        if (context.NowNs >= _nextSampleNs)
        {
            _nextSampleNs = context.NowNs + NsPerSecond;
            _average.Add(twoMid);
        }

        if (!_average.IsReady)
        {
            return;
        }

        double pullbackBp = (1 - (twoMid / _average.Value)) * BasisPoints;
        instrument.SetGauge(PullbackGauge.PullbackBp, pullbackBp);

        // Found by its tag, so that a restart continues with it.
        bool isBusy = instrument.FindComposite(Tag) != 0;
        if (!isBusy && twoMid < _average.Value * (1 - (_settings.PullbackBp / BasisPoints)))
        {
            Buy(instrument, pullbackBp);
        }
    }

    private void Buy(TradedInstrument instrument, double pullbackBp)
    {
        long priceTicks = instrument.Book.BestBidTicks;
        var request = new CompositeRequest
        {
            Kind = CompositeKind.Paired,
            Side = Side.Buy,
            Reason = StrategyReason.Of(PullbackReason.Pullback),
            Tag = Tag,
            QuantityLots = _orderTickLots / Math.Max(1, priceTicks),
            PriceTicks = priceTicks,
            SecondPriceTicks = (long)Math.Ceiling(priceTicks * (1 + (_settings.ProfitBp / BasisPoints))),
            LifetimeNs = 600 * NsPerSecond,
        };
        PlaceResult result = instrument.Place(in request);
        if (result.IsPlaced)
        {
            instrument.Log($"buys {request.QuantityLots} lots at {priceTicks} ticks, {pullbackBp:F1} bp below average");
        }
        else
        {
            instrument.Log($"purchase refused: {result.Refusal}");
        }
    }
}
