using System;
using System.Text.Unicode;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;

namespace LowLatency.Feeds;

/// <summary>
/// The first half of a session: the venue's parser turns the bytes of one message into events in the batch. What a
/// message means for a book is decided in the second half.
/// </summary>
public abstract class FeedReader
{
    private readonly BookFeed[] _feeds;
    private readonly BadInputLog _badInputs;

    // Half a ring claim, which leaves room in the batch for earlier and closing events.
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

    /// <summary>The events of the current input.</summary>
    private protected EventBatch Batch { get; } = new();

    /// <summary>A symbol's current scale.</summary>
    internal InstrumentScale Scale(int symbol) => _feeds[symbol].Scale;

    /// <summary>Parses one message and stops there, for measuring the parser alone.</summary>
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

    /// <summary>Parses one item of a message, or a REST book of a symbol, and stops there.</summary>
    /// <param name="text">The message.</param>
    /// <param name="item">Index of the item.</param>
    /// <param name="snapshotOf">The symbol of a REST book; -1 for other messages.</param>
    /// <param name="message">The item as parsed.</param>
    internal ReadOnlySpan<EngineInput> ReadItem(
        ReadOnlySpan<byte> text, int item, int snapshotOf, out ParsedMessage message)
    {
        Batch.Clear();
        int mark;
        if (snapshotOf < 0)
        {
            ParseFinely(text, item, receiveTimeNs: 0, out mark, out message);
        }
        else
        {
            ParseFinely(text, item, snapshotOf, receiveTimeNs: 0, out mark, out message);
        }

        return Batch.Items[mark..];
    }

    /// <summary>true if a REST book of that update id is continued by, or ends with, a message of the stream.</summary>
    internal bool Joins(int symbol, in DepthIds ids, long snapshotId) =>
        ids.Last == snapshotId || _feeds[symbol].Rule.Bridges(in ids, snapshotId);

    /// <summary>The same without the scanner, as a baseline.</summary>
    internal ReadOnlySpan<EngineInput> ReadByParser(
        ReadOnlySpan<byte> text, long receiveTimeNs, out ParsedMessage message)
    {
        Batch.Clear();
        ParseFinely(text, 0, snapshotOf: -1, receiveTimeNs, out _, out message);
        return Batch.Items;
    }

    /// <summary>true if the venue has a scanner.</summary>
    private protected virtual bool HasScanner => false;

    /// <summary>
    /// The fast path for a frame with a single message. It either takes the whole message, with the same result as <see
    /// cref="Parse"/>, or leaves it to the parser.
    /// </summary>
    /// <param name="frame">The whole frame; it may be invalid UTF-8.</param>
    /// <param name="receiveTimeNs">Its receive time.</param>
    /// <param name="batch">Receives the events.</param>
    /// <param name="message">The message, if it was taken.</param>
    private protected virtual bool TryScan(
        ReadOnlySpan<byte> frame, long receiveTimeNs, EventBatch batch, out ParsedMessage message)
    {
        message = default;
        return false;
    }

    /// <summary>
    /// Parses a message into the batch. It never throws; what it appended counts only if it succeeds.
    /// </summary>
    /// <param name="frame">The whole frame.</param>
    /// <param name="item">Index of the message in the frame: some venues send several per frame.</param>
    /// <param name="receiveTimeNs">Receive time of the frame.</param>
    /// <param name="batch">Receives the events.</param>
    private protected abstract ParsedMessage Parse(
        ReadOnlySpan<byte> frame, int item, long receiveTimeNs, EventBatch batch);

    /// <summary>Parses the levels of a REST snapshot into the batch; Ids.Last is set to its update id.</summary>
    private protected virtual ParsedMessage ParseSnapshot(
        int symbol, ReadOnlySpan<byte> body, long receiveTimeNs, EventBatch batch) =>
        new() { Kind = MessageKind.Bad, Symbol = symbol, Fault = BadInputKind.UnknownMessage };

    /// <summary>Parses one message of a frame into the batch, again after each refinement of the increments.</summary>
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

    /// <summary>The same for the body of a REST snapshot, if <paramref name="snapshotOf"/> is its symbol.</summary>
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

    // The number is finer than the increment: from here on the instrument uses finer increments.
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

        // The engine must use the session's scale even if the message is not applied in the end.
        Batch.Keep();
        return true;
    }

    /// <summary>Reports a fault together with the offending text.</summary>
    private protected void ReportFault(
        ReadOnlySpan<byte> text, in ParsedMessage message, BadInputKind kind, string where)
    {
        ReadOnlySpan<byte> fault = message.FaultLength > 0 && message.FaultStart + message.FaultLength <= text.Length
            ? text.Slice(message.FaultStart, message.FaultLength)
            : text;
        _badInputs.Report(kind, where, fault);
    }
}
