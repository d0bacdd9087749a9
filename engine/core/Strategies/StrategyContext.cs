using LowLatency.Engine.Books;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Orders;
using LowLatency.Engine.Signals;

namespace LowLatency.Engine.Strategies;

/// <summary>
/// What a strategy sees of its instrument, and what it can do. Everything it asks for passes the risk gate first, and
/// is recorded with its reason, also when it is refused. Engine thread only.
/// </summary>
public sealed class StrategyContext
{
    private readonly InstrumentState _state;
    private readonly OrderDesk _desk;
    private readonly CompositeDesk _composites;

    internal StrategyContext(InstrumentState state, OrderDesk desk, CompositeDesk composites)
    {
        _state = state;
        _desk = desk;
        _composites = composites;
    }

    /// <summary>The venue's facts.</summary>
    public Instrument Instrument => _state.Instrument;

    /// <summary>How book prices and quantities are counted now.</summary>
    public InstrumentScale Scale => _state.Scale;

    /// <summary>The book, in wire increments. Look, do not touch.</summary>
    public OrderBook Book => _state.Book;

    /// <summary>What the engine measures of the instrument. Look, do not touch.</summary>
    public InstrumentSignals Signals => _state.Signals;

    /// <summary>The engine's time: the greatest receive time so far, nanoseconds since the Unix epoch.</summary>
    public long NowNs => _desk.Writer.NowNs;

    /// <summary>Position in lots; negative when short.</summary>
    public long PositionLots => _state.Position.Lots;

    /// <summary>What a lot of the open position cost on average, in ticks; 0 when there is none.</summary>
    public double AverageEntryTicks =>
        _state.Position.Lots == 0 ? 0 : (double)_state.Position.CostTickLots / _state.Position.Lots;

    /// <summary>Own orders that may still trade.</summary>
    public int OpenOrders => _state.View.OpenOrders;

    /// <summary>Asks for a limit order.</summary>
    /// <returns>The client order id, or why the gate refused.</returns>
    public PlaceResult Place(in PlaceRequest request) => _desk.Place(_state, in request);

    /// <summary>Asks for a composite order.</summary>
    /// <returns>Its id, or why its terms were refused.</returns>
    public PlaceResult Place(in CompositeRequest request) => _composites.Place(_state, in request);

    /// <summary>
    /// Gives an own order another price or whole quantity (what was filled included). It loses its place in the queue
    /// unless only the quantity becomes less.
    /// </summary>
    /// <returns>None when the amendment was sent, else why it was refused.</returns>
    public DecisionReason Amend(
        long orderId, long priceTicks, long quantityLots, DecisionReason reason, in QuoteInputs inputs) =>
        _desk.Amend(_state, orderId, priceTicks, quantityLots, reason, in inputs);

    /// <summary>Cancels an own order or composite order. One that is already on its way out, or gone, is left alone. It
    /// can be refused where cancels come too fast.</summary>
    public void Cancel(long id, DecisionReason reason)
    {
        if (OrderIds.IsComposite(id))
        {
            _composites.Cancel(_state, id, reason);
        }
        else
        {
            _desk.CancelGently(_state, id, reason);
        }
    }

    /// <summary>Records that the strategy wanted an order but found no sound price or quantity for it.</summary>
    public void Refuse(in PlaceRequest request, DecisionReason reason) => _desk.Refuse(_state, in request, reason);

    /// <summary>
    /// Finds an own living order by side and mark; orders that are parts of composite ones are passed over. Strategies
    /// that find their orders so, and keep no ids, go on after a restart as if there had been none.
    /// </summary>
    /// <returns>true when there is one; the youngest if there are several.</returns>
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

    /// <summary>Finds an own living composite order by its mark.</summary>
    /// <returns>Its id, or 0 when there is none; the youngest if there are several.</returns>
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

    /// <summary>Shows a direction and the mask that it led to in the published view, and keeps the measure of how often
    /// the mask is right.</summary>
    public void NoteDirection(Direction direction, in DirectionMask mask, MaskTrigger trigger)
    {
        ref InstrumentView view = ref _state.View;
        view.Mask = mask.Bits;
        view.MaskCount = mask.Count;
        view.DirectionsUp += direction == Direction.Up ? 1 : 0;
        view.DirectionsDown += direction == Direction.Down ? 1 : 0;
        view.Triggers += trigger != MaskTrigger.None ? 1 : 0;
        _state.Signals.OnDirection(direction, trigger, NowNs, Book.Bids.BestPrice + Book.Asks.BestPrice);
    }
}
