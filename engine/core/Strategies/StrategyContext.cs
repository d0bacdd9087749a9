using System;
using System.Runtime.CompilerServices;
using LowLatency.Engine.Orders;

namespace LowLatency.Engine.Strategies;

/// <summary>
/// A strategy instance's view of the session: the time, and the instruments that it trades. Each
/// <see cref="TradedInstrument"/> has the book, the position, the signals and the orders. Engine thread only.
/// </summary>
public sealed class StrategyContext
{
    private readonly DecisionWriter _writer;
    private readonly TradedInstrument[] _instruments;

    internal StrategyContext(InstrumentState[] states, OrderDesk desk, CompositeDesk composites, StrategyLog log)
    {
        _writer = desk.Writer;
        StrategyLog = log;
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

    internal StrategyLog StrategyLog { get; }

    /// <summary>
    /// Logs a line for the operator: <c>context.Log($"spread {spread:F2} bp")</c>. It is shown with event time and
    /// strategy. It allocates nothing and never waits: a line that finds no room is dropped and counted, and one longer
    /// than <see cref="StrategyLog.MaxLineBytes"/> is cut. The log changes no decision and is not recorded.
    /// </summary>
    /// <param name="line">An interpolated string; see <see cref="StrategyLogHandler"/> for what it may hold.</param>
    public void Log([InterpolatedStringHandlerArgument("")] ref StrategyLogHandler line) =>
        StrategyLog.Write(NowNs, _instruments[0].Facts.Id, hasInstrument: false, in line);

    /// <summary>Logs a line of fixed text.</summary>
    public void Log(string text)
    {
        var line = new StrategyLogHandler(StrategyLog);
        line.AppendFormatted(text);
        Log(ref line);
    }
}
