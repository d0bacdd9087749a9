using LowLatency.Engine.Events;
using LowLatency.Engine.Orders;
using LowLatency.Engine.Strategies;

namespace LowLatency.Tests.Engine.Orders.Model;

/// <summary>
/// Makes one random request when told to: an order, a composite order of any kind, an amendment, a cancel.
/// </summary>
internal sealed class ModelTrader : IStrategy
{
    private long _lastOrder;
    private long _lastComposite;

    /// <summary>The request for the next timer event; 0 for none.</summary>
    public int Wish { get; set; }

    public void OnTimer(StrategyContext context)
    {
        TradedInstrument instrument = context.Instrument;
        int wish = Wish;
        Wish = 0;
        if (wish == 0)
        {
            return;
        }

        int Draw(int count)
        {
            int drawn = wish % count;
            wish = (wish / count) ^ (wish * 31 & 0x7fffffff);
            return drawn;
        }

        int kind = Draw(12);
        Side side = Draw(2) == 0 ? Side.Buy : Side.Sell;
        long touch = instrument.Book.BestTicks(side) == 0 ? 1000 : instrument.Book.BestTicks(side);
        long price = touch + Draw(41) - 20;
        long lots = 1 + Draw(20);
        if (kind < 4)
        {
            var request = new PlaceRequest
            {
                Side = side,
                Reason = StrategyReason.Unnamed,
                Flags = Draw(5) switch { 0 => OrderFlags.PostOnly, 1 => OrderFlags.ImmediateOrCancel, _ => 0 },
                PriceTicks = price,
                QuantityLots = lots,
                LifetimeNs = 1_000_000_000L * (1 + Draw(30)),
            };
            _lastOrder = instrument.Place(in request).Id;
        }
        else if (kind < 6)
        {
            instrument.Amend(_lastOrder, price, lots, StrategyReason.Unnamed, default);
        }
        else if (kind < 8)
        {
            instrument.Cancel(kind == 6 ? _lastOrder : _lastComposite, StrategyReason.Unnamed);
        }
        else
        {
            var request = new CompositeRequest
            {
                Kind = (CompositeKind)(1 + Draw(6)),
                Side = side,
                Reason = StrategyReason.Unnamed,
                Parts = 1 + Draw(5),
                QuantityLots = lots + 5,
                PriceTicks = price,
                SecondPriceTicks = price + Draw(21) - 10,
                TriggerTicks = side == Side.Sell ? price - 1 - Draw(10) : price + 1 + Draw(10),
                TrailTicks = 1 + Draw(10),
                DisplayLots = 1 + Draw(5),
                LifetimeNs = 1_000_000_000L * (1 + Draw(60)),
            };
            request.Weights[0] = (ushort)Draw(3);
            request.Weights[1] = (ushort)Draw(3);
            _lastComposite = instrument.Place(in request).Id;
        }
    }
}
