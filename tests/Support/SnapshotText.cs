using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using LowLatency.Engine.Events;
using LowLatency.Engine.Journal;
using LowLatency.Engine.Orders;

namespace LowLatency.Tests.Support;

/// <summary>A session's initial state with one line per fact, so that two of them can be compared by eye.</summary>
internal static class SnapshotText
{
    /// <summary>The lines, in the order of the records.</summary>
    public static IEnumerable<string> Lines(EngineSnapshot snapshot) =>
        snapshot.Records.Select(record => Line(in record))
            .Append(string.Create(CultureInfo.InvariantCulture, $"next order counter {snapshot.NextOrderCounter}"));

    private static string Line(in EngineOutput record)
    {
        string head = string.Create(CultureInfo.InvariantCulture, $"instrument {record.InstrumentId} ");
        return head + record.Kind switch
        {
            OutputKind.Position => Position(in record),
            OutputKind.TradesSeen => "trades " + Numbers(in record),
            OutputKind.RiskEvent => string.Create(
                CultureInfo.InvariantCulture,
                $"risk day={record.RiskDay} start={record.DayStartEquityHalfTickLots} "
                + $"peak={record.PeakEquityHalfTickLots} stopped={record.StoppedBecause}"),
            OutputKind.OpenOrder => Order(in record),
            OutputKind.CompositeCreated => Terms(in record),
            OutputKind.CompositeWeights => string.Create(
                CultureInfo.InvariantCulture, $"composite {record.OrderId} weights {Weights(in record)}"),
            OutputKind.CompositeParts => string.Create(
                CultureInfo.InvariantCulture,
                $"composite {record.OrderId} filled from part {record.FirstPart}: {Numbers(in record)}"),
            OutputKind.CompositeEvent => Progress(in record),
            _ => $"unexpected {record.Kind}",
        };
    }

    private static string Position(in EngineOutput record) => string.Create(
        CultureInfo.InvariantCulture,
        $"position lots={record.PositionLots} cash={record.CashTickLots} fees={record.FeesMicroTickLots} "
        + $"cost={record.CostTickLots} maker={record.MakerLots} taker={record.TakerLots} "
        + $"makerFees={record.MakerFeesMicroTickLots}");

    private static string Order(in EngineOutput record) => string.Create(
        CultureInfo.InvariantCulture,
        $"order {record.OrderId} {record.State} {record.Side} {record.QuantityLots} at {record.PriceTicks} "
        + $"flags={record.Flags} tag={record.Tag} filled={record.FilledLots} "
        + $"wanted={record.WantedQuantityLots} at {record.WantedPriceTicks} cancel={Name(record.CancelReason)} "
        + $"parent={record.ParentId} part={record.Part} expires={record.ExpireTimeNs}");

    // Two reasons that strategies without reasons of their own had in version 1.
    private static string Name(DecisionReason reason) => (int)reason switch
    {
        6 => "Replaced",
        20 => "Custom",
        _ => reason.ToString(),
    };

    private static string Terms(in EngineOutput record) => string.Create(
        CultureInfo.InvariantCulture,
        $"composite {record.OrderId} {record.CompositeKind} {record.CompositeState} {record.Side} "
        + $"{record.QuantityLots} at {record.PriceTicks} second={record.SecondPriceTicks} "
        + $"trigger={record.TriggerTicks} trail={record.TrailTicks} display={record.DisplayLots} "
        + $"parts={record.PartCount} flags={record.Flags} tag={record.Tag} reason={Name(record.Reason)} "
        + $"expires={record.ExpireTimeNs}");

    private static string Progress(in EngineOutput record) => string.Create(
        CultureInfo.InvariantCulture,
        $"composite {record.OrderId} is {record.CompositeState} closed={record.ClosedParts} "
        + $"bits={(int)record.CompositeCancelReason | ((int)record.Progress << 8)} "
        + $"filled={record.FilledLots} trigger={record.TriggerTicks} cash={record.OwnCashTickLots} "
        + $"fees={record.OwnFeesMicroTickLots}");

    private static string Numbers(in EngineOutput record)
    {
        var numbers = new List<long>();
        for (int i = 0; i < record.NumberCount; i++)
        {
            numbers.Add(record.Numbers[i]);
        }

        return string.Join(' ', numbers);
    }

    private static string Weights(in EngineOutput record)
    {
        var weights = new List<ushort>();
        for (int i = 0; i < PartWeights.Capacity; i++)
        {
            weights.Add(record.Weights[i]);
        }

        return string.Join(' ', weights);
    }
}
