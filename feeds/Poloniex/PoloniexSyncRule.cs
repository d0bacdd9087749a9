namespace LowLatency.Feeds.Poloniex;

/// <summary>Poloniex: an update contains the previous update's id; ids increase by any step.</summary>
internal sealed class PoloniexSyncRule : SyncRule
{
    public override SnapshotSource Snapshots => SnapshotSource.Stream;

    public override Succession Classify(in DepthIds ids, long lastId) =>
        ids.Previous == lastId ? Succession.Next : ids.Last <= lastId ? Succession.Repeat : Succession.Gap;
}
