using LowLatency.Engine.Instruments;

namespace LowLatency.Engine.Strategies;

/// <summary>Settings of every quoting strategy. Distances are in basis points of the mid, so that they suit different
/// instruments.</summary>
public abstract record QuotingSettings
{
    /// <summary>Notional of each quote.</summary>
    [Setting("Notional of each quote.", Unit = "quote currency", Min = 1e-12, Max = 1e9)]
    public decimal OrderNotional { get; set; } = 1000;

    /// <summary>Position, in quotes, from which the side that would add to it is not quoted.</summary>
    [Setting(
        "Position at which the side that would increase it is no longer quoted.", Unit = "quotes", Min = 1, Max = 1e6)]
    public double MaxInventory { get; set; } = 5;

    /// <summary>A quote is moved only if the model's price has moved at least this far.</summary>
    [Setting("Minimum price move before a quote is amended.", Unit = "bp", Min = 0, Max = 1000)]
    public double MinMoveBp { get; set; } = 0.5;

    /// <summary>How long a quote may live.</summary>
    [Setting("How long a quote may live.", Unit = "s", Min = 0.001, Max = 1e7)]
    public double LifetimeSeconds { get; set; } = 300;
}

/// <summary>
/// Base of the quoting strategies: after each book the model says where bid and ask belong, and a
/// <see cref="QuotePair"/> moves them there. Engine thread only.
/// </summary>
public abstract class QuotingStrategy : IStrategy
{
    private const double BasisPoints = 10_000;
    private const double NsPerSecond = 1e9;

    private readonly QuotingSettings _settings;
    private readonly long _orderTickLots;
    private QuotePair _pair;
    private bool _hasPair;

    /// <summary>Creates the strategy for one instrument.</summary>
    protected QuotingStrategy(QuotingSettings settings, Instrument instrument)
    {
        _settings = settings;
        _orderTickLots = InstrumentUnits.ToTickLots(settings.OrderNotional, instrument);
    }

    /// <inheritdoc/>
    public void OnBook(StrategyContext context, TradedInstrument instrument)
    {
        if (!_hasPair)
        {
            Prepare(instrument);
        }

        QuoteTarget target = Target(instrument, _pair.Inventory(instrument), out double volatilityBp);
        _pair.Update(instrument, in target, volatilityBp);
    }

    /// <summary>Where the model wants its quotes, in basis points of the mid.</summary>
    /// <param name="instrument">The instrument.</param>
    /// <param name="inventory">Position in quotes, above 0 if long.</param>
    /// <param name="volatilityBp">The volatility that it used, for the explanation; 0 for none.</param>
    protected abstract QuoteTarget Target(TradedInstrument instrument, double inventory, out double volatilityBp);

    /// <summary>Converts notional and basis points to lots and ticks, which needs a price.</summary>
    private void Prepare(TradedInstrument instrument)
    {
        long touchTicks = System.Math.Max(1, instrument.Book.BestBidTicks);
        double moveTicks = _settings.MinMoveBp / BasisPoints * touchTicks;
        _pair = new QuotePair(new QuotePairSettings(
            _orderTickLots / touchTicks,
            System.Math.Max(1, (long)moveTicks),
            (long)(_settings.LifetimeSeconds * NsPerSecond),
            _settings.MaxInventory));
        _hasPair = true;
    }
}
