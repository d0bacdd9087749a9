using LowLatency.Engine.Events;

namespace LowLatency.Simulation.Simulator;

/// <summary>An order in the state that the simulated venue has of it.</summary>
internal sealed class SimulatedOrder(in EngineOutput place)
{
    public long Id { get; } = place.OrderId;

    public ushort InstrumentId { get; } = place.InstrumentId;

    public Side Side { get; } = place.Side;

    public Engine.Orders.OrderFlags Flags { get; } = place.Flags;

    public long PriceTicks { get; set; } = place.PriceTicks;

    public long QuantityLots { get; set; } = place.QuantityLots;

    public long FilledLots { get; set; }

    public bool IsOpen { get; set; } = true;

    public long RemainingLots => QuantityLots - FilledLots;
}
