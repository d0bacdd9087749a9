using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;

namespace LowLatency.Engine.Strategies;

/// <summary>A trade in ticks and lots.</summary>
public readonly struct TradeView
{
    private readonly long _price;
    private readonly long _quantity;
    private readonly long _tickIncrements;
    private readonly long _lotIncrements;

    internal TradeView(in EngineInput trade, in InstrumentScale scale)
    {
        _price = trade.Price;
        _quantity = trade.Quantity;
        _tickIncrements = scale.TickIncrements;
        _lotIncrements = scale.LotIncrements;
        Aggressor = trade.Side;
        TradeId = trade.TradeId;
        ReceiveTimeNs = trade.ReceiveTimeNs;
        ExchangeTimeNs = trade.ExchangeTimeNs;
    }

    /// <summary>Side of the order that took liquidity: Buy for a trade with a resting ask.</summary>
    public Side Aggressor { get; }

    /// <summary>The venue's trade number.</summary>
    public long TradeId { get; }

    /// <summary>When it was received, nanoseconds since the Unix epoch.</summary>
    public long ReceiveTimeNs { get; }

    /// <summary>The venue's time, nanoseconds since the Unix epoch; 0 where it gives none.</summary>
    public long ExchangeTimeNs { get; }

    /// <summary>Price in ticks. A price between ticks is rounded as the resting order's level shows in the book: up
    /// when a buyer took an ask, down when a seller took a bid.</summary>
    public long PriceTicks => _tickIncrements == 0 ? 0
        : Aggressor == Side.Buy ? (_price + _tickIncrements - 1) / _tickIncrements
        : _price / _tickIncrements;

    /// <summary>Price in ticks, not rounded.</summary>
    public double ExactPriceTicks => _tickIncrements == 0 ? 0 : (double)_price / _tickIncrements;

    /// <summary>Quantity in lots, rounded down.</summary>
    public long Lots => _lotIncrements == 0 ? 0 : _quantity / _lotIncrements;

    /// <summary>Quantity in lots, not rounded.</summary>
    public double ExactLots => _lotIncrements == 0 ? 0 : (double)_quantity / _lotIncrements;
}
