namespace LowLatency.Feeds.Okx;

/// <summary>
/// OKX: an update contains the previous update's sequence in <c>prevSeqId</c>. After maintenance a sequence may be
/// lower than the one before although the chain is intact. Recordings from before 2023 have no sequences: all are 0.
/// </summary>
internal sealed class OkxSyncRule : SyncRule
{
    public override SnapshotSource Snapshots => SnapshotSource.Either;

    public override Succession Classify(in DepthIds ids, long lastId) =>
        ids.Previous == lastId ? Succession.Next : ids.Last <= lastId ? Succession.Repeat : Succession.Gap;

    public override bool Bridges(in DepthIds ids, long snapshotId) =>
        ids.Previous <= snapshotId && snapshotId < ids.Last;

    public override bool IsTooOld(long snapshotId, in DepthIds firstBuffered) => snapshotId < firstBuffered.Previous;
}
