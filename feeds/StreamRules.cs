namespace LowLatency.Feeds;

/// <summary>
/// The stream brings the snapshot and its updates have no numbers: TCP keeps their order, and what else proves the
/// book right (a checksum, a heartbeat) is the session's to check.
/// </summary>
internal sealed class UnnumberedStreamRule : SyncRule
{
    public override SnapshotSource Snapshots => SnapshotSource.Stream;

    public override Succession Judge(in DepthIds ids, long lastId) => Succession.Next;
}
