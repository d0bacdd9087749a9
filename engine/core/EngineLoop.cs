using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Orders;
using LowLatency.Engine.Ring;
using LowLatency.Engine.Strategies;

namespace LowLatency.Engine;

/// <summary>
/// The hot path, read from top to bottom: event ▸ book ▸ strategy (signals) ▸ risk gate ▸ order command. A
/// single-threaded, allocation-free function from the inbound stream to the outbound one; it reads no clock and
/// throws nothing. Live trading, replay and tests differ only in who fills the rings.
/// </summary>
public sealed class EngineLoop : IEventHandler<MarketEvent>
{
    private readonly InstrumentState[] _states;
    private readonly StrategyContext[] _contexts;
    private readonly OrderDesk _desk;

    // Instruments whose view has changed since it was last shown: [0, _dirtyCount) of _dirty.
    private readonly int[] _dirty;
    private int _dirtyCount;

    /// <summary>Creates the engine with books that are not live.</summary>
    /// <param name="instruments">The session's instruments, in the order of their ids.</param>
    /// <param name="outbound">Where decisions go; this engine is its only producer.</param>
    /// <param name="orders">The order store, owned by the engine from now on.</param>
    /// <param name="bookLevelsASide">Room for levels before a book has to grow; 0 for much where there are few
    /// instruments and little where there are many.</param>
    public EngineLoop(
        IReadOnlyList<InstrumentSetup> instruments,
        RingBuffer<EngineOutput> outbound,
        OrderStore orders,
        int bookLevelsASide = 0)
    {
        _desk = new OrderDesk(orders, outbound);
        _states = new InstrumentState[instruments.Count];
        _contexts = new StrategyContext[instruments.Count];
        _dirty = new int[instruments.Count];
        int fairShare = Math.Clamp(65_536 / Math.Max(1, instruments.Count), 64, 8192);
        int room = bookLevelsASide > 0 ? bookLevelsASide : fairShare;
        for (int i = 0; i < _states.Length; i++)
        {
            _states[i] = new InstrumentState(instruments[i], room);
            _contexts[i] = new StrategyContext(_states[i], _desk);
            _states[i].Show();
        }
    }

    /// <summary>Count and hash of all decisions so far. The engine thread, or any once it has ended.</summary>
    public DecisionHash Decisions => _desk.Decisions;

    /// <summary>Orders that may still trade, over all instruments. The engine thread, or any once it has ended.
    /// </summary>
    public int OpenOrders => _desk.Orders.Count;

    /// <summary>Events for instruments that the session does not have; they are ignored.</summary>
    public long UnknownInstrumentEvents { get; private set; }

    /// <summary>Number of instruments.</summary>
    public int InstrumentCount => _states.Length;

    /// <summary>The last published view of an instrument. Any thread.</summary>
    public InstrumentView View(int instrumentId) => _states[instrumentId].Shown.Read();

    /// <summary>The book of an instrument, for tests and tools. The engine thread, or any once it has ended.</summary>
    public Books.OrderBook Book(int instrumentId) => _states[instrumentId].Book;

    /// <summary>How an instrument's book is counted now. The engine thread, or any once it has ended.</summary>
    public InstrumentScale Scale(int instrumentId) => _states[instrumentId].Scale;

    /// <inheritdoc/>
    public void OnEvent(ref MarketEvent item, long sequence, bool endOfBatch)
    {
        _desk.NowNs = Math.Max(_desk.NowNs, item.ReceiveTimeNs);
        _desk.WireStamp = item.WireStamp;
        _desk.Sequence = sequence;
        if (item.InstrumentId < _states.Length)
        {
            InstrumentState state = _states[item.InstrumentId];
            switch (item.Kind)
            {
                case EventKind.LevelUpdate:
                    state.View.LevelUpdates++;
                    state.Book.Set(item.Side, item.Price, item.Quantity);
                    break;
                case EventKind.BookCommit:
                    OnBookCommit(state, in item);
                    break;
                case EventKind.TopOfBook:
                    state.View.TopOfBooks++;
                    state.Audit.OnTopOfBook(state.Book, in item);
                    CheckTop(state);
                    state.Strategy.OnTopOfBook(_contexts[item.InstrumentId], in item);
                    MarkDirty(state, item.InstrumentId);
                    break;
                case EventKind.Trade:
                    state.View.Trades++;
                    OnTrade(state, in item);
                    MarkDirty(state, item.InstrumentId);
                    break;
                default:
                    OnRareEvent(state, in item);
                    break;
            }
        }
        else
        {
            UnknownInstrumentEvents++;
        }

        _desk.ExpireDue(_states);
        if (endOfBatch && _dirtyCount != 0)
        {
            ShowDirty();
        }
    }

    private void OnTrade(InstrumentState state, in MarketEvent item)
    {
        StrategyContext context = _contexts[item.InstrumentId];
        if (item.UpdateId == MarketEvent.DeclaredScale)
        {
            // The slot is shared with the gateway, so it is copied and not changed.
            MarketEvent trade = item.InScale(state.Instrument.Scale, in state.Scale);
            state.Strategy.OnTrade(context, in trade);
        }
        else
        {
            state.Strategy.OnTrade(context, in item);
        }
    }

    private void OnBookCommit(InstrumentState state, in MarketEvent item)
    {
        state.View.BookMessages++;
        state.Book.Commit(item.UpdateId, (item.Detail & MarketEvent.CatchingUp) != 0);
        if (state.Book.IsLive && state.Book.IsCrossed)
        {
            OnUntrustedBook(state, StaleReason.Crossed, DecisionReason.ResyncCrossed);
        }
        else if (state.Book.HasSnapshot)
        {
            state.Audit.OnBook(state.Book, _desk.NowNs);
            CheckTop(state);
            if (state.Book.IsTwoSided)
            {
                state.Strategy.OnBook(_contexts[item.InstrumentId]);
            }
        }

        MarkDirty(state, item.InstrumentId);
    }

    private void CheckTop(InstrumentState state)
    {
        if (state.Audit.IsLastingDifference(_desk.NowNs))
        {
            OnUntrustedBook(state, StaleReason.TopDiffers, DecisionReason.ResyncTopDiffers);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void OnRareEvent(InstrumentState state, in MarketEvent item)
    {
        switch (item.Kind)
        {
            case EventKind.SnapshotBegin:
                state.Book.BeginSnapshot();
                break;
            case EventKind.BookStale:
                GiveUpBook(state, (StaleReason)item.Detail);
                break;
            case EventKind.BookRescale:
                OnRescale(state, item.Price, item.Quantity);
                break;
            case EventKind.Status:
                state.View.Status = (TradingStatus)item.Detail;
                if (state.View.Status is TradingStatus.CancelOnly or TradingStatus.Halted)
                {
                    _desk.CancelAll(state, DecisionReason.NotTrading);
                }

                break;
            case EventKind.Timer:
                foreach (StrategyContext context in _contexts)
                {
                    _states[context.Instrument.Id].Strategy.OnTimer(context);
                }

                break;
            case EventKind.StopTrading:
                _desk.Stop(_states);
                break;
            case EventKind.OrderAccepted or EventKind.OrderRejected or EventKind.OrderCancelled
                or EventKind.CancelRejected or EventKind.OrderFilled:
                OnReport(state, in item);
                break;
            default:
                UnknownInstrumentEvents++;
                break;
        }

        MarkDirty(state, item.InstrumentId);
    }

    private void OnReport(InstrumentState state, in MarketEvent item)
    {
        OrderUpdate update = _desk.OnReport(state, in item);
        if (update.Kind != EventKind.None)
        {
            state.Strategy.OnOrder(_contexts[item.InstrumentId], in update);
        }
    }

    private void OnRescale(InstrumentState state, long priceFactor, long quantityFactor)
    {
        state.View.Rescales++;
        state.Scale = state.Scale.Finer(priceFactor, quantityFactor);
        state.View.LastTwoMid *= priceFactor;
        state.Audit.Rescale(priceFactor, quantityFactor);
        bool wasLive = state.Book.IsLive;
        bool fits = state.Book.Rescale(priceFactor, quantityFactor);
        state.Strategy.OnRescale(_contexts[state.Instrument.Id], priceFactor, quantityFactor);
        if (!fits && wasLive)
        {
            OnUntrustedBook(state, StaleReason.OutOfRange, DecisionReason.ResyncOutOfRange);
        }
    }

    // The engine itself found the book untrustworthy, so the feed does not know yet.
    private void OnUntrustedBook(InstrumentState state, StaleReason reason, DecisionReason resync)
    {
        GiveUpBook(state, reason);
        _desk.RequestResync(state, resync);
    }

    private void GiveUpBook(InstrumentState state, StaleReason reason)
    {
        state.View.StaleBooks += state.Book.IsLive ? 1 : 0;
        state.View.LastTwoMid = state.Book.IsTwoSided
            ? state.Book.Bids.BestPrice + state.Book.Asks.BestPrice
            : state.View.LastTwoMid;
        state.Book.MarkStale(reason);
        state.Audit.Reset();
        _desk.CancelAll(state, DecisionReason.BookStale);
        state.Strategy.OnStale(_contexts[state.Instrument.Id]);
    }

    private void MarkDirty(InstrumentState state, int instrumentId)
    {
        state.View.LastEventTimeNs = _desk.NowNs;
        if (!state.IsDirty)
        {
            state.IsDirty = true;
            _dirty[_dirtyCount++] = instrumentId;
        }
    }

    private void ShowDirty()
    {
        for (int i = 0; i < _dirtyCount; i++)
        {
            _states[_dirty[i]].Show();
        }

        _dirtyCount = 0;
    }
}
