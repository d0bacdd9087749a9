using System;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Orders;
using LowLatency.Engine.Strategies;

namespace LowLatency.TestTarget;

/// <summary>Settings of <see cref="RestlessStrategy"/>.</summary>
public sealed record RestlessSettings
{
    /// <summary>Seed of its random choices.</summary>
    [Setting("Seed of its random choices.", Min = 0, Max = int.MaxValue)]
    public int Seed { get; set; } = 1;
}

/// <summary>
/// Places, moves and cancels at random around the touch, so that at any moment there are orders in every state.
/// </summary>
[Strategy("Restless", "Places, moves and cancels at random, for tests of restarts.")]
public sealed class RestlessStrategy(RestlessSettings settings, Instrument facts) : IStrategy
{
    private const int Notional = 1500;
    private const int MaxWishes = 10;

#pragma warning disable CA5394 // Tests want repeatable numbers, not secret ones.
    private readonly Random _random = new(settings.Seed);
    private readonly long[] _orders = new long[8];
    private int _next;

    /// <inheritdoc/>
    public void OnBook(StrategyContext context, TradedInstrument instrument)
    {
        int wish = _random.Next(MaxWishes);
        Side side = _random.Next(2) == 0 ? Side.Buy : Side.Sell;
        long touch = instrument.Book.BestTicks(side);
        long price = touch + (_random.Next(-20, 3) * (side == Side.Buy ? 1 : -1));
        long lots = InstrumentUnits.ToTickLots(_random.Next(Notional / 10, Notional), facts) / touch;
        ref long order = ref _orders[_random.Next(_orders.Length)];
        if (wish < 5)
        {
            _next = (_next + 1) % _orders.Length;
            _orders[_next] = instrument.Place(new PlaceRequest
            {
                Side = side,
                Reason = StrategyReason.Unnamed,
                PriceTicks = price,
                QuantityLots = lots,
                LifetimeNs = 30_000_000_000,
            }).Id;
        }
        else if (wish < 8)
        {
            instrument.Amend(order, price, lots, StrategyReason.Unnamed, default);
        }
        else
        {
            instrument.Cancel(order, StrategyReason.Unnamed);
        }
    }
#pragma warning restore CA5394
}
