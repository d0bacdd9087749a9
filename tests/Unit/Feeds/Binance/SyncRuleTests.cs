using LowLatency.Feeds;
using LowLatency.Feeds.Binance;
using Xunit;

namespace LowLatency.Tests.Feeds.Binance;

public sealed class SyncRuleTests
{
    [Fact]
    public void ShouldBridgeAndChainOnSpot()
    {
        BookSynchronizer sync = Synchronised(new BinanceSpotSyncRule(), snapshotId: 100);

        Assert.Equal(SyncVerdict.Drop, sync.OnDepth(new DepthIds(90, 100, 0)));
        Assert.Equal(SyncVerdict.Apply, sync.OnDepth(new DepthIds(95, 101, 0)));
        Assert.Equal(SyncVerdict.Ignore, sync.OnDepth(new DepthIds(95, 101, 0)));
        Assert.Equal(SyncVerdict.Apply, sync.OnDepth(new DepthIds(102, 110, 0)));
        Assert.Equal(SyncVerdict.Apply, sync.OnDepth(new DepthIds(108, 115, 0)));
        Assert.Equal(SyncVerdict.Gap, sync.OnDepth(new DepthIds(117, 120, 0)));
        Assert.Equal(SyncVerdict.Wait, sync.OnDepth(new DepthIds(121, 125, 0)));
    }

    [Fact]
    public void ShouldCallAMissedBridgeAGapOnSpot() => Assert.Equal(
        SyncVerdict.Gap, Synchronised(new BinanceSpotSyncRule(), snapshotId: 100).OnDepth(new DepthIds(102, 110, 0)));

    [Fact]
    public void ShouldBridgeAndChainOnUsdm()
    {
        BookSynchronizer sync = Synchronised(new BinanceUsdmSyncRule(), snapshotId: 100);

        Assert.Equal(SyncVerdict.Drop, sync.OnDepth(new DepthIds(90, 99, 80)));

        // The first one may end exactly at the snapshot's id.
        Assert.Equal(SyncVerdict.Apply, sync.OnDepth(new DepthIds(95, 100, 99)));
        Assert.Equal(SyncVerdict.Apply, sync.OnDepth(new DepthIds(150, 160, 100)));
        Assert.Equal(SyncVerdict.Ignore, sync.OnDepth(new DepthIds(150, 160, 100)));
        Assert.Equal(SyncVerdict.Gap, sync.OnDepth(new DepthIds(161, 170, 165)));
    }

    [Theory]
    [InlineData(98, false)]
    [InlineData(99, true)]
    public void ShouldRefuseASnapshotOlderThanTheBufferOnSpot(long snapshotId, bool isTaken)
    {
        var sync = new BookSynchronizer(new BinanceSpotSyncRule());
        sync.OnConnected();

        Assert.Equal(isTaken, sync.OnSnapshot(snapshotId, true, new DepthIds(100, 110, 0)));
        Assert.Equal(isTaken, sync.IsSynchronised);
    }

    [Theory]
    [InlineData(99, false)]
    [InlineData(100, true)]
    public void ShouldRefuseASnapshotOlderThanTheBufferOnUsdm(long snapshotId, bool isTaken)
    {
        var sync = new BookSynchronizer(new BinanceUsdmSyncRule());
        sync.OnConnected();

        Assert.Equal(isTaken, sync.OnSnapshot(snapshotId, true, new DepthIds(100, 110, 90)));
    }

    private static BookSynchronizer Synchronised(SyncRule rule, long snapshotId)
    {
        var sync = new BookSynchronizer(rule);
        sync.OnConnected();
        Assert.Equal(SyncVerdict.Wait, sync.OnDepth(new DepthIds(1, 2, 0)));
        Assert.True(sync.OnSnapshot(snapshotId, false, default));
        return sync;
    }
}
