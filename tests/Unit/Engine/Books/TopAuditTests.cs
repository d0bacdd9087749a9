using LowLatency.Engine.Events;
using LowLatency.Engine.Orders;
using LowLatency.Tests.Support;
using Xunit;

namespace LowLatency.Tests.Engine.Books;

/// <summary>
/// Real REST snapshots have contained levels that the stream never corrects. For a second after each synchronisation,
/// the venue's top of book can reveal such a snapshot.
/// </summary>
public sealed class TopAuditTests
{
    private readonly EngineRig _rig = new(Fixture.Setup(Fixture.Spot()));

    [Fact]
    public void ShouldFetchTheSnapshotAgainWhenTheTopStaysDifferent()
    {
        Synchronise(phantomBid: 6_000_050);
        Message(2);
        Top(2, 6_000_000);
        _rig.NowNs += EngineRig.Second;
        Message(3);

        Assert.False(_rig.View.IsLive);
        Assert.Equal(StaleReason.TopDiffers, _rig.View.StaleReason);
        EngineOutput resync = Assert.Single(_rig.Outputs, output => output.Kind == OutputKind.Resync);
        Assert.Equal(DecisionReason.ResyncTopDiffers, resync.Reason);
        Assert.Equal((1, 1), (_rig.View.TopsCompared, _rig.View.TopsDifferent));
    }

    [Fact]
    public void ShouldWatchAgainAfterTheNextSynchronisation()
    {
        ShouldFetchTheSnapshotAgainWhenTheTopStaysDifferent();
        _rig.Outputs.Clear();
        Synchronise(phantomBid: 6_000_050);
        Message(5);
        Top(5, 6_000_000);
        _rig.NowNs += EngineRig.Second;
        _rig.Timer(0);
        Top(6, 6_000_000);

        Assert.Single(_rig.Outputs, output => output.Kind == OutputKind.Resync);
    }

    [Fact]
    public void ShouldKeepABookThatTheStreamCorrectsWithinTheSecond()
    {
        Synchronise(phantomBid: 6_000_050);
        Message(2);
        Top(2, 6_000_000);
        _rig.Level(Side.Buy, 6_000_050, 0);
        Message(3);
        Top(3, 6_000_000);
        _rig.NowNs += 2 * EngineRig.Second;
        Message(4);

        Assert.True(_rig.View.IsLive);
        Assert.DoesNotContain(_rig.Outputs, output => output.Kind == OutputKind.Resync);
    }

    [Fact]
    public void ShouldNotJudgeByTopsWithoutIds()
    {
        Synchronise(phantomBid: 6_000_050);
        Top(0, 6_000_000);
        _rig.NowNs += 2 * EngineRig.Second;
        Message(2);

        Assert.True(_rig.View.IsLive);
        Assert.Equal(0, _rig.View.TopsCompared);
    }

    private void Synchronise(long phantomBid)
    {
        _rig.Publish(new EngineInput { Kind = EventKind.SnapshotBegin });
        _rig.Level(Side.Buy, 6_000_000, 100);
        _rig.Level(Side.Buy, phantomBid, 7);
        _rig.Level(Side.Sell, 6_000_100, 100);
        _rig.Publish(new EngineInput
        {
            Kind = EventKind.BookCommit,
            UpdateId = 1,
            CommitFlags = CommitFlags.EndsSnapshot,
        });
    }

    private void Message(long id) => _rig.Publish(new EngineInput { Kind = EventKind.BookCommit, UpdateId = id });

    private void Top(long id, long bid) => _rig.Publish(new EngineInput
    {
        Kind = EventKind.TopOfBook,
        UpdateId = id,
        BidPrice = bid,
        BidQuantity = 100,
        AskPrice = 6_000_100,
        AskQuantity = 100,
    });
}
