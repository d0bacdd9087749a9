namespace LowLatency.Feeds.Binance;

/// <summary>
/// Binance Spot (<c>docs/web-socket-streams.md</c>, "How to manage a local order book correctly"): update ids have no
/// gaps, so a message must begin at or before the update after the last one.
/// </summary>
internal sealed class BinanceSpotSyncRule : SyncRule
{
    public override SnapshotSource Snapshots => SnapshotSource.Rest;

    public override Succession Classify(in DepthIds ids, long lastId) =>
        ids.Last <= lastId ? Succession.Repeat : ids.First <= lastId + 1 ? Succession.Next : Succession.Gap;

    public override bool IsTooOld(long snapshotId, in DepthIds firstBuffered) => snapshotId + 1 < firstBuffered.First;
}

/// <summary>
/// Binance USD-M futures: update ids are shared by all symbols, so each message contains the previous message's last id
/// in <c>pu</c>. The first message to apply may end exactly at the snapshot's id, or follow it by its <c>pu</c>.
/// </summary>
internal sealed class BinanceUsdmSyncRule : SyncRule
{
    public override SnapshotSource Snapshots => SnapshotSource.Rest;

    public override Succession Classify(in DepthIds ids, long lastId) =>
        ids.Last <= lastId ? Succession.Repeat : ids.Previous == lastId ? Succession.Next : Succession.Gap;

    public override bool IsContained(in DepthIds ids, long snapshotId) => ids.Last < snapshotId;

    public override bool Bridges(in DepthIds ids, long snapshotId) =>
        (ids.First <= snapshotId && snapshotId <= ids.Last) || ids.Previous == snapshotId;

    public override bool IsTooOld(long snapshotId, in DepthIds firstBuffered) => snapshotId < firstBuffered.First;
}
