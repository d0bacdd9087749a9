using System;
using System.Runtime.CompilerServices;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Orders;
using LowLatency.Engine.Signals;

namespace LowLatency.Engine.Strategies;

/// <summary>
/// An instrument as its strategy sees it, and the requests that the strategy can make. Each request passes the risk
/// gate and is recorded with its reason, also if it is refused. Engine thread only.
/// </summary>
public sealed class TradedInstrument
{
    private readonly InstrumentState _state;
    private readonly OrderDesk _desk;
    private readonly CompositeDesk _composites;

    internal TradedInstrument(
        StrategyContext context, int index, InstrumentState state, OrderDesk desk, CompositeDesk composites)
    {
        _state = state;
        _desk = desk;
        _composites = composites;
        Context = context;
        Index = index;
        Book = new BookView(state, desk.Writer);
        Signals = new SignalsView(state);
    }

    /// <summary>The strategy's context.</summary>
    public StrategyContext Context { get; }

    /// <summary>Its index in <see cref="StrategyContext.Instruments"/>, from 0: usable for the strategy's own arrays.
    /// </summary>
    public int Index { get; }

    /// <summary>What the venue declares: symbol, currencies, tick and lot, fees, minimums.</summary>
    public Instrument Facts => _state.Instrument;

    /// <summary>Current trading status.</summary>
    public TradingStatus Status => _state.Status;

    /// <summary>The depth book, and how old it is.</summary>
    public BookView Book { get; }

    /// <summary>The newest top of book: of the venue's top-of-book stream where that is ahead of the depth book, else
    /// of the depth book; <see cref="TopView.IsStream"/> and <see cref="TopView.AgeNs"/> say which and how old.
    /// </summary>
    public TopView Top
    {
        get
        {
            ref readonly EngineInput stream = ref _state.StreamTop;
            return IsAhead(in stream)
                ? new TopView(in stream, in _state.Scale, NowNs)
                : new TopView(_state.Book, _state.RiskState.BookTimeNs, in _state.Scale, NowNs);
        }
    }

    /// <summary>The engine's signals for the instrument.</summary>
    public SignalsView Signals { get; }

    /// <summary>The engine's time: the greatest receive time so far, nanoseconds since the Unix epoch.</summary>
    public long NowNs => _desk.Writer.NowNs;

    /// <summary>Position in lots; negative when short.</summary>
    public long PositionLots => _state.Position.Lots;

    /// <summary>Average entry price of the open position in ticks; 0 if there is none.</summary>
    public double AverageEntryTicks =>
        _state.Position.Lots == 0 ? 0 : (double)_state.Position.CostTickLots / _state.Position.Lots;

    /// <summary>Own orders that may still trade.</summary>
    public int OpenOrders => _state.OpenOrders;

    /// <summary>Places a limit order.</summary>
    /// <returns>The client order id, or why the gate refused.</returns>
    public PlaceResult Place(in PlaceRequest request) => _desk.Place(_state, in request);

    /// <summary>Places a composite order.</summary>
    /// <returns>Its id, or why its terms were refused.</returns>
    public PlaceResult Place(in CompositeRequest request) => _composites.Place(_state, in request);

    /// <summary>
    /// Gives an own order another price or whole quantity (filled lots included). It loses its place in the queue
    /// unless only the quantity becomes less.
    /// </summary>
    /// <returns>Whether it was sent, or why it was refused.</returns>
    public ChangeResult Amend(
        long orderId, long priceTicks, long quantityLots, StrategyReason reason, in QuoteInputs inputs = default) =>
        _desk.Amend(_state, orderId, priceTicks, quantityLots, reason.Recorded, in inputs);

    /// <summary>Cancels an own order or composite order. The cancel rate limit applies to orders.</summary>
    /// <returns>Whether the cancel was sent, or why it was refused.</returns>
    public ChangeResult Cancel(long id, StrategyReason reason) => OrderIds.IsComposite(id)
        ? _composites.Cancel(_state, id, reason.Recorded)
        : _desk.CancelWithinRate(_state, id, reason.Recorded);

    /// <summary>Records that the strategy wanted an order but found no valid price or quantity for it.</summary>
    public void Refuse(in PlaceRequest request, StrategyReason reason) =>
        _desk.Refuse(_state, in request, reason.Recorded);

    /// <summary>
    /// Finds an own open order by side and tag; parts of composite orders are skipped. A strategy that finds its orders
    /// by tag, and keeps no ids, continues after a restart as if there had been none.
    /// </summary>
    /// <param name="side">Side of the order.</param>
    /// <param name="tag">Its tag, see <see cref="PlaceRequest.Tag"/>.</param>
    /// <param name="order">A copy of the order; the youngest if there are several.</param>
    /// <returns>true if there is one.</returns>
    public bool TryFindOrder(Side side, ushort tag, out Order order)
    {
        for (int slot = _state.OrderList; slot >= 0; slot = _desk.Orders.Older(slot))
        {
            ref Order own = ref _desk.Orders.Slot(slot);
            if (own.Side == side && own.Tag == tag && own.ParentId == 0)
            {
                order = own;
                return true;
            }
        }

        order = default;
        return false;
    }

    /// <summary>Finds an own open composite order by its tag.</summary>
    /// <returns>Its id, or 0 if there is none; the youngest if there are several.</returns>
    public long FindComposite(ushort tag)
    {
        for (int slot = _state.CompositeList; slot >= 0; slot = _composites.Store.Older(slot))
        {
            if (_composites.Store.Slot(slot).Terms.Tag == tag)
            {
                return _composites.Store.Slot(slot).Id;
            }
        }

        return 0;
    }

    /// <summary>Logs a line about this instrument, like
    /// <see cref="StrategyContext.Log(ref StrategyLogHandler)"/>.</summary>
    /// <param name="line">An interpolated string.</param>
    public void Log([InterpolatedStringHandlerArgument("")] ref StrategyLogHandler line) =>
        Context.StrategyLog.Write(NowNs, _state.Instrument.Id, hasInstrument: true, in line);

    /// <summary>Logs a line of fixed text about this instrument.</summary>
    public void Log(string text)
    {
        var line = new StrategyLogHandler(Context.StrategyLog);
        line.AppendFormatted(text);
        Log(ref line);
    }

    /// <summary>Sets a gauge of this instrument, which <c>/metrics</c> and the session's status then show. It allocates
    /// nothing, changes no decision and is not recorded.</summary>
    /// <typeparam name="TGauge">The strategy's enum of gauges, see <see cref="StrategyAttribute.Gauges"/>.</typeparam>
    /// <param name="gauge">The gauge.</param>
    /// <param name="value">Its value; NaN takes it away. Only finite values are shown.</param>
    public void SetGauge<TGauge>(TGauge gauge, double value)
        where TGauge : unmanaged, Enum => _state.Gauges.Set(Unsafe.As<TGauge, byte>(ref gauge), value);

    /// <summary>Publishes a direction and the resulting mask, and scores the mask. Only for a strategy that returns
    /// true for <see cref="IStrategy.DrawsDirections"/>.</summary>
    public void NoteDirection(Direction direction, in DirectionMask mask, MaskTrigger trigger)
    {
        ref InstrumentView view = ref _state.View;
        view.Mask = mask.Bits;
        view.MaskCount = mask.Count;
        view.DirectionsUp += direction == Direction.Up ? 1 : 0;
        view.DirectionsDown += direction == Direction.Down ? 1 : 0;
        view.Triggers += trigger != MaskTrigger.None ? 1 : 0;
        _state.Signals.OnDirection(
            direction, trigger, NowNs, _state.Book.Bids.BestPrice + _state.Book.Asks.BestPrice);
    }

    // By the venue's update ids if both have them, otherwise by receive time.
    private bool IsAhead(in EngineInput stream)
    {
        if (stream.Kind != EventKind.TopOfBook || !_state.Book.IsTwoSided)
        {
            return stream.Kind == EventKind.TopOfBook;
        }

        return stream.UpdateId != 0 && _state.Book.UpdateId != 0
            ? stream.UpdateId > _state.Book.UpdateId
            : stream.ReceiveTimeNs > _state.RiskState.BookTimeNs;
    }
}
