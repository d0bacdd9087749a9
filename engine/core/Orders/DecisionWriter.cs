using LowLatency.Engine.Events;
using LowLatency.Engine.Ring;

namespace LowLatency.Engine.Orders;

/// <summary>
/// The only way out of the engine: claims a slot of the outbound ring, fills in what every decision has, hashes and
/// publishes it. It also holds the engine's current time and input. Engine thread only.
/// </summary>
internal sealed class DecisionWriter(RingBuffer<EngineOutput> outbound)
{
    private DecisionHash _decisions;
    private long _claimed;

    /// <summary>The engine's time; the loop sets it from each event.</summary>
    public long NowNs { get; set; }

    /// <summary>Wire stamp of the event that is being handled.</summary>
    public uint WireStamp { get; set; }

    /// <summary>Inbound sequence of the event that is being handled.</summary>
    public long Sequence { get; set; }

    /// <summary>Id of the instrument that is being handled.</summary>
    public int InstrumentId { get; set; }

    public ref readonly DecisionHash Decisions => ref _decisions;

    /// <summary>Begins a decision, with the current market. <see cref="Publish"/> must follow before the
    /// next.</summary>
    public ref EngineOutput Decide(InstrumentState state, OutputKind kind, Side side, DecisionReason reason)
    {
        ref EngineOutput output = ref Note(state, kind, side, reason);
        output.OpenOrders = state.OpenOrders;
        output.PositionLots = state.Position.Lots;
        output.BidPrice = state.Book.Bids.BestPrice;
        output.AskPrice = state.Book.Asks.BestPrice;
        output.BidQuantity = state.Book.Bids.BestQuantity;
        output.AskQuantity = state.Book.Asks.BestQuantity;
        output.UpdateId = state.Book.UpdateId;
        return ref output;
    }

    /// <summary>Begins a note, without the market. <see cref="Publish"/> must follow before the next.</summary>
    public ref EngineOutput Note(InstrumentState state, OutputKind kind, Side side, DecisionReason reason)
    {
        _claimed = outbound.Claim(1);
        ref EngineOutput output = ref outbound[_claimed];
        output = default;
        output.Kind = kind;
        output.Side = side;
        output.InstrumentId = state.Instrument.Id;
        output.Reason = reason;
        output.WireStamp = WireStamp;
        output.Sequence = Sequence;
        output.TimeNs = NowNs;
        return ref output;
    }

    public void Publish(in EngineOutput output)
    {
        _decisions.Add(in output);
        outbound.Publish(_claimed, _claimed);
    }
}
