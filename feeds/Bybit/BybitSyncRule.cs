namespace LowLatency.Feeds.Bybit;

/// <summary>
/// Bybit: update ids rise by one, and any snapshot starts the book anew. The interface of 2021 had <c>cross_seq</c>
/// instead, which never falls and has holes; its messages carry -1 as the id before.
/// </summary>
internal sealed class BybitSyncRule : SyncRule
{
    /// <summary>Marks a message of the interface of 2021.</summary>
    public const long Unchained = -1;

    public override SnapshotSource Snapshots => SnapshotSource.Stream;

    public override Succession Classify(in DepthIds ids, long lastId)
    {
        if (ids.Previous == Unchained)
        {
            return ids.Last >= lastId ? Succession.Next : Succession.Repeat;
        }

        return ids.Last == lastId + 1 ? Succession.Next : ids.Last <= lastId ? Succession.Repeat : Succession.Gap;
    }
}
