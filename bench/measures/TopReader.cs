using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Strategies;

namespace LowLatency.Measures;

/// <summary>No settings.</summary>
public sealed record TopReaderSettings;

/// <summary>Reads the top of book every 100 ms and does nothing with it. Engine thread only.</summary>
[Strategy("TopReader", "Reads the top of book every 100 ms; for measurements.")]
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

    /// <summary>Sum of all prices read, so that reads cannot be optimised away.</summary>
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
