namespace LowLatency.Feeds.Bybit;

/// <summary>
/// Bybit: update ids increase by one, and any snapshot restarts the book. The 2021 API had <c>cross_seq</c> instead,
/// which never decreases and has gaps; its messages carry -1 as the previous id.
/// </summary>
internal sealed class BybitSyncRule : SyncRule
{
    /// <summary>Marks a message of the 2021 API.</summary>
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
