namespace LowLatency.Engine.Risk;

/// <summary>Limits of one instrument, in its own units. Immutable. Unset limits do not apply.</summary>
public sealed record RiskLimits
{
    /// <summary>Maximum notional of one order, in tick·lots.</summary>
    public required long MaxOrderTickLots { get; init; }

    /// <summary>Maximum quantity of one order, in lots.</summary>
    public long MaxOrderLots { get; init; } = long.MaxValue;

    /// <summary>Maximum notional of the position if every open order of that side were filled, in tick·lots.</summary>
    public required long MaxPositionTickLots { get; init; }

    /// <summary>Maximum number of open orders.</summary>
    public required int MaxOpenOrders { get; init; }

    /// <summary>Maximum distance of a price from the micro-price, in millionths of it.</summary>
    public required int CollarPpm { get; init; }

    /// <summary>Nanoseconds per order or amendment once the burst is used up; 0 for no limit.</summary>
    public long OrderIntervalNs { get; init; }

    /// <summary>Maximum burst of orders and amendments, 1 or more.</summary>
    public int OrderBurst { get; init; } = 1;

    /// <summary>
    /// Nanoseconds per deferrable cancel once the burst is used up; 0 for no limit. Cancels for safety always pass, and
    /// count.
    /// </summary>
    public long CancelIntervalNs { get; init; }

    /// <summary>Maximum burst of cancels, 1 or more.</summary>
    public int CancelBurst { get; init; } = 1;

    /// <summary>
    /// Daily loss (UTC) at which all trading stops, in tick·lots: after fees, with the position valued at the mid,
    /// measured from the previous day's last value. A session that starts flat measures from zero; one that is resumed
    /// on another day, or whose kill switch is released before the first book, from its first valuation.
    /// </summary>
    public long MaxDailyLossTickLots { get; init; } = long.MaxValue;

    /// <summary>Fall of equity from its peak at which all trading stops, in tick·lots.</summary>
    public long MaxDrawdownTickLots { get; init; } = long.MaxValue;

    /// <summary>Age of the book's last message beyond which no order is placed, in nanoseconds.</summary>
    public long MaxBookAgeNs { get; init; } = long.MaxValue;

    /// <summary>
    /// Difference between venue time and local time, at the book's last message with both, beyond which no order is
    /// placed; in nanoseconds.
    /// </summary>
    public long MaxClockOffsetNs { get; init; } = long.MaxValue;

    /// <summary>How long the connection of the book may be lost before all trading stops, in nanoseconds.</summary>
    public long MaxDisconnectedNs { get; init; } = long.MaxValue;
}
