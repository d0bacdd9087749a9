using System;

namespace LowLatency.Feeds;

/// <summary>Update ids of a depth message, as the venue writes them; 0 for a missing field.</summary>
/// <param name="First">First update id in the message (Binance <c>U</c>).</param>
/// <param name="Last">Last update id in the message (Binance <c>u</c>).</param>
/// <param name="Previous">Last update id of the previous message (Binance futures <c>pu</c>).</param>
internal readonly record struct DepthIds(long First, long Last, long Previous);

/// <summary>Where a venue's snapshots come from.</summary>
internal enum SnapshotSource
{
    /// <summary>A REST request; stream messages are buffered until it is answered.</summary>
    Rest,

    /// <summary>The stream, after each subscription; earlier messages are useless.</summary>
    Stream,

    /// <summary>The stream, or REST if the stream's first message is not a snapshot (OKX since 2026).</summary>
    Either,
}

/// <summary>Relation of a depth message to the book.</summary>
internal enum Succession
{
    /// <summary>The next one.</summary>
    Next,

    /// <summary>Not newer than the book.</summary>
    Repeat,

    /// <summary>Messages before it are missing.</summary>
    Gap,
}

/// <summary>A venue's documented rule for joining snapshot and stream. Stateless.</summary>
internal abstract class SyncRule
{
    /// <summary>Where snapshots come from.</summary>
    public abstract SnapshotSource Snapshots { get; }

    /// <summary>
    /// true if the message after a lost one shows the loss; false if only other checks of the session can.
    /// </summary>
    public virtual bool ShowsLoss => true;

    /// <summary>Classifies a message relative to the book's last id.</summary>
    public abstract Succession Classify(in DepthIds ids, long lastId);

    /// <summary>A REST snapshot already contains the whole message, so it is dropped.</summary>
    public virtual bool IsContained(in DepthIds ids, long snapshotId) => ids.Last <= snapshotId;

    /// <summary>The message is the first one to apply to a REST snapshot.</summary>
    public virtual bool Bridges(in DepthIds ids, long snapshotId) => Classify(in ids, snapshotId) == Succession.Next;

    /// <summary>A message is missing between the REST snapshot and the first buffered message.</summary>
    public virtual bool IsTooOld(long snapshotId, in DepthIds firstBuffered) => false;
}

/// <summary>Synchronisation state of a book.</summary>
internal enum SyncState
{
    /// <summary>No connection.</summary>
    Disconnected,

    /// <summary>Connected; a snapshot is needed.</summary>
    Waiting,

    /// <summary>A REST snapshot was applied; the next message must bridge to it.</summary>
    Bridging,

    /// <summary>Synchronised: each message follows the one before.</summary>
    Live,
}

/// <summary>What to do with a depth message.</summary>
internal enum SyncVerdict
{
    /// <summary>There is no snapshot yet: buffer or drop it, depending on the snapshot source.</summary>
    Wait,

    /// <summary>Apply it to the book.</summary>
    Apply,

    /// <summary>Drop it: the snapshot contains it.</summary>
    Drop,

    /// <summary>Drop it: the book contains it already.</summary>
    Ignore,

    /// <summary>A message is missing before it.</summary>
    Gap,
}

/// <summary>
/// The synchronisation state machine of one symbol: Disconnected ▸ Waiting ▸ Bridging ▸ Live, and back to Waiting on a
/// gap. It works on ids only. Single thread.
/// </summary>
internal sealed class BookSynchronizer
{
    private readonly SyncRule _rule;

    public BookSynchronizer(SyncRule rule) => _rule = rule;

    public SyncState State { get; private set; }

    /// <summary>Last update id of the book; undefined before a snapshot.</summary>
    public long LastId { get; private set; }

    public bool IsSynchronised => State is SyncState.Bridging or SyncState.Live;

    public void OnConnected() => (State, LastId) = (SyncState.Waiting, 0);

    public void OnDisconnected() => State = SyncState.Disconnected;

    /// <summary>The book was invalidated; a snapshot is needed.</summary>
    public void Restart() => State = State == SyncState.Disconnected ? State : SyncState.Waiting;

    /// <summary>Messages were dropped while a snapshot was expected; the snapshot must contain them.</summary>
    /// <param name="lastId">Id of the newest one.</param>
    public void LetGo(long lastId) => LastId = Math.Max(LastId, lastId);

    /// <summary>Classifies a depth message and, if it is to be applied, advances to it.</summary>
    public SyncVerdict OnDepth(in DepthIds ids)
    {
        switch (State)
        {
            case SyncState.Bridging when _rule.IsContained(in ids, LastId):
                return SyncVerdict.Drop;
            case SyncState.Bridging when _rule.Bridges(in ids, LastId):
                return Apply(in ids);
            case SyncState.Live:
                return _rule.Classify(in ids, LastId) switch
                {
                    Succession.Next => Apply(in ids),
                    Succession.Repeat => SyncVerdict.Ignore,
                    _ => Lose(),
                };
            case SyncState.Bridging:
                return Lose();
            default:
                return SyncVerdict.Wait;
        }
    }

    /// <summary>Takes a snapshot from the stream: the next message must follow it.</summary>
    public void OnStreamSnapshot(long snapshotId)
    {
        State = SyncState.Live;
        LastId = snapshotId;
    }

    /// <summary>Applies a REST snapshot.</summary>
    /// <param name="snapshotId">The snapshot's update id.</param>
    /// <param name="hasBuffered">true if a message is buffered.</param>
    /// <param name="firstBuffered">Its ids.</param>
    /// <returns>false if the snapshot is too old; the buffer stays as it is.</returns>
    public bool OnSnapshot(long snapshotId, bool hasBuffered, in DepthIds firstBuffered)
    {
        // Buffered messages must follow the snapshot. With nothing buffered and a stream that cannot show losses, a
        // snapshot older than the last applied or dropped message would be such a loss.
        if (hasBuffered ? _rule.IsTooOld(snapshotId, in firstBuffered) : !_rule.ShowsLoss && snapshotId < LastId)
        {
            return false;
        }

        State = SyncState.Bridging;
        LastId = snapshotId;
        return true;
    }

    private SyncVerdict Apply(in DepthIds ids)
    {
        State = SyncState.Live;
        LastId = ids.Last;
        return SyncVerdict.Apply;
    }

    private SyncVerdict Lose()
    {
        State = SyncState.Waiting;
        return SyncVerdict.Gap;
    }
}
