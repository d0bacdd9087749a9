using System;
using LowLatency.Engine.Orders;

namespace LowLatency.Engine.Strategies;

/// <summary>
/// What a strategy instance sees of the session: the time, and the instruments that it trades. Each
/// <see cref="TradedInstrument"/> has the book, the position, the signals and the orders. Engine thread only.
/// </summary>
public sealed class StrategyContext
{
    private readonly DecisionWriter _writer;
    private readonly TradedInstrument[] _instruments;

    internal StrategyContext(InstrumentState[] states, OrderDesk desk, CompositeDesk composites)
    {
        _writer = desk.Writer;
        _instruments = new TradedInstrument[states.Length];
        for (int i = 0; i < states.Length; i++)
        {
            _instruments[i] = new TradedInstrument(this, i, states[i], desk, composites);
        }
    }

    /// <summary>The engine's time: the greatest receive time so far, nanoseconds since the Unix epoch.</summary>
    public long NowNs => _writer.NowNs;

    /// <summary>The instruments that this instance trades, in the order of the session's list; at least one.</summary>
    public ReadOnlySpan<TradedInstrument> Instruments => _instruments;

    /// <summary>The first instrument: the only one of a strategy that trades one.</summary>
    public TradedInstrument Instrument => _instruments[0];
}
