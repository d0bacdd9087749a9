using System;
using LowLatency.Engine.Orders;
using LowLatency.Engine.Positions;

namespace LowLatency.Engine.Risk;

/// <summary>State behind one instrument's limits. Engine thread only.</summary>
internal struct RiskState
{
    private const long DayNs = 86_400_000_000_000;
    private const int HalfTickLots = 2;
    private const int MicroUnits = 1_000_000;

    public RiskState(RiskLimits limits)
    {
        Orders = new TokenBucket(limits.OrderIntervalNs, limits.OrderBurst);
        Cancels = new TokenBucket(limits.CancelIntervalNs, limits.CancelBurst);
    }

    public TokenBucket Orders;

    public TokenBucket Cancels;

    /// <summary>Equity now, at the start of the day and at its peak, in half tick·lots.</summary>
    public Int128 Equity;
    public Int128 DayStartEquity;
    public Int128 PeakEquity;

    /// <summary>Days since the Unix epoch, or one of <see cref="RiskDays"/>.</summary>
    public long Day;

    /// <summary>The last noted peak.</summary>
    public Int128 NotedPeak;

    /// <summary>Receive time of the book's last message.</summary>
    public long BookTimeNs;

    /// <summary>Local time minus venue time, at the book's last message with both.</summary>
    public long ClockOffsetNs;

    /// <summary>When the connection was lost; 0 while it is up.</summary>
    public long LostSinceNs;

    // The position was valued since the process started, so Equity is meaningful.
    private bool _isValued;

    // Fees change only with fills.
    private Int128 _feesMicroTickLots;
    private Int128 _feesHalfTickLots;

    /// <summary>Values the position and checks the limits.</summary>
    /// <param name="position">The position.</param>
    /// <param name="twoMid">Twice the mid, in wire increments.</param>
    /// <param name="tickIncrements">Wire increments per tick.</param>
    /// <param name="nowNs">The engine's time.</param>
    /// <param name="limits">The limits.</param>
    /// <returns>A reason to stop, <see cref="DecisionReason.NewDay"/>, or None.</returns>
    public DecisionReason Value(
        in Position position, long twoMid, long tickIncrements, long nowNs, RiskLimits limits)
    {
        if (position.FeesMicroTickLots != _feesMicroTickLots)
        {
            _feesMicroTickLots = position.FeesMicroTickLots;
            _feesHalfTickLots = HalfTickLots * position.FeesMicroTickLots / MicroUnits;
        }

        (Int128 lastEquity, bool isLastKnown) = (Equity, _isValued || Day == RiskDays.NothingYet);
        Equity = (HalfTickLots * position.CashTickLots) + Divide((Int128)position.Lots * twoMid, tickIncrements)
            - _feesHalfTickLots;
        _isValued = true;
        long day = nowNs / DayNs;
        bool isNewDay = day != Day;
        if (isNewDay)
        {
            // A day starts with the previous value, so that the cost of its first fill is part of the day's loss.
            DayStartEquity = isLastKnown ? lastEquity : Equity;
            PeakEquity = Day is RiskDays.NothingYet or RiskDays.FromNextValue ? DayStartEquity : PeakEquity;
            Day = day;
        }

        PeakEquity = Equity > PeakEquity ? Equity : PeakEquity;
        if (DayStartEquity - Equity >= HalfTickLots * (Int128)limits.MaxDailyLossTickLots)
        {
            return DecisionReason.KilledLoss;
        }

        if (PeakEquity - Equity >= HalfTickLots * (Int128)limits.MaxDrawdownTickLots)
        {
            return DecisionReason.KilledDrawdown;
        }

        return isNewDay ? DecisionReason.NewDay : DecisionReason.None;
    }

    // Wide division costs as much as everything else, and is hardly ever needed.
    private static Int128 Divide(Int128 value, long divisor) =>
        divisor == 1 ? value
        : value >= long.MinValue && value <= long.MaxValue ? (long)value / divisor
        : value / divisor;

    /// <summary>
    /// Measures losses from here on: the operator has seen them and released the switch. After a restart this starts
    /// with the first valuation, because the position's value is unknown before.
    /// </summary>
    public void StartAgain(in Position position, long nowNs)
    {
        Day = _isValued ? Day : position.IsEmpty ? RiskDays.NothingYet : RiskDays.FromNextValue;
        DayStartEquity = Equity;
        PeakEquity = Equity;
        LostSinceNs = LostSinceNs == 0 ? 0 : nowNs;
    }

    /// <summary>A book message has arrived.</summary>
    public void OnBook(long receiveTimeNs, long exchangeTimeNs)
    {
        BookTimeNs = receiveTimeNs;
        ClockOffsetNs = exchangeTimeNs == 0 ? ClockOffsetNs : receiveTimeNs - exchangeTimeNs;
    }
}
