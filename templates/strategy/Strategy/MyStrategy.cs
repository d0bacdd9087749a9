using System;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Orders;
using LowLatency.Engine.Strategies;

namespace MyStrategy;

/// <summary>Why the strategy acts: recorded as numbers, shown as these words.</summary>
public enum Reason : byte
{
    /// <summary>There is no bid of its own.</summary>
    [Text("it has no bid in the market")]
    NoBid = StrategyReason.First,
}

/// <summary>What the strategy publishes of each instrument: <c>lowlatency_strategy_value</c> in <c>/metrics</c>.
/// </summary>
public enum Gauge : byte
{
    /// <summary>How far its bid is below the market's.</summary>
    [Text("How far its bid is below the market's, in ticks.")]
    BidDistanceTicks,
}

/// <summary>What can be set: <c>--set Strategy:AwayTicks=5</c>.</summary>
public sealed record Settings
{
    /// <summary>How far below the best bid the order rests.</summary>
    [Setting("How far below the best bid the order rests.", Unit = "ticks", Min = 0, Max = 10_000)]
    public int AwayTicks { get; set; } = 10;

    /// <summary>Notional of the order.</summary>
    [Setting("Notional of the order.", Unit = "quote currency", Min = 1e-12, Max = 1e9)]
    public decimal OrderNotional { get; set; } = 100;
}

/// <summary>Keeps one bid below the market. Replace it with what you want to trade.</summary>
[Strategy("MyStrategy", "Keeps one bid below the market.", Reasons = typeof(Reason), Gauges = typeof(Gauge))]
public sealed class Strategy : IStrategy
{
    private const ushort Tag = 1;
    private const long LifetimeNs = 60_000_000_000;

    private readonly Settings _settings;
    private readonly long _orderTickLots;

    /// <summary>Creates the strategy for one instrument.</summary>
    public Strategy(Settings settings, Instrument instrument)
    {
        _settings = settings;
        _orderTickLots = InstrumentUnits.ToTickLots(settings.OrderNotional, instrument);
    }

    /// <inheritdoc/>
    public void OnBook(StrategyContext context, TradedInstrument instrument)
    {
        // Found by its tag, so that a restart continues with it.
        if (instrument.TryFindOrder(Side.Buy, Tag, out Order bid))
        {
            instrument.SetGauge(Gauge.BidDistanceTicks, instrument.Book.BestBidTicks - bid.PriceTicks);
            return;
        }

        long priceTicks = Math.Max(1, instrument.Book.BestBidTicks - _settings.AwayTicks);
        PlaceResult result = instrument.Place(new PlaceRequest
        {
            Side = Side.Buy,
            Reason = StrategyReason.Of(Reason.NoBid),
            Flags = OrderFlags.PostOnly,
            Tag = Tag,
            PriceTicks = priceTicks,
            QuantityLots = _orderTickLots / priceTicks,
            LifetimeNs = LifetimeNs,
        });

        // Logging allocates nothing. What a strategy logs is shown by live sessions and replays.
        if (!result.IsPlaced)
        {
            instrument.Log($"bid at {priceTicks} ticks refused: {result.Refusal}");
        }
    }
}
