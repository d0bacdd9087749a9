using System;

namespace LowLatency.Feeds;

/// <summary>The update ids of a depth message, as the venue writes them; 0 where it has no such field.</summary>
/// <param name="First">First update id in the message (Binance <c>U</c>).</param>
/// <param name="Last">Last update id in the message (Binance <c>u</c>).</param>
/// <param name="Previous">Last update id of the message before (Binance futures <c>pu</c>).</param>
internal readonly record struct DepthIds(long First, long Last, long Previous);

/// <summary>Where a venue's snapshots come from.</summary>
internal enum SnapshotSource
{
    /// <summary>A REST request; the stream's messages wait for its answer.</summary>
    Rest,

    /// <summary>The stream, after each subscription; what comes before it is worth nothing.</summary>
    Stream,

    /// <summary>The stream, or REST where the stream's first message is no snapshot (OKX since 2026).</summary>
    Either,
}

/// <summary>How a depth message stands to the book.</summary>
internal enum Succession
{
    /// <summary>It is the next one.</summary>
    Next,

    /// <summary>It is not newer than the book.</summary>
    Repeat,

    /// <summary>Something is missing before it.</summary>
    Gap,
}

/// <summary>A venue's documented rule for joining snapshot and stream. Stateless.</summary>
internal abstract class SyncRule
{
    /// <summary>Where snapshots come from.</summary>
    public abstract SnapshotSource Snapshots { get; }

    /// <summary>true when the message after a lost one shows the loss; false where only the session's other means do.
    /// </summary>
    public virtual bool ShowsLoss => true;

    /// <summary>Judges a message by the id that the book stands at.</summary>
    public abstract Succession Classify(in DepthIds ids, long lastId);

    /// <summary>A REST snapshot contains the whole message already: it is dropped.</summary>
    public virtual bool IsContained(in DepthIds ids, long snapshotId) => ids.Last <= snapshotId;

    /// <summary>The message is the first one to apply to a REST snapshot.</summary>
    public virtual bool Bridges(in DepthIds ids, long snapshotId) => Classify(in ids, snapshotId) == Succession.Next;

    /// <summary>Between the REST snapshot and the first buffered message something is missing.</summary>
    public virtual bool IsTooOld(long snapshotId, in DepthIds firstBuffered) => false;
}

/// <summary>Where a symbol's book stands.</summary>
internal enum SyncState
{
    /// <summary>No connection.</summary>
    Disconnected,

    /// <summary>Connected; a snapshot is needed.</summary>
    Waiting,

    /// <summary>A REST snapshot was taken; the next message must bridge to it.</summary>
    Bridging,

    /// <summary>Message follows message.</summary>
    Live,
}

/// <summary>What to do with a depth message.</summary>
internal enum SyncVerdict
{
    /// <summary>There is no snapshot yet: keep it, or let it go, as the venue's snapshots want.</summary>
    Wait,

    /// <summary>Apply it to the book.</summary>
    Apply,

    /// <summary>Throw it away: the snapshot contains it.</summary>
    Drop,

    /// <summary>Throw it away: the book is as new.</summary>
    Ignore,

    /// <summary>A message is missing before it.</summary>
    Gap,
}

/// <summary>
/// The resynchronisation state machine of one symbol: Disconnected ▸ Waiting ▸ Bridging ▸ Live, and back to Waiting
/// on a gap. It judges ids; it moves no bytes. One thread.
/// </summary>
internal sealed class BookSynchronizer
{
    private readonly SyncRule _rule;

    public BookSynchronizer(SyncRule rule) => _rule = rule;

    public SyncState State { get; private set; }

    /// <summary>Update id that the book stands at; means nothing before a snapshot.</summary>
    public long LastId { get; private set; }

    public bool IsSynchronised => State is SyncState.Bridging or SyncState.Live;

    public void OnConnected() => (State, LastId) = (SyncState.Waiting, 0);

    public void OnDisconnected() => State = SyncState.Disconnected;

    /// <summary>The book is given up; a snapshot is needed.</summary>
    public void Restart() => State = State == SyncState.Disconnected ? State : SyncState.Waiting;

    /// <summary>While a snapshot is awaited, messages were let go that it has to contain.</summary>
    /// <param name="lastId">The newest one's id.</param>
    public void LetGo(long lastId) => LastId = Math.Max(LastId, lastId);

    /// <summary>Judges a depth message and, when it is to be applied, moves on to it.</summary>
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

    /// <summary>Takes a REST snapshot.</summary>
    /// <param name="snapshotId">The snapshot's update id.</param>
    /// <param name="hasBuffered">true when a message is buffered.</param>
    /// <param name="firstBuffered">Its ids.</param>
    /// <returns>false when the snapshot is too old; the buffer stays as it is.</returns>
    public bool OnSnapshot(long snapshotId, bool hasBuffered, in DepthIds firstBuffered)
    {
        // What waits follows on the snapshot. Where nothing waits and no message can show a loss, a snapshot older than
        // what was applied, or let go, would be one.
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
