using System;
using System.Text;
using System.Threading;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;

namespace LowLatency.Feeds;

/// <summary>What a parser made of a message.</summary>
internal enum MessageKind
{
    /// <summary>Refused; the fault says why.</summary>
    Bad,

    /// <summary>Nothing for the engine: an answer to a request, a kind that is known and not used.</summary>
    Ignored,

    /// <summary>Level updates with their ids.</summary>
    Depth,

    /// <summary>One event that needs no synchronisation: a trade or a top of book.</summary>
    Direct,
}

/// <summary>A message as its venue's parser read it; its events are in the batch.</summary>
internal struct ParsedMessage
{
    /// <summary>What it is.</summary>
    public MessageKind Kind;

    /// <summary>Index into the session's symbols, or -1 when the message names none of them.</summary>
    public int Symbol;

    /// <summary>Update ids of a depth message; a snapshot's is Last.</summary>
    public DepthIds Ids;

    /// <summary>The venue's time, nanoseconds since the Unix epoch; 0 when it gives none.</summary>
    public long ExchangeTimeNs;

    /// <summary>What is wrong with a bad message.</summary>
    public BadInputKind Fault;

    /// <summary>Where in the text the fault is, and how long it is.</summary>
    public int FaultStart;

    /// <summary>Length of the offending text.</summary>
    public int FaultLength;

    /// <summary>Decimals that a price needs, when the fault is that its increment is too coarse.</summary>
    public int PriceDecimals;

    /// <summary>Decimals that a quantity needs, likewise.</summary>
    public int QuantityDecimals;
}

/// <summary>
/// One venue connection's worth of market data: parser and synchronisation rules, from bytes to published events.
/// It does no I/O and reads no clock, so that a recording can drive it exactly as a socket does. Calls come one at a
/// time; the connection, or the replay, sees to that.
/// </summary>
public abstract class FeedSession
{
    private readonly RingPublisher _publisher;
    private readonly BadInputLog _badInputs;
    private readonly BookFeed[] _feeds;
    private readonly EventBatch _batch = new();
    private long _frames;
    private long _bytes;
    private long _ignored;
    private long _rejected;

    private protected FeedSession(RingPublisher publisher, BadInputLog badInputs, BookFeed[] feeds, bool carriesBooks)
    {
        _publisher = publisher;
        _badInputs = badInputs;
        _feeds = feeds;
        CarriesBooks = carriesBooks;
    }

    /// <summary>true when depth messages come over this connection.</summary>
    public bool CarriesBooks { get; }

    /// <summary>Messages received. Any thread.</summary>
    public long Frames => Volatile.Read(ref _frames);

    /// <summary>Bytes of messages received. Any thread.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Messages of kinds that are not used. Any thread.</summary>
    public long Ignored => Volatile.Read(ref _ignored);

    /// <summary>Messages refused as bad. Any thread.</summary>
    public long Rejected => Volatile.Read(ref _rejected);

    /// <summary>Events published. Any thread; a moment's picture.</summary>
    public long Events => _publisher.Published;

    /// <summary>Number of symbols.</summary>
    public int SymbolCount => _feeds.Length;

    /// <summary>A symbol's instrument.</summary>
    public Instrument Instrument(int symbol) => _feeds[symbol].Instrument;

    /// <summary>A symbol's counters.</summary>
    public BookFeedCounters Counters(int symbol) => _feeds[symbol].Counters;

    /// <summary>true while the symbol's book is synchronised.</summary>
    public bool IsSynchronised(int symbol) => _feeds[symbol].Sync.IsSynchronised;

    /// <summary>Messages of the symbol that wait for a snapshot.</summary>
    public int BufferedMessages(int symbol) => _feeds[symbol].Buffer.Count;

    /// <summary>The connection is open.</summary>
    public void OnConnected(long timeNs, string address)
    {
        foreach (BookFeed feed in _feeds)
        {
            feed.Buffer.Clear();
            feed.Sync.OnConnected();
            feed.SnapshotTries = 0;
        }

        LogOnly(InputKind.ConnectionOpened, timeNs, Encoding.UTF8.GetBytes(address));
    }

    /// <summary>The connection has ended: every book of it is gone.</summary>
    public void OnDisconnected(long timeNs, string reason)
    {
        _batch.Clear();
        foreach (BookFeed feed in _feeds)
        {
            if (CarriesBooks && feed.Sync.IsSynchronised)
            {
                AddStale(feed, timeNs, StaleReason.Disconnected);
            }

            feed.Buffer.Clear();
            feed.Sync.OnDisconnected();
            feed.IsSnapshotWanted = false;
        }

        _publisher.Publish(
            InputKind.ConnectionClosed, 0, timeNs, Encoding.UTF8.GetBytes(reason), _batch.Items);
    }

    /// <summary>One whole websocket message.</summary>
    /// <param name="frame">Its bytes; valid during the call.</param>
    /// <param name="receiveTimeNs">When its last byte was read.</param>
    /// <param name="wireStamp">See <see cref="MarketEvent.WireStamp"/>.</param>
    public void OnFrame(ReadOnlySpan<byte> frame, long receiveTimeNs, uint wireStamp)
    {
        Volatile.Write(ref _frames, _frames + 1);
        Volatile.Write(ref _bytes, _bytes + frame.Length);
        _batch.Clear();
        ParsedMessage message = ParseInFineEnoughIncrements(frame, receiveTimeNs);
        switch (message.Kind)
        {
            case MessageKind.Depth:
                OnDepth(frame, in message, receiveTimeNs);
                break;
            case MessageKind.Direct:
                CountDirect(in message);
                break;
            case MessageKind.Ignored:
                Volatile.Write(ref _ignored, _ignored + 1);
                break;
            default:
                OnBadMessage(frame, in message, receiveTimeNs);
                break;
        }

        foreach (ref MarketEvent item in _batch.Items)
        {
            item.WireStamp = wireStamp;
        }

        _publisher.Publish(InputKind.Frame, 0, receiveTimeNs, frame, _batch.Items);
    }

    /// <summary>The answer to a snapshot request.</summary>
    public void OnSnapshot(int symbol, ReadOnlySpan<byte> body, long receiveTimeNs)
    {
        BookFeed feed = _feeds[symbol];
        _batch.Clear();
        if (feed.Sync.State == SyncState.Buffering)
        {
            TakeSnapshot(feed, symbol, body, receiveTimeNs);
        }

        _publisher.Publish(InputKind.Snapshot, symbol, receiveTimeNs, body, _batch.Items);
    }

    /// <summary>A snapshot could not be fetched: it is wanted again.</summary>
    public void OnSnapshotFailed(int symbol, ReadOnlySpan<byte> words)
    {
        BookFeed feed = _feeds[symbol];
        _badInputs.Report(BadInputKind.SnapshotFailed, feed.Instrument.Symbol, words);
        feed.IsSnapshotWanted = feed.Sync.State == SyncState.Buffering;
    }

    /// <summary>The engine no longer trusts a book and has dropped it already: synchronise it again.</summary>
    public void OnResyncRequested(int symbol, long timeNs)
    {
        BookFeed feed = _feeds[symbol];
        _batch.Clear();
        if (feed.Sync.IsSynchronised)
        {
            _badInputs.Report(BadInputKind.CrossedBook, feed.Instrument.Symbol, "resynchronising"u8);
            GiveUp(feed, timeNs, StaleReason.Crossed);
        }

        _publisher.Publish(InputKind.Resync, symbol, timeNs, default, _batch.Items);
    }

    /// <summary>A message was too long to be kept; the connection is about to be closed.</summary>
    public void OnOverlongMessage(ReadOnlySpan<byte> head)
    {
        Volatile.Write(ref _rejected, _rejected + 1);
        _badInputs.Report(BadInputKind.MessageTooLong, "connection", head);
    }

    /// <summary>Hands out a symbol whose snapshot is wanted, once for each want.</summary>
    /// <param name="symbol">Index of the symbol.</param>
    /// <param name="tries">How many snapshots were asked for before, since the book was last right.</param>
    public bool TryTakeSnapshotRequest(out int symbol, out int tries)
    {
        for (symbol = 0; symbol < _feeds.Length; symbol++)
        {
            BookFeed feed = _feeds[symbol];
            if (feed.IsSnapshotWanted)
            {
                feed.IsSnapshotWanted = false;
                tries = feed.SnapshotTries++;
                return true;
            }
        }

        tries = 0;
        return false;
    }

    /// <summary>Reads a message into the batch. It never throws; what it appended counts only if it succeeds.</summary>
    private protected abstract ParsedMessage Parse(ReadOnlySpan<byte> frame, long receiveTimeNs, EventBatch batch);

    /// <summary>Reads a REST snapshot's levels into the batch; Ids.Last becomes its update id.</summary>
    private protected abstract ParsedMessage ParseSnapshot(
        int symbol, ReadOnlySpan<byte> body, long receiveTimeNs, EventBatch batch);

    private void OnDepth(ReadOnlySpan<byte> frame, in ParsedMessage message, long receiveTimeNs)
    {
        BookFeed feed = _feeds[message.Symbol];
        feed.Counters.AddDepthMessage();

        // While older messages wait, a newer one must not overtake them.
        SyncVerdict verdict = feed.Buffer.Count != 0 && feed.Sync.IsSynchronised
            ? SyncVerdict.Buffer
            : feed.Sync.OnDepth(in message.Ids);
        switch (verdict)
        {
            case SyncVerdict.Apply:
                feed.Counters.AddApplied();
                AddCommit(feed, in message, receiveTimeNs, isCatchingUp: false);
                break;
            case SyncVerdict.Drop:
                feed.Counters.AddDropped();
                _batch.Truncate(0);
                break;
            case SyncVerdict.Gap:
                feed.Counters.AddGap();
                _batch.Truncate(0);
                GiveUp(feed, receiveTimeNs, StaleReason.SequenceGap);
                Buffer(feed, frame, receiveTimeNs);
                break;
            default:
                _batch.Truncate(0);
                Buffer(feed, frame, receiveTimeNs);
                ApplyBuffered(feed);
                break;
        }
    }

    private void Buffer(BookFeed feed, ReadOnlySpan<byte> frame, long receiveTimeNs)
    {
        if (feed.Sync.State == SyncState.Disconnected)
        {
            return;
        }

        if (!feed.Buffer.TryAppend(frame, receiveTimeNs))
        {
            // Without a snapshot for so long, what waits is worth nothing: start anew from this message.
            _badInputs.Report(BadInputKind.BufferOverflow, feed.Instrument.Symbol, default);
            feed.Buffer.Clear();
            feed.Buffer.TryAppend(frame, receiveTimeNs);
            feed.IsSnapshotWanted = true;
        }

        // The snapshot is asked for once the stream has spoken, so that nothing falls between the two.
        if (feed.Sync.State == SyncState.Buffering && feed.SnapshotTries == 0)
        {
            feed.IsSnapshotWanted = true;
        }
    }

    private void TakeSnapshot(BookFeed feed, int symbol, ReadOnlySpan<byte> body, long receiveTimeNs)
    {
        AddHeader(feed, EventKind.SnapshotBegin, receiveTimeNs);
        ParsedMessage snapshot = ParseSnapshotInFineEnoughIncrements(symbol, body, receiveTimeNs);
        if (snapshot.Kind != MessageKind.Depth)
        {
            _batch.Truncate(0);
            ReportFault(body, in snapshot, BadInputKind.SnapshotFailed, feed.Instrument.Symbol);
            feed.IsSnapshotWanted = true;
            return;
        }

        DepthIds firstBuffered = FirstBufferedIds(feed, out bool hasBuffered);
        if (!feed.Sync.OnSnapshot(snapshot.Ids.Last, hasBuffered, in firstBuffered))
        {
            _batch.Truncate(0);
            _badInputs.Report(BadInputKind.SnapshotTooOld, feed.Instrument.Symbol, body);
            feed.IsSnapshotWanted = true;
            return;
        }

        if (feed.Counters.Snapshots != 0)
        {
            feed.Counters.AddResync();
        }

        feed.Counters.AddSnapshot();
        feed.SnapshotTries = 0;
        AddCommit(feed, in snapshot, receiveTimeNs, isCatchingUp: feed.Buffer.Count != 0);
        ApplyBuffered(feed);
    }

    // Applies what waits, as much as one claim of the ring takes; the rest follows with the next input. Until the
    // last of it is applied the commits say that the book is still catching up, so that nobody trades on it.
    private void ApplyBuffered(BookFeed feed)
    {
        while (feed.Sync.IsSynchronised && feed.Buffer.Count != 0 && _batch.Count < _publisher.MaxEvents / 2)
        {
            int mark = _batch.Count;
            ReadOnlySpan<byte> frame = feed.Buffer.Peek(out long receiveTimeNs);
            ParsedMessage message = ParseInFineEnoughIncrements(frame, receiveTimeNs);
            if (message.Kind != MessageKind.Depth)
            {
                // It was readable when it came; finer increments since then have pushed it out of range.
                OnBadMessage(frame, in message, receiveTimeNs);
                feed.Buffer.RemoveFirst();
                return;
            }

            SyncVerdict verdict = feed.Sync.OnDepth(in message.Ids);
            if (verdict == SyncVerdict.Gap)
            {
                // The message stays in the buffer: the next snapshot may bridge to it.
                feed.Counters.AddGap();
                _batch.Truncate(mark);
                GiveUp(feed, receiveTimeNs, StaleReason.SequenceGap);
                return;
            }

            feed.Buffer.RemoveFirst();
            if (verdict == SyncVerdict.Apply)
            {
                feed.Counters.AddApplied();
                AddCommit(feed, in message, receiveTimeNs, isCatchingUp: feed.Buffer.Count != 0);
            }
            else
            {
                feed.Counters.AddDropped();
                _batch.Truncate(mark);
                if (feed.Buffer.Count == 0)
                {
                    EndCatchUp(feed, receiveTimeNs);
                }
            }
        }
    }

    // The last waiting message was dropped, so no commit of its own says that the book has caught up.
    private void EndCatchUp(BookFeed feed, long receiveTimeNs)
    {
        var caughtUp = new ParsedMessage { Ids = new DepthIds(0, feed.Sync.LastId, 0) };
        AddCommit(feed, in caughtUp, receiveTimeNs, isCatchingUp: false);
    }

    private DepthIds FirstBufferedIds(BookFeed feed, out bool hasBuffered)
    {
        hasBuffered = feed.Buffer.Count != 0;
        if (!hasBuffered)
        {
            return default;
        }

        int mark = _batch.Count;
        ReadOnlySpan<byte> frame = feed.Buffer.Peek(out long receiveTimeNs);
        ParsedMessage message = ParseInFineEnoughIncrements(frame, receiveTimeNs);
        _batch.Truncate(mark);
        return message.Ids;
    }

    private void OnBadMessage(ReadOnlySpan<byte> frame, in ParsedMessage message, long receiveTimeNs)
    {
        _batch.Truncate(0);
        Volatile.Write(ref _rejected, _rejected + 1);
        BookFeed? feed = message.Symbol >= 0 ? _feeds[message.Symbol] : null;
        ReportFault(frame, in message, message.Fault, feed?.Instrument.Symbol ?? "connection");

        // What it would have changed is unknown. Where it names no book, the next message shows the gap.
        if (feed is not null && feed.Sync.IsSynchronised && message.Ids != default)
        {
            GiveUp(feed, receiveTimeNs, StaleReason.BadMessage);
        }
    }

    private void GiveUp(BookFeed feed, long timeNs, StaleReason reason)
    {
        feed.Sync.Restart();
        feed.SnapshotTries = 0;
        feed.IsSnapshotWanted = true;
        AddStale(feed, timeNs, reason);
    }

    private void CountDirect(in ParsedMessage message)
    {
        BookFeedCounters counters = _feeds[message.Symbol].Counters;
        ref MarketEvent item = ref _batch.Items[^1];
        if (item.Kind == EventKind.Trade)
        {
            item.UpdateId = CarriesBooks ? 0 : MarketEvent.DeclaredScale;
            counters.AddTrade();
        }
        else
        {
            counters.AddTopOfBook();
        }
    }

    private ParsedMessage ParseInFineEnoughIncrements(ReadOnlySpan<byte> frame, long receiveTimeNs)
    {
        while (true)
        {
            int mark = _batch.Count;
            ParsedMessage message = Parse(frame, receiveTimeNs, _batch);
            if (message.Kind != MessageKind.Bad || !TryRefine(frame, in message, mark, receiveTimeNs))
            {
                return message.Kind == MessageKind.Depth && _batch.Count - mark > _publisher.MaxEvents / 2
                    ? TooManyLevels(in message)
                    : message;
            }
        }
    }

    private ParsedMessage ParseSnapshotInFineEnoughIncrements(
        int symbol, ReadOnlySpan<byte> body, long receiveTimeNs)
    {
        while (true)
        {
            int mark = _batch.Count;
            ParsedMessage snapshot = ParseSnapshot(symbol, body, receiveTimeNs, _batch);
            if (snapshot.Kind != MessageKind.Bad || !TryRefine(body, in snapshot, mark, receiveTimeNs))
            {
                return snapshot.Kind == MessageKind.Depth && _batch.Count - mark > _publisher.MaxEvents / 2
                    ? TooManyLevels(in snapshot)
                    : snapshot;
            }
        }
    }

    // A number finer than the increment: from here on the instrument is counted in finer ones.
    private bool TryRefine(ReadOnlySpan<byte> text, in ParsedMessage message, int mark, long receiveTimeNs)
    {
        _batch.Truncate(mark);
        if (message.Fault != BadInputKind.FinerThanIncrement || message.Symbol < 0 || !CarriesBooks)
        {
            return false;
        }

        BookFeed feed = _feeds[message.Symbol];
        int addedPrice = System.Math.Max(0, message.PriceDecimals - feed.Scale.PriceDecimals);
        int addedQuantity = System.Math.Max(0, message.QuantityDecimals - feed.Scale.QuantityDecimals);
        if (message.PriceDecimals > InstrumentScale.MaxDecimals
            || message.QuantityDecimals > InstrumentScale.MaxDecimals
            || addedPrice + addedQuantity == 0)
        {
            return false;
        }

        ReportFault(text, in message, BadInputKind.FinerThanIncrement, feed.Instrument.Symbol);
        long priceFactor = InstrumentScale.PowerOfTen(addedPrice);
        long quantityFactor = InstrumentScale.PowerOfTen(addedQuantity);
        feed.Scale = feed.Scale.Finer(priceFactor, quantityFactor);
        ref MarketEvent rescale = ref AddHeader(feed, EventKind.BookRescale, receiveTimeNs);
        rescale.Price = priceFactor;
        rescale.Quantity = quantityFactor;

        // The engine must count as this session does, even if the message is not applied in the end.
        _batch.Keep();
        return true;
    }

    private static ParsedMessage TooManyLevels(in ParsedMessage message)
    {
        ParsedMessage refused = message;
        refused.Kind = MessageKind.Bad;
        refused.Fault = BadInputKind.TooManyLevels;
        return refused;
    }

    private void ReportFault(ReadOnlySpan<byte> text, in ParsedMessage message, BadInputKind kind, string where)
    {
        ReadOnlySpan<byte> fault = message.FaultLength > 0 && message.FaultStart + message.FaultLength <= text.Length
            ? text.Slice(message.FaultStart, message.FaultLength)
            : text;
        _badInputs.Report(kind, where, fault);
    }

    private void AddCommit(BookFeed feed, in ParsedMessage message, long receiveTimeNs, bool isCatchingUp)
    {
        ref MarketEvent commit = ref AddHeader(feed, EventKind.BookCommit, receiveTimeNs);
        commit.ExchangeTimeNs = message.ExchangeTimeNs;
        commit.UpdateId = message.Ids.Last;
        commit.Detail = isCatchingUp ? MarketEvent.CatchingUp : (byte)0;
    }

    private void AddStale(BookFeed feed, long timeNs, StaleReason reason)
    {
        ref MarketEvent stale = ref AddHeader(feed, EventKind.BookStale, timeNs);
        stale.Detail = (byte)reason;
    }

    private ref MarketEvent AddHeader(BookFeed feed, EventKind kind, long receiveTimeNs)
    {
        ref MarketEvent item = ref _batch.Add();
        item.Kind = kind;
        item.InstrumentId = feed.Instrument.Id;
        item.ReceiveTimeNs = receiveTimeNs;
        return ref item;
    }

    private void LogOnly(InputKind kind, long timeNs, ReadOnlySpan<byte> payload) =>
        _publisher.Publish(kind, 0, timeNs, payload, default);
}
