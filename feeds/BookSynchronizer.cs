namespace LowLatency.Feeds;

/// <summary>The update ids of a depth message, as the venue writes them; 0 where it has no such field.</summary>
/// <param name="First">First update id in the message (Binance <c>U</c>).</param>
/// <param name="Last">Last update id in the message (Binance <c>u</c>).</param>
/// <param name="Previous">Last update id of the message before (Binance futures <c>pu</c>).</param>
internal readonly record struct DepthIds(long First, long Last, long Previous);

/// <summary>A venue's documented rule for joining snapshot and stream. Stateless.</summary>
internal interface ISyncRule
{
    /// <summary>The snapshot contains the whole message already: it is dropped.</summary>
    bool IsContained(in DepthIds ids, long snapshotId);

    /// <summary>The message is the first one to apply to the snapshot.</summary>
    bool Bridges(in DepthIds ids, long snapshotId);

    /// <summary>The message is the next one after <paramref name="lastId"/>.</summary>
    bool Follows(in DepthIds ids, long lastId);

    /// <summary>The message is not newer than the book.</summary>
    bool IsRepeat(in DepthIds ids, long lastId);

    /// <summary>Between the snapshot and the first buffered message something is missing.</summary>
    bool IsTooOld(long snapshotId, in DepthIds firstBuffered);
}

/// <summary>Where a symbol's book stands.</summary>
internal enum SyncState
{
    /// <summary>No connection.</summary>
    Disconnected,

    /// <summary>Connected; depth messages are kept until a snapshot comes.</summary>
    Buffering,

    /// <summary>A snapshot was taken; the next message must bridge to it.</summary>
    Bridging,

    /// <summary>Message follows message.</summary>
    Live,
}

/// <summary>What to do with a depth message.</summary>
internal enum SyncVerdict
{
    /// <summary>Keep it for after the snapshot.</summary>
    Buffer,

    /// <summary>Apply it to the book.</summary>
    Apply,

    /// <summary>Throw it away: the book contains it.</summary>
    Drop,

    /// <summary>A message is missing before it.</summary>
    Gap,
}

/// <summary>
/// The resynchronisation state machine of one symbol: Disconnected ▸ Buffering ▸ Bridging ▸ Live, and back to
/// Buffering on a gap. It judges ids; it moves no bytes. One thread.
/// </summary>
internal sealed class BookSynchronizer
{
    private readonly ISyncRule _rule;

    public BookSynchronizer(ISyncRule rule) => _rule = rule;

    public SyncState State { get; private set; }

    /// <summary>Update id that the book stands at; means nothing before a snapshot.</summary>
    public long LastId { get; private set; }

    public bool IsSynchronised => State is SyncState.Bridging or SyncState.Live;

    public void OnConnected() => State = SyncState.Buffering;

    public void OnDisconnected() => State = SyncState.Disconnected;

    /// <summary>The book is given up; a snapshot is needed.</summary>
    public void Restart() => State = State == SyncState.Disconnected ? State : SyncState.Buffering;

    /// <summary>Judges a depth message and, when it is to be applied, moves on to it.</summary>
    public SyncVerdict OnDepth(in DepthIds ids)
    {
        switch (State)
        {
            case SyncState.Bridging when _rule.IsContained(in ids, LastId):
                return SyncVerdict.Drop;
            case SyncState.Bridging when _rule.Bridges(in ids, LastId):
            case SyncState.Live when !_rule.IsRepeat(in ids, LastId) && _rule.Follows(in ids, LastId):
                State = SyncState.Live;
                LastId = ids.Last;
                return SyncVerdict.Apply;
            case SyncState.Live when _rule.IsRepeat(in ids, LastId):
                return SyncVerdict.Drop;
            case SyncState.Bridging:
            case SyncState.Live:
                State = SyncState.Buffering;
                return SyncVerdict.Gap;
            default:
                return SyncVerdict.Buffer;
        }
    }

    /// <summary>Takes a snapshot that was asked for.</summary>
    /// <param name="snapshotId">The snapshot's update id.</param>
    /// <param name="hasBuffered">true when a message is buffered.</param>
    /// <param name="firstBuffered">Its ids.</param>
    /// <returns>false when the snapshot is too old; the buffer stays as it is.</returns>
    public bool OnSnapshot(long snapshotId, bool hasBuffered, in DepthIds firstBuffered)
    {
        if (hasBuffered && _rule.IsTooOld(snapshotId, in firstBuffered))
        {
            return false;
        }

        State = SyncState.Bridging;
        LastId = snapshotId;
        return true;
    }
}
