using LowLatency.Engine.Instruments;

namespace LowLatency.Engine.Strategies;

/// <summary>Settings of <see cref="AvellanedaStoikovStrategy"/>.</summary>
public sealed record AvellanedaStoikovSettings : QuotingSettings
{
    /// <summary>γ.</summary>
    [Setting("Risk aversion γ, per basis point and quote.", Unit = "1/(bp·quote)", Min = 1e-6, Max = 100)]
    public double RiskAversion { get; set; } = 0.05;

    /// <summary>T − t, or its maximum.</summary>
    [Setting("Horizon T.", Unit = "s", Min = 0.1, Max = 1e6)]
    public double HorizonSeconds { get; set; } = 60;

    /// <summary>Whether T − t stays at the horizon.</summary>
    [Setting("true: the time left is always the horizon; false: it runs down to 0 and starts again.")]
    public bool IsRolling { get; set; } = true;

    /// <summary>σ until the market has been measured.</summary>
    [Setting("Volatility σ until the market has been measured.", Unit = "bp/√s", Min = 0, Max = 1000)]
    public double InitialVolatilityBp { get; set; } = 1;

    /// <summary>k until the market has been measured.</summary>
    [Setting(
        "Decay k of the fill intensity until the market has been measured.", Unit = "1/bp", Min = 1e-4, Max = 1e4)]
    public double InitialDecayPerBp { get; set; } = 1;
}

/// <summary>Quotes around the reservation price of Avellaneda and Stoikov (<see cref="AvellanedaStoikovModel"/>), with
/// the engine's measured volatility and decay. Engine thread only.</summary>
[Strategy(
    "AvellanedaStoikov",
    "Quotes both sides around a reservation price that leans against the inventory (Avellaneda and Stoikov, 2008).",
    Reasons = typeof(QuoteReason))]
public sealed class AvellanedaStoikovStrategy : QuotingStrategy
{
    private const double NsPerSecond = 1e9;

    private readonly AvellanedaStoikovSettings _settings;
    private readonly long _horizonNs;
    private long _startNs;

    /// <summary>Creates the strategy for one instrument.</summary>
    public AvellanedaStoikovStrategy(AvellanedaStoikovSettings settings, Instrument instrument)
        : base(settings, instrument)
    {
        _settings = settings;
        _horizonNs = (long)(settings.HorizonSeconds * NsPerSecond);
    }

    /// <inheritdoc/>
    protected override QuoteTarget Target(TradedInstrument instrument, double inventory, out double volatilityBp)
    {
        volatilityBp = instrument.Signals.VolatilityBp(_settings.InitialVolatilityBp);
        double decay = instrument.Signals.DecayPerBp(_settings.InitialDecayPerBp);
        return AvellanedaStoikovModel.Quote(
            inventory, _settings.RiskAversion, volatilityBp, SecondsLeft(instrument.NowNs), decay);
    }

    private double SecondsLeft(long nowNs)
    {
        if (_settings.IsRolling)
        {
            return _settings.HorizonSeconds;
        }

        _startNs = _startNs == 0 ? nowNs : _startNs;
        return (_horizonNs - ((nowNs - _startNs) % _horizonNs)) / NsPerSecond;
    }
}
