using System;
using System.Runtime.CompilerServices;
using LowLatency.Engine.Events;
using LowLatency.Engine.Orders;
using LowLatency.Engine.Positions;

namespace LowLatency.Engine.Journal;

/// <summary>Puts a snapshot into a fresh engine. Before the first event only.</summary>
internal static class SnapshotRestore
{
    /// <summary>Restores all that the snapshot holds; orders are Unknown until the gateway has answered.</summary>
    /// <exception cref="ArgumentException">The engine has no room for it, or lacks an instrument.</exception>
    public static void Apply(
        EngineSnapshot snapshot, InstrumentState[] states, OrderDesk desk, CompositeDesk composites,
        TradingSwitch trading)
    {
        foreach (EngineOutput record in snapshot.Records)
        {
            if (record.InstrumentId >= states.Length)
            {
                throw new ArgumentException(
                    $"the snapshot knows instrument {record.InstrumentId}, the session has {states.Length}");
            }

            InstrumentState state = states[record.InstrumentId];
            switch (record.Kind)
            {
                case OutputKind.Position:
                    state.Position = PositionRecords.Read(in record);
                    desk.Funds.Restore(record.InstrumentId, in state.Position);
                    break;
                case OutputKind.TradesSeen:
                    for (int i = 0; i < record.QuantityLots; i++)
                    {
                        state.Trades.TryAdd(record.Numbers[i]);
                    }

                    break;
                case OutputKind.RiskEvent:
                    RestoreRisk(state, in record, trading);
                    break;
                case OutputKind.OpenOrder:
                    RestoreOrder(state, in record, desk, composites);
                    break;
                default:
                    RestoreComposite(state, in record, composites);
                    break;
            }
        }

        trading.IsReconciling = true;
    }

    private static void RestoreRisk(InstrumentState state, in EngineOutput record, TradingSwitch trading)
    {
        state.RiskState.Day = record.PriceTicks;
        state.RiskState.DayStartEquity = record.CashTickLots;
        state.RiskState.PeakEquity = record.FeesMicroTickLots;
        state.RiskState.NotedPeak = record.FeesMicroTickLots;
        var stopped = (DecisionReason)record.Part;
        if (stopped is not (DecisionReason.None or DecisionReason.Stopped))
        {
            // A kill switch that a restart could lift would be none.
            trading.TryStop(stopped);
        }
    }

    private static void RestoreOrder(
        InstrumentState state, in EngineOutput record, OrderDesk desk, CompositeDesk composites)
    {
        ref Order order = ref desk.Orders.Restore(record.OrderId, record.ExpireTimeNs, ref state.OrderList);
        if (Unsafe.IsNullRef(ref order))
        {
            throw new ArgumentException(
                $"no room for order {record.OrderId}: as many orders as before must be allowed");
        }

        order.State = OrderState.Unknown;
        order.InstrumentId = record.InstrumentId;
        order.ParentId = record.ParentId;
        order.Part = record.Part;
        order.Tag = record.Tag;
        order.Side = record.Side;
        order.Flags = record.Flags;
        order.PriceTicks = record.PriceTicks;
        order.QuantityLots = record.QuantityLots;
        order.FilledLots = record.FilledLots;
        order.WantedPriceTicks = record.FillPriceTicks;
        order.WantedQuantityLots = record.FillLots;
        order.CancelReason = record.Reason;
        order.SentTimeNs = record.TimeNs;
        desk.Expose(state, ref order);
        state.View.OpenOrders++;
        ref Composite parent = ref composites.Store.FindEnded(record.ParentId);
        if (!Unsafe.IsNullRef(ref parent))
        {
            parent.LivingParts |= 1u << record.Part;
        }
    }

    private static void RestoreComposite(InstrumentState state, in EngineOutput record, CompositeDesk composites)
    {
        if (record.Kind == OutputKind.CompositeCreated)
        {
            ref Composite created = ref composites.Store.Restore(record.OrderId, ref state.CompositeList);
            if (Unsafe.IsNullRef(ref created))
            {
                throw new ArgumentException(
                    $"no room for composite order {record.OrderId}: as many as before must be allowed");
            }

            CompositeRecords.ReadTerms(in record, ref created);
            state.View.Composites++;
            return;
        }

        ref Composite item = ref composites.Store.FindEnded(record.OrderId);
        if (Unsafe.IsNullRef(ref item))
        {
            return;
        }

        switch (record.Kind)
        {
            case OutputKind.CompositeWeights:
                item.Terms.Weights = record.Weights;
                break;
            case OutputKind.CompositeParts:
                for (int i = 0; i < record.QuantityLots; i++)
                {
                    item.Filled[(int)record.PriceTicks + i] = record.Numbers[i];
                }

                break;
            case OutputKind.CompositeEvent:
                CompositeRecords.ReadProgress(in record, ref item);
                break;
            default:
                break;
        }
    }
}
