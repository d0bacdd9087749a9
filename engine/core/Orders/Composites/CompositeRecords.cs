using LowLatency.Engine.Events;

namespace LowLatency.Engine.Orders;

/// <summary>A composite order in the words of the journal, and back. The one place that knows the layout.</summary>
internal static class CompositeRecords
{
    private const int TriggeredBit = 1 << 8;
    private const int StartedBit = 1 << 9;

    public static bool HasWeights(in Composite item)
    {
        for (int part = 0; part < PartWeights.Capacity; part++)
        {
            if (item.Terms.Weights[part] != 0)
            {
                return true;
            }
        }

        return false;
    }

    public static void WriteTerms(ref EngineOutput output, in Composite item)
    {
        output.OrderId = item.Id;
        output.PriceTicks = item.Terms.PriceTicks;
        output.QuantityLots = item.Terms.QuantityLots;
        output.ExpireTimeNs = item.ExpireTimeNs;
        output.Tag = item.Terms.Tag;
        output.CompositeState = item.State;
        output.Flags = item.Terms.Flags;
        output.Part = item.Terms.Parts;
        output.SecondPriceTicks = item.Terms.SecondPriceTicks;
        output.TriggerTicks = item.Terms.TriggerTicks;
        output.TrailTicks = item.Terms.TrailTicks;
        output.DisplayLots = item.Terms.DisplayLots;
        output.CompositeKind = item.Terms.Kind;
    }

    public static void ReadTerms(in EngineOutput output, ref Composite item)
    {
        item.Id = output.OrderId;
        item.InstrumentId = output.InstrumentId;
        item.State = output.CompositeState;
        item.ExpireTimeNs = output.ExpireTimeNs;
        item.TriggerTicks = output.TriggerTicks;
        item.Terms.Kind = output.CompositeKind;
        item.Terms.Side = output.Side;
        item.Terms.Reason = StrategyReason.OfRecorded(output.Reason);
        item.Terms.Flags = output.Flags;
        item.Terms.Tag = output.Tag;
        item.Terms.Parts = output.Part;
        item.Terms.PriceTicks = output.PriceTicks;
        item.Terms.QuantityLots = output.QuantityLots;
        item.Terms.SecondPriceTicks = output.SecondPriceTicks;
        item.Terms.TriggerTicks = output.TriggerTicks;
        item.Terms.TrailTicks = output.TrailTicks;
        item.Terms.DisplayLots = output.DisplayLots;
        item.Terms.LifetimeNs = Expiry.LifetimeOf(output.TimeNs, output.ExpireTimeNs);
    }

    public static void WriteProgress(ref EngineOutput output, in Composite item)
    {
        output.OrderId = item.Id;
        output.QuantityLots = item.Terms.QuantityLots;
        output.ExpireTimeNs = item.ExpireTimeNs;
        output.Tag = item.Terms.Tag;
        output.CompositeState = item.State;
        output.PriceTicks = item.ClosedParts;
        output.Part = (byte)item.CancelReason | (item.IsTriggered ? TriggeredBit : 0)
            | (item.HasStarted ? StartedBit : 0);
        output.FilledLots = item.FilledLots;
        output.TriggerTicks = item.TriggerTicks;
        output.OwnCashTickLots = item.CashTickLots;
        output.OwnFeesMicroTickLots = item.FeesMicroTickLots;
    }

    public static void ReadProgress(in EngineOutput output, ref Composite item)
    {
        item.State = output.CompositeState;
        item.ClosedParts = (uint)output.PriceTicks;
        item.CancelReason = (DecisionReason)(byte)output.Part;
        item.IsTriggered = (output.Part & TriggeredBit) != 0;
        item.HasStarted = (output.Part & StartedBit) != 0;
        item.TriggerTicks = output.TriggerTicks;
        item.CashTickLots = output.OwnCashTickLots;
        item.FeesMicroTickLots = output.OwnFeesMicroTickLots;
    }
}
