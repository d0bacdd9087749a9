using LowLatency.Engine.Instruments;
using LowLatency.Engine.Signals;

namespace LowLatency.Engine.Strategies;

/// <summary>Settings of <see cref="ImbalanceMakerStrategy"/>.</summary>
public sealed record ImbalanceMakerSettings : QuotingSettings
{
    /// <summary>Half of the spread.</summary>
    [Setting("Half of the spread.", Unit = "bp", Min = 0.001, Max = 1000)]
    public double HalfSpreadBp { get; set; } = 2;

    /// <summary>Levels of the imbalance.</summary>
    [Setting(
        "Levels of the book that the imbalance looks at; deeper ones weigh less.",
        Unit = "levels", Min = 1, Max = 50)]
    public int Levels { get; set; } = 5;

    /// <summary>Weight of the imbalance.</summary>
    [Setting("How far a one-sided book moves the quotes.", Unit = "bp", Min = 0, Max = 1000)]
    public double ImbalanceBp { get; set; } = 1;

    /// <summary>Weight of the trade flow.</summary>
    [Setting("How far one-sided trading moves the quotes.", Unit = "bp", Min = 0, Max = 1000)]
    public double TradeFlowBp { get; set; } = 0.5;

    /// <summary>Weight of the inventory.</summary>
    [Setting("How far each quote of inventory moves the quotes against it.", Unit = "bp", Min = 0, Max = 1000)]
    public double SkewBp { get; set; } = 0.5;
}

/// <summary>
/// Quotes around mid + a·imbalance + b·trade flow − c·inventory: a common form of a quoting model with signals. Engine
/// thread only.
/// </summary>
[Strategy(
    "ImbalanceMaker",
    "Quotes both sides, moved towards where book and trades lean and away from the inventory.",
    Reasons = typeof(QuoteReason))]
public sealed class ImbalanceMakerStrategy : QuotingStrategy
{
    private readonly ImbalanceMakerSettings _settings;

    /// <summary>Creates the strategy for one instrument.</summary>
    public ImbalanceMakerStrategy(ImbalanceMakerSettings settings, Instrument instrument)
        : base(settings, instrument) => _settings = settings;

    /// <inheritdoc/>
    protected override QuoteTarget Target(TradedInstrument instrument, double inventory, out double volatilityBp)
    {
        volatilityBp = 0;
        double imbalance = DepthImbalance.OfFallingLevels(instrument.Book, _settings.Levels);
        double shift = (_settings.ImbalanceBp * imbalance)
            + (_settings.TradeFlowBp * instrument.Signals.TradeFlow)
            - (_settings.SkewBp * inventory);
        return new QuoteTarget(shift, _settings.HalfSpreadBp);
    }
}
