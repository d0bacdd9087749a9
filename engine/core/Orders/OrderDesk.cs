using System;
using System.Runtime.CompilerServices;
using LowLatency.Engine.Events;
using LowLatency.Engine.Ring;
using LowLatency.Engine.Risk;
using LowLatency.Engine.Strategies;

namespace LowLatency.Engine.Orders;

/// <summary>
/// Turns wishes into order commands and reports into order states: strategy ▸ risk gate ▸ store ▸ outbound ring,
/// and back. Every decision passes through here, so here they are hashed. Engine thread only.
/// </summary>
internal sealed class OrderDesk
{
    private readonly OrderStore _orders;
    private readonly RingBuffer<EngineOutput> _outbound;
    private DecisionHash _decisions;
    private bool _isStopped;

    public OrderDesk(OrderStore orders, RingBuffer<EngineOutput> outbound)
    {
        _orders = orders;
        _outbound = outbound;
    }

    /// <summary>The engine's time; the loop sets it from each event.</summary>
    public long NowNs { get; set; }

    /// <summary>Wire stamp of the event that is being handled.</summary>
    public uint WireStamp { get; set; }

    /// <summary>Inbound sequence of the event that is being handled.</summary>
    public long Sequence { get; set; }

    public ref readonly DecisionHash Decisions => ref _decisions;

    public OrderStore Orders => _orders;

    public long Place(InstrumentState state, in PlaceRequest request)
    {
        DecisionReason refusal = _isStopped
            ? DecisionReason.RefusedStopped
            : RiskGate.Check(state, in request, _orders);
        if (refusal != DecisionReason.None)
        {
            Refuse(state, in request, refusal);
            return 0;
        }

        long expireTimeNs = NowNs + request.LifetimeNs;
        ref Order order = ref _orders.Add(expireTimeNs, ref state.OrderList);
        order.InstrumentId = state.Instrument.Id;
        order.Side = request.Side;
        order.PriceTicks = request.PriceTicks;
        order.RemainingLots = request.QuantityLots;
        OpenLots(state, request.Side) += request.QuantityLots;

        ref EngineOutput output = ref Claim(state, OutputKind.Place, request.Side, request.Reason, out long sequence);
        output.OrderId = order.Id;
        output.ExpireTimeNs = expireTimeNs;
        Describe(ref output, in request);
        Publish(ref output, sequence);

        state.View.OpenOrders++;
        Counters(state, request.Side).Placed++;
        return order.Id;
    }

    public void Refuse(InstrumentState state, in PlaceRequest request, DecisionReason reason)
    {
        ref EngineOutput output = ref Claim(state, OutputKind.Refuse, request.Side, reason, out long sequence);
        Describe(ref output, in request);
        Publish(ref output, sequence);
        Counters(state, request.Side).Refused++;
    }

    public void Cancel(InstrumentState state, long orderId, DecisionReason reason)
    {
        ref Order order = ref _orders.Find(orderId);
        if (!Unsafe.IsNullRef(ref order) && order.InstrumentId == state.Instrument.Id)
        {
            Cancel(state, ref order, reason);
        }
    }

    /// <summary>Cancels all living orders of an instrument.</summary>
    public void CancelAll(InstrumentState state, DecisionReason reason)
    {
        for (int slot = state.OrderList; slot >= 0; slot = _orders.Older(slot))
        {
            Cancel(state, ref _orders.Slot(slot), reason);
        }
    }

    /// <summary>Cancels every order whose time has come.</summary>
    public void ExpireDue(InstrumentState[] states)
    {
        while (_orders.TryPeekExpired(NowNs, out int slot))
        {
            ref Order order = ref _orders.Slot(slot);
            Cancel(states[order.InstrumentId], ref order, DecisionReason.Expired);
        }
    }

    /// <summary>No further order leaves; what lives is cancelled.</summary>
    public void Stop(InstrumentState[] states)
    {
        _isStopped = true;
        foreach (InstrumentState state in states)
        {
            CancelAll(state, DecisionReason.Stopped);
        }
    }

    /// <summary>Asks the feed for a fresh snapshot.</summary>
    public void RequestResync(InstrumentState state, DecisionReason reason)
    {
        ref EngineOutput output = ref Claim(state, OutputKind.Resync, Side.Buy, reason, out long sequence);
        Publish(ref output, sequence);
    }

    /// <summary>Takes a gateway's report.</summary>
    /// <returns>What to tell the strategy; its kind is None when the order is not known.</returns>
    public OrderUpdate OnReport(InstrumentState state, in MarketEvent report)
    {
        if (report.Kind == EventKind.OrderFilled)
        {
            return OnFilled(state, in report);
        }

        ref Order order = ref _orders.Find(report.OrderId);
        if (Unsafe.IsNullRef(ref order) || order.InstrumentId != state.Instrument.Id)
        {
            return default;
        }

        var update = new OrderUpdate(
            report.Kind, order.Id, order.Side, order.PriceTicks, 0, order.RemainingLots);
        switch (report.Kind)
        {
            case EventKind.OrderAccepted:
                Counters(state, order.Side).Accepted++;
                order.State = order.State == OrderState.PendingNew ? OrderState.Live : order.State;
                return update;
            case EventKind.OrderRejected:
                Counters(state, order.Side).Rejected++;
                break;
            case EventKind.OrderCancelled:
                CountCancelled(state, in order);
                break;
            default:
                // The order is gone at the gateway; the fill that ended it comes, or came, on its own.
                break;
        }

        End(state, ref order);
        return update with { RemainingLots = 0 };
    }

    private OrderUpdate OnFilled(InstrumentState state, in MarketEvent fill)
    {
        // The position comes first: a fill counts even when nobody here knows its order.
        bool isMaker = (fill.Flags & MarketEvent.MakerFlag) != 0;
        int feePpm = isMaker ? state.Instrument.MakerFeePpm : state.Instrument.TakerFeePpm;
        state.Position.Apply(fill.Side, fill.Price, fill.Quantity, feePpm);
        Counters(state, fill.Side).Fills++;

        ref Order order = ref _orders.Find(fill.OrderId);
        if (Unsafe.IsNullRef(ref order) || order.InstrumentId != state.Instrument.Id)
        {
            state.View.UnknownFills++;
            return default;
        }

        long lots = Math.Min(fill.Quantity, order.RemainingLots);
        order.RemainingLots -= lots;
        OpenLots(state, order.Side) -= lots;
        var update = new OrderUpdate(
            fill.Kind, order.Id, order.Side, fill.Price, fill.Quantity, order.RemainingLots);
        if (order.RemainingLots == 0)
        {
            Counters(state, order.Side).Filled++;
            End(state, ref order);
        }
        else if (order.State == OrderState.PendingNew)
        {
            order.State = OrderState.Live;
        }

        return update;
    }

    private void Cancel(InstrumentState state, ref Order order, DecisionReason reason)
    {
        if (order.State == OrderState.PendingCancel)
        {
            return;
        }

        order.State = OrderState.PendingCancel;
        order.CancelReason = reason;
        long expireTimeNs = order.ExpireTimeNs;

        // The order stays known until the gateway confirms, but its time must not come again.
        _orders.SetExpiry(ref order, long.MaxValue);
        ref EngineOutput output = ref Claim(state, OutputKind.Cancel, order.Side, reason, out long sequence);
        output.OrderId = order.Id;
        output.PriceTicks = order.PriceTicks;
        output.QuantityLots = order.RemainingLots;
        output.ExpireTimeNs = expireTimeNs;
        Publish(ref output, sequence);
    }

    private void End(InstrumentState state, ref Order order)
    {
        OpenLots(state, order.Side) -= order.RemainingLots;
        state.View.OpenOrders--;
        _orders.Remove(ref order, ref state.OrderList);
    }

    private ref EngineOutput Claim(
        InstrumentState state, OutputKind kind, Side side, DecisionReason reason, out long sequence)
    {
        sequence = _outbound.Claim(1);
        ref EngineOutput output = ref _outbound[sequence];
        output = default;
        output.Kind = kind;
        output.Side = side;
        output.InstrumentId = state.Instrument.Id;
        output.Reason = reason;
        output.WireStamp = WireStamp;
        output.Sequence = Sequence;
        output.TimeNs = NowNs;
        output.OpenOrders = state.View.OpenOrders;
        output.PositionLots = state.Position.Lots;
        output.BidPrice = state.Book.Bids.BestPrice;
        output.AskPrice = state.Book.Asks.BestPrice;
        output.BidQuantity = state.Book.Bids.BestQuantity;
        output.AskQuantity = state.Book.Asks.BestQuantity;
        output.UpdateId = state.Book.UpdateId;
        return ref output;
    }

    private void Publish(ref EngineOutput output, long sequence)
    {
        _decisions.Add(in output);
        _outbound.Publish(sequence, sequence);
    }

    private static void Describe(ref EngineOutput output, in PlaceRequest request)
    {
        output.PriceTicks = request.PriceTicks;
        output.QuantityLots = request.QuantityLots;
        output.DepthPassed = request.DepthPassed;
        output.LevelsWalked = (ushort)Math.Min(request.LevelsWalked, ushort.MaxValue);
        output.Mask = request.Mask;
        output.MaskLength = request.MaskLength;
    }

    private static void CountCancelled(InstrumentState state, in Order order)
    {
        ref OrderCounters counters = ref Counters(state, order.Side);
        if (order.CancelReason == DecisionReason.Expired)
        {
            counters.Expired++;
        }
        else
        {
            counters.Cancelled++;
        }
    }

    private static ref OrderCounters Counters(InstrumentState state, Side side)
    {
        if (side == Side.Buy)
        {
            return ref state.View.Buys;
        }

        return ref state.View.Sells;
    }

    private static ref long OpenLots(InstrumentState state, Side side)
    {
        if (side == Side.Buy)
        {
            return ref state.OpenBuyLots;
        }

        return ref state.OpenSellLots;
    }
}
