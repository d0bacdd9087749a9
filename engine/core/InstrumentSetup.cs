using LowLatency.Engine.Instruments;
using LowLatency.Engine.Risk;
using LowLatency.Engine.Strategies;

namespace LowLatency.Engine;

/// <summary>One instrument of a session: what it is, what may be done with it, and who decides.</summary>
/// <param name="Instrument">The venue's facts; its id is the index in the session's list.</param>
/// <param name="Limits">Limits of the risk gate.</param>
/// <param name="Strategy">The strategy. One instance that stands beside several instruments trades them all.</param>
public sealed record InstrumentSetup(Instrument Instrument, RiskLimits Limits, IStrategy Strategy)
{
    /// <summary>The strategy's name in messages; empty where it has none but its class's.</summary>
    public string StrategyName { get; init; } = string.Empty;
}
