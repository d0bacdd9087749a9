using System;
using LowLatency.Engine.Events;
using LowLatency.Engine.Orders;
using LowLatency.Engine.Strategies;

namespace LowLatency.TestTarget;

/// <summary>Requests random orders, amendments, cancels and composite orders of every kind.</summary>
internal sealed class EveryOrderType(Random random) : IStrategy
{
    private long _order;
    private long _composite;

#pragma warning disable CA5394 // Tests want repeatable numbers, not secret ones.
    public void OnBook(StrategyContext context, TradedInstrument instrument)
    {
        int wish = random.Next(12);
        Side side = random.Next(2) == 0 ? Side.Buy : Side.Sell;
        long price = instrument.Book.BestTicks(side) + random.Next(-9, 10);
        if (wish < 4)
        {
            _order = instrument.Place(new PlaceRequest
            {
                Side = side,
                Reason = StrategyReason.Unnamed,
                PriceTicks = price,
                QuantityLots = random.Next(1, 20),
                LifetimeNs = 1_000_000_000,
            }).Id;
        }
        else if (wish < 6)
        {
            instrument.Amend(_order, price, random.Next(1, 30), StrategyReason.Unnamed, default);
        }
        else if (wish < 8)
        {
            instrument.Cancel(wish == 6 ? _order : _composite, StrategyReason.Unnamed);
        }
        else
        {
            _composite = instrument.Place(new CompositeRequest
            {
                Kind = (CompositeKind)random.Next(1, 7),
                Side = side,
                Reason = StrategyReason.Unnamed,
                Parts = random.Next(1, 5),
                QuantityLots = random.Next(8, 30),
                PriceTicks = price,
                SecondPriceTicks = price + random.Next(-5, 6),
                TriggerTicks = side == Side.Sell ? price - 3 : price + 3,
                TrailTicks = random.Next(1, 6),
                DisplayLots = random.Next(1, 6),
                LifetimeNs = 2_000_000_000,
            }).Id;
        }
    }
#pragma warning restore CA5394
}
