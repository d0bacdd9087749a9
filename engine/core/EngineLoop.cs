using System;
using System.Collections.Generic;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Orders;
using LowLatency.Engine.Positions;
using LowLatency.Engine.Ring;
using LowLatency.Engine.Strategies;

namespace LowLatency.Engine;

/// <summary>
/// The hot path, from top to bottom: event ▸ book ▸ signals ▸ strategy ▸ risk gate ▸ order command; and back: order
/// report ▸ position ▸ composite order ▸ strategy. A single-threaded, allocation-free function from the inbound stream
/// to the outbound stream; it reads no clock and throws nothing. Live trading, replay and tests differ only in what
/// fills the rings. Rare events are handled by <see cref="EngineControl"/>.
/// </summary>
public sealed class EngineLoop : IBatchHandler<EngineInput>
{
    private readonly EngineControl _control;
    private readonly InstrumentState[] _states;
    private readonly OrderDesk _desk;
    private readonly OrderReports _reports;
    private readonly CompositeDesk _composites;
    private readonly DecisionWriter _writer;

    /// <summary>Creates the engine with books that are not live.</summary>
    /// <param name="instruments">The session's instruments, in the order of their ids.</param>
    /// <param name="outbound">The ring for its outputs; the engine is its only producer.</param>
    /// <param name="options">The other options.</param>
    /// <exception cref="ArgumentException">The snapshot in the options does not fit the instruments or the capacities.
    /// </exception>
    public EngineLoop(
        IReadOnlyList<InstrumentSetup> instruments, RingBuffer<EngineOutput> outbound, EngineOptions options)
    {
        _control = new EngineControl(instruments, outbound, options);
        _states = _control.States;
        _desk = _control.Desk;
        _composites = _control.Composites;
        _reports = _control.Reports;
        _writer = _desk.Writer;
    }

    /// <summary>Count and hash of all decisions so far. The engine thread, or any once it has ended.</summary>
    public DecisionHash Decisions => _writer.Decisions;

    /// <summary>Open orders of all instruments. The engine thread, or any once it has ended.
    /// </summary>
    public int OpenOrders => _desk.Orders.Count;

    /// <summary>Composite orders that have not ended, of all instruments. The engine thread, or any once it has
    /// ended.</summary>
    public int LivingComposites => _composites.Store.Count;

    /// <summary>Funds by currency. The engine thread, or any once it has ended.</summary>
    public FundsLedger Funds => _desk.Funds;

    /// <summary>Events of unknown instruments or kinds.</summary>
    public long UnknownEvents { get; private set; }

    /// <summary>Inbound ring sequence of the current event or, after an exception, of the one that failed. The engine
    /// thread, or any once it has ended.</summary>
    public long CurrentSequence => _writer.Sequence;

    /// <summary>Id of the current instrument or, after an exception, of the one that failed. The engine thread,
    /// or any once it has ended.</summary>
    public int CurrentInstrument => _writer.InstrumentId;

    /// <summary>Number of instruments.</summary>
    public int InstrumentCount => _states.Length;

    /// <summary>The last published view of an instrument. Any thread.</summary>
    public InstrumentView View(int instrumentId) => _states[instrumentId].Shown.Read();

    /// <summary>The book of an instrument, for tests and tools. The engine thread, or any once it has ended.</summary>
    public Books.OrderBook Book(int instrumentId) => _states[instrumentId].Book;

    /// <summary>The signals of an instrument. The engine thread, or any once it has ended.</summary>
    public Signals.InstrumentSignals Signals(int instrumentId) => _states[instrumentId].Signals;

    /// <summary>The current scale of an instrument's book. The engine thread, or any once it has ended.</summary>
    public InstrumentScale Scale(int instrumentId) => _states[instrumentId].Scale;

    /// <summary>What the strategies log.</summary>
    public StrategyLog StrategyLog => _control.StrategyLog;

    /// <summary>What an instrument's strategy publishes of it. Any thread.</summary>
    public StrategyGauges Gauges(int instrumentId) => _states[instrumentId].Gauges;

    /// <summary>An instrument's position. The engine thread, or any once it has ended.</summary>
    public Position Position(int instrumentId) => _states[instrumentId].Position;

    /// <inheritdoc/>
    public void OnBatch(ReadOnlySpan<EngineInput> items, long firstSequence, bool endOfBatch)
    {
        for (int i = 0; i < items.Length; i++)
        {
            ref readonly EngineInput item = ref items[i];
            if (item.Kind == EventKind.LevelUpdate && item.ReceiveTimeNs <= _writer.NowNs
                && item.InstrumentId < _states.Length)
            {
                // No decision depends on a single level, only on the end of its message.
                _states[item.InstrumentId].SetLevel(in item);
            }
            else
            {
                OnEvent(in item, firstSequence + i);
            }
        }

        if (endOfBatch)
        {
            _control.ShowDue();
        }
    }

    private void OnEvent(in EngineInput item, long sequence)
    {
        _writer.NowNs = Math.Max(_writer.NowNs, item.ReceiveTimeNs);
        _writer.WireStamp = item.WireStamp;
        _writer.Sequence = sequence;
        _writer.InstrumentId = item.InstrumentId;
        if (item.InstrumentId < _states.Length)
        {
            InstrumentState state = _states[item.InstrumentId];
            switch (item.Kind)
            {
                case EventKind.LevelUpdate:
                    state.SetLevel(in item);
                    break;
                case EventKind.BookCommit:
                    OnBookCommit(state, in item);
                    break;
                case EventKind.TopOfBook:
                    OnTopOfBook(state, in item);
                    break;
                case EventKind.Trade:
                    OnTrade(state, in item);
                    break;
                case var kind when kind.IsOrderReport():
                    OnOrderReport(state, in item);
                    break;
                default:
                    UnknownEvents += _control.OnRareEvent(state, in item) ? 0 : 1;
                    break;
            }
        }
        else
        {
            UnknownEvents++;
        }

        _desk.ExpireDue(_states);
        if (_composites.HasUpdates)
        {
            _composites.FlushUpdates(_states);
        }
    }

    /// <summary>Publishes every view with unpublished changes. The engine thread when it is idle, or any once it has
    /// ended.</summary>
    public void ShowViews() => _control.ShowDirty();

    private void OnBookCommit(InstrumentState state, in EngineInput item)
    {
        state.View.BookMessages++;
        state.Book.Commit(item.UpdateId, (item.CommitFlags & CommitFlags.CatchingUp) != 0);
        state.RiskState.OnBook(item.ReceiveTimeNs, item.ExchangeTimeNs);
        if (state.Book.IsLive && state.Book.IsCrossed)
        {
            _control.OnUntrustedBook(state, StaleReason.Crossed, DecisionReason.ResyncCrossed);
        }
        else if (state.Book.HasSnapshot)
        {
            state.Audit.OnBook(state.Book, _writer.NowNs);
            _control.CheckTop(state);
            if (state.Book.IsTwoSided)
            {
                _control.Value(state);
                state.Signals.OnBook(state.Book, state.Scale.TickIncrements, _writer.NowNs);
                _composites.OnBook(state);
                state.Strategy.OnBook(state.Context, state.Traded);
            }
        }

        _control.MarkDirty(state);
    }

    private void OnTopOfBook(InstrumentState state, in EngineInput item)
    {
        state.View.TopOfBooks++;
        state.Audit.OnTopOfBook(state.Book, in item);
        _control.CheckTop(state);
        state.StreamTop = item;
        var top = new TopView(in item, in state.Scale, _writer.NowNs);
        state.Strategy.OnTop(state.Context, state.Traded, in top);
        _control.MarkDirty(state);
    }

    private void OnTrade(InstrumentState state, in EngineInput item)
    {
        state.View.Trades++;
        if (item.TradeScale == TradeScale.Declared)
        {
            // The slot is shared with the paper market, so the trade is copied before it is converted.
            EngineInput trade = item.InScale(state.Instrument.Scale, in state.Scale);
            OnTradeInScale(state, in trade);
        }
        else
        {
            OnTradeInScale(state, in item);
        }

        _control.MarkDirty(state);
    }

    private void OnTradeInScale(InstrumentState state, in EngineInput item)
    {
        state.Signals.OnTrade(in item, state.Book, _writer.NowNs);
        var trade = new TradeView(in item, in state.Scale);
        state.Strategy.OnTrade(state.Context, state.Traded, in trade);
    }

    private void OnOrderReport(InstrumentState state, in EngineInput item)
    {
        _control.ShowAtOnce(state);
        OrderReport report = _reports.OnReport(state, in item);
        if (report.Order.Change != OrderChange.None)
        {
            _control.Tell(state, report);
        }
    }
}
