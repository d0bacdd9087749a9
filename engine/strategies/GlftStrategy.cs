using LowLatency.Engine.Instruments;

namespace LowLatency.Engine.Strategies;

/// <summary>Settings of <see cref="GlftStrategy"/>.</summary>
public sealed record GlftSettings : QuotingSettings
{
    /// <summary>γ.</summary>
    [Setting("Risk aversion γ, per basis point and quote.", Unit = "1/(bp·quote)", Min = 1e-6, Max = 100)]
    public double RiskAversion { get; set; } = 0.05;

    /// <summary>ξ.</summary>
    [Setting(
        "Weight ξ of the risk of not being filled; 0 for none.", Unit = "1/(bp·quote)", Min = 0, Max = 100)]
    public double FillRisk { get; set; } = 0.05;

    /// <summary>Factor of the half spread.</summary>
    [Setting("Factor of the half spread.", Min = 0.01, Max = 100)]
    public double SpreadFactor { get; set; } = 1;

    /// <summary>Factor of the skew.</summary>
    [Setting("Factor of the skew.", Min = 0, Max = 100)]
    public double SkewFactor { get; set; } = 1;

    /// <summary>σ until the market has been measured.</summary>
    [Setting("Volatility σ until the market has been measured.", Unit = "bp/√s", Min = 0, Max = 1000)]
    public double InitialVolatilityBp { get; set; } = 1;

    /// <summary>A until the market has been measured.</summary>
    [Setting("Fill rate A at distance 0 until the market has been measured.", Unit = "1/s", Min = 1e-6, Max = 1e6)]
    public double InitialRate { get; set; } = 1;

    /// <summary>k until the market has been measured.</summary>
    [Setting(
        "Decay k of the fill intensity until the market has been measured.", Unit = "1/bp", Min = 1e-4, Max = 1e4)]
    public double InitialDecayPerBp { get; set; } = 1;
}

/// <summary>Quotes after Guéant, Lehalle and Fernandez-Tapia (<see cref="GlftModel"/>), with the engine's measured
/// volatility, rate and decay. Engine thread only.</summary>
[Strategy(
    "Glft",
    "Quotes both sides after Guéant, Lehalle and Fernandez-Tapia (2013): no end of time, half spread and skew from "
    + "volatility and the measured fill intensity.",
    Reasons = typeof(QuoteReason))]
public sealed class GlftStrategy : QuotingStrategy
{
    private readonly GlftSettings _settings;

    /// <summary>Creates the strategy for one instrument.</summary>
    public GlftStrategy(GlftSettings settings, Instrument instrument)
        : base(settings, instrument) => _settings = settings;

    /// <inheritdoc/>
    protected override QuoteTarget Target(TradedInstrument instrument, double inventory, out double volatilityBp)
    {
        volatilityBp = instrument.Signals.VolatilityBp(_settings.InitialVolatilityBp);
        QuoteTarget target = GlftModel.Quote(
            inventory,
            _settings.RiskAversion,
            _settings.FillRisk,
            orderSize: 1,
            volatilityBp,
            instrument.Signals.Rate(_settings.InitialRate),
            instrument.Signals.DecayPerBp(_settings.InitialDecayPerBp));
        return new QuoteTarget(target.Shift * _settings.SkewFactor, target.Half * _settings.SpreadFactor);
    }
}
