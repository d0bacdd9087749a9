using LowLatency.Engine.Events;

namespace LowLatency.Simulation.Simulator;

/// <summary>An order as the judge derives it from the engine's outputs. While an amendment is pending, it has the price
/// and quantity that are certain.</summary>
internal sealed class OwnOrder(ushort instrumentId, Side side)
{
    public ushort InstrumentId => instrumentId;

    public Side Side => side;

    /// <summary>true for a child of a composite order, which cancels it for its own reasons.</summary>
    public bool IsPart { get; init; }

    /// <summary>true if a cancel was sent before.</summary>
    public bool IsCancelAsked { get; set; }

    public long PriceTicks { get; set; }

    /// <summary>Price of the pending amendment; without one, the current price.</summary>
    public long WantedPriceTicks { get; set; }

    /// <summary>The smaller of the current and the pending quantity.</summary>
    public long Lots { get; set; }

    public long FilledLots { get; set; }
}
