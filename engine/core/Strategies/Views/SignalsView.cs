using LowLatency.Engine.Signals;

namespace LowLatency.Engine.Strategies;

/// <summary>What the engine measures of an instrument, read only. See <see cref="InstrumentSignals"/> for how. Engine
/// thread only.</summary>
public sealed class SignalsView
{
    private readonly InstrumentState _state;

    internal SignalsView(InstrumentState state) => _state = state;

    /// <summary>Trade-flow imbalance over ten seconds: from -1, only sellers, to 1, only buyers; 0 without trades.
    /// </summary>
    public double TradeFlow => _state.Signals.TradeFlow.Value;

    /// <summary>Order-flow imbalance over ten seconds, in lots: above 0, buyers press.</summary>
    public double OrderFlowLots => (double)_state.Signals.OrderFlow.WindowSum / _state.Scale.LotIncrements;

    /// <summary>Volatility in basis points per square root of a second; <paramref name="initial"/> until half a minute
    /// was seen.</summary>
    public double VolatilityBp(double initial) => _state.Signals.VolatilityBp(initial);

    /// <summary>Decay k of the fill intensity per basis point; <paramref name="initial"/> until it could be
    /// estimated.</summary>
    public double DecayPerBp(double initial) => _state.Signals.DecayPerBp(initial);

    /// <summary>Rate A of one side's fill intensity for a second; <paramref name="initial"/> until it could be
    /// estimated.</summary>
    public double Rate(double initial) => _state.Signals.Rate(initial);
}
