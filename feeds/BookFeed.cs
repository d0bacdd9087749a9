using System;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;

namespace LowLatency.Feeds;

/// <summary>One symbol of a session: how its numbers are read, where its book stands, what waits. One thread.
/// </summary>
internal sealed class BookFeed
{
    // Six seconds of the busiest recorded symbol are about 5 MB.
    private const int MaxBufferedBytes = 32 * 1024 * 1024;

    // A book that has lived this long is steady: the next trouble is not the last one's.
    private const long SteadyNs = 10_000_000_000;
    private const int SteadyMessages = 200;

    // A snapshot that was asked for and does not come over the stream is asked for again.
    private const long StreamSnapshotTimeoutNs = 10_000_000_000;
    private const int StreamSnapshotTimeoutMessages = 200;

    // A venue repeats a message now and then; one that seems to repeat all of them has begun to number anew.
    private const int MaxRepeatsInARow = 3;

    private readonly SnapshotSource _source;
    private readonly RecentTrades? _recentTrades;
    private long _startNs;
    private int _sinceStart;
    private long _waitingSinceNs;
    private int _waitingMessages;
    private long _lastTradeId;
    private int _repeatsInARow;
    private bool _isSnapshotWanted;

    // The book has waited for a snapshot since the connection looked last.
    private bool _hasWaitedLong;

    // The stream had fallen silent: a snapshot is worth nothing until it speaks again.
    private bool _awaitsStream;

    /// <summary>Creates the state of a symbol before its connection is open.</summary>
    /// <param name="instrument">The symbol.</param>
    /// <param name="symbol">The symbol as the messages write it.</param>
    /// <param name="rule">The venue's rule.</param>
    /// <param name="mirror">Own copy of the book, or null where the venue needs none.</param>
    /// <param name="tradeIdsRise">false where the venue's trade ids have no order.</param>
    public BookFeed(
        Instrument instrument, byte[] symbol, SyncRule rule, BookMirror? mirror = null, bool tradeIdsRise = true)
    {
        Instrument = instrument;
        Symbol = symbol;
        Scale = instrument.Scale;
        WireDecimals = new WireDecimals(Scale.PriceDecimals, Scale.QuantityDecimals);
        Sync = new BookSynchronizer(rule);
        Mirror = mirror;
        _source = rule.Snapshots;
        ShowsLoss = rule.ShowsLoss;
        UsesRest = _source == SnapshotSource.Rest;
        _recentTrades = tradeIdsRise ? null : new RecentTrades();
    }

    public Instrument Instrument { get; }

    public byte[] Symbol { get; }

    /// <summary>How numbers are counted now; it can only become finer.</summary>
    public InstrumentScale Scale { get; private set; }

    /// <summary>Decimals that the wire writes, for the venues that sum padded texts: those declared, or those last
    /// seen.</summary>
    public WireDecimals WireDecimals { get; set; }

    public BookSynchronizer Sync { get; }

    public BookMirror? Mirror { get; }

    public FrameBuffer Buffer { get; } = new(MaxBufferedBytes);

    public BookFeedCounters Counters { get; } = new();

    /// <summary>See <see cref="SyncRule.ShowsLoss"/>.</summary>
    public bool ShowsLoss { get; }

    /// <summary>Snapshots come by REST requests.</summary>
    public bool UsesRest { get; private set; }

    /// <summary>The session's count of symbols that want a snapshot.</summary>
    public SnapshotWants Wants { get; set; } = new();

    /// <summary>A snapshot is needed and nobody has been asked yet.</summary>
    public bool IsSnapshotWanted
    {
        get => _isSnapshotWanted;
        set
        {
            Wants.Count += (value ? 1 : 0) - (_isSnapshotWanted ? 1 : 0);
            _isSnapshotWanted = value;
        }
    }

    /// <summary>A REST snapshot is awaited, to start the book or to replace it.</summary>
    public bool NeedsRestSnapshot => (UsesRest && Sync.State == SyncState.Waiting) || IsRefreshing;

    /// <summary>A message that cannot show that it is missing was lost while a REST snapshot was awaited: the next one
    /// may be of before it. Whether it was asked for already is in no recording, so it takes no part in this.</summary>
    public bool IsSnapshotDoubted { get; set; }

    /// <summary>The venue's id of the newest depth message that came, applied or not.</summary>
    public long NewestId { get; set; }

    /// <summary>When the venue's heartbeat for this symbol came last; for venues that send one.</summary>
    public long LastHeartbeatNs { get; set; }

    /// <summary>Snapshots asked for since the book was last steady.</summary>
    public int SnapshotTries { get; set; }

    /// <summary>A book message has come since the connection was opened.</summary>
    public bool HasSpoken { get; set; }

    /// <summary>A younger connection is taking over, and its messages are still old ones.</summary>
    public bool IsHandingOver { get; private set; }

    /// <summary>The book was started anew during a handover and no commit has said yet that it has caught up.</summary>
    public bool OwesCommit { get; set; }

    /// <summary>The last commit has said that the book is behind.</summary>
    public bool IsBehind { get; set; }

    /// <summary>A snapshot is awaited that will replace the living book.</summary>
    public bool IsRefreshing { get; set; }

    /// <summary>The venue's id of the last commit.</summary>
    public long LastUpdateId { get; set; }

    /// <summary>The trade that the venue's heartbeat named last time; for venues that name one.</summary>
    public long AnnouncedTradeId { get; set; }

    /// <summary>Greatest trade id that came.</summary>
    public long LastTradeId => _lastTradeId;

    public void OnConnected()
    {
        DiscardWaiting();
        Sync.OnConnected();
        SnapshotTries = 0;
        IsSnapshotDoubted = false;
        NewestId = 0;
        HasSpoken = false;
        IsRefreshing = false;
        IsHandingOver = false;
        OwesCommit = false;
        IsBehind = false;
        UsesRest = _source == SnapshotSource.Rest;
        AnnouncedTradeId = 0;
        LastHeartbeatNs = 0;
        _hasWaitedLong = false;
        _awaitsStream = false;
        _repeatsInARow = 0;
        _lastTradeId = 0;
        _waitingMessages = 0;
        _recentTrades?.Clear();
    }

    public void OnDisconnected()
    {
        if (Sync.IsSynchronised)
        {
            Counters.AddStale(StaleReason.Disconnected);
        }

        DiscardWaiting();
        Sync.OnDisconnected();
        IsSnapshotWanted = false;
    }

    /// <summary>Drops what waits, and counts it.</summary>
    public void DiscardWaiting()
    {
        Counters.AddDiscarded(Buffer.Count);
        Buffer.Clear();
    }

    /// <summary>The book is worth nothing any more.</summary>
    public void Invalidate(StaleReason reason)
    {
        Sync.Restart();
        Counters.AddStale(reason);
        _awaitsStream = reason == StaleReason.Silent && UsesRest;
        SnapshotTries = _awaitsStream ? 0 : SnapshotTries;
        IsSnapshotWanted = !_awaitsStream;
        IsRefreshing = false;
        OwesCommit = false;
        _waitingMessages = 0;
    }

    /// <summary>A book message came before the stream's snapshot and was let go.</summary>
    /// <param name="isFirst">true for the first one after the connection was opened.</param>
    /// <param name="receiveTimeNs">When it came.</param>
    public void WaitForStreamSnapshot(bool isFirst, long receiveTimeNs)
    {
        _waitingSinceNs = _waitingMessages++ == 0 ? receiveTimeNs : _waitingSinceNs;
        bool isOverdue = _waitingMessages > StreamSnapshotTimeoutMessages
            || receiveTimeNs - _waitingSinceNs > StreamSnapshotTimeoutNs;
        if (_source == SnapshotSource.Either && (isFirst || isOverdue))
        {
            UsesRest = true;
            IsSnapshotWanted |= !isFirst;
        }
        else if (isOverdue)
        {
            IsSnapshotWanted = true;
            _waitingMessages = 0;
        }
    }

    /// <summary>A snapshot from the stream has started the book.</summary>
    public void StartWith(long id, long receiveTimeNs)
    {
        Sync.OnStreamSnapshot(id);
        CountStart(receiveTimeNs);
    }

    /// <summary>A snapshot has started the book.</summary>
    public void CountStart(long receiveTimeNs)
    {
        Counters.AddSnapshot();
        IsSnapshotWanted = false;
        _hasWaitedLong = false;
        _repeatsInARow = 0;
        _waitingMessages = 0;
        _sinceStart = 0;
        _startNs = receiveTimeNs;
    }

    /// <summary>A message was applied.</summary>
    public void CountApplied(long receiveTimeNs)
    {
        Counters.AddApplied();
        _repeatsInARow = 0;
        if (SnapshotTries != 0 && (++_sinceStart >= SteadyMessages || receiveTimeNs - _startNs >= SteadyNs))
        {
            SnapshotTries = 0;
        }
    }

    /// <summary>A younger connection takes over: what the older one had asked for has ended with it.</summary>
    public void BeginHandover()
    {
        IsHandingOver = true;
        HasSpoken = false;
        _awaitsStream = false;
        IsSnapshotWanted |= NeedsRestSnapshot;
    }

    /// <summary>The younger connection has told all that it had brought meanwhile.</summary>
    public HandoverOutcome EndHandover()
    {
        bool startedAnew = OwesCommit;
        bool isBehind = IsBehind && UsesRest;
        (IsHandingOver, OwesCommit, IsBehind) = (false, false, false);
        if (!Sync.IsSynchronised)
        {
            return HandoverOutcome.Continued;
        }

        if (UsesRest && !ShowsLoss)
        {
            // A loss between the two would never show: a fresh snapshot tells, and it is asked for at once.
            SnapshotTries = 0;
            StartRefresh();
        }

        return startedAnew || isBehind ? HandoverOutcome.CaughtUp
            : UsesRest ? HandoverOutcome.Continued
            : HandoverOutcome.Unknown;
    }

    /// <summary>Asks for the snapshot of a book that waits for one, now or since the last time.</summary>
    public void LookForSnapshot()
    {
        bool isWaiting = Sync.State == SyncState.Waiting;
        IsSnapshotWanted |= isWaiting
            && (_hasWaitedLong || (UsesRest && SnapshotTries == 0 && !_awaitsStream));
        _hasWaitedLong = isWaiting;
    }

    /// <summary>Asks for a snapshot that replaces the living book; messages are kept beside until it comes.</summary>
    public void StartRefresh()
    {
        if (Sync.State == SyncState.Live && Buffer.Count == 0 && UsesRest)
        {
            IsRefreshing = true;
            IsSnapshotWanted = true;
        }
    }

    /// <summary>A repeat has come: true when there were too many in a row to be repeats.</summary>
    public bool IsTooManyRepeats()
    {
        bool isTooMany = !IsHandingOver && ++_repeatsInARow > MaxRepeatsInARow;
        if (isTooMany)
        {
            Sync.Restart();
        }

        return isTooMany;
    }

    /// <summary>Counts a trade, unless it has come before.</summary>
    public bool TryTakeTrade(long tradeId)
    {
        bool isRepeat = _recentTrades is not null
            ? !_recentTrades.TryAdd(tradeId, IsHandingOver)
            : tradeId != 0 && (tradeId == _lastTradeId || (IsHandingOver && tradeId < _lastTradeId));
        if (isRepeat)
        {
            Counters.AddRepeatedTrade();
            return false;
        }

        _lastTradeId = Math.Max(_lastTradeId, tradeId);
        Counters.AddTrade();
        return true;
    }

    /// <summary>A trade that is not published is known all the same.</summary>
    public void NoteTrade(long tradeId) => _lastTradeId = Math.Max(_lastTradeId, tradeId);

    /// <summary>Makes the increments as fine as a number needs that did not fit.</summary>
    /// <returns>false when it cannot be helped.</returns>
    public bool TryRefine(in ParsedMessage message, out long priceFactor, out long quantityFactor)
    {
        (priceFactor, quantityFactor) = (1, 1);
        int addedPrice = Math.Max(0, message.PriceDecimals - Scale.PriceDecimals);
        int addedQuantity = Math.Max(0, message.QuantityDecimals - Scale.QuantityDecimals);
        if (message.PriceDecimals > InstrumentScale.MaxDecimals
            || message.QuantityDecimals > InstrumentScale.MaxDecimals
            || addedPrice + addedQuantity == 0)
        {
            return false;
        }

        priceFactor = InstrumentScale.PowerOfTen(addedPrice);
        quantityFactor = InstrumentScale.PowerOfTen(addedQuantity);
        Scale = Scale.Finer(priceFactor, quantityFactor);
        Mirror?.Rescale(priceFactor, quantityFactor);
        return true;
    }
}

/// <summary>What a handover was to a book.</summary>
internal enum HandoverOutcome
{
    /// <summary>Its messages follow each other over both connections, or there is no book.</summary>
    Continued,

    /// <summary>It was started anew by the younger connection's snapshot, or has followed its messages, and nothing of
    /// them is left.</summary>
    CaughtUp,

    /// <summary>The younger connection brought no snapshot: nobody knows whether it brings this book at all.</summary>
    Unknown,
}

/// <summary>How many symbols of a session want a snapshot. One thread.</summary>
internal sealed class SnapshotWants
{
    public int Count { get; set; }
}

/// <summary>The last few trade ids of a venue whose ids have no order. One thread.</summary>
internal sealed class RecentTrades
{
    // More than come in the seconds that two connections overlap.
    private readonly long[] _ids = new long[2048];
    private int _last;

    /// <summary>Takes an id, unless it is the last one or, when asked to look further, any that is kept.</summary>
    public bool TryAdd(long id, bool looksFurther)
    {
        if (id == 0)
        {
            return true;
        }

        if (_ids[_last] == id || (looksFurther && _ids.AsSpan().Contains(id)))
        {
            return false;
        }

        _last = (_last + 1) % _ids.Length;
        _ids[_last] = id;
        return true;
    }

    public void Clear() => Array.Clear(_ids);
}
