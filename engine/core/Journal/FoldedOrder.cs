using LowLatency.Engine.Events;
using LowLatency.Engine.Orders;

namespace LowLatency.Engine.Journal;

/// <summary>An order that is open after a journal's last record.</summary>
internal readonly record struct FoldedOrder(
    long Id,
    long ParentId,
    ushort InstrumentId,
    ushort Tag,
    Side Side,
    OrderFlags Flags,
    int Part,
    long PriceTicks,
    long QuantityLots,
    long FilledLots,
    long WantedPriceTicks,
    long WantedQuantityLots,
    long ExpireTimeNs,
    long SentTimeNs,
    DecisionReason CancelReason)
{
    /// <summary>The order that a Place record places.</summary>
    public static FoldedOrder Placed(in EngineOutput place) => new(
        place.OrderId, place.ParentId, place.InstrumentId, place.Tag, place.Side, place.Flags, place.Part,
        place.PriceTicks, place.QuantityLots, 0, place.PriceTicks, place.QuantityLots, place.ExpireTimeNs,
        place.TimeNs, DecisionReason.None);

    /// <summary>The order of an OpenOrder record: it was open when the session started.</summary>
    public static FoldedOrder Open(in EngineOutput open) => Placed(in open) with
    {
        FilledLots = open.FilledLots,
        WantedPriceTicks = open.WantedPriceTicks,
        WantedQuantityLots = open.WantedQuantityLots,
        CancelReason = open.CancelReason,
    };

    /// <summary>The OpenOrder record from which the next session restores it.</summary>
    public EngineOutput ToRecord(long nowNs) => new()
    {
        Kind = OutputKind.OpenOrder,
        State = OrderState.Unknown,
        OrderId = Id,
        ParentId = ParentId,
        InstrumentId = InstrumentId,
        Tag = Tag,
        Side = Side,
        Flags = Flags,
        Part = Part,
        PriceTicks = PriceTicks,
        QuantityLots = QuantityLots,
        FilledLots = FilledLots,
        WantedPriceTicks = WantedPriceTicks,
        WantedQuantityLots = WantedQuantityLots,
        ExpireTimeNs = ExpireTimeNs,
        CancelReason = CancelReason,
        TimeNs = nowNs,
    };
}
