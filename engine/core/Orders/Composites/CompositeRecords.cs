using LowLatency.Engine.Events;

namespace LowLatency.Engine.Orders;

/// <summary>Writes composite orders to journal records and reads them back. The only place that knows the
/// layout.</summary>
internal static class CompositeRecords
{
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
        output.PartCount = item.Terms.Parts;
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
        item.Terms.Parts = output.PartCount;
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
        output.ClosedParts = item.ClosedParts;
        output.CompositeCancelReason = item.CancelReason;
        output.Progress = (item.IsTriggered ? CompositeProgress.Triggered : CompositeProgress.None)
            | (item.HasStarted ? CompositeProgress.Started : CompositeProgress.None);
        output.FilledLots = item.FilledLots;
        output.TriggerTicks = item.TriggerTicks;
        output.OwnCashTickLots = item.CashTickLots;
        output.OwnFeesMicroTickLots = item.FeesMicroTickLots;
    }

    public static void ReadProgress(in EngineOutput output, ref Composite item)
    {
        item.State = output.CompositeState;
        item.ClosedParts = output.ClosedParts;
        item.CancelReason = output.CompositeCancelReason;
        item.IsTriggered = (output.Progress & CompositeProgress.Triggered) != 0;
        item.HasStarted = (output.Progress & CompositeProgress.Started) != 0;
        item.TriggerTicks = output.TriggerTicks;
        item.CashTickLots = output.OwnCashTickLots;
        item.FeesMicroTickLots = output.OwnFeesMicroTickLots;
    }
}
