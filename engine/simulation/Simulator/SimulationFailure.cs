using System;

namespace LowLatency.Simulation.Simulator;

/// <summary>An invariant is violated.</summary>
/// <param name="invariant">Its name, such as "I2 position".</param>
/// <param name="words">What was found.</param>
internal sealed class SimulationFailure(string invariant, string words) : Exception($"{invariant}: {words}")
{
    public string Invariant => invariant;
}
