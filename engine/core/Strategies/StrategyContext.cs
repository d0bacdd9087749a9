using LowLatency.Engine.Books;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Orders;
using LowLatency.Engine.Signals;

namespace LowLatency.Engine.Strategies;

/// <summary>What a strategy sees of its instrument, and what it can do. Engine thread only.</summary>
public sealed class StrategyContext
{
    private readonly InstrumentState _state;
    private readonly OrderDesk _desk;

    internal StrategyContext(InstrumentState state, OrderDesk desk)
    {
        _state = state;
        _desk = desk;
    }

    /// <summary>The venue's facts.</summary>
    public Instrument Instrument => _state.Instrument;

    /// <summary>How book prices and quantities are counted now.</summary>
    public InstrumentScale Scale => _state.Scale;

    /// <summary>The book, in wire increments. Look, do not touch.</summary>
    public OrderBook Book => _state.Book;

    /// <summary>The engine's time: the greatest receive time so far, nanoseconds since the Unix epoch.</summary>
    public long NowNs => _desk.NowNs;

    /// <summary>Position in lots; negative when short.</summary>
    public long PositionLots => _state.Position.Lots;

    /// <summary>Own orders that may still trade.</summary>
    public int OpenOrders => _state.View.OpenOrders;

    /// <summary>Asks for a limit order. It passes the risk gate first.</summary>
    /// <returns>The client order id, or 0 when the gate refused (the refusal is recorded with its reason).</returns>
    public long Place(in PlaceRequest request) => _desk.Place(_state, in request);

    /// <summary>Cancels an own order. An order that is already on its way out, or gone, is left alone.</summary>
    public void Cancel(long orderId, DecisionReason reason) => _desk.Cancel(_state, orderId, reason);

    /// <summary>Records that the strategy wanted an order but found no sound price or quantity for it.</summary>
    public void Refuse(in PlaceRequest request, DecisionReason reason) => _desk.Refuse(_state, in request, reason);

    /// <summary>Shows a direction and the mask that it led to in the published view.</summary>
    public void NoteDirection(Direction direction, in DirectionMask mask, MaskTrigger trigger)
    {
        ref InstrumentView view = ref _state.View;
        view.Mask = mask.Bits;
        view.MaskCount = mask.Count;
        view.DirectionsUp += direction == Direction.Up ? 1 : 0;
        view.DirectionsDown += direction == Direction.Down ? 1 : 0;
        view.Triggers += trigger != MaskTrigger.None ? 1 : 0;
    }
}
