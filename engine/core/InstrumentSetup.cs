using LowLatency.Engine.Instruments;
using LowLatency.Engine.Risk;
using LowLatency.Engine.Strategies;

namespace LowLatency.Engine;

/// <summary>One instrument of a session, with its limits and its strategy.</summary>
/// <param name="Instrument">The instrument; its id is the index in the session's list.</param>
/// <param name="Limits">Limits of the risk gate.</param>
/// <param name="Strategy">The strategy. An instance that is given for several instruments trades all of them.</param>
public sealed record InstrumentSetup(Instrument Instrument, RiskLimits Limits, IStrategy Strategy)
{
    /// <summary>The strategy's name in messages; empty where it has none but its class's.</summary>
    public string StrategyName { get; init; } = string.Empty;
}
