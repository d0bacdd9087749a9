using System;
using System.Text;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Ring;
using LowLatency.Feeds.Json;

namespace LowLatency.Feeds;

/// <summary>
/// The market data of one venue connection: parser and synchronisation, from bytes to published events. It does no I/O
/// and reads no clock, so a recording drives it exactly as a socket does. Calls must not overlap; the connection, or
/// the replay, ensures that.
/// </summary>
public abstract class FeedSession : FeedReader
{
    private readonly InputPublisher _publisher;
    private readonly BadInputLog _badInputs;
    private readonly BookFeed[] _feeds;
    private readonly EventBatch _batch;
    private readonly SnapshotWants _wants = new();

    private protected FeedSession(InputPublisher publisher, BadInputLog badInputs, BookFeed[] feeds, bool carriesBooks)
        : base(feeds, badInputs, publisher.MaxEvents / 2, carriesBooks)
    {
        _publisher = publisher;
        _badInputs = badInputs;
        _feeds = feeds;
        _batch = Batch;
        foreach (BookFeed feed in feeds)
        {
            feed.Wants = _wants;
        }
    }

    /// <summary>Message counters of the connection.</summary>
    public FeedSessionCounters Messages { get; } = new();

    /// <summary>Events published. Any thread; a momentary value.</summary>
    public long Events => _publisher.Published;

    /// <summary>Number of symbols.</summary>
    public int SymbolCount => _feeds.Length;

    /// <summary>A symbol's instrument.</summary>
    public Instrument Instrument(int symbol) => _feeds[symbol].Instrument;

    /// <summary>A symbol's counters.</summary>
    public BookFeedCounters Counters(int symbol) => _feeds[symbol].Counters;

    /// <summary>true while the symbol's book is synchronised.</summary>
    public bool IsSynchronised(int symbol) => _feeds[symbol].Sync.IsSynchronised;

    /// <summary>Number of the symbol's messages that are buffered for a snapshot.</summary>
    public int BufferedMessages(int symbol) => _feeds[symbol].Buffer.Count;

    /// <summary>The venue has asked for a new connection. The code that opens one resets it.</summary>
    public bool IsReconnectWanted { get; set; }

    /// <summary>
    /// Requests snapshots for symbols that need one and have not requested it, or have waited since the previous call.
    /// A refused subscription does not name its symbol, and a quiet symbol may never send a message.
    /// </summary>
    public void RequestMissingSnapshots() =>
        Array.ForEach(CarriesBooks ? _feeds : [], feed => feed.LookForSnapshot());

    /// <summary>The connection is open.</summary>
    public void OnConnected(long timeNs, string address)
    {
        foreach (BookFeed feed in _feeds)
        {
            feed.OnConnected();
        }

        _publisher.Publish(InputKind.ConnectionOpened, 0, timeNs, Encoding.UTF8.GetBytes(address), default);
    }

    /// <summary>The connection has ended: all its books are invalid.</summary>
    public void OnDisconnected(long timeNs, string reason)
    {
        _batch.Clear();
        foreach (BookFeed feed in _feeds)
        {
            if (CarriesBooks && feed.Sync.IsSynchronised)
            {
                _batch.AddStale(feed, timeNs, StaleReason.Disconnected);
            }

            feed.OnDisconnected();
        }

        _publisher.Publish(
            InputKind.ConnectionClosed, 0, timeNs, Encoding.UTF8.GetBytes(reason), _batch.Items);
    }

    /// <summary>
    /// A younger connection takes over. Its buffered messages come next and overlap with those of the older one. Until
    /// <see cref="OnHandoverEnd"/>, repeats are dropped and no book becomes live on old messages.
    /// </summary>
    public void OnHandoverBegin(long timeNs)
    {
        Array.ForEach(CarriesBooks ? _feeds : [], feed => feed.BeginHandover());
        _publisher.Publish(InputKind.Handover, 1, timeNs, default, default);
    }

    /// <summary>The messages that the younger connection buffered during the overlap have been handled.</summary>
    public void OnHandoverEnd(long timeNs)
    {
        _batch.Clear();
        foreach (BookFeed feed in _feeds)
        {
            switch (feed.EndHandover())
            {
                case HandoverOutcome.CaughtUp when CarriesBooks:
                    EndCatchUp(feed, timeNs);
                    break;
                case HandoverOutcome.Unknown when CarriesBooks:
                    Invalidate(feed, timeNs, StaleReason.SequenceGap);
                    break;
                default:
                    break;
            }
        }

        _publisher.Publish(InputKind.Handover, 0, timeNs, default, _batch.Items);
    }

    /// <summary>One complete websocket message.</summary>
    /// <param name="frame">Its bytes; valid during the call.</param>
    /// <param name="receiveTimeNs">When its last byte was read.</param>
    /// <param name="wireStamp">See <see cref="EngineInput.WireStamp"/>.</param>
    public void OnFrame(ReadOnlySpan<byte> frame, long receiveTimeNs, uint wireStamp)
    {
        Messages.AddFrame(frame.Length);
        _batch.Clear(wireStamp);
        ParsedMessage message;
        int item = 0;
        do
        {
            ParseFinely(frame, item++, receiveTimeNs, out int mark, out message);
            Messages.Add(message.Kind);
            if (HasScanner)
            {
                Messages.AddScan(message.IsScanned);
            }

            switch (message.Kind)
            {
                case MessageKind.Depth or MessageKind.BookSnapshot
                    when !_feeds[message.Symbol].TakesBook(message.Channel):
                    _feeds[message.Symbol].Counters.AddOtherBook();
                    _batch.Truncate(mark);
                    break;
                case MessageKind.Depth:
                    OnDepth(frame, in message, mark, receiveTimeNs);
                    break;
                case MessageKind.Direct:
                    DirectEvents.Take(_batch, mark, message.Channel, _feeds, CarriesBooks);
                    break;
                case MessageKind.BookSnapshot:
                    OnStreamSnapshot(frame, in message, mark, receiveTimeNs);
                    break;
                case MessageKind.Missing when _feeds[message.Symbol].Sync.IsSynchronised:
                    Invalidate(_feeds[message.Symbol], receiveTimeNs, StaleReason.SequenceGap);
                    break;
                case MessageKind.Reconnect:
                    IsReconnectWanted = true;
                    break;
                case MessageKind.VenueError:
                    ReportFault(frame, in message, BadInputKind.VenueError, "connection");
                    break;
                case MessageKind.Missing or MessageKind.Ignored:
                    break;
                default:
                    OnBadMessage(frame, in message, mark, receiveTimeNs);
                    break;
            }
        }
        while (message.HasMore && _batch.Count < _publisher.MaxEvents / 2);

        _publisher.Publish(InputKind.Frame, 0, receiveTimeNs, frame, _batch.Items);
    }

    /// <summary>The answer to a snapshot request.</summary>
    public void OnSnapshot(int symbol, ReadOnlySpan<byte> body, long receiveTimeNs)
    {
        BookFeed feed = _feeds[symbol];
        _batch.Clear();
        bool isAwaited = !(feed.Book.IsWhole || feed.Book == StreamChannel.Off)
            && (feed.Sync.State == SyncState.Waiting || (feed.IsRefreshing && feed.Sync.IsSynchronised));

        // The books belong to another connection; a snapshot here would overwrite one of them.
        if (CarriesBooks && isAwaited)
        {
            TakeSnapshot(feed, symbol, body, receiveTimeNs);
        }
        else
        {
            feed.Counters.AddIgnoredSnapshot();
        }

        _publisher.Publish(InputKind.Snapshot, symbol, receiveTimeNs, body, _batch.Items);
    }

    /// <summary>
    /// Whether a symbol's book starts with a REST snapshot on this connection. Any thread; a momentary value.
    /// </summary>
    public bool BeginsWithRest(int symbol) => _feeds[symbol].UsesRest;

    /// <summary>Whether a snapshot that will replace a symbol's live book is expected.</summary>
    public bool IsRefreshing(int symbol) => _feeds[symbol].IsRefreshing;

    /// <summary>A snapshot could not be fetched; it is needed again.</summary>
    public void OnSnapshotFailed(int symbol, ReadOnlySpan<byte> words)
    {
        BookFeed feed = _feeds[symbol];
        _badInputs.Report(BadInputKind.SnapshotFailed, feed.Instrument.Symbol, words);
        feed.IsSnapshotWanted = feed.NeedsRestSnapshot;
    }

    /// <summary>The engine has invalidated a book: resynchronise it.</summary>
    /// <param name="symbol">Index of the symbol.</param>
    /// <param name="reason">Why.</param>
    /// <param name="timeNs">When.</param>
    public void OnResyncRequested(int symbol, StaleReason reason, long timeNs)
    {
        BookFeed feed = _feeds[symbol];
        _batch.Clear();
        if (feed.Sync.IsSynchronised)
        {
            _badInputs.Report(BadInputKind.UntrustedBook, feed.Instrument.Symbol, Encoding.UTF8.GetBytes($"{reason}"));
            Invalidate(feed, timeNs, reason);
        }

        _publisher.Publish(InputKind.Resync, ResyncTag(symbol, reason), timeNs, default, _batch.Items);
    }

    /// <summary>The tag of an <see cref="InputKind.Resync"/> record: symbol and reason.</summary>
    public static int ResyncTag(int symbol, StaleReason reason) => symbol | ((int)reason << 16);

    /// <summary>
    /// Requests a new snapshot next to the live book, at venues whose stream cannot show a lost message. The answer
    /// replaces the book in one step.
    /// </summary>
    public void OnRefresh(int symbol, long timeNs)
    {
        _feeds[symbol].StartRefresh();
        _publisher.Publish(InputKind.Refresh, symbol, timeNs, default, default);
    }

    /// <summary>A message exceeded the size limit; the connection is about to be closed.</summary>
    public void OnOverlongMessage(ReadOnlySpan<byte> head)
    {
        Messages.Add(MessageKind.Bad);
        _badInputs.Report(BadInputKind.MessageTooLong, "connection", head);
    }

    /// <summary>Returns a symbol that needs a snapshot, once per need.</summary>
    /// <param name="symbol">Index of the symbol.</param>
    /// <param name="tries">Number of snapshot requests since the book was last steady.</param>
    /// <param name="isRest">true for a REST request, false for a new subscription.</param>
    public bool TryTakeSnapshotRequest(out int symbol, out int tries, out bool isRest)
    {
        // Called after every frame, so it must not check every symbol.
        for (symbol = 0; CarriesBooks && symbol < _feeds.Length && _wants.Count != 0; symbol++)
        {
            BookFeed feed = _feeds[symbol];
            if (feed.IsSnapshotWanted)
            {
                feed.IsSnapshotWanted = false;
                tries = feed.SnapshotTries++;
                isRest = feed.UsesRest;
                return true;
            }
        }

        (tries, isRest) = (0, false);
        return false;
    }

    private void OnDepth(ReadOnlySpan<byte> frame, in ParsedMessage message, int mark, long receiveTimeNs)
    {
        BookFeed feed = _feeds[message.Symbol];
        feed.Counters.AddDepthMessage();
        bool isFirst = !feed.HasSpoken;
        feed.HasSpoken = true;
        feed.NewestId = Math.Max(feed.NewestId, message.Ids.Last);

        // A newer message must not overtake buffered ones.
        SyncVerdict verdict = feed.Buffer.Count != 0 && feed.Sync.IsSynchronised && !feed.IsRefreshing
            ? SyncVerdict.Wait
            : feed.Sync.OnDepth(in message.Ids);
        switch (verdict)
        {
            case SyncVerdict.Apply:
                // The older connection has heard what the younger one heard first, if it was not cut off before.
                feed.MayMissMessages |= isFirst && feed.IsHandingOver && feed.UsesRest && !feed.ShowsLoss;
                Apply(feed, in message, mark, receiveTimeNs, isCatchingUp: feed.IsHandingOver);
                if (feed.IsRefreshing && feed.Sync.IsSynchronised)
                {
                    feed.Counters.AddKeptCopies();
                    Buffer(feed, frame, receiveTimeNs);
                }

                break;
            case SyncVerdict.Drop:
                feed.Counters.AddDropped();
                _batch.Truncate(mark);
                break;
            case SyncVerdict.Ignore when !feed.IsTooManyRepeats():
                feed.Counters.AddRepeat();
                _batch.Truncate(mark);
                break;
            case SyncVerdict.Ignore or SyncVerdict.Gap:
                _batch.Truncate(mark);
                Invalidate(feed, receiveTimeNs, StaleReason.SequenceGap);
                Wait(feed, frame, receiveTimeNs, isFirst: false);
                break;
            default:
                _batch.Truncate(mark);
                Wait(feed, frame, receiveTimeNs, isFirst);
                ApplyBuffered(feed);
                break;
        }
    }

    // A message that cannot be applied yet is buffered for a REST snapshot; with stream snapshots it is dropped.
    private void Wait(BookFeed feed, ReadOnlySpan<byte> frame, long receiveTimeNs, bool isFirst)
    {
        if (feed.Sync.State == SyncState.Disconnected)
        {
            feed.Counters.AddDiscarded(1);
            return;
        }

        if (!feed.UsesRest)
        {
            feed.Counters.AddDropped();
            feed.WaitForStreamSnapshot(isFirst, receiveTimeNs);
            return;
        }

        Buffer(feed, frame, receiveTimeNs);
    }

    private void Buffer(BookFeed feed, ReadOnlySpan<byte> frame, long receiveTimeNs)
    {
        if (!feed.Buffer.TryAppend(frame, receiveTimeNs))
        {
            // No snapshot for so long: the buffer is useless, so start over with this message.
            _badInputs.Report(BadInputKind.BufferOverflow, feed.Instrument.Symbol, default);
            feed.DiscardWaiting();
            feed.Buffer.TryAppend(frame, receiveTimeNs);
            feed.IsSnapshotWanted = true;
        }

        // The snapshot is requested after the stream's first message, so that nothing is lost in between.
        if (feed.Sync.State == SyncState.Waiting && feed.SnapshotTries == 0)
        {
            feed.IsSnapshotWanted = true;
        }
    }

    private void Apply(BookFeed feed, in ParsedMessage message, int mark, long receiveTimeNs, bool isCatchingUp)
    {
        if (feed.Mirror is { } mirror)
        {
            mirror.Apply(_batch, mark);
            if (message.HasChecksum && !IsVerified(feed, in message))
            {
                _batch.Truncate(mark);
                feed.Counters.AddDiscarded(1);
                Invalidate(feed, receiveTimeNs, StaleReason.ChecksumMismatch);
                return;
            }
        }

        feed.IsBehind = isCatchingUp;
        feed.CountApplied(receiveTimeNs);
        _batch.AddCommit(feed, in message, receiveTimeNs, isCatchingUp ? CommitFlags.CatchingUp : CommitFlags.None);
    }

    private static bool IsVerified(BookFeed feed, in ParsedMessage message)
    {
        bool isRight = feed.Mirror!.Verify(message.Checksum, feed);
        feed.Counters.AddChecksum(isRight);
        return isRight;
    }

    // A stream snapshot restarts the book in any state.
    private void OnStreamSnapshot(ReadOnlySpan<byte> frame, in ParsedMessage snapshot, int mark, long receiveTimeNs)
    {
        BookFeed feed = _feeds[snapshot.Symbol];
        feed.HasSpoken = true;
        if (feed.Sync.State == SyncState.Disconnected)
        {
            _batch.Truncate(mark);
            return;
        }

        _batch.InsertHeader(mark, feed, EventKind.SnapshotBegin, receiveTimeNs);
        if (feed.Mirror is { } mirror)
        {
            mirror.Replace(_batch, mark + 1, feed.SubscribedDepth);
            if (snapshot.HasChecksum && !IsVerified(feed, in snapshot))
            {
                ReportFault(frame, in snapshot, BadInputKind.SnapshotFailed, feed.Instrument.Symbol);
                _batch.Truncate(mark);
                Invalidate(feed, receiveTimeNs, StaleReason.ChecksumMismatch);
                return;
            }
        }

        feed.DiscardWaiting();
        feed.StartWith(snapshot.Ids.Last, receiveTimeNs);
        feed.OwesCommit = feed.IsHandingOver;
        _batch.AddCommit(feed, in snapshot, receiveTimeNs, FeedEvents.SnapshotFlags(feed.IsHandingOver));
    }

    private void TakeSnapshot(BookFeed feed, int symbol, ReadOnlySpan<byte> body, long receiveTimeNs)
    {
        ParseFinely(body, 0, symbol, receiveTimeNs, out int mark, out ParsedMessage snapshot);
        if (snapshot.Kind != MessageKind.Depth)
        {
            _batch.Truncate(mark);
            ReportFault(body, in snapshot, BadInputKind.SnapshotFailed, feed.Instrument.Symbol);
            feed.IsSnapshotWanted = true;
            return;
        }

        DepthIds firstBuffered = FirstBufferedIds(feed, out bool hasBuffered);
        if (feed.IsSnapshotDoubted)
        {
            _batch.Truncate(mark);
            feed.Counters.AddOldSnapshot();
            feed.DiscardWaiting();
            feed.Sync.LetGo(feed.NewestId);
            feed.IsSnapshotDoubted = false;
            feed.IsSnapshotWanted = true;
            return;
        }

        if (!feed.Sync.OnSnapshot(snapshot.Ids.Last, hasBuffered, in firstBuffered))
        {
            _batch.Truncate(mark);
            feed.Counters.AddOldSnapshot();
            _badInputs.Report(BadInputKind.SnapshotTooOld, feed.Instrument.Symbol, body);
            feed.IsSnapshotWanted = true;
            return;
        }

        _batch.InsertHeader(mark, feed, EventKind.SnapshotBegin, receiveTimeNs);
        if (feed.Mirror is { } mirror)
        {
            mirror.Replace(_batch, mark + 1, feed.SubscribedDepth);
        }

        feed.IsRefreshing = false;
        feed.CountStart(receiveTimeNs);
        _batch.AddCommit(feed, in snapshot, receiveTimeNs, FeedEvents.SnapshotFlags(feed.Buffer.Count != 0));
        ApplyBuffered(feed);
    }

    // Applies buffered messages, as many as fit into one ring claim; the rest follows with the next input. Until the
    // last one is applied, commits are marked as catching up, so that nobody trades on the book.
    private void ApplyBuffered(BookFeed feed)
    {
        while (feed.Sync.IsSynchronised && feed.Buffer.Count != 0 && _batch.Count < _publisher.MaxEvents / 2)
        {
            ReadOnlySpan<byte> frame = feed.Buffer.Peek(out long receiveTimeNs);
            ParseFinely(frame, 0, receiveTimeNs, out int mark, out ParsedMessage message);
            if (message.Kind != MessageKind.Depth)
            {
                // It was valid when it arrived; finer increments since then have pushed it out of range.
                OnBadMessage(frame, in message, mark, receiveTimeNs);
                feed.Counters.AddDiscarded(1);
                feed.Buffer.RemoveFirst();
                return;
            }

            SyncVerdict verdict = feed.Sync.OnDepth(in message.Ids);
            if (verdict == SyncVerdict.Gap)
            {
                // The message stays in the buffer: the next snapshot may bridge to it.
                _batch.Truncate(mark);
                Invalidate(feed, receiveTimeNs, StaleReason.SequenceGap);
                return;
            }

            feed.Buffer.RemoveFirst();
            if (verdict == SyncVerdict.Apply)
            {
                Apply(feed, in message, mark, receiveTimeNs, isCatchingUp: feed.Buffer.Count != 0);
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

    // The last buffered message was dropped, so it has no commit that could report the end of catching up.
    private void EndCatchUp(BookFeed feed, long receiveTimeNs)
    {
        var caughtUp = new ParsedMessage { UpdateId = feed.LastUpdateId };
        _batch.AddCommit(feed, in caughtUp, receiveTimeNs, CommitFlags.NoMessage);
    }

    private DepthIds FirstBufferedIds(BookFeed feed, out bool hasBuffered)
    {
        hasBuffered = feed.Buffer.Count != 0;
        if (!hasBuffered)
        {
            return default;
        }

        ReadOnlySpan<byte> frame = feed.Buffer.Peek(out long receiveTimeNs);
        ParseFinely(frame, 0, receiveTimeNs, out int mark, out ParsedMessage message);
        _batch.Truncate(mark);
        return message.Ids;
    }

    private void OnBadMessage(ReadOnlySpan<byte> frame, in ParsedMessage message, int mark, long receiveTimeNs)
    {
        _batch.Truncate(mark);
        BookFeed? feed = message.Symbol >= 0 ? _feeds[message.Symbol] : null;
        ReportFault(frame, in message, message.Fault, feed?.Instrument.Symbol ?? "connection");

        // Its effect is unknown. If it is cut or garbled, the next message will show the gap; where messages cannot
        // show gaps, every book of the connection is in doubt. Whole JSON that is no message of the venue touches no
        // book.
        bool isGarbled = feed is null && !JsonCursor.IsJson(frame);
        if (message.ConcernsBook && feed?.IsBookOf(message.Channel) == true)
        {
            feed.Counters.AddRefusedBook();
        }

        foreach (BookFeed item in _feeds)
        {
            bool isInDoubt = item == feed
                ? message.ConcernsBook && item.IsBookOf(message.Channel)
                : isGarbled && !item.ShowsLoss;
            item.IsSnapshotDoubted |= isInDoubt && !item.ShowsLoss && item.NeedsRestSnapshot;
            if (isInDoubt && item.Sync.IsSynchronised)
            {
                Invalidate(item, receiveTimeNs, StaleReason.BadMessage);
            }
        }
    }

    private void Invalidate(BookFeed feed, long timeNs, StaleReason reason)
    {
        feed.Invalidate(reason);
        _batch.AddStale(feed, timeNs, reason);
    }
}
