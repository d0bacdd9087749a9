using System;
using LowLatency.Engine.Books;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Orders;
using LowLatency.Engine.Positions;
using LowLatency.Engine.Risk;
using LowLatency.Replay;

namespace LowLatency.Simulation.Simulator;

/// <summary>
/// Computes independently what must stop all trading: the day's loss, the drawdown, a connection that stays lost. A
/// position is valued at the mid, after fees, at the end of each complete message of a live book with two sides. Its
/// value is constant between such messages, and zero before the first trade. The day's loss counts from the last value
/// of the previous day, after a restart from the first value of the day. The drawdown counts from the maximum. When the
/// operator resumes, both count from the last value. One thread.
/// </summary>
internal sealed class SimulationLosses
{
    private const long DayNs = 86_400_000_000_000;
    private const int Micro = 1_000_000;

    // Equity is counted in millionths of a half tick·lot here, in whole half tick·lots by the engine, which cuts off
    // less than one of the value and less than one of the fees, now and at the beginning.
    private const int CutOff = 4 * Micro;

    private readonly InstrumentManifest[] _instruments;
    private readonly Account[] _accounts;
    private long _nowNs;

    // A loss limit is reached, or so nearly that truncation decides.
    private bool _isLossNear;

    public SimulationLosses(InstrumentManifest[] instruments)
    {
        _instruments = instruments;
        _accounts = new Account[instruments.Length];
    }

    /// <summary>The limit that must keep trading stopped, as text; null for none.</summary>
    public string? Passed { get; private set; }

    /// <summary>Restores the state of an instrument from the journal.</summary>
    public void Restore(in EngineOutput risk)
    {
        ref Account account = ref _accounts[risk.InstrumentId];
        account.Day = risk.RiskDay;
        account.DayStart = risk.DayStartEquityHalfTickLots * Micro;
        account.Peak = risk.PeakEquityHalfTickLots * Micro;
    }

    /// <summary>To be called after the engine has handled an event.</summary>
    public void OnEvent(in EngineInput item)
    {
        _nowNs = Math.Max(_nowNs, item.ReceiveTimeNs);
        _isLossNear = false;
        if (item.Kind == EventKind.SnapshotBegin)
        {
            _accounts[item.InstrumentId].LostSinceNs = 0;
        }
        else if (item.Kind == EventKind.BookStale && item.StaleReason == StaleReason.Disconnected
            && _accounts[item.InstrumentId].LostSinceNs == 0)
        {
            _accounts[item.InstrumentId].LostSinceNs = _nowNs;
        }
    }

    /// <summary>Values a position at the end of a message of its live book.</summary>
    public void OnBook(int id, in Position position, OrderBook book, InstrumentScale scale)
    {
        ref Account account = ref _accounts[id];
        if (account.Day == RiskDays.NothingYet && position.IsEmpty)
        {
            return;
        }

        Int128 twoMid = (Int128)book.Bids.BestPrice + book.Asks.BestPrice;
        Int128 equity = (2 * position.CashTickLots * Micro) - (2 * position.FeesMicroTickLots)
            + (position.Lots * twoMid * Micro / scale.TickIncrements);
        long day = _nowNs / DayNs;
        if (account.Day != day)
        {
            // The first value is zero for a new position; for one of an earlier process, its current value.
            account.DayStart = account.IsValued || account.Day == RiskDays.NothingYet ? account.Equity : equity;
        }

        account.Peak = Int128.Max(account.Day > 0 ? account.Peak : account.DayStart, equity);
        (account.Day, account.Equity, account.IsValued) = (day, equity, true);

        RiskLimits limits = _instruments[id].Limits;
        Int128 lossRoom = ((Int128)limits.MaxDailyLossTickLots * 2 * Micro) - (account.DayStart - equity);
        Int128 drawdownRoom = ((Int128)limits.MaxDrawdownTickLots * 2 * Micro) - (account.Peak - equity);
        _isLossNear = Int128.Min(lossRoom, drawdownRoom) <= CutOff;
        Passed ??= lossRoom <= -CutOff ? Text("a loss", account.DayStart - equity, limits.MaxDailyLossTickLots)
            : drawdownRoom <= -CutOff ? Text("a drawdown", account.Peak - equity, limits.MaxDrawdownTickLots)
            : null;
    }

    /// <summary>To be called at a timer event, at which the engine checks for lost connections.</summary>
    public void OnTime() => Passed ??= FindLostConnection();

    /// <summary>Checks that the engine had a cause to stop trading for a limit.</summary>
    /// <exception cref="SimulationFailure">No limit is reached.</exception>
    public void CheckStop(DecisionReason reason)
    {
        bool hasCause = reason switch
        {
            DecisionReason.KilledLoss or DecisionReason.KilledDrawdown => _isLossNear,
            DecisionReason.KilledDisconnected => FindLostConnection() is not null,
            _ => true,
        };
        if (!hasCause)
        {
            throw new SimulationFailure("losses", $"trading was stopped by {reason} and no limit is reached");
        }
    }

    /// <summary>The operator has lifted the kill switch: losses and lost time count from here on.</summary>
    public void StartAgain(ReadOnlySpan<Position> positions)
    {
        Passed = null;
        for (int id = 0; id < _accounts.Length; id++)
        {
            // A position not yet valued by this process counts from its first valuation.
            ref Account account = ref _accounts[id];
            account.Day = account.IsValued ? account.Day
                : positions[id].IsEmpty ? RiskDays.NothingYet
                : RiskDays.FromNextValue;
            (account.DayStart, account.Peak) = (account.Equity, account.Equity);
            account.LostSinceNs = account.LostSinceNs == 0 ? 0 : _nowNs;
        }
    }

    private string? FindLostConnection()
    {
        for (int id = 0; id < _accounts.Length; id++)
        {
            long sinceNs = _accounts[id].LostSinceNs;
            if (sinceNs != 0 && _nowNs - sinceNs > _instruments[id].Limits.MaxDisconnectedNs)
            {
                return $"instrument {id} has been without its connection for {_nowNs - sinceNs} ns, "
                    + $"{_instruments[id].Limits.MaxDisconnectedNs} allowed";
            }
        }

        return null;
    }

    private static string Text(string what, Int128 half, long limit) =>
        $"{what} of {half / (2 * Micro)} tick lots, {limit} allowed";

    // State of one instrument; equity in millionths of a half tick·lot.
    private struct Account
    {
        public Int128 Equity;
        public Int128 DayStart;
        public Int128 Peak;

        // Days since the Unix epoch, or the engine's placeholder before the first valuation.
        public long Day;
        public long LostSinceNs;
        public bool IsValued;
    }
}
