namespace LowLatency.Feeds.Bitstamp;

/// <summary>
/// Bitstamp: a diff carries the time of the book after it. Diffs not newer than the snapshot are contained in it. A
/// missing diff is invisible, so the book is regularly replaced by a fresh snapshot.
/// </summary>
internal sealed class BitstampSyncRule : SyncRule
{
    public override SnapshotSource Snapshots => SnapshotSource.Rest;

    public override bool ShowsLoss => false;

    public override Succession Classify(in DepthIds ids, long lastId) =>
        ids.Last > lastId ? Succession.Next : Succession.Repeat;

    public override bool IsTooOld(long snapshotId, in DepthIds firstBuffered) => snapshotId < firstBuffered.Last;
}
