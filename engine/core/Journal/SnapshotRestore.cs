using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using LowLatency.Engine.Events;
using LowLatency.Engine.Orders;
using LowLatency.Engine.Positions;

namespace LowLatency.Engine.Journal;

/// <summary>Restores a snapshot into a new engine. Before the first event only.</summary>
internal static class SnapshotRestore
{
    /// <summary>Restores everything in the snapshot. Orders are Unknown until their venue has said which are open.
    /// </summary>
    /// <exception cref="ArgumentException">The engine has too few order slots, or an instrument is missing.</exception>
    public static void Apply(
        EngineSnapshot snapshot, InstrumentState[] states, OrderDesk desk, CompositeDesk composites,
        TradingSwitch trading)
    {
        var fold = new JournalFold();
        foreach (EngineOutput record in snapshot.Records)
        {
            if (record.InstrumentId >= states.Length)
            {
                throw new ArgumentException(
                    $"the snapshot has instrument {record.InstrumentId}, and the session has {states.Length}");
            }

            fold.Add(in record);
        }

        foreach ((ushort id, Position position) in fold.Positions)
        {
            states[id].Position = position;
            desk.Funds.Restore(id, in states[id].Position);
        }

        foreach ((ushort id, Queue<long> trades) in fold.Trades)
        {
            foreach (long trade in trades)
            {
                states[id].Trades.TryAdd(trade);
            }
        }

        foreach (EngineOutput risk in fold.Risks)
        {
            RestoreRisk(states[risk.InstrumentId], in risk, trading);
        }

        foreach (Composite composite in fold.Composites)
        {
            RestoreComposite(states[composite.InstrumentId], in composite, composites);
        }

        foreach (FoldedOrder order in fold.Orders)
        {
            RestoreOrder(states[order.InstrumentId], in order, desk, composites);
        }

        trading.ReconcileAll();
    }

    private static void RestoreRisk(InstrumentState state, in EngineOutput risk, TradingSwitch trading)
    {
        state.RiskState.Day = risk.RiskDay;
        state.RiskState.DayStartEquity = risk.DayStartEquityHalfTickLots;
        state.RiskState.PeakEquity = risk.PeakEquityHalfTickLots;
        state.RiskState.NotedPeak = risk.PeakEquityHalfTickLots;
        if (risk.StoppedBecause is not (DecisionReason.None or DecisionReason.Stopped))
        {
            // A restart does not lift the kill switch.
            trading.TryStop(risk.StoppedBecause);
        }
    }

    private static void RestoreComposite(InstrumentState state, in Composite folded, CompositeDesk composites)
    {
        ref Composite restored = ref composites.Store.Restore(folded.Id, ref state.CompositeList);
        if (Unsafe.IsNullRef(ref restored))
        {
            throw new ArgumentException(
                $"no slot for composite order {folded.Id}: raise {nameof(EngineOptions.MaxComposites)}");
        }

        restored = folded with { NextSlot = restored.NextSlot, PreviousSlot = restored.PreviousSlot };
        state.Composites++;
    }

    private static void RestoreOrder(
        InstrumentState state, in FoldedOrder folded, OrderDesk desk, CompositeDesk composites)
    {
        ref Order order = ref desk.Orders.Restore(folded.Id, folded.ExpireTimeNs, ref state.OrderList);
        if (Unsafe.IsNullRef(ref order))
        {
            throw new ArgumentException(
                $"no slot for order {folded.Id}: raise {nameof(EngineOptions.MaxOrders)}");
        }

        order.State = OrderState.Unknown;
        order.InstrumentId = folded.InstrumentId;
        order.ParentId = folded.ParentId;
        order.Part = folded.Part;
        order.Tag = folded.Tag;
        order.Side = folded.Side;
        order.Flags = folded.Flags;
        order.PriceTicks = folded.PriceTicks;
        order.QuantityLots = folded.QuantityLots;
        order.FilledLots = folded.FilledLots;
        order.WantedPriceTicks = folded.WantedPriceTicks;
        order.WantedQuantityLots = folded.WantedQuantityLots;
        order.CancelReason = folded.CancelReason;
        order.SentTimeNs = folded.SentTimeNs;
        desk.Expose(state, ref order);
        state.OpenOrders++;
        ref Composite parent = ref composites.Store.FindEnded(folded.ParentId);
        if (!Unsafe.IsNullRef(ref parent))
        {
            parent.LivingParts |= 1u << folded.Part;
        }
    }
}
