namespace LowLatency.Feeds.Bitstamp;

/// <summary>
/// Bitstamp: diffs carry the time of the book after them. Those not newer than the snapshot are contained in it; a
/// missing one cannot be seen, so the book is replaced by a fresh snapshot now and then.
/// </summary>
internal sealed class BitstampSyncRule : SyncRule
{
    public override SnapshotSource Snapshots => SnapshotSource.Rest;

    public override bool ShowsLoss => false;

    public override Succession Classify(in DepthIds ids, long lastId) =>
        ids.Last > lastId ? Succession.Next : Succession.Repeat;

    public override bool IsTooOld(long snapshotId, in DepthIds firstBuffered) => snapshotId < firstBuffered.Last;
}
