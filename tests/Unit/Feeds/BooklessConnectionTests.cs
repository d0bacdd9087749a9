using LowLatency.Engine;
using LowLatency.Engine.Events;
using LowLatency.Engine.Runtime;
using LowLatency.Feeds;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Feeds;

/// <summary>USD-M trades use a separate connection from the books.</summary>
public sealed class BooklessConnectionTests
{
    [Fact]
    public void ShouldNeverAskForASnapshotNorTakeOne()
    {
        var engine = TradingCore.OnOneThread(
            [Fixture.Setup(Fixture.Usdm())], new EngineOptions { MaxOrders = 16 }, 65_536, hasPaperVenue: false);
        int events = 0;
        engine.OnInput = item => events += item.Kind is EventKind.SnapshotBegin or EventKind.LevelUpdate ? 1 : 0;
        var publisher = engine.NewPublisher(1);
        FeedSession session = Venues.Find("binance-futures")
            .CreateSession([Fixture.Usdm()], publisher, new BadInputLog(), carriesBooks: false);

        session.OnConnected(1, "wss://trades");
        session.RequestMissingSnapshots();
        Assert.False(session.TryTakeSnapshotRequest(out _, out _, out _));
        session.OnHandoverBegin(2);
        session.OnHandoverEnd(3);
        Assert.False(session.TryTakeSnapshotRequest(out _, out _, out _));
        session.OnSnapshotFailed(0, "gone"u8);
        Assert.False(session.TryTakeSnapshotRequest(out _, out _, out _));
        session.OnSnapshot(
            0, """{"lastUpdateId":7,"E":1,"T":1,"bids":[["100.0","1.000"]],"asks":[["101.0","1.000"]]}"""u8, 4);

        Assert.Equal(0, events);
        Assert.False(engine.Engine.Book(0).HasSnapshot);
    }
}
