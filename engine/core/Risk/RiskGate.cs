using System;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Orders;
using LowLatency.Engine.Positions;

namespace LowLatency.Engine.Risk;

/// <summary>An order as it would be after a placement or an amendment.</summary>
/// <param name="Side">Buy or sell.</param>
/// <param name="Flags">How it may trade.</param>
/// <param name="PriceTicks">Its limit price.</param>
/// <param name="Lots">Remaining quantity.</param>
/// <param name="ReplacedId">The order that it replaces, or 0.</param>
/// <param name="ReplacedLots">Open lots of the replaced order.</param>
/// <param name="ReplacedUnits">Currency units reserved by the replaced order.</param>
internal readonly record struct Intent(
    Side Side, OrderFlags Flags, long PriceTicks, long Lots, long ReplacedId, long ReplacedLots, Int128 ReplacedUnits);

/// <summary>The last step before the outbound ring. Engine thread only.</summary>
internal static class RiskGate
{
    /// <summary>Checks an order against every limit.</summary>
    /// <returns><see cref="DecisionReason.None"/> if it may be sent.</returns>
    public static DecisionReason Check(
        InstrumentState state, in Intent intent, OrderStore orders, FundsLedger funds, long nowNs)
    {
        DecisionReason refusal = CheckMarket(state, nowNs);
        refusal = refusal != DecisionReason.None ? refusal : CheckSize(state, in intent);
        refusal = refusal != DecisionReason.None ? refusal : CheckExposure(state, in intent, orders, funds);
        refusal = refusal != DecisionReason.None ? refusal : CheckPrice(state, in intent, orders);
        return refusal == DecisionReason.None && !state.RiskState.Orders.HasToken(nowNs)
            ? DecisionReason.RefusedOrderRate
            : refusal;
    }

    private static DecisionReason CheckMarket(InstrumentState state, long nowNs)
    {
        if (!state.Book.IsTwoSided || state.Book.IsCrossed)
        {
            return DecisionReason.RefusedBookNotLive;
        }

        if (state.Status is TradingStatus.CancelOnly or TradingStatus.Halted)
        {
            return DecisionReason.RefusedNotTrading;
        }

        if (nowNs - state.RiskState.BookTimeNs > state.Limits.MaxBookAgeNs)
        {
            return DecisionReason.RefusedOldBook;
        }

        return Math.Abs(state.RiskState.ClockOffsetNs) > state.Limits.MaxClockOffsetNs
            ? DecisionReason.RefusedClock
            : DecisionReason.None;
    }

    private static DecisionReason CheckSize(InstrumentState state, in Intent intent)
    {
        if (intent.Lots < state.Instrument.MinQuantityLots || intent.PriceTicks <= 0)
        {
            return DecisionReason.RefusedQuantity;
        }

        if (intent.Lots > state.Limits.MaxOrderLots)
        {
            return DecisionReason.RefusedSize;
        }

        Int128 notional = (Int128)intent.Lots * intent.PriceTicks;
        if (notional < state.Instrument.MinNotionalTickLots)
        {
            return DecisionReason.RefusedMinNotional;
        }

        return notional > state.Limits.MaxOrderTickLots ? DecisionReason.RefusedNotional : DecisionReason.None;
    }

    private static DecisionReason CheckExposure(
        InstrumentState state, in Intent intent, OrderStore orders, FundsLedger funds)
    {
        if (intent.ReplacedId == 0 && (state.OpenOrders >= state.Limits.MaxOpenOrders || orders.IsFull))
        {
            return DecisionReason.RefusedOpenOrders;
        }

        if (WorstPosition(state, in intent) * intent.PriceTicks > state.Limits.MaxPositionTickLots)
        {
            return DecisionReason.RefusedPosition;
        }

        Int128 need = funds.Need(state.Instrument.Id, intent.Side, intent.PriceTicks, intent.Lots);
        return funds.Covers(state.Instrument.Id, intent.Side, need - intent.ReplacedUnits)
            ? DecisionReason.None
            : DecisionReason.RefusedFunds;
    }

    private static DecisionReason CheckPrice(InstrumentState state, in Intent intent, OrderStore orders)
    {
        if (IsOutsideCollar(state, intent.PriceTicks, state.Limits.CollarPpm))
        {
            return DecisionReason.RefusedCollar;
        }

        bool isPostOnly = (intent.Flags & OrderFlags.PostOnly) != 0 || state.Status == TradingStatus.PostOnly;
        if (isPostOnly && WouldTake(state, in intent))
        {
            return DecisionReason.RefusedWouldTake;
        }

        return TradesWithOwn(state, in intent, orders) ? DecisionReason.RefusedSelfTrade : DecisionReason.None;
    }

    // An order that only reduces the position is never blocked by the position limit.
    private static Int128 WorstPosition(InstrumentState state, in Intent intent) =>
        intent.Side == Side.Buy
            ? (Int128)state.Position.Lots + state.OpenBuyLots - intent.ReplacedLots + intent.Lots
            : -(Int128)state.Position.Lots + state.OpenSellLots - intent.ReplacedLots + intent.Lots;

    // Exact: |p - m| · 10^6 > m · ppm with the micro-price m = (Pb·Qa + Pa·Qb) / (Qa + Qb).
    private static bool IsOutsideCollar(InstrumentState state, long priceTicks, int collarPpm)
    {
        Int128 bidQuantity = state.Book.Bids.BestQuantity;
        Int128 askQuantity = state.Book.Asks.BestQuantity;
        Int128 quantity = bidQuantity + askQuantity;
        Int128 micro = (state.Book.Bids.BestPrice * askQuantity) + (state.Book.Asks.BestPrice * bidQuantity);
        Int128 price = (Int128)priceTicks * state.Scale.TickIncrements * quantity;

        // Both sides are scaled down equally if a huge quantity would exceed the range.
        int shift = Math.Max(0, (int)Int128.Log2(Int128.Max(micro, price)) - 100);
        (micro, price) = (micro >> shift, price >> shift);
        return Int128.Abs(price - micro) * 1_000_000 > micro * collarPpm;
    }

    private static bool WouldTake(InstrumentState state, in Intent intent)
    {
        long price = intent.PriceTicks * state.Scale.TickIncrements;
        return intent.Side == Side.Buy ? price >= state.Book.Asks.BestPrice : price <= state.Book.Bids.BestPrice;
    }

    private static bool TradesWithOwn(InstrumentState state, in Intent intent, OrderStore orders)
    {
        for (int slot = state.OrderList; slot >= 0; slot = orders.Older(slot))
        {
            ref Order own = ref orders.Slot(slot);
            if (own.Side != intent.Side
                && (intent.Side == Side.Buy
                    ? intent.PriceTicks >= own.WorstPriceTicks
                    : intent.PriceTicks <= own.WorstPriceTicks))
            {
                return true;
            }
        }

        return false;
    }
}
