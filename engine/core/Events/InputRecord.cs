using System;

namespace LowLatency.Engine.Events;

/// <summary>Kinds of recorded inputs. The numbers are part of the recording format.</summary>
public enum InputKind : byte
{
    /// <summary>Never written.</summary>
    None = 0,

    /// <summary>The settings of the session as UTF-8 JSON: the first record of a recording.</summary>
    Settings = 1,

    /// <summary>The instruments of the session as UTF-8 JSON, with their increments.</summary>
    Instruments = 2,

    /// <summary>A connection was opened. Payload: its address as UTF-8 text.</summary>
    ConnectionOpened = 3,

    /// <summary>One whole websocket message, as received.</summary>
    Frame = 4,

    /// <summary>The body of a REST order-book answer; <see cref="InputRecord.Tag"/> is the symbol's index in
    /// the source.</summary>
    Snapshot = 5,

    /// <summary>A connection ended. Payload: the reason as UTF-8 text.</summary>
    ConnectionClosed = 6,

    /// <summary>A 64-byte event that did not come from a parser: timer, order report, operator command.</summary>
    Event = 7,

    /// <summary>Records were lost here because the recorder could not keep up; Tag counts them.</summary>
    Loss = 8,

    /// <summary>The session ended cleanly.</summary>
    End = 9,

    /// <summary>The engine requested a resync of a book; the low 16 bits of Tag are the symbol's index in the source,
    /// the high ones the <see cref="StaleReason"/>.</summary>
    Resync = 10,

    /// <summary>A newer connection takes over: Tag 1 before the messages that it buffered meanwhile, 0 after
    /// them.</summary>
    Handover = 11,

    /// <summary>A snapshot will replace a live book; Tag is the symbol's index in the source.</summary>
    Refresh = 12,
}

/// <summary>The fixed part of one recorded input; the payload follows it.</summary>
/// <param name="Kind">What the payload is.</param>
/// <param name="Source">The producer. The records of a producer are in order.</param>
/// <param name="Tag">A number whose meaning depends on the kind, such as a symbol's index.</param>
/// <param name="RingSequence">Inbound ring sequence of the first event that this input published, or -1 if it
/// published none.</param>
/// <param name="EventCount">Number of events that it published, with consecutive sequences; 0 or more.</param>
/// <param name="ReceiveTimeNs">Local receive time in nanoseconds since the Unix epoch.</param>
/// <param name="ExchangeTimeNs">The venue's time of its first event, in nanoseconds since the Unix epoch; 0 where it
/// is not known.</param>
public readonly record struct InputRecord(
    InputKind Kind,
    ushort Source,
    int Tag,
    long RingSequence,
    int EventCount,
    long ReceiveTimeNs,
    long ExchangeTimeNs = 0);

/// <summary>
/// Records what each producer puts into the inbound ring, so that it can be replayed. Implementations are called from
/// several threads at once, copy the payload before they return, never block and never throw.
/// </summary>
public interface IInputLog
{
    /// <summary>Appends one input.</summary>
    /// <returns>false if the input was dropped because the log could not keep up; the log counts those.</returns>
    bool Append(in InputRecord record, ReadOnlySpan<byte> payload);
}

/// <summary>Records nothing, as with <c>--no-record</c>.</summary>
public sealed class NullInputLog : IInputLog
{
    /// <summary>The only instance.</summary>
    public static readonly NullInputLog Instance = new();

    private NullInputLog()
    {
    }

    /// <inheritdoc/>
    public bool Append(in InputRecord record, ReadOnlySpan<byte> payload) => true;
}
