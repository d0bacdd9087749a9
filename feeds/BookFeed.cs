using System;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;

namespace LowLatency.Feeds;

/// <summary>State of one symbol in a session: scale, book synchronisation, buffered messages. Single thread.</summary>
internal sealed class BookFeed
{
    // Six seconds of the busiest recorded symbol are about 5 MB.
    private const int MaxBufferedBytes = 32 * 1024 * 1024;

    // A book that has been live this long is steady, so that the next failure starts with a short backoff.
    private const long SteadyNs = 10_000_000_000;
    private const int SteadyMessages = 200;

    // A stream snapshot that does not arrive is requested again.
    private const long StreamSnapshotTimeoutNs = 10_000_000_000;
    private const int StreamSnapshotTimeoutMessages = 200;

    // Venues repeat single messages now and then. More repeats in a row mean that the venue restarted its numbering.
    private const int MaxRepeatsInARow = 3;

    private readonly SnapshotSource _source;
    private readonly RecentTrades _recentTrades;
    private long _startNs;
    private int _sinceStart;
    private long _waitingSinceNs;
    private int _waitingMessages;
    private long _lastTradeId;
    private int _repeatsInARow;

    // As the session was told to; what the venue answers can only be more precise.
    private int _chosenDepth;
    private bool _isSnapshotWanted;

    // The book was already waiting for a snapshot when the connection last checked.
    private bool _hasWaitedLong;

    // The stream had fallen silent: a snapshot is useless until messages arrive again.
    private bool _awaitsStream;

    /// <summary>Creates the state of a symbol before its connection is open.</summary>
    /// <param name="instrument">The symbol.</param>
    /// <param name="symbol">The symbol as written in messages.</param>
    /// <param name="rule">The venue's sync rule.</param>
    /// <param name="mirror">The session's copy of the book, or null if the venue needs none.</param>
    /// <param name="tradeIds">What the venue's trade ids say.</param>
    public BookFeed(
        Instrument instrument, byte[] symbol, SyncRule rule, BookMirror? mirror = null,
        TradeIds tradeIds = TradeIds.Rising)
    {
        Instrument = instrument;
        Symbol = symbol;
        Scale = instrument.Scale;
        WireDecimals = new WireDecimals(Scale.PriceDecimals, Scale.QuantityDecimals);
        Rule = rule;
        Sync = new BookSynchronizer(rule);
        Mirror = mirror;
        _source = rule.Snapshots;
        ShowsLoss = rule.ShowsLoss;
        UsesRest = _source == SnapshotSource.Rest;
        _recentTrades = new RecentTrades(tradeIds);
    }

    public Instrument Instrument { get; }

    public byte[] Symbol { get; }

    /// <summary>Current scale of prices and quantities; it can only become finer.</summary>
    public InstrumentScale Scale { get; private set; }

    /// <summary>
    /// Decimals on the wire, for venues with checksums over padded text: as declared, or as last seen.
    /// </summary>
    public WireDecimals WireDecimals { get; set; }

    public SyncRule Rule { get; }

    public BookSynchronizer Sync { get; }

    public BookMirror? Mirror { get; }

    public FrameBuffer Buffer { get; } = new(MaxBufferedBytes);

    public BookFeedCounters Counters { get; } = new();

    /// <summary>The channel of the symbol's book; none until the first message of one.</summary>
    public StreamChannel Book { get; private set; }

    /// <summary>The channel of its trades, likewise.</summary>
    public StreamChannel Trades { get; set; }

    /// <summary>Depth that the venue cuts the book to, where messages do not name it; 0 if it is not known.</summary>
    public int SubscribedDepth { get; set; }

    /// <summary>See <see cref="SyncRule.ShowsLoss"/>.</summary>
    public bool ShowsLoss { get; }

    /// <summary>Snapshots are fetched by REST.</summary>
    public bool UsesRest { get; private set; }

    /// <summary>The session's count of symbols that need a snapshot.</summary>
    public SnapshotWants Wants { get; set; } = new();

    /// <summary>A snapshot is needed and has not been requested yet.</summary>
    public bool IsSnapshotWanted
    {
        get => _isSnapshotWanted;
        set
        {
            Wants.Count += (value ? 1 : 0) - (_isSnapshotWanted ? 1 : 0);
            _isSnapshotWanted = value;
        }
    }

    /// <summary>A REST snapshot is expected, to start the book or to replace it.</summary>
    public bool NeedsRestSnapshot => (UsesRest && Sync.State == SyncState.Waiting) || IsRefreshing;

    /// <summary>
    /// A message was lost while a REST snapshot was expected, on a stream that cannot show losses, so the next snapshot
    /// may be older than the loss. Whether it had been requested already is not recorded, so this does not depend on
    /// it.
    /// </summary>
    public bool IsSnapshotDoubted { get; set; }

    /// <summary>Update id of the newest depth message received, applied or not.</summary>
    public long NewestId { get; set; }

    /// <summary>Time of the last heartbeat for this symbol, at venues that send heartbeats.</summary>
    public long LastHeartbeatNs { get; set; }

    /// <summary>Snapshot requests since the book was last steady.</summary>
    public int SnapshotTries { get; set; }

    /// <summary>A book message has arrived since the connection was opened.</summary>
    public bool HasSpoken { get; set; }

    /// <summary>A younger connection is taking over, and its messages so far are buffered ones.</summary>
    public bool IsHandingOver { get; private set; }

    /// <summary>
    /// The younger connection's first message was newer than the last of the older one, on a stream that cannot show
    /// losses: messages between them may be missing.
    /// </summary>
    public bool MayMissMessages { get; set; }

    /// <summary>
    /// The book was restarted during a handover, and no commit has reported yet that it has caught up.
    /// </summary>
    public bool OwesCommit { get; set; }

    /// <summary>The last commit was marked as catching up.</summary>
    public bool IsBehind { get; set; }

    /// <summary>A snapshot that will replace the live book is expected.</summary>
    public bool IsRefreshing { get; set; }

    /// <summary>Update id of the last commit.</summary>
    public long LastUpdateId { get; set; }

    /// <summary>Trade id in the last heartbeat, at venues whose heartbeats name one.</summary>
    public long AnnouncedTradeId { get; set; }

    /// <summary>Highest trade id received.</summary>
    public long LastTradeId => _lastTradeId;

    /// <summary>Chooses the channel of the book: messages of others do not touch it.</summary>
    public void UseBook(StreamChannel channel)
    {
        Book = channel;
        _chosenDepth = channel == StreamChannel.Off ? 0 : channel.Depth;
        SubscribedDepth = _chosenDepth;
        UsesRest = BeginsWithRest;
        if (Mirror is { } mirror && _chosenDepth != 0)
        {
            mirror.MaxLevels = _chosenDepth;
        }
    }

    /// <summary>
    /// true if a message of that channel is one of the symbol's book. Where no channel was chosen, the first one heard
    /// is the book's.
    /// </summary>
    public bool TakesBook(StreamChannel channel)
    {
        if (channel == Book || (channel == StreamChannel.None && Book != StreamChannel.Off))
        {
            return true;
        }

        if (Book == StreamChannel.None)
        {
            UseBook(channel);
        }

        return channel == Book;
    }

    /// <summary>true if a message of that channel may be one of the symbol's book, without choosing it.</summary>
    public bool IsBookOf(StreamChannel channel) => Book == StreamChannel.None
        || channel == Book || (channel == StreamChannel.None && Book != StreamChannel.Off);

    /// <summary>The same as <see cref="TakesBook"/> for trades.</summary>
    public bool TakesTrades(StreamChannel channel)
    {
        Trades = Trades == StreamChannel.None ? channel : Trades;
        return channel == Trades || (channel == StreamChannel.None && Trades != StreamChannel.Off);
    }

    // A whole book needs no snapshot besides.
    private bool BeginsWithRest => _source == SnapshotSource.Rest && !Book.IsWhole;

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
        MayMissMessages = false;
        OwesCommit = false;
        IsBehind = false;
        UsesRest = BeginsWithRest;
        SubscribedDepth = _chosenDepth;
        AnnouncedTradeId = 0;
        LastHeartbeatNs = 0;
        _hasWaitedLong = false;
        _awaitsStream = false;
        _repeatsInARow = 0;
        _lastTradeId = 0;
        _waitingMessages = 0;
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

    /// <summary>Discards and counts the buffered messages.</summary>
    public void DiscardWaiting()
    {
        Counters.AddDiscarded(Buffer.Count);
        Buffer.Clear();
    }

    /// <summary>Invalidates the book.</summary>
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

    /// <summary>Drops a book message that came before the stream's snapshot.</summary>
    /// <param name="isFirst">true for the first message after the connection was opened.</param>
    /// <param name="receiveTimeNs">Its receive time.</param>
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

    /// <summary>A stream snapshot has started the book.</summary>
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

    /// <summary>A younger connection takes over: requests on the older one are void.</summary>
    public void BeginHandover()
    {
        IsHandingOver = true;
        MayMissMessages = false;
        HasSpoken = false;
        _awaitsStream = false;
        IsSnapshotWanted |= NeedsRestSnapshot;
    }

    /// <summary>All messages that the younger connection had buffered have been handled.</summary>
    public HandoverOutcome EndHandover()
    {
        bool startedAnew = OwesCommit;
        bool isBehind = IsBehind && UsesRest;
        (IsHandingOver, OwesCommit, IsBehind) = (false, false, false);
        if (!Sync.IsSynchronised)
        {
            return HandoverOutcome.Continued;
        }

        if (MayMissMessages)
        {
            return HandoverOutcome.Unknown;
        }

        if (UsesRest && !ShowsLoss)
        {
            // A loss between the two connections would be invisible, so a fresh snapshot is fetched at once.
            SnapshotTries = 0;
            StartRefresh();
        }

        return startedAnew || isBehind ? HandoverOutcome.CaughtUp
            : UsesRest ? HandoverOutcome.Continued
            : HandoverOutcome.Unknown;
    }

    /// <summary>Requests a snapshot for a book that needs one now, or has needed one since the last check.</summary>
    public void LookForSnapshot()
    {
        bool isWaiting = Sync.State == SyncState.Waiting;
        IsSnapshotWanted |= isWaiting
            && (_hasWaitedLong || (UsesRest && SnapshotTries == 0 && !_awaitsStream));
        _hasWaitedLong = isWaiting;
    }

    /// <summary>
    /// Requests a snapshot that will replace the live book. Messages are also buffered until it arrives.
    /// </summary>
    public void StartRefresh()
    {
        if (Sync.State == SyncState.Live && Buffer.Count == 0 && UsesRest)
        {
            IsRefreshing = true;
            IsSnapshotWanted = true;
        }
    }

    /// <summary>Counts a repeated message. Returns true if there were too many in a row to be repeats.</summary>
    public bool IsTooManyRepeats()
    {
        bool isTooMany = !IsHandingOver && ++_repeatsInARow > MaxRepeatsInARow;
        if (isTooMany)
        {
            Sync.Restart();
        }

        return isTooMany;
    }

    /// <summary>Counts a trade. Returns false for a duplicate.</summary>
    /// <param name="tradeId">Its id; 0 if the venue gives none.</param>
    /// <param name="lastTradeId">Id of the last trade that the venue put together in it; 0 for a single trade.</param>
    public bool TryTakeTrade(long tradeId, long lastTradeId)
    {
        if (!_recentTrades.TryAdd(tradeId, lastTradeId, out long missing))
        {
            Counters.AddRepeatedTrade();
            return false;
        }

        _lastTradeId = Math.Max(_lastTradeId, tradeId);
        Counters.AddTrade();
        Counters.AddMissingTrades(missing);
        return true;
    }

    /// <summary>Remembers the id of a trade that is not published.</summary>
    public void NoteTrade(long tradeId)
    {
        _lastTradeId = Math.Max(_lastTradeId, tradeId);
        _recentTrades.Skip(tradeId);
    }

    /// <summary>Refines the increments so that a number fits that did not.</summary>
    /// <returns>false if that is not possible.</returns>
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

/// <summary>Result of a handover for one book.</summary>
internal enum HandoverOutcome
{
    /// <summary>The messages of both connections are contiguous, or there is no book.</summary>
    Continued,

    /// <summary>
    /// The book was restarted by the younger connection's snapshot or has followed its messages, and none are left.
    /// </summary>
    CaughtUp,

    /// <summary>
    /// The younger connection brought no snapshot, so it may not carry this book at all; or messages between the two
    /// connections may be missing.
    /// </summary>
    Unknown,
}

/// <summary>How many symbols of a session need a snapshot. Single thread.</summary>
internal sealed class SnapshotWants
{
    public int Count { get; set; }
}
