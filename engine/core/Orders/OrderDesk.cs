using System;
using System.Runtime.CompilerServices;
using LowLatency.Engine.Events;
using LowLatency.Engine.Positions;
using LowLatency.Engine.Risk;

namespace LowLatency.Engine.Orders;

/// <summary>
/// Turns requests into order commands: strategy ▸ risk gate ▸ store ▸ outbound ring. Reports go to
/// <see cref="OrderReports"/>. Engine thread only.
/// </summary>
internal sealed class OrderDesk(OrderStore orders, FundsLedger funds, TradingSwitch trading, DecisionWriter writer)
{
    public OrderStore Orders => orders;

    public FundsLedger Funds => funds;

    public DecisionWriter Writer => writer;

    /// <summary>Trading is stopped, for now or for good.</summary>
    public bool IsStopped => trading.StoppedBecause != DecisionReason.None;

    /// <summary>Places an order.</summary>
    /// <returns>Its id, or why it was refused; a refusal is noted.</returns>
    public PlaceResult Place(InstrumentState state, in PlaceRequest request)
    {
        var intent = new Intent(request.Side, request.Flags, request.PriceTicks, request.QuantityLots, 0, 0, 0);
        DecisionReason refusal = trading.RefusalOf(state.Instrument.Id);
        refusal = refusal != DecisionReason.None ? refusal
            : !request.HasSoundTerms ? DecisionReason.RefusedTerms
            : RiskGate.Check(state, in intent, orders, funds, writer.NowNs);
        if (refusal != DecisionReason.None)
        {
            Refuse(state, in request, refusal);
            return new PlaceResult(0, refusal);
        }

        long expireTimeNs = request.ExpireTimeNs != 0
            ? request.ExpireTimeNs
            : Expiry.After(writer.NowNs, request.LifetimeNs);
        ref Order order = ref orders.Add(expireTimeNs, ref state.OrderList);
        order.InstrumentId = state.Instrument.Id;
        order.Side = request.Side;
        order.Flags = request.Flags;
        order.Tag = request.Tag;
        order.ParentId = request.ParentId;
        order.Part = request.Part;
        order.PriceTicks = order.WantedPriceTicks = request.PriceTicks;
        order.QuantityLots = order.WantedQuantityLots = request.QuantityLots;
        order.SentTimeNs = writer.NowNs;
        Expose(state, ref order);
        state.RiskState.Orders.Take(writer.NowNs);

        ref EngineOutput output = ref writer.Decide(state, OutputKind.Place, request.Side, request.Reason.Recorded);
        output.OrderId = order.Id;
        output.ExpireTimeNs = expireTimeNs;
        Describe(ref output, in request);
        writer.Publish(in output);

        state.OpenOrders++;
        state.Counters(request.Side).Placed++;
        return new PlaceResult(order.Id, DecisionReason.None);
    }

    /// <summary>Records that an order was refused.</summary>
    public void Refuse(InstrumentState state, in PlaceRequest request, DecisionReason reason)
    {
        ref EngineOutput output = ref writer.Decide(state, OutputKind.Refuse, request.Side, reason);
        output.OrderId = orders.Ids.NextRefused();
        Describe(ref output, in request);
        writer.Publish(in output);
        state.Counters(request.Side).Refused++;
    }

    /// <summary>Gives an order another price or whole quantity. Until the gateway has answered, both count.</summary>
    /// <returns>Whether it was sent. A refusal is noted, unless the order is not known.</returns>
    public ChangeResult Amend(
        InstrumentState state, long orderId, long priceTicks, long quantityLots, DecisionReason reason,
        in QuoteInputs inputs)
    {
        ref Order order = ref orders.Find(orderId);
        if (Unsafe.IsNullRef(ref order) || order.InstrumentId != state.Instrument.Id)
        {
            return new ChangeResult(DecisionReason.RefusedState);
        }

        DecisionReason refusal = CheckAmendment(state, in order, priceTicks, quantityLots);
        OutputKind kind = refusal == DecisionReason.None ? OutputKind.Amend : OutputKind.Refuse;
        if (kind == OutputKind.Amend)
        {
            order.State = OrderState.PendingAmend;
            order.WantedPriceTicks = priceTicks;
            order.WantedQuantityLots = quantityLots;
            order.SentTimeNs = writer.NowNs;
            order.CommandNumber++;
            Expose(state, ref order);
            state.RiskState.Orders.Take(writer.NowNs);
            state.Counters(order.Side).Amended++;
        }
        else
        {
            state.Counters(order.Side).Refused++;
        }

        DecisionReason recorded = refusal == DecisionReason.None ? reason : refusal;
        ref EngineOutput output = ref writer.Decide(state, kind, order.Side, recorded);
        Identify(ref output, in order);
        output.PriceTicks = priceTicks;
        output.QuantityLots = quantityLots;
        output.CommandNumber = order.CommandNumber;
        Describe(ref output, in inputs);
        writer.Publish(in output);
        return new ChangeResult(refusal);
    }

    /// <summary>Cancels an order for a reason that can wait: the cancel rate limit applies.</summary>
    /// <returns>Whether it was sent. Only a refusal by the rate limit is noted.</returns>
    public ChangeResult CancelWithinRate(InstrumentState state, long orderId, DecisionReason reason)
    {
        ref Order order = ref orders.Find(orderId);
        if (Unsafe.IsNullRef(ref order) || order.InstrumentId != state.Instrument.Id
            || order.State == OrderState.PendingCancel)
        {
            return new ChangeResult(DecisionReason.RefusedState);
        }

        if (state.RiskState.Cancels.HasToken(writer.NowNs))
        {
            return new ChangeResult(
                Cancel(state, ref order, reason) ? DecisionReason.None : DecisionReason.RefusedState);
        }

        ref EngineOutput output = ref writer.Decide(
            state, OutputKind.Refuse, order.Side, DecisionReason.RefusedCancelRate);
        Identify(ref output, in order);
        output.PriceTicks = order.PriceTicks;
        output.QuantityLots = order.RemainingLots;
        writer.Publish(in output);
        state.Counters(order.Side).Refused++;
        return new ChangeResult(DecisionReason.RefusedCancelRate);
    }

    /// <summary>Cancels an order at once.</summary>
    public void Cancel(InstrumentState state, long orderId, DecisionReason reason)
    {
        ref Order order = ref orders.Find(orderId);
        if (!Unsafe.IsNullRef(ref order) && order.InstrumentId == state.Instrument.Id)
        {
            Cancel(state, ref order, reason);
        }
    }

    /// <summary>Cancels all living orders of an instrument.</summary>
    public void CancelAll(InstrumentState state, DecisionReason reason)
    {
        for (int slot = state.OrderList; slot >= 0; slot = orders.Older(slot))
        {
            Cancel(state, ref orders.Slot(slot), reason);
        }
    }

    /// <summary>Cancels the orders of the other side that an order at a price would trade with.</summary>
    public void CancelOpposing(InstrumentState state, Side side, long priceTicks, DecisionReason reason)
    {
        for (int slot = state.OrderList; slot >= 0; slot = orders.Older(slot))
        {
            ref Order own = ref orders.Slot(slot);
            if (own.Side != side
                && (side == Side.Buy ? priceTicks >= own.WorstPriceTicks : priceTicks <= own.WorstPriceTicks))
            {
                Cancel(state, ref own, reason);
            }
        }
    }

    /// <summary>Cancels every order that has expired.</summary>
    public void ExpireDue(InstrumentState[] states)
    {
        while (orders.TryPeekExpired(writer.NowNs, out int slot))
        {
            ref Order order = ref orders.Slot(slot);
            InstrumentState state = states[order.InstrumentId];
            if (order.State == OrderState.PendingCancel)
            {
                orders.SetExpiry(ref order, long.MaxValue);
            }
            else
            {
                Cancel(state, ref order, DecisionReason.Expired);
            }
        }
    }

    /// <summary>Queries every order with a command that was not answered in time.</summary>
    public void QueryUnanswered(InstrumentState[] states, long timeoutNs)
    {
        foreach (InstrumentState state in states)
        {
            for (int slot = state.OrderList; slot >= 0; slot = orders.Older(slot))
            {
                ref Order order = ref orders.Slot(slot);
                bool isWaiting = order.State is OrderState.PendingNew or OrderState.PendingAmend
                    or OrderState.PendingCancel or OrderState.Unknown;
                if (isWaiting && writer.NowNs - order.SentTimeNs > timeoutNs)
                {
                    MarkUnknown(state, ref order, DecisionReason.NoAnswer);
                    Query(state, ref order, DecisionReason.NoAnswer);
                }
            }
        }
    }

    /// <summary>Marks an order's state as unknown.</summary>
    public void MarkUnknown(InstrumentState state, ref Order order, DecisionReason reason)
    {
        if (order.State != OrderState.Unknown)
        {
            order.State = OrderState.Unknown;
            NoteEvent(state, in order, reason);
        }
    }

    /// <summary>Queries an order's state.</summary>
    public void Query(InstrumentState state, ref Order order, DecisionReason reason)
    {
        order.SentTimeNs = writer.NowNs;
        ref EngineOutput output = ref writer.Decide(state, OutputKind.Query, order.Side, reason);
        Identify(ref output, in order);
        output.CommandNumber = ++order.CommandNumber;
        output.PriceTicks = order.PriceTicks;
        output.RemainingLots = order.RemainingLots;
        writer.Publish(in output);
    }

    /// <summary>Cancels a foreign order.</summary>
    public void CancelForeign(InstrumentState state, in EngineInput open)
    {
        ref EngineOutput output = ref writer.Decide(state, OutputKind.Cancel, open.Side, DecisionReason.Foreign);
        output.OrderId = open.OrderId;
        output.PriceTicks = open.PriceTicks;
        output.RemainingLots = open.QuantityLots;
        writer.Publish(in output);
    }

    /// <summary>Updates open lots and reserved funds to the order's worst case.</summary>
    public void Expose(InstrumentState state, ref Order order)
    {
        bool isEnded = OrderStateMachine.IsEnd(order.State);
        long lots = isEnded ? 0 : Math.Max(order.QuantityLots, order.WantedQuantityLots) - order.FilledLots;
        state.OpenLots(order.Side) += lots - order.ExposedLots;
        order.ExposedLots = lots;

        Int128 units = lots == 0
            ? 0
            : funds.Need(order.InstrumentId, order.Side, Math.Max(order.PriceTicks, order.WantedPriceTicks), lots);
        funds.Hold(order.InstrumentId, order.Side, units - order.ReservedUnits);
        order.ReservedUnits = units;
    }

    /// <summary>Removes an order that has ended.</summary>
    public void End(InstrumentState state, ref Order order)
    {
        Expose(state, ref order);
        state.OpenOrders--;
        orders.Remove(ref order, ref state.OrderList);
    }

    /// <summary>Notes what an order has become.</summary>
    public void NoteEvent(InstrumentState state, in Order order, DecisionReason reason)
    {
        ref EngineOutput output = ref Event(state, in order, reason);
        writer.Publish(in output);
    }

    /// <summary>The note of what an order has become, still to be published.</summary>
    public ref EngineOutput Event(InstrumentState state, in Order order, DecisionReason reason)
    {
        ref EngineOutput output = ref writer.Note(state, OutputKind.OrderEvent, order.Side, reason);
        Identify(ref output, in order);
        output.PriceTicks = order.PriceTicks;
        output.QuantityLots = order.QuantityLots;
        output.ExpireTimeNs = order.ExpireTimeNs;
        output.State = order.State;
        output.FilledLots = order.FilledLots;
        output.PositionLots = state.Position.Lots;
        output.CashTickLots = state.Position.CashTickLots;
        output.FeesMicroTickLots = state.Position.FeesMicroTickLots;
        output.CostTickLots = state.Position.CostTickLots;
        return ref output;
    }

    // Returns false if a cancel is on its way already.
    private bool Cancel(InstrumentState state, ref Order order, DecisionReason reason)
    {
        // During reconciliation the order stays unknown: if the list of open orders does not name it, it has ended; if
        // it does, it is cancelled again.
        bool isInDoubt = order.State == OrderState.Unknown && trading.IsReconciling(state.Instrument.Id);
        bool isAsked = isInDoubt ? order.CancelReason != DecisionReason.None : order.State == OrderState.PendingCancel;
        if (isAsked)
        {
            orders.SetExpiry(ref order, long.MaxValue);
            return false;
        }

        order.State = isInDoubt ? OrderState.Unknown : OrderState.PendingCancel;
        order.CancelReason = reason;
        order.SentTimeNs = writer.NowNs;
        long expireTimeNs = order.ExpireTimeNs;

        // The order stays in the store until the gateway confirms, but must not expire again.
        orders.SetExpiry(ref order, long.MaxValue);
        state.RiskState.Cancels.Take(writer.NowNs);
        ref EngineOutput output = ref writer.Decide(state, OutputKind.Cancel, order.Side, reason);
        Identify(ref output, in order);
        output.PriceTicks = order.PriceTicks;
        output.RemainingLots = order.RemainingLots;
        output.ExpireTimeNs = expireTimeNs;
        writer.Publish(in output);
        return true;
    }

    private DecisionReason CheckAmendment(
        InstrumentState state, in Order order, long priceTicks, long quantityLots)
    {
        if (order.State is not (OrderState.Live or OrderState.PartlyFilled) || quantityLots <= order.FilledLots)
        {
            return DecisionReason.RefusedState;
        }

        DecisionReason refusal = trading.RefusalOf(state.Instrument.Id);
        if (refusal != DecisionReason.None)
        {
            return refusal;
        }

        var intent = new Intent(
            order.Side, order.Flags, priceTicks, quantityLots - order.FilledLots, order.Id, order.ExposedLots,
            order.ReservedUnits);
        return RiskGate.Check(state, in intent, orders, funds, writer.NowNs);
    }

    private static void Identify(ref EngineOutput output, in Order order)
    {
        output.OrderId = order.Id;
        output.ParentId = order.ParentId;
        output.Part = order.Part;
        output.Tag = order.Tag;
        output.Flags = order.Flags;
    }

    private static void Describe(ref EngineOutput output, in PlaceRequest request)
    {
        output.PriceTicks = request.PriceTicks;
        output.QuantityLots = request.QuantityLots;
        output.DepthPassed = request.Walk.PassedIncrements;
        output.LevelsWalked = (ushort)Math.Min(request.Walk.Levels, ushort.MaxValue);
        output.Mask = request.Mask;
        output.MaskLength = request.MaskLength;
        output.ParentId = request.ParentId;
        output.Part = request.Part;
        output.Tag = request.Tag;
        output.Flags = request.Flags;
        Describe(ref output, in request.Inputs);
    }

    private static void Describe(ref EngineOutput output, in QuoteInputs inputs)
    {
        output.FairMicroTicks = inputs.FairMicroTicks;
        output.HalfSpreadMicroTicks = inputs.HalfSpreadMicroTicks;
        output.SkewMicroTicks = inputs.SkewMicroTicks;
        output.VolatilityMicroTicks = inputs.VolatilityMicroTicks;
    }
}
