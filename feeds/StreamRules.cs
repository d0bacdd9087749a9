namespace LowLatency.Feeds;

/// <summary>
/// The stream brings the snapshot and its updates have no numbers: TCP keeps their order, and what else proves the
/// book right (a checksum, a heartbeat) is the session's to check.
/// </summary>
/// <param name="isSummed">true when every message carries a checksum, which shows what was lost before it.</param>
internal sealed class UnnumberedStreamRule(bool isSummed = false) : SyncRule
{
    public override bool ShowsLoss => isSummed;

    public override SnapshotSource Snapshots => SnapshotSource.Stream;

    public override Succession Judge(in DepthIds ids, long lastId) => Succession.Next;
}
