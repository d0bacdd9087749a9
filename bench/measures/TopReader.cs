using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Strategies;

namespace LowLatency.Measures;

/// <summary>Nothing to set.</summary>
public sealed record TopReaderSettings;

/// <summary>Reads the top of the book each tenth of a second and does nothing with it. Engine thread only.</summary>
[Strategy("TopReader", "Reads the top of the book each tenth of a second; for measurements.")]
public sealed class TopReader : IStrategy
{
    private const long IntervalNs = 100_000_000;

    private long _nextNs;

    /// <summary>Creates the strategy for one instrument.</summary>
    public TopReader(TopReaderSettings settings, Instrument instrument)
    {
        _ = settings;
        _ = instrument;
    }

    /// <summary>Sum of all prices read, so that none is read in vain.</summary>
    public long Sum { get; private set; }

    /// <inheritdoc/>
    public bool OnlyWatches => true;

    /// <inheritdoc/>
    public void OnBook(StrategyContext context) => Read(context);

    /// <inheritdoc/>
    public void OnTopOfBook(StrategyContext context, in EngineInput quote) => Read(context);

    /// <inheritdoc/>
    public void OnTrade(StrategyContext context, in EngineInput trade) => Read(context);

    private void Read(StrategyContext context)
    {
        if (context.NowNs >= _nextNs)
        {
            _nextNs = context.NowNs + IntervalNs;
            Sum += context.Book.Bids.BestPrice + context.Book.Asks.BestPrice;
        }
    }
}
