using System;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Orders;
using LowLatency.Engine.Strategies;

namespace LowLatency.Simulation.Simulator;

/// <summary>Settings of <see cref="RandomTrader"/>.</summary>
public sealed record RandomTraderSettings
{
    /// <summary>Seed of its random orders.</summary>
    [Setting("Seed of its wishes.", Min = 0, Max = int.MaxValue)]
    public int Seed { get; set; }

    /// <summary>How often it acts.</summary>
    [Setting("How many books it lets pass for a wish.", Unit = "books", Min = 1, Max = 10_000)]
    public int Patience { get; set; } = 4;

    /// <summary>Maximum notional of an order.</summary>
    [Setting("Largest notional of an order.", Unit = "quote currency", Min = 1e-12, Max = 1e9)]
    public decimal OrderNotional { get; set; } = 1500;
}

/// <summary>
/// Sends every kind of order, amendment and cancel at random. For simulations: it covers requests that a sensible
/// strategy would never make. Engine thread only.
/// </summary>
[Strategy("RandomTrader", "Asks at random for orders of every kind; for simulations.")]
public sealed class RandomTrader : IStrategy
{
    private const int Actions = 12;
    private const int Tags = 4;
    private const int TradesPerAction = 4;
    private const int TimersPerAction = 8;
    private const long Second = 1_000_000_000;

    private readonly Random _random;
    private readonly RandomTraderSettings _settings;
    private readonly long _orderTickLots;

    /// <summary>Creates the strategy for one instrument.</summary>
    public RandomTrader(RandomTraderSettings settings, Instrument instrument)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(instrument);
        _settings = settings;
#pragma warning disable CA5394 // Simulations want repeatable numbers, not secret ones.
        _random = new Random(settings.Seed + instrument.Id);
        _orderTickLots = InstrumentUnits.ToTickLots(settings.OrderNotional, instrument);
    }

    /// <inheritdoc/>
    public void OnBook(StrategyContext context, TradedInstrument instrument) =>
        Act(instrument, _settings.Patience);

    /// <inheritdoc/>
    public void OnTrade(StrategyContext context, TradedInstrument instrument, in TradeView trade) =>
        Act(instrument, TradesPerAction * _settings.Patience);

    /// <inheritdoc/>
    public void OnTimer(StrategyContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        Act(context.Instrument, TimersPerAction * _settings.Patience);
    }

    /// <inheritdoc/>
    public void OnOrder(StrategyContext context, TradedInstrument instrument, in OrderUpdate update) =>
        Act(instrument, _settings.Patience);

    // Also without a book: then the risk gate must refuse.
    private void Act(TradedInstrument instrument, int timeout)
    {
        ArgumentNullException.ThrowIfNull(instrument);
        if (_random.Next(timeout) != 0 || instrument.Book.BestBidTicks == 0
            || instrument.Book.BestAskTicks == 0)
        {
            return;
        }

        int wish = _random.Next(Actions);
        Side side = _random.Next(2) == 0 ? Side.Buy : Side.Sell;
        var tag = (ushort)(1 + _random.Next(Tags));
        long ticks = PriceTicks(instrument, side);
        long lots = 1 + (long)(_random.NextDouble() * _orderTickLots / ticks);
        if (wish < 5)
        {
            instrument.Place(new PlaceRequest
            {
                Side = side,
                Reason = StrategyReason.Unnamed,
                Flags = (OrderFlags)_random.Next(3),
                Tag = tag,
                PriceTicks = ticks,
                QuantityLots = lots,
                LifetimeNs = _random.Next(1, 20) * Second,
            });
        }
        else if (wish < 7 && instrument.TryFindOrder(side, tag, out Order own))
        {
            instrument.Amend(own.Id, ticks, lots, StrategyReason.Unnamed, default);
        }
        else if (wish == 7 && instrument.TryFindOrder(side, tag, out own))
        {
            instrument.Cancel(own.Id, StrategyReason.Unnamed);
        }
        else if (wish == 8)
        {
            instrument.Cancel(instrument.FindComposite(tag), StrategyReason.Unnamed);
        }
        else
        {
            PlaceComposite(instrument, side, tag, ticks, lots);
        }
    }

    // Around the touch, on either side of it, and rarely far away.
    private long PriceTicks(TradedInstrument instrument, Side side)
    {
        long best = instrument.Book.BestTicks(side);
        int away = _random.Next(20) == 0 ? 2000 : 12;
        return Math.Max(1, best + _random.Next(-away, away + 1));
    }

    private void PlaceComposite(TradedInstrument instrument, Side side, ushort tag, long ticks, long lots)
    {
        int sign = side == Side.Sell ? -1 : 1;
        instrument.Place(new CompositeRequest
        {
            Kind = (CompositeKind)_random.Next(1, 7),
            Side = side,
            Reason = StrategyReason.Unnamed,
            Tag = tag,
            Parts = _random.Next(1, 6),
            QuantityLots = lots,
            PriceTicks = ticks,
            SecondPriceTicks = ticks + _random.Next(-30, 31),
            TriggerTicks = ticks + (sign * _random.Next(1, 20)),
            TrailTicks = _random.Next(1, 30),
            DisplayLots = Math.Max(1, lots / _random.Next(2, 6)),
            LifetimeNs = _random.Next(2, 30) * Second,
        });
    }
#pragma warning restore CA5394
}
