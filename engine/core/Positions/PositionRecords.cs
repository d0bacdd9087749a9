using LowLatency.Engine.Events;

namespace LowLatency.Engine.Positions;

/// <summary>Converts a position to and from its journal record. The only place that knows the layout.</summary>
internal static class PositionRecords
{
    public static EngineOutput Write(ushort instrumentId, in Position position, long nowNs) => new()
    {
        Kind = OutputKind.Position,
        InstrumentId = instrumentId,
        TimeNs = nowNs,
        PositionLots = position.Lots,
        CashTickLots = position.CashTickLots,
        FeesMicroTickLots = position.FeesMicroTickLots,
        CostTickLots = position.CostTickLots,
        MakerLots = position.MakerLots,
        TakerLots = position.TakerLots,
        MakerFeesMicroTickLots = position.MakerFeesMicroTickLots,
    };

    public static Position Read(in EngineOutput record) => new()
    {
        Lots = record.PositionLots,
        CashTickLots = record.CashTickLots,
        FeesMicroTickLots = record.FeesMicroTickLots,
        CostTickLots = record.CostTickLots,
        MakerLots = record.MakerLots,
        TakerLots = record.TakerLots,
        MakerFeesMicroTickLots = record.MakerFeesMicroTickLots,
    };
}
