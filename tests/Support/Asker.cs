using System;
using System.Collections.Generic;
using LowLatency.Engine.Events;
using LowLatency.Engine.Orders;
using LowLatency.Engine.Strategies;

namespace LowLatency.Tests.Support;

/// <summary>A strategy that does what the test wants at the next timer event, and records its callbacks.</summary>
internal sealed class Asker : IStrategy
{
    public Action<TradedInstrument>? Next { get; set; }

    public List<OrderUpdate> Orders { get; } = [];

    public List<FillUpdate> Fills { get; } = [];

    public List<TradeView> Trades { get; } = [];

    public List<CompositeUpdate> Composites { get; } = [];

    public void OnTimer(StrategyContext context)
    {
        Action<TradedInstrument>? next = Next;
        Next = null;
        next?.Invoke(context.Instrument);
    }

    public void OnTrade(StrategyContext context, TradedInstrument instrument, in TradeView trade) => Trades.Add(trade);

    public void OnFill(StrategyContext context, TradedInstrument instrument, in FillUpdate fill) => Fills.Add(fill);

    public void OnOrder(StrategyContext context, TradedInstrument instrument, in OrderUpdate update) =>
        Orders.Add(update);

    public void OnComposite(StrategyContext context, TradedInstrument instrument, in CompositeUpdate update) =>
        Composites.Add(update);
}

/// <summary>An engine whose only strategy is an <see cref="Asker"/>; a tick and a lot are one increment.</summary>
internal sealed class AskerRig
{
    public AskerRig(
        LowLatency.Engine.Risk.RiskLimits? limits = null, LowLatency.Engine.EngineOptions? options = null,
        LowLatency.Engine.Instruments.Instrument? instrument = null, bool hasBook = true)
    {
        Engine = new EngineRig(
            hasPaperVenue: false,
            options ?? new LowLatency.Engine.EngineOptions { MaxOrders = 64, AnswerTimeoutNs = long.MaxValue },
            new LowLatency.Engine.InstrumentSetup(
                instrument ?? Fixture.Spot(), limits ?? Fixture.Limits() with { CollarPpm = 100_000 }, Asker));
        if (hasBook)
        {
            Engine.Snapshot(bid: 10_000, ask: 10_010, quantity: 100_000);
        }
    }

    public Asker Asker { get; } = new();

    public EngineRig Engine { get; }

    public EngineOutput LastOutput => Engine.Outputs[^1];

    /// <summary>Lets the strategy act.</summary>
    public void Do(Action<TradedInstrument> action, long afterNs = 1)
    {
        Asker.Next = action;
        Engine.Timer(afterNs);
    }

    /// <summary>Requests a limit order.</summary>
    /// <returns>Its id, or 0.</returns>
    public long Place(
        Side side, long price, long lots, OrderFlags flags = OrderFlags.None, long lifetimeNs = 60_000_000_000)
    {
        long id = 0;
        Do(context => id = context.Place(new PlaceRequest
        {
            Side = side,
            Reason = StrategyReason.Unnamed,
            Flags = flags,
            PriceTicks = price,
            QuantityLots = lots,
            LifetimeNs = lifetimeNs,
        }).Id);
        return id;
    }

    /// <summary>Requests a limit order, which the gateway accepts.</summary>
    public long PlaceLive(Side side, long price, long lots)
    {
        long id = Place(side, price, lots);
        Engine.Report(EventKind.OrderAccepted, id, side);
        return id;
    }

    /// <summary>Requests a composite order.</summary>
    public long Place(CompositeRequest request)
    {
        long id = 0;
        Do(context => id = context.Place(in request).Id);
        return id;
    }

    public void Fill(long orderId, Side side, long price, long lots, long tradeId, bool isMaker = true) =>
        Engine.Publish(new EngineInput
        {
            Kind = EventKind.OrderFilled,
            OrderId = orderId,
            Side = side,
            PriceTicks = price,
            QuantityLots = lots,
            TradeId = tradeId,
            Flags = isMaker ? EngineInput.MakerFlag : 0,
        });

    /// <summary>Moves the book to another touch.</summary>
    public void Move(long bid, long ask) => Engine.Snapshot(bid, ask, quantity: 100_000);
}
