using System;
using System.Text.Unicode;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;

namespace LowLatency.Feeds;

/// <summary>
/// The first half of a session: from the bytes of one message to its events in the batch, by the venue's parser. What
/// the message means for a book is the second half's.
/// </summary>
public abstract class FeedReader
{
    private readonly BookFeed[] _feeds;
    private readonly BadInputLog _badInputs;

    // Half a claim of the ring, so that what came before a message in the batch and what ends it have room.
    private readonly int _maxEvents;

    private protected FeedReader(BookFeed[] feeds, BadInputLog badInputs, int maxEvents, bool carriesBooks)
    {
        _feeds = feeds;
        _badInputs = badInputs;
        _maxEvents = maxEvents;
        CarriesBooks = carriesBooks;
    }

    /// <summary>true when depth messages come over this connection.</summary>
    public bool CarriesBooks { get; }

    /// <summary>The events of the input at hand.</summary>
    private protected EventBatch Batch { get; } = new();

    /// <summary>How a symbol's numbers are counted by now.</summary>
    internal InstrumentScale Scale(int symbol) => _feeds[symbol].Scale;

    /// <summary>Reads one message and goes no further: what a measurement of the reading alone does.</summary>
    internal ReadOnlySpan<EngineInput> ReadAlone(
        ReadOnlySpan<byte> text, bool isSnapshot, long receiveTimeNs, out ParsedMessage message)
    {
        Batch.Clear();
        if (isSnapshot)
        {
            ParseFinely(text, 0, snapshotOf: 0, receiveTimeNs, out _, out message);
        }
        else
        {
            ParseFinely(text, 0, receiveTimeNs, out _, out message);
        }

        return Batch.Items;
    }

    /// <summary>The same by the parser alone, whatever the venue's scanner would take: its yardstick.</summary>
    internal ReadOnlySpan<EngineInput> ReadByParser(
        ReadOnlySpan<byte> text, long receiveTimeNs, out ParsedMessage message)
    {
        Batch.Clear();
        ParseFinely(text, 0, snapshotOf: -1, receiveTimeNs, out _, out message);
        return Batch.Items;
    }

    /// <summary>true where the venue has a fast way to read its messages.</summary>
    private protected virtual bool HasScanner => false;

    /// <summary>
    /// The fast way to read a frame of one message: takes it whole, exactly as <see cref="Parse"/> would, or takes
    /// nothing and leaves it to that.
    /// </summary>
    /// <param name="frame">The whole frame; not known to be valid UTF-8.</param>
    /// <param name="receiveTimeNs">When the frame was received.</param>
    /// <param name="batch">Where the events go.</param>
    /// <param name="message">What it was, when it was taken.</param>
    private protected virtual bool TryScan(
        ReadOnlySpan<byte> frame, long receiveTimeNs, EventBatch batch, out ParsedMessage message)
    {
        message = default;
        return false;
    }

    /// <summary>Reads a message into the batch. It never throws; what it appended counts only if it succeeds.</summary>
    /// <param name="frame">The whole frame.</param>
    /// <param name="item">Which of the frame's messages: some venues put several into one.</param>
    /// <param name="receiveTimeNs">When the frame was received.</param>
    /// <param name="batch">Where the events go.</param>
    private protected abstract ParsedMessage Parse(
        ReadOnlySpan<byte> frame, int item, long receiveTimeNs, EventBatch batch);

    /// <summary>Reads a REST snapshot's levels into the batch; Ids.Last becomes its update id.</summary>
    private protected virtual ParsedMessage ParseSnapshot(
        int symbol, ReadOnlySpan<byte> body, long receiveTimeNs, EventBatch batch) =>
        new() { Kind = MessageKind.Bad, Symbol = symbol, Fault = BadInputKind.UnknownMessage };

    /// <summary>Reads one message of a frame into the batch, as often as it takes to have fine enough increments.
    /// </summary>
    private protected void ParseFinely(
        ReadOnlySpan<byte> frame, int item, long receiveTimeNs, out int mark, out ParsedMessage message)
    {
        mark = Batch.Count;
        if (item == 0 && TryScan(frame, receiveTimeNs, Batch, out message))
        {
            message.IsScanned = true;
            CheckSize(ref message, mark);
            return;
        }

        ParseFinely(frame, item, snapshotOf: -1, receiveTimeNs, out mark, out message);
    }

    /// <summary>The same for a REST snapshot's body where <paramref name="snapshotOf"/> is its symbol.</summary>
    private protected void ParseFinely(
        ReadOnlySpan<byte> text, int item, int snapshotOf, long receiveTimeNs, out int mark, out ParsedMessage message)
    {
        do
        {
            mark = Batch.Count;
            message =
                !Utf8.IsValid(text)
                    ? new ParsedMessage { Symbol = snapshotOf, Fault = BadInputKind.InvalidUtf8 }
                : snapshotOf < 0 ? Parse(text, item, receiveTimeNs, Batch)
                : ParseSnapshot(snapshotOf, text, receiveTimeNs, Batch);
        }
        while (message.Kind == MessageKind.Bad && TryRefine(text, in message, mark, receiveTimeNs));
        CheckSize(ref message, mark);
    }

    private void CheckSize(ref ParsedMessage message, int mark)
    {
        if (message.Kind != MessageKind.Bad && Batch.Count - mark > _maxEvents)
        {
            message.Kind = MessageKind.Bad;
            message.Fault = BadInputKind.TooManyLevels;
        }
    }

    // A number finer than the increment: from here on the instrument is counted in finer ones.
    private bool TryRefine(ReadOnlySpan<byte> text, in ParsedMessage message, int mark, long receiveTimeNs)
    {
        Batch.Truncate(mark);
        if (message.Fault != BadInputKind.FinerThanIncrement || message.Symbol < 0 || !CarriesBooks
            || !_feeds[message.Symbol].TryRefine(in message, out long priceFactor, out long quantityFactor))
        {
            return false;
        }

        BookFeed feed = _feeds[message.Symbol];
        ReportFault(text, in message, BadInputKind.FinerThanIncrement, feed.Instrument.Symbol);
        Batch.AddRescale(feed, receiveTimeNs, priceFactor, quantityFactor);

        // The engine must count as this session does, even if the message is not applied in the end.
        Batch.Keep();
        return true;
    }

    /// <summary>Reports a fault with the offending part of the text.</summary>
    private protected void ReportFault(
        ReadOnlySpan<byte> text, in ParsedMessage message, BadInputKind kind, string where)
    {
        ReadOnlySpan<byte> fault = message.FaultLength > 0 && message.FaultStart + message.FaultLength <= text.Length
            ? text.Slice(message.FaultStart, message.FaultLength)
            : text;
        _badInputs.Report(kind, where, fault);
    }
}
