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
    public void OnBook(StrategyContext context, TradedInstrument instrument) => Read(instrument);

    /// <inheritdoc/>
    public void OnTop(StrategyContext context, TradedInstrument instrument, in TopView top) => Read(instrument);

    /// <inheritdoc/>
    public void OnTrade(StrategyContext context, TradedInstrument instrument, in TradeView trade) =>
        Read(instrument);

    private void Read(TradedInstrument instrument)
    {
        if (instrument.NowNs >= _nextNs)
        {
            _nextNs = instrument.NowNs + IntervalNs;
            Sum += instrument.Book.BestBidTicks + instrument.Book.BestAskTicks;
        }
    }
}
