using System;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Risk;
using LowLatency.Engine.Strategies;
using LowLatency.Host.Configuration;
using LowLatency.Replay;

namespace LowLatency.Host;

/// <summary>Turns settings in currency into an instrument's own ticks and lots, exactly.</summary>
internal static class InstrumentSettings
{
    private const double NsPerSecond = 1e9;

    /// <summary>Value of one tick times one lot, in the quote currency.</summary>
    public static decimal TickLotValue(Instrument instrument)
    {
        InstrumentScale scale = instrument.Scale;
        return (decimal)scale.TickIncrements / InstrumentScale.PowerOfTen(scale.PriceDecimals)
            * scale.LotIncrements / InstrumentScale.PowerOfTen(scale.QuantityDecimals);
    }

    public static InstrumentManifest Create(LiveSettings settings, Instrument declared)
    {
        Instrument instrument = declared with
        {
            MakerFeePpm = settings.Paper.MakerFeePpm ?? declared.MakerFeePpm,
            TakerFeePpm = settings.Paper.TakerFeePpm ?? declared.TakerFeePpm,
        };
        decimal tickLot = TickLotValue(instrument);
        var limits = new RiskLimits
        {
            MaxOrderTickLots = ToTickLots(settings.Risk.MaxOrderNotional, tickLot),
            MaxPositionTickLots = ToTickLots(settings.Risk.MaxPositionNotional, tickLot),
            MaxOpenOrders = settings.Risk.MaxOpenOrders,
            CollarPpm = (int)Math.Round(settings.Risk.CollarPercent * 10_000),
        };
        StrategySettings strategy = settings.Strategy;
        var mask = new DirectionMaskSettings
        {
            Run = strategy.Run,
            Correction = strategy.Correction,
            Turn = strategy.Turn,
            Rule = strategy.Rule,
            Source = strategy.Source,
            WalkedSide = strategy.WalkedSide,
            LifetimeNs = (long)(strategy.LifetimeSeconds * NsPerSecond),
            OrderTickLots = ToTickLots(strategy.OrderNotional, tickLot),
        };
        return new InstrumentManifest(instrument, limits, mask);
    }

    // A notional beyond the range means "no limit that matters": the greatest number stands for it.
    private static long ToTickLots(decimal notional, decimal tickLot) =>
        notional >= long.MaxValue * tickLot ? long.MaxValue : (long)(notional / tickLot);
}
