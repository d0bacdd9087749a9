using System;
using System.Globalization;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Risk;
using LowLatency.Host.Configuration;
using LowLatency.Replay;

namespace LowLatency.Host;

/// <summary>Turns settings in currency into an instrument's own ticks and lots, exactly.</summary>
internal static class InstrumentSettings
{
    private const double NsPerSecond = 1e9;

    public static InstrumentManifest Create(LiveSettings settings, Instrument declared)
    {
        Instrument instrument = declared with
        {
            MakerFeePpm = settings.Paper.MakerFeePpm ?? declared.MakerFeePpm,
            TakerFeePpm = settings.Paper.TakerFeePpm ?? declared.TakerFeePpm,
        };
        RiskSettings risk = settings.Risk;
        double pace = Pace(settings);
        var limits = new RiskLimits
        {
            MaxOrderTickLots = InstrumentUnits.ToTickLots(risk.MaxOrderNotional, instrument),
            MaxOrderLots = risk.MaxOrderQuantity is { } quantity
                ? InstrumentUnits.ToLots(quantity, instrument)
                : long.MaxValue,
            MaxPositionTickLots = InstrumentUnits.ToTickLots(risk.MaxPositionNotional, instrument),
            MaxOpenOrders = risk.MaxOpenOrders,
            CollarPpm = (int)Math.Round(risk.CollarPercent * 10_000),
            OrderIntervalNs = IntervalNs(risk.OrdersPerSecond),
            OrderBurst = risk.OrderBurst,
            CancelIntervalNs = IntervalNs(risk.CancelsPerSecond),
            CancelBurst = risk.CancelBurst,
            MaxDailyLossTickLots = InstrumentUnits.ToTickLots(risk.MaxDailyLoss, instrument),
            MaxDrawdownTickLots = InstrumentUnits.ToTickLots(risk.MaxDrawdown, instrument),
            MaxBookAgeNs = Ns(risk.MaxBookAgeSeconds * pace),
            MaxClockOffsetNs = Ns(risk.MaxClockOffsetSeconds * pace),
            MaxDisconnectedNs = Ns(risk.MaxDisconnectedSeconds * pace),
        };
        return new InstrumentManifest(
            instrument, limits,
            StrategyManifest.Of(settings.Strategy.Catalog, settings.Strategy.Name, settings.Strategy.Values));
    }

    /// <summary>Lays one risk setting over limits that were set otherwise.</summary>
    /// <param name="own">The limits.</param>
    /// <param name="created">Limits that the settings give.</param>
    /// <param name="setting">Name of the setting, of <see cref="RiskSettings"/>.</param>
    public static RiskLimits Overlay(RiskLimits own, RiskLimits created, string setting) => setting switch
    {
        nameof(RiskSettings.MaxOrderNotional) => own with { MaxOrderTickLots = created.MaxOrderTickLots },
        nameof(RiskSettings.MaxPositionNotional) => own with { MaxPositionTickLots = created.MaxPositionTickLots },
        nameof(RiskSettings.MaxOpenOrders) => own with { MaxOpenOrders = created.MaxOpenOrders },
        nameof(RiskSettings.CollarPercent) => own with { CollarPpm = created.CollarPpm },
        nameof(RiskSettings.MaxOrderQuantity) => own with { MaxOrderLots = created.MaxOrderLots },
        nameof(RiskSettings.OrdersPerSecond) => own with { OrderIntervalNs = created.OrderIntervalNs },
        nameof(RiskSettings.OrderBurst) => own with { OrderBurst = created.OrderBurst },
        nameof(RiskSettings.CancelsPerSecond) => own with { CancelIntervalNs = created.CancelIntervalNs },
        nameof(RiskSettings.CancelBurst) => own with { CancelBurst = created.CancelBurst },
        nameof(RiskSettings.MaxDailyLoss) => own with { MaxDailyLossTickLots = created.MaxDailyLossTickLots },
        nameof(RiskSettings.MaxDrawdown) => own with { MaxDrawdownTickLots = created.MaxDrawdownTickLots },
        nameof(RiskSettings.MaxBookAgeSeconds) => own with { MaxBookAgeNs = created.MaxBookAgeNs },
        nameof(RiskSettings.MaxClockOffsetSeconds) => own with { MaxClockOffsetNs = created.MaxClockOffsetNs },
        nameof(RiskSettings.MaxDisconnectedSeconds) => own with { MaxDisconnectedNs = created.MaxDisconnectedNs },
        _ => throw new ArgumentException($"no limit is set by Risk:{setting}", nameof(setting)),
    };

    // A market that runs faster makes every delay of this machine longer in its own time.
    private static double Pace(LiveSettings settings) => !settings.Embedded ? 1
        : settings.EmbeddedVenue.Speed == "max" ? double.PositiveInfinity
        : Math.Max(1, double.Parse(settings.EmbeddedVenue.Speed, CultureInfo.InvariantCulture));

    private static long Ns(double seconds) =>
        seconds * NsPerSecond >= long.MaxValue ? long.MaxValue : (long)(seconds * NsPerSecond);

    private static long IntervalNs(double perSecond) => perSecond > 0 ? (long)(NsPerSecond / perSecond) : 0;
}
