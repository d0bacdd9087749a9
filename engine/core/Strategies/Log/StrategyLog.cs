using System;
using System.Collections.Generic;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Threading;
using LowLatency.Engine.Ring;

namespace LowLatency.Engine.Strategies;

/// <summary>
/// The lines that strategies log: the engine thread writes them into a bounded ring, one other thread reads them. The
/// writer never waits: when the ring is full, the line is dropped and counted. Nothing here allocates on the engine
/// thread.
/// </summary>
public sealed class StrategyLog
{
    /// <summary>Maximum length of a line in bytes of UTF-8. A longer one is cut.</summary>
    public const int MaxLineBytes = 240;

    private readonly IReadOnlyList<InstrumentSetup> _setups;
    private readonly SingleProducerRing<StrategyLogSlot>? _ring;
    private readonly RingConsumer<StrategyLogSlot>? _consumer;
    private readonly Reader? _reader;
    private long _lines;
    private long _dropped;

    /// <summary>Creates the log.</summary>
    /// <param name="setups">The session's instruments, in the order of their ids.</param>
    /// <param name="capacity">Lines that can wait for the reader, a power of two; 0 if nobody reads: lines are then
    /// counted only.</param>
    internal StrategyLog(IReadOnlyList<InstrumentSetup> setups, int capacity)
    {
        _setups = setups;
        if (capacity != 0)
        {
            _ring = new SingleProducerRing<StrategyLogSlot>(capacity, WaitStrategies.Create(WaitStrategyKind.BusySpin));
            _consumer = new RingConsumer<StrategyLogSlot>(_ring);
            _reader = new Reader(this);
        }
    }

    /// <summary>Lines logged so far, including the dropped ones. Any thread.</summary>
    public long Lines => Volatile.Read(ref _lines);

    /// <summary>Lines dropped because the ring was full. Any thread.</summary>
    public long Dropped => Volatile.Read(ref _dropped);

    /// <summary>true if somebody reads the lines.</summary>
    internal bool IsRead => _ring is not null;

    /// <summary>Passes every line that waits to a callback, oldest first. One thread at a time, not the engine's
    /// unless it is the only one.</summary>
    /// <returns>Number of lines.</returns>
    public int Read(Action<StrategyLogLine> take)
    {
        if (_reader is null)
        {
            return 0;
        }

        _reader.Take = take;
        return _consumer!.Poll(_reader);
    }

    /// <summary>Adds a line. Engine thread.</summary>
    /// <param name="timeNs">The engine's time.</param>
    /// <param name="instrumentId">The instrument, or the first one of the strategy.</param>
    /// <param name="hasInstrument">true if the line is about that instrument alone.</param>
    /// <param name="line">The text.</param>
    internal void Write(long timeNs, ushort instrumentId, bool hasInstrument, in StrategyLogHandler line)
    {
        Volatile.Write(ref _lines, _lines + 1);
        if (_ring is null)
        {
            return;
        }

        if (!_ring.TryClaim(1, out long sequence))
        {
            Volatile.Write(ref _dropped, _dropped + 1);
            return;
        }

        ref StrategyLogSlot slot = ref _ring[sequence];
        slot.TimeNs = timeNs;
        slot.InstrumentId = instrumentId;
        slot.HasInstrument = hasInstrument;
        line.CopyTo(ref slot);
        _ring.Publish(sequence, sequence);
    }

    private StrategyLogLine LineOf(ref StrategyLogSlot slot)
    {
        InstrumentSetup setup = _setups[slot.InstrumentId];
        ReadOnlySpan<byte> text = slot.Text;
        return new StrategyLogLine(
            slot.TimeNs, setup.StrategyName, slot.HasInstrument ? setup.Instrument.Symbol : string.Empty,
            Printable(Encoding.UTF8.GetString(text[..slot.Length])), slot.IsCut);
    }

    // A line must stay one line, and must not steer the terminal that shows it.
    private static string Printable(string text) => string.Create(text.Length, text, static (clean, raw) =>
    {
        for (int i = 0; i < clean.Length; i++)
        {
            clean[i] = CharUnicodeInfo.GetUnicodeCategory(raw[i]) is UnicodeCategory.Control or UnicodeCategory.Format
                or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator ? '?' : raw[i];
        }
    });

    private sealed class Reader(StrategyLog log) : IEventHandler<StrategyLogSlot>
    {
        public Action<StrategyLogLine>? Take { get; set; }

        public void OnEvent(ref StrategyLogSlot item, long sequence, bool endOfBatch) => Take!(log.LineOf(ref item));
    }
}

/// <summary>A line that a strategy has logged.</summary>
/// <param name="TimeNs">The engine's time, nanoseconds since the Unix epoch.</param>
/// <param name="Strategy">Name of the strategy.</param>
/// <param name="Symbol">The instrument that the line is about; empty for none in particular.</param>
/// <param name="Text">The text, without control characters.</param>
/// <param name="IsCut">true if the text was longer than <see cref="StrategyLog.MaxLineBytes"/>.</param>
public sealed record StrategyLogLine(long TimeNs, string Strategy, string Symbol, string Text, bool IsCut)
{
    /// <summary>The line as an operator reads it: event time, strategy, symbol if it has one, text; "…" marks a cut.
    /// </summary>
    public override string ToString()
    {
        DateTime time = DateTime.UnixEpoch.AddTicks(TimeNs / 100);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{time:yyyy-MM-ddTHH:mm:ss.ffffff}Z {Strategy}{(Symbol.Length == 0 ? "" : " ")}{Symbol}: "
            + $"{Text}{(IsCut ? "…" : "")}");
    }
}

/// <summary>A line in the ring.</summary>
internal struct StrategyLogSlot
{
    public long TimeNs;
    public ushort InstrumentId;
    public ushort Length;
    public bool HasInstrument;
    public bool IsCut;
    public StrategyLogBytes Text;
}

/// <summary>The bytes of a line.</summary>
[InlineArray(StrategyLog.MaxLineBytes)]
internal struct StrategyLogBytes
{
    private byte _first;
}
