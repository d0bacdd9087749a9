namespace LowLatency.Feeds;

/// <summary>
/// The stream brings the snapshot and its updates have no numbers: TCP keeps their order, and what else proves the
/// book right (a checksum, a heartbeat) is the session's to check.
/// </summary>
internal sealed class UnnumberedStreamRule : SyncRule
{
    // A checksum covers the best levels alone: what was lost further out it cannot show.
    public override bool ShowsLoss => false;

    public override SnapshotSource Snapshots => SnapshotSource.Stream;

    public override Succession Classify(in DepthIds ids, long lastId) => Succession.Next;
}
