using System;
using System.Globalization;
using LowLatency.Engine.Events;

namespace LowLatency.Engine.Runtime;

/// <summary>An exception while the engine handled an event, most likely of a strategy: says what the engine was doing.
/// The inner exception is the cause.</summary>
public sealed class EngineFaultException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="cause">What was thrown.</param>
    /// <param name="setup">The instrument that was being handled, with its strategy.</param>
    /// <param name="item">The event that was being handled.</param>
    /// <param name="sequence">The event's ring sequence.</param>
    public EngineFaultException(Exception cause, InstrumentSetup setup, in EngineInput item, long sequence)
        : base(Describe(cause, setup, in item, sequence), cause)
    {
        Strategy = NameOf(setup);
        Symbol = setup.Instrument.Symbol;
        Kind = item.Kind;
        Sequence = sequence;
        TimeNs = item.ReceiveTimeNs;
    }

    /// <summary>The strategy of the instrument that was being handled.</summary>
    public string Strategy { get; }

    /// <summary>The symbol of the instrument that was being handled.</summary>
    public string Symbol { get; }

    /// <summary>Kind of the event.</summary>
    public EventKind Kind { get; }

    /// <summary>The event's ring sequence.</summary>
    public long Sequence { get; }

    /// <summary>The event's receive time, nanoseconds since the Unix epoch.</summary>
    public long TimeNs { get; }

    private static string NameOf(InstrumentSetup setup) =>
        setup.StrategyName.Length != 0 ? setup.StrategyName : setup.Strategy.GetType().Name;

    private static string Describe(Exception cause, InstrumentSetup setup, in EngineInput item, long sequence)
    {
        DateTimeOffset time = DateTimeOffset.UnixEpoch.AddTicks(item.ReceiveTimeNs / 100);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"strategy {NameOf(setup)} on {setup.Instrument.Symbol} failed at {item.Kind}, "
            + $"ring sequence {sequence}, event time {time:yyyy-MM-ddTHH:mm:ss.fffffff}Z: "
            + $"{cause.GetType().Name}: {cause.Message}");
    }
}
