namespace LowLatency.Engine.Risk;

/// <summary>Limits of one instrument, in its own units. Immutable. What is not set does not limit.</summary>
public sealed record RiskLimits
{
    /// <summary>Largest notional of one order, in tick·lots.</summary>
    public required long MaxOrderTickLots { get; init; }

    /// <summary>Largest quantity of one order, in lots.</summary>
    public long MaxOrderLots { get; init; } = long.MaxValue;

    /// <summary>Largest notional of the position that could result if every open order of that side were filled,
    /// in tick·lots.</summary>
    public required long MaxPositionTickLots { get; init; }

    /// <summary>Most orders open at a time.</summary>
    public required int MaxOpenOrders { get; init; }

    /// <summary>How far from the micro-price a price may lie, in millionths of it.</summary>
    public required int CollarPpm { get; init; }

    /// <summary>Nanoseconds for each order or amendment once the burst is used up; 0 for no limit.</summary>
    public long OrderIntervalNs { get; init; }

    /// <summary>Orders and amendments that may come at once, 1 or more.</summary>
    public int OrderBurst { get; init; } = 1;

    /// <summary>Nanoseconds for each cancel that can wait, once the burst is used up; 0 for no limit. Cancels for
    /// safety always pass, and count.</summary>
    public long CancelIntervalNs { get; init; }

    /// <summary>Cancels that may come at once, 1 or more.</summary>
    public int CancelBurst { get; init; } = 1;

    /// <summary>Loss of the day (UTC) at which all trading stops, in tick·lots: after fees, with the position valued in
    /// the middle of the market, measured from the last value of the day before. A session that starts with nothing
    /// measures from nothing; one that is resumed on another day, or whose kill switch is lifted before the first book,
    /// from the first value there.</summary>
    public long MaxDailyLossTickLots { get; init; } = long.MaxValue;

    /// <summary>Fall of equity from its peak at which all trading stops, in tick·lots.</summary>
    public long MaxDrawdownTickLots { get; init; } = long.MaxValue;

    /// <summary>Age of the book's last message beyond which no order is placed, in nanoseconds.</summary>
    public long MaxBookAgeNs { get; init; } = long.MaxValue;

    /// <summary>Difference between the venue's time and the local one, at the book's last message that had both, beyond
    /// which no order is placed; in nanoseconds.</summary>
    public long MaxClockOffsetNs { get; init; } = long.MaxValue;

    /// <summary>How long the connection of the book may be lost before all trading stops, in nanoseconds.</summary>
    public long MaxDisconnectedNs { get; init; } = long.MaxValue;
}
