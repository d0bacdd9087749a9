using System;
using System.Collections.Generic;
using LowLatency.Engine.Events;
using LowLatency.Engine.Orders;
using LowLatency.Engine.Positions;

namespace LowLatency.Engine.Journal;

/// <summary>Writes the folded state of a journal as the records that the next session starts from.</summary>
internal static class SnapshotRecords
{
    /// <summary>The records: positions, trade ids, risk, composite orders, then orders.</summary>
    /// <param name="fold">The state.</param>
    /// <param name="nowNs">Time of the records, nanoseconds since the Unix epoch.</param>
    public static IReadOnlyList<EngineOutput> Of(JournalFold fold, long nowNs)
    {
        var records = new List<EngineOutput>();
        foreach ((ushort id, Position position) in fold.Positions)
        {
            records.Add(PositionRecords.Write(id, in position, nowNs));
        }

        foreach ((ushort id, Queue<long> trades) in fold.Trades)
        {
            AddTrades(records, id, trades, nowNs);
        }

        foreach (EngineOutput risk in fold.Risks)
        {
            records.Add(risk with { TimeNs = nowNs });
        }

        foreach (Composite item in fold.Composites)
        {
            AddComposite(records, in item, nowNs);
        }

        foreach (FoldedOrder order in fold.Orders)
        {
            records.Add(order.ToRecord(nowNs));
        }

        return records;
    }

    private static void AddTrades(List<EngineOutput> records, ushort instrumentId, Queue<long> trades, long nowNs)
    {
        var record = new EngineOutput { Kind = OutputKind.TradesSeen, InstrumentId = instrumentId, TimeNs = nowNs };
        foreach (long trade in trades)
        {
            record.Numbers[(int)record.NumberCount++] = trade;
            if (record.NumberCount == SixteenNumbers.Capacity)
            {
                records.Add(record);
                record.NumberCount = 0;
            }
        }

        if (record.NumberCount != 0)
        {
            records.Add(record);
        }
    }

    private static void AddComposite(List<EngineOutput> records, in Composite item, long nowNs)
    {
        EngineOutput Head(OutputKind kind, in Composite composite) => new()
        {
            Kind = kind,
            Side = composite.Terms.Side,
            InstrumentId = composite.InstrumentId,
            Reason = composite.Terms.Reason.Recorded,
            OrderId = composite.Id,
            TimeNs = nowNs,
        };

        EngineOutput terms = Head(OutputKind.CompositeCreated, in item);
        CompositeRecords.WriteTerms(ref terms, in item);
        terms.TriggerTicks = item.Terms.TriggerTicks;
        records.Add(terms);
        if (CompositeRecords.HasWeights(in item))
        {
            EngineOutput weights = Head(OutputKind.CompositeWeights, in item);
            weights.Weights = item.Terms.Weights;
            records.Add(weights);
        }

        for (int first = 0; first < item.Parts; first += SixteenNumbers.Capacity)
        {
            EngineOutput parts = Head(OutputKind.CompositeParts, in item);
            int count = Math.Min(SixteenNumbers.Capacity, item.Parts - first);
            parts.FirstPart = first;
            parts.NumberCount = count;
            for (int i = 0; i < count; i++)
            {
                parts.Numbers[i] = item.Filled[first + i];
            }

            records.Add(parts);
        }

        EngineOutput progress = Head(OutputKind.CompositeEvent, in item);
        CompositeRecords.WriteProgress(ref progress, in item);
        records.Add(progress);
    }
}
