using System;
using System.Runtime.CompilerServices;
using LowLatency.Engine.Events;
using LowLatency.Engine.Strategies;

namespace LowLatency.Engine.Orders;

/// <summary>
/// Turns the gateway's reports into order states, positions and funds, in any order: a fill before its acknowledgement,
/// a fill after the cancel, a duplicate report, a fill of a foreign order. Engine thread only.
/// </summary>
internal sealed class OrderReports(OrderDesk desk, TradingSwitch trading)
{
    /// <summary>Handles a report about an order.</summary>
    /// <returns>What the strategy is told; its change is None if there is nothing to tell.</returns>
    public OrderReport OnReport(InstrumentState state, in EngineInput report)
    {
        if (report.Kind == EventKind.OrderFilled)
        {
            return OnFilled(state, in report);
        }

        ref Order order = ref desk.Orders.Find(report.OrderId);
        if (Unsafe.IsNullRef(ref order) || order.InstrumentId != state.Instrument.Id)
        {
            OnReportOfNoLivingOrder(state, in report);
            return default;
        }

        if (IsOutdated(ref order, in report))
        {
            state.View.RepeatedReports++;
            desk.Expose(state, ref order);
            return default;
        }

        bool wasDoubtful = order.State == OrderState.Unknown;
        OrderState before = order.State;
        bool hasMoved = report.Kind switch
        {
            EventKind.OrderAmended when report.CommandNumber == 0 || report.CommandNumber > order.AmendedNumber =>
                TakeAmendment(ref order, report.PriceTicks, report.QuantityLots),

            // Tells whether an amendment arrived that was in flight when the order's state became unknown.
            EventKind.OrderOpen when wasDoubtful => TakeAmendment(ref order, report.PriceTicks, report.QuantityLots),
            _ => false,
        };
        order.AmendedNumber = report.Kind == EventKind.OrderAmended
            ? Math.Max(order.AmendedNumber, report.CommandNumber)
            : order.AmendedNumber;
        OrderState after = OrderStateMachine.After(in order, report.Kind);
        if (after == before && !hasMoved)
        {
            state.View.RepeatedReports++;
            return default;
        }

        if (OrderStateMachine.IsEnd(after) && report.FilledLots > order.FilledLots)
        {
            // The end of the order has overtaken a fill. Acting on the end now would trade that fill twice.
            order.AwaitedLots = report.FilledLots;
            order.AwaitedEnd = after;
            return default;
        }

        order.State = after;
        if (before is OrderState.PendingAmend or OrderState.Unknown
            && after is OrderState.Live or OrderState.PartlyFilled)
        {
            (order.WantedPriceTicks, order.WantedQuantityLots) = (order.PriceTicks, order.QuantityLots);
        }

        Count(state, in order, report.Kind);
        OrderUpdate update = UpdateOf(in order, ChangeOf(report.Kind));
        desk.NoteEvent(state, in order, ReasonOf(in order, in report));
        if (OrderStateMachine.IsEnd(after))
        {
            desk.End(state, ref order);
        }
        else
        {
            desk.Expose(state, ref order);
            GoOn(state, ref order, wasDoubtful);
        }

        return new OrderReport(update, default);
    }

    /// <summary>A venue's list of open orders follows, or its connection is lost: until the list is complete, the state
    /// of every order there is unknown.</summary>
    /// <param name="venue">An instrument of the venue.</param>
    /// <param name="states">All instruments.</param>
    public void BeginReconciliation(InstrumentState venue, InstrumentState[] states)
    {
        trading.SetReconciling(venue.Instrument.Id, true);
        foreach (InstrumentState state in states)
        {
            if (trading.ShareVenue(venue.Instrument.Id, state.Instrument.Id))
            {
                MarkAllUnknown(state, DecisionReason.GatewayLost);
            }
        }
    }

    /// <summary>The list is complete: an order of the venue that it did not name is not open.</summary>
    /// <param name="venue">An instrument of the venue.</param>
    /// <param name="states">All instruments.</param>
    /// <param name="onEnded">Called for each order that is ended by it.</param>
    public void EndReconciliation(
        InstrumentState venue, InstrumentState[] states, Action<InstrumentState, OrderReport> onEnded)
    {
        foreach (InstrumentState state in states)
        {
            if (!trading.ShareVenue(venue.Instrument.Id, state.Instrument.Id))
            {
                continue;
            }

            for (int slot = state.OrderList, older; slot >= 0; slot = older)
            {
                older = desk.Orders.Older(slot);
                ref Order order = ref desk.Orders.Slot(slot);
                if (order.State == OrderState.Unknown)
                {
                    order.State = order.RemainingLots == 0 ? OrderState.Filled
                        : order.CancelReason == DecisionReason.Expired ? OrderState.Expired
                        : OrderState.Cancelled;
                    Count(state, in order, EventKind.OrderCancelled);
                    OrderUpdate update = UpdateOf(in order, OrderChange.Cancelled);
                    desk.NoteEvent(state, in order, DecisionReason.NotOpen);
                    desk.End(state, ref order);
                    onEnded(state, new OrderReport(update, default));
                }
            }
        }

        // Last, so that a strategy which is told of an end above does not act on half of the answer.
        trading.SetReconciling(venue.Instrument.Id, false);
    }

    private void MarkAllUnknown(InstrumentState state, DecisionReason reason)
    {
        for (int slot = state.OrderList; slot >= 0; slot = desk.Orders.Older(slot))
        {
            desk.MarkUnknown(state, ref desk.Orders.Slot(slot), reason);
        }
    }

    private OrderReport OnFilled(InstrumentState state, in EngineInput fill)
    {
        if (!state.Trades.TryAdd(fill.TradeId))
        {
            state.View.RepeatedFills++;
            return default;
        }

        // The position comes first: a fill of an unknown order counts, too.
        bool isMaker = (fill.Flags & EngineInput.MakerFlag) != 0;
        int feePpm = isMaker ? state.Instrument.MakerFeePpm : state.Instrument.TakerFeePpm;
        state.Position.Apply(fill.Side, fill.PriceTicks, fill.QuantityLots, feePpm, isMaker);
        desk.Funds.Apply(state.Instrument.Id, fill.Side, fill.PriceTicks, fill.QuantityLots, feePpm);
        state.Counters(fill.Side).Fills++;

        ref Order order = ref desk.Orders.FindEnded(fill.OrderId);
        if (Unsafe.IsNullRef(ref order) || order.InstrumentId != state.Instrument.Id)
        {
            state.View.UnknownFills++;
            var stranger = new Order
            {
                Id = fill.OrderId,
                InstrumentId = state.Instrument.Id,
                Side = fill.Side,
                PriceTicks = fill.PriceTicks,
                QuantityLots = fill.QuantityLots,
                FilledLots = fill.QuantityLots,
                State = OrderState.Filled,
            };
            NoteFill(state, in stranger, in fill, isMaker, DecisionReason.Foreign);
            return default;
        }

        return OnOwnFill(state, ref order, in fill, isMaker);
    }

    private OrderReport OnOwnFill(InstrumentState state, ref Order order, in EngineInput fill, bool isMaker)
    {
        bool isLiving = order.HeapIndex >= 0;
        long most = Math.Max(order.QuantityLots, order.WantedQuantityLots);
        long lots = Math.Min(fill.QuantityLots, most - order.FilledLots);
        state.View.Overfills += lots < fill.QuantityLots ? 1 : 0;
        state.View.LateFills += isLiving ? 0 : 1;
        order.FilledLots += lots;
        if (order.FilledLots > order.QuantityLots)
        {
            // It traded more than it had: the amendment to a larger quantity was carried out, although its report has
            // not arrived.
            (order.PriceTicks, order.QuantityLots) = (order.WantedPriceTicks, order.WantedQuantityLots);
        }

        bool isLastAwaited = order.AwaitedLots != 0 && order.FilledLots >= order.AwaitedLots;
        if (isLiving)
        {
            order.State = isLastAwaited && order.RemainingLots != 0
                ? order.AwaitedEnd
                : OrderStateMachine.After(in order, EventKind.OrderFilled);
        }

        OrderReport report = FillOf(in order, in fill, isMaker);
        NoteFill(state, in order, in fill, isMaker, DecisionReason.None);
        if (!isLiving)
        {
            return report;
        }

        if (OrderStateMachine.IsEnd(order.State))
        {
            state.Counters(order.Side).Filled += order.State == OrderState.Filled ? 1 : 0;
            Count(state, in order, EventKind.OrderFilled);
            desk.End(state, ref order);
        }
        else
        {
            desk.Expose(state, ref order);
        }

        return report;
    }

    private void NoteFill(
        InstrumentState state, in Order order, in EngineInput fill, bool isMaker, DecisionReason reason)
    {
        ref EngineOutput output = ref desk.Event(state, in order, reason);
        output.FillPriceTicks = fill.PriceTicks;
        output.FillLots = fill.QuantityLots;
        output.TradeId = fill.TradeId;
        output.Flags |= isMaker ? OrderFlags.Maker : OrderFlags.None;
        desk.Writer.Publish(in output);
    }

    private void OnReportOfNoLivingOrder(InstrumentState state, in EngineInput report)
    {
        if (report.Kind == EventKind.OrderOpen)
        {
            state.View.ForeignOrders++;
            desk.CancelForeign(state, in report);
        }
        else
        {
            state.View.RepeatedReports++;
        }
    }

    // A cancel that was requested while the state was unknown still applies.
    private void GoOn(InstrumentState state, ref Order order, bool wasDoubtful)
    {
        if (order.State == OrderState.Unknown && !wasDoubtful)
        {
            desk.Query(state, ref order, DecisionReason.NoAnswer);
        }
        else if (wasDoubtful && order.State != OrderState.Unknown && order.CancelReason != DecisionReason.None)
        {
            desk.Cancel(state, order.Id, order.CancelReason);
        }
        else if (wasDoubtful && order.State != OrderState.Unknown && trading.StoppedBecause != DecisionReason.None)
        {
            desk.Cancel(state, order.Id, trading.StoppedBecause);
        }
    }

    // An answer to an earlier command says nothing about the last one.
    private static bool IsOutdated(ref Order order, in EngineInput report)
    {
        bool isAnswer = report.Kind is EventKind.OrderAmended or EventKind.AmendRejected or EventKind.OrderOpen;
        if (!isAnswer || report.CommandNumber == 0 || report.CommandNumber == order.CommandNumber)
        {
            return false;
        }

        if (report.Kind == EventKind.OrderAmended && report.CommandNumber > order.AmendedNumber)
        {
            order.AmendedNumber = report.CommandNumber;
            TakeAmendment(ref order, report.PriceTicks, report.QuantityLots);
        }

        return true;
    }

    private static bool TakeAmendment(ref Order order, long priceTicks, long quantityLots)
    {
        bool isNew = priceTicks != order.PriceTicks || quantityLots != order.QuantityLots;
        if (!isNew || quantityLots < order.FilledLots)
        {
            return false;
        }

        order.PriceTicks = priceTicks;
        order.QuantityLots = quantityLots;
        return true;
    }

    private static void Count(InstrumentState state, in Order order, EventKind report)
    {
        ref OrderCounters counters = ref state.Counters(order.Side);
        counters.Accepted += report == EventKind.OrderAccepted ? 1 : 0;
        counters.Rejected += order.State == OrderState.Rejected ? 1 : 0;
        counters.Expired += order.State == OrderState.Expired ? 1 : 0;
        counters.Cancelled += order.State == OrderState.Cancelled ? 1 : 0;
    }

    private static DecisionReason ReasonOf(in Order order, in EngineInput report) =>
        report.Kind == EventKind.OrderExpired ? DecisionReason.Expired : order.CancelReason;

    private static OrderUpdate UpdateOf(in Order order, OrderChange change) => new(
        change, order.Id, order.Side, order.PriceTicks, order.QuantityLots, LeftOf(in order))
    {
        State = order.State,
        Tag = order.Tag,
        ParentId = order.ParentId,
        Part = order.Part,
        CancelReason = order.CancelReason,
    };

    private static OrderReport FillOf(in Order order, in EngineInput fill, bool isMaker) => new(
        UpdateOf(in order, OrderChange.Filled),
        new FillUpdate(order.Id, order.Side, fill.PriceTicks, fill.QuantityLots, LeftOf(in order))
        {
            IsMaker = isMaker,
            TradeId = fill.TradeId,
            Tag = order.Tag,
            ParentId = order.ParentId,
            Part = order.Part,
        });

    private static long LeftOf(in Order order) => OrderStateMachine.IsEnd(order.State) ? 0 : order.RemainingLots;

    private static OrderChange ChangeOf(EventKind report) => report switch
    {
        EventKind.OrderAccepted => OrderChange.Accepted,
        EventKind.OrderRejected => OrderChange.Rejected,
        EventKind.OrderCancelled => OrderChange.Cancelled,
        EventKind.CancelRejected => OrderChange.CancelRejected,
        EventKind.OrderAmended => OrderChange.Amended,
        EventKind.AmendRejected => OrderChange.AmendRejected,
        EventKind.OrderExpired => OrderChange.Expired,
        EventKind.OrderOpen => OrderChange.FoundOpen,
        _ => OrderChange.None,
    };
}

/// <summary>What a strategy is told about a report.</summary>
/// <param name="order">What the order has become.</param>
/// <param name="fill">The fill; its lots are 0 where the report is no fill.</param>
internal readonly struct OrderReport(OrderUpdate order, FillUpdate fill)
{
    public readonly OrderUpdate Order = order;

    public readonly FillUpdate Fill = fill;
}
