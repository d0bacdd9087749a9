namespace LowLatency.Feeds;

/// <summary>
/// The stream provides the snapshot, and its updates have no numbers: TCP keeps their order. Other checks (a checksum,
/// a heartbeat) are up to the session.
/// </summary>
internal abstract class UnnumberedSyncRule : SyncRule
{
    // A checksum covers only the best levels and cannot show a loss further out.
    public override bool ShowsLoss => false;

    public override SnapshotSource Snapshots => SnapshotSource.Stream;

    public override Succession Classify(in DepthIds ids, long lastId) => Succession.Next;
}
