using System;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Orders;

namespace LowLatency.Engine.Risk;

/// <summary>Limits of one instrument, in its own units. Immutable.</summary>
public sealed record RiskLimits
{
    /// <summary>Largest notional of one order, in tick·lots.</summary>
    public required long MaxOrderTickLots { get; init; }

    /// <summary>Largest notional of the position that could result if every open order of that side were filled,
    /// in tick·lots.</summary>
    public required long MaxPositionTickLots { get; init; }

    /// <summary>Most orders open at a time.</summary>
    public required int MaxOpenOrders { get; init; }

    /// <summary>How far from the middle of the market a price may lie, in millionths of it.</summary>
    public required int CollarPpm { get; init; }
}

/// <summary>The last step before the outbound ring. Engine thread only.</summary>
internal static class RiskGate
{
    /// <summary>Checks an order against every limit.</summary>
    /// <returns><see cref="DecisionReason.None"/> when it may be sent.</returns>
    public static DecisionReason Check(InstrumentState state, in PlaceRequest request, OrderStore orders)
    {
        RiskLimits limits = state.Limits;
        if (!state.Book.IsTwoSided || state.Book.IsCrossed)
        {
            return DecisionReason.RefusedBookNotLive;
        }

        if (state.View.Status is TradingStatus.CancelOnly or TradingStatus.Halted)
        {
            return DecisionReason.RefusedNotTrading;
        }

        if (request.QuantityLots < state.Instrument.MinQuantityLots || request.PriceTicks <= 0)
        {
            return DecisionReason.RefusedQuantity;
        }

        if ((Int128)request.QuantityLots * request.PriceTicks < state.Instrument.MinNotionalTickLots)
        {
            return DecisionReason.RefusedMinNotional;
        }

        if ((Int128)request.QuantityLots * request.PriceTicks > limits.MaxOrderTickLots)
        {
            return DecisionReason.RefusedNotional;
        }

        if (state.View.OpenOrders >= limits.MaxOpenOrders || orders.IsFull)
        {
            return DecisionReason.RefusedOpenOrders;
        }

        if (WorstPosition(state, in request) * request.PriceTicks > limits.MaxPositionTickLots)
        {
            return DecisionReason.RefusedPosition;
        }

        if (IsOutsideCollar(state, request.PriceTicks, limits.CollarPpm))
        {
            return DecisionReason.RefusedCollar;
        }

        return TradesWithOwn(state, in request, orders) ? DecisionReason.RefusedSelfTrade : DecisionReason.None;
    }

    // An order that only brings the position back towards zero is never held back by the position limit.
    private static Int128 WorstPosition(InstrumentState state, in PlaceRequest request) =>
        request.Side == Side.Buy
            ? (Int128)state.Position.Lots + state.OpenBuyLots + request.QuantityLots
            : -(Int128)state.Position.Lots + state.OpenSellLots + request.QuantityLots;

    private static bool IsOutsideCollar(InstrumentState state, long priceTicks, int collarPpm)
    {
        Int128 twoMid = (Int128)state.Book.Bids.BestPrice + state.Book.Asks.BestPrice;
        Int128 twoPrice = 2 * (Int128)priceTicks * state.Scale.TickIncrements;
        return Int128.Abs(twoPrice - twoMid) * 1_000_000 > twoMid * collarPpm;
    }

    private static bool TradesWithOwn(InstrumentState state, in PlaceRequest request, OrderStore orders)
    {
        for (int slot = state.OrderList; slot >= 0; slot = orders.Older(slot))
        {
            ref Order own = ref orders.Slot(slot);
            if (own.Side != request.Side
                && (request.Side == Side.Buy ? request.PriceTicks >= own.PriceTicks
                                             : request.PriceTicks <= own.PriceTicks))
            {
                return true;
            }
        }

        return false;
    }
}
