using System;
using System.Collections.Generic;
using LowLatency.Engine.Books;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Journal;
using LowLatency.Engine.Orders;
using LowLatency.Engine.Positions;
using LowLatency.Engine.Ring;
using LowLatency.Engine.Risk;
using LowLatency.Engine.Strategies;

namespace LowLatency.Engine;

/// <summary>
/// Holds the engine's parts and handles everything that is rare: snapshots, stale books, timers, kill switch,
/// reconciliation. Engine thread only.
/// </summary>
internal sealed class EngineControl
{
    // The peak of equity is noted at this interval. A higher peak since the last note is lost if the process dies.
    private const long RiskNoteNs = 10_000_000_000;

    private readonly TradingSwitch _trading;
    private readonly DecisionWriter _writer;
    private readonly Action<InstrumentState, OrderReport> _onOrderEnded;
    private readonly long _answerTimeoutNs;

    // Instruments whose view has changed since it was last published: [0, _dirtyCount) of _dirty.
    private readonly int[] _dirty;
    private int _dirtyCount;
    private readonly long _viewIntervalNs;
    private long _nextShowNs;
    private long _lastRiskNoteNs;

    public EngineControl(
        IReadOnlyList<InstrumentSetup> instruments, RingBuffer<EngineOutput> outbound, EngineOptions options)
    {
        var ids = new OrderIds(Math.Max(options.FirstOrderCounter, options.Snapshot?.NextOrderCounter ?? 1));
        var facts = new Instrument[instruments.Count];
        _writer = new DecisionWriter(outbound);
        _onOrderEnded = Tell;
        _answerTimeoutNs = options.AnswerTimeoutNs;
        _viewIntervalNs = options.ViewIntervalNs;
        _dirty = new int[instruments.Count];
        States = new InstrumentState[instruments.Count];
        int levels = options.BookLevelsPerSide > 0
            ? options.BookLevelsPerSide
            : OrderBook.DefaultLevelsPerSide(facts.Length);
        for (int i = 0; i < facts.Length; i++)
        {
            facts[i] = instruments[i].Instrument;
            States[i] = new InstrumentState(instruments[i], levels);
        }

        _trading = new TradingSwitch(facts);
        Desk = new OrderDesk(
            new OrderStore(options.MaxOrders, ids), new FundsLedger(facts, options.Balances), _trading, _writer);
        Composites = new CompositeDesk(new CompositeStore(options.MaxComposites, ids), Desk);
        Reports = new OrderReports(Desk, _trading);
        StrategyLog = new StrategyLog(instruments, options.StrategyLogCapacity);
        if (options.Snapshot is { } snapshot)
        {
            SnapshotRestore.Apply(snapshot, States, Desk, Composites, _trading);
        }

        CreateContexts();
        foreach (InstrumentState state in States)
        {
            state.View.StoppedBecause = _trading.StoppedBecause;
            state.View.IsReconciling = _trading.IsReconciling(state.Instrument.Id);
            state.Show();
        }
    }

    public InstrumentState[] States { get; }

    public OrderDesk Desk { get; }

    public CompositeDesk Composites { get; }

    public OrderReports Reports { get; }

    public StrategyLog StrategyLog { get; }

    /// <summary>Handles an event that is neither a market message nor an order report.</summary>
    /// <returns>false if its kind is unknown.</returns>
    public bool OnRareEvent(InstrumentState state, in EngineInput item)
    {
        ShowAtOnce(state);
        switch (item.Kind)
        {
            case EventKind.SnapshotBegin:
                state.RiskState.LostSinceNs = 0;
                state.Book.BeginSnapshot();
                return true;
            case EventKind.BookStale:
                InvalidateBook(state, item.StaleReason);
                return true;
            case EventKind.BookRescale:
                OnRescale(state, item.PriceFactor, item.QuantityFactor);
                return true;
            case EventKind.Status:
                OnStatus(state, item.TradingStatus);
                return true;
            case EventKind.Timer:
                OnTimer();
                return true;
            case EventKind.EndSession:
                Stop(DecisionReason.Stopped);
                return true;
            case EventKind.EngageKillSwitch:
                Stop(item.KillReason == DecisionReason.None ? DecisionReason.KilledByOperator : item.KillReason);
                return true;
            case EventKind.LiftKillSwitch:
                Resume();
                return true;
            case EventKind.GatewayLost or EventKind.ReconcileBegin:
                Reports.BeginReconciliation(state, States);
                ShowReconciliation();
                return true;
            case EventKind.ReconcileEnd:
                Reports.EndReconciliation(state, States, _onOrderEnded);
                ShowReconciliation();
                return true;
            default:
                return false;
        }
    }

    /// <summary>Passes a report to the order's composite order, if any, and to the strategy.</summary>
    public void Tell(InstrumentState state, OrderReport report)
    {
        _writer.InstrumentId = state.Instrument.Id;
        if (report.Order.ParentId != 0)
        {
            Composites.OnPart(state, in report);
        }

        if (report.Fill.Lots != 0)
        {
            state.Strategy.OnFill(state.Context, state.Traded, in report.Fill);
        }

        state.Strategy.OnOrder(state.Context, state.Traded, in report.Order);
        MarkDirty(state);
    }

    /// <summary>Invalidates the book if it keeps differing from the venue's top-of-book stream.</summary>
    public void CheckTop(InstrumentState state)
    {
        if (state.Audit.IsLastingDifference(_writer.NowNs))
        {
            OnUntrustedBook(state, StaleReason.TopDiffers, DecisionReason.ResyncTopDiffers);
        }
    }

    /// <summary>Invalidates a book in which the engine itself found an error, and requests a resync from the
    /// feed.</summary>
    public void OnUntrustedBook(InstrumentState state, StaleReason reason, DecisionReason resync)
    {
        InvalidateBook(state, reason);
        ref EngineOutput output = ref _writer.Decide(state, OutputKind.Resync, Side.Buy, resync);
        _writer.Publish(in output);
    }

    /// <summary>Values the position and stops trading if a loss limit is reached.</summary>
    public void Value(InstrumentState state)
    {
        if (state.RiskState.Day == RiskDays.NothingYet && state.Position.IsEmpty)
        {
            // Nothing has been traded, so there is nothing to value.
            return;
        }

        DecisionReason limit = state.RiskState.Value(
            in state.Position,
            state.Book.Bids.BestPrice + state.Book.Asks.BestPrice,
            state.Scale.TickIncrements,
            _writer.NowNs,
            state.Limits);
        if (limit != DecisionReason.None)
        {
            OnLimitReached(state, limit);
        }
    }

    public void MarkDirty(InstrumentState state)
    {
        state.View.LastEventTimeNs = _writer.NowNs;
        if (!state.IsDirty)
        {
            state.IsDirty = true;
            _dirty[_dirtyCount++] = state.Instrument.Id;
        }
    }

    /// <summary>Publishes the views at the end of this batch: a reader that waits for an order's outcome must not see
    /// the state before it.</summary>
    public void ShowAtOnce(InstrumentState state)
    {
        MarkDirty(state);
        _nextShowNs = long.MinValue;
    }

    /// <summary>Publishes the views that have changed, if the interval has passed.</summary>
    public void ShowDue()
    {
        if (_writer.NowNs >= _nextShowNs)
        {
            ShowDirty();
        }
    }

    /// <summary>Publishes the views that have changed.</summary>
    public void ShowDirty()
    {
        _nextShowNs = _writer.NowNs + _viewIntervalNs;
        for (int i = 0; i < _dirtyCount; i++)
        {
            States[_dirty[i]].Show();
        }

        _dirtyCount = 0;
    }

    private void ShowReconciliation()
    {
        foreach (InstrumentState state in States)
        {
            state.View.IsReconciling = _trading.IsReconciling(state.Instrument.Id);
            MarkDirty(state);
        }
    }

    // One context for each strategy instance, with all instruments that the instance trades.
    private void CreateContexts()
    {
        var shares = new Dictionary<IStrategy, List<InstrumentState>>(ReferenceEqualityComparer.Instance);
        foreach (InstrumentState state in States)
        {
            if (!shares.TryGetValue(state.Strategy, out List<InstrumentState>? share))
            {
                share = [];
                shares.Add(state.Strategy, share);
            }

            share.Add(state);
        }

        foreach (List<InstrumentState> share in shares.Values)
        {
            var context = new StrategyContext(share.ToArray(), Desk, Composites, StrategyLog);
            for (int i = 0; i < share.Count; i++)
            {
                share[i].Context = context;
                share[i].Traded = context.Instruments[i];
            }
        }
    }

    private void OnStatus(InstrumentState state, TradingStatus status)
    {
        state.Status = status;
        if (status is TradingStatus.CancelOnly or TradingStatus.Halted)
        {
            Desk.CancelAll(state, DecisionReason.NotTrading);
        }
    }

    private void OnTimer()
    {
        foreach (InstrumentState state in States)
        {
            state.Signals.OnTime(_writer.NowNs);
            Composites.OnTime(state);
            if (state.RiskState.LostSinceNs != 0
                && _writer.NowNs - state.RiskState.LostSinceNs > state.Limits.MaxDisconnectedNs)
            {
                Stop(DecisionReason.KilledDisconnected);
            }

            if (state.OpenOrders != 0 && _writer.NowNs - state.RiskState.BookTimeNs > state.Limits.MaxBookAgeNs)
            {
                // Orders that could not be placed on a book this old must not rest there either.
                Desk.CancelAll(state, DecisionReason.OldBook);
            }

            // Once for each strategy, after the last of its instruments.
            _writer.InstrumentId = state.Instrument.Id;
            if (state.Traded == state.Context.Instruments[^1])
            {
                state.Strategy.OnTimer(state.Context);
            }
        }

        Desk.QueryUnanswered(States, _answerTimeoutNs);
        if (_writer.NowNs - _lastRiskNoteNs >= RiskNoteNs)
        {
            _lastRiskNoteNs = _writer.NowNs;
            NotePeaks();
        }
    }

    private void NotePeaks()
    {
        foreach (InstrumentState state in States)
        {
            if (state.RiskState.PeakEquity != state.RiskState.NotedPeak)
            {
                NoteRisk(state, DecisionReason.None);
            }
        }
    }

    private void OnLimitReached(InstrumentState state, DecisionReason limit)
    {
        if (limit == DecisionReason.NewDay)
        {
            NoteRisk(state, limit);
        }
        else if (_trading.StoppedBecause == DecisionReason.None)
        {
            Stop(limit);
        }
    }

    // Nothing is placed any more, and all open orders are cancelled.
    private void Stop(DecisionReason reason)
    {
        if (!_trading.TryStop(reason))
        {
            return;
        }

        foreach (InstrumentState state in States)
        {
            state.View.StoppedBecause = reason;
            Composites.CancelAll(state, reason);
            Desk.CancelAll(state, reason);
            if (reason != DecisionReason.Stopped)
            {
                NoteRisk(state, reason);
            }

            MarkDirty(state);
        }
    }

    private void Resume()
    {
        if (!_trading.TryResume())
        {
            return;
        }

        foreach (InstrumentState state in States)
        {
            state.View.StoppedBecause = DecisionReason.None;
            state.RiskState.StartAgain(in state.Position, _writer.NowNs);
            NoteRisk(state, DecisionReason.Resumed);
            MarkDirty(state);
        }
    }

    private void NoteRisk(InstrumentState state, DecisionReason reason)
    {
        state.RiskState.NotedPeak = state.RiskState.PeakEquity;
        ref EngineOutput output = ref _writer.Note(state, OutputKind.RiskEvent, Side.Buy, reason);
        output.RiskDay = state.RiskState.Day;
        output.DayStartEquityHalfTickLots = state.RiskState.DayStartEquity;
        output.PeakEquityHalfTickLots = state.RiskState.PeakEquity;
        output.StoppedBecause = _trading.StoppedBecause;
        _writer.Publish(in output);
    }

    private void OnRescale(InstrumentState state, long priceFactor, long quantityFactor)
    {
        state.View.Rescales++;
        state.Scale = state.Scale.Finer(priceFactor, quantityFactor);
        state.LastTwoMid *= priceFactor;
        state.Audit.Rescale(priceFactor, quantityFactor);
        state.Signals.Rescale(priceFactor, quantityFactor);
        state.StreamTop.BidPrice *= priceFactor;
        state.StreamTop.AskPrice *= priceFactor;
        state.StreamTop.BidQuantity *= quantityFactor;
        state.StreamTop.AskQuantity *= quantityFactor;
        bool wasLive = state.Book.IsLive;
        bool fits = state.Book.Rescale(priceFactor, quantityFactor);
        if (!fits && wasLive)
        {
            OnUntrustedBook(state, StaleReason.OutOfRange, DecisionReason.ResyncOutOfRange);
        }
    }

    private void InvalidateBook(InstrumentState state, StaleReason reason)
    {
        OrderBook book = state.Book;
        state.View.StaleBooks += book.IsLive ? 1 : 0;
        state.KeepMid();
        if (reason == StaleReason.Disconnected && state.RiskState.LostSinceNs == 0)
        {
            state.RiskState.LostSinceNs = _writer.NowNs;
        }

        book.MarkStale(reason);
        state.Audit.Reset();
        state.StreamTop = default;
        state.Signals.OnStale();
        Desk.CancelAll(state, DecisionReason.BookStale);
        state.Strategy.OnStale(state.Context, state.Traded);
    }
}
