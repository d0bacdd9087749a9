using LowLatency.Engine.Events;

namespace LowLatency.Simulation.Simulator;

/// <summary>An order as the judge follows it from what the engine says. Of two prices or quantities under way it holds
/// what is certain.</summary>
internal sealed class OwnOrder(ushort instrumentId, Side side)
{
    public ushort InstrumentId => instrumentId;

    public Side Side => side;

    /// <summary>It is a part of a composite order, which cancels it for reasons of its own.</summary>
    public bool IsPart { get; init; }

    /// <summary>It was asked for its end before.</summary>
    public bool IsCancelAsked { get; set; }

    public long PriceTicks { get; set; }

    /// <summary>The price that an amendment under way asks for; the same where there is none.</summary>
    public long WantedPriceTicks { get; set; }

    /// <summary>The smaller quantity of two under way.</summary>
    public long Lots { get; set; }

    public long FilledLots { get; set; }
}
