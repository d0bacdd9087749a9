namespace LowLatency.Engine.Instruments;

/// <summary>Amounts of currency as an instrument's own ticks and lots, exactly. Not for the hot path.</summary>
public static class InstrumentUnits
{
    private const decimal MicroUnits = 1_000_000;

    /// <summary>Value of one tick times one lot, in the quote currency.</summary>
    public static decimal TickLotValue(Instrument instrument)
    {
        InstrumentScale scale = instrument.Scale;
        return (decimal)scale.TickIncrements / InstrumentScale.PowerOfTen(scale.PriceDecimals)
            * scale.LotIncrements / InstrumentScale.PowerOfTen(scale.QuantityDecimals);
    }

    /// <summary>One tick in the quote currency.</summary>
    public static decimal TickValue(Instrument instrument) =>
        (decimal)instrument.Scale.TickIncrements / InstrumentScale.PowerOfTen(instrument.Scale.PriceDecimals);

    /// <summary>One lot in the base currency.</summary>
    public static decimal LotValue(Instrument instrument) =>
        (decimal)instrument.Scale.LotIncrements / InstrumentScale.PowerOfTen(instrument.Scale.QuantityDecimals);

    /// <summary>
    /// A notional in the quote currency as whole tick·lots, rounded down; the maximum value if out of range, which is
    /// as good as no limit.
    /// </summary>
    public static long ToTickLots(decimal notional, Instrument instrument)
    {
        decimal tickLot = TickLotValue(instrument);
        return notional >= long.MaxValue * tickLot ? long.MaxValue : (long)(notional / tickLot);
    }

    /// <summary>
    /// A quantity in the base currency as whole lots, rounded down; the maximum value if out of range.
    /// </summary>
    public static long ToLots(decimal quantity, Instrument instrument)
    {
        decimal lot = LotValue(instrument);
        return quantity >= long.MaxValue * lot ? long.MaxValue : (long)(quantity / lot);
    }

    /// <summary>Millionths of a tick·lot in the quote currency.</summary>
    public static decimal MicroTickLots(System.Int128 amount, Instrument instrument) =>
        (decimal)amount * TickLotValue(instrument) / MicroUnits;
}
